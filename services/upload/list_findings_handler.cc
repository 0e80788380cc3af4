#include "services/upload/list_findings_handler.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/stream.h"
#include "services/platform/objects/object_store.h"
#include "services/upload/errors.h"
#include "services/upload/findings.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"
#include "services/upload/review_rows.h"

namespace oboro::upload {
namespace {

constexpr int kDefaultPage = 100;
constexpr int kLargestPage = 1000;

struct Opened {
  std::string object_id;
  platform::SecretBytes key;
  bool values = false;  // May the caller see the values found?
  std::optional<FindingReview> review;
};

absl::StatusOr<Opened> OpenFindings(pqxx::work& tx, const Deps& deps,
                                    const platform::CallContext& call, const Ids& ids,
                                    const std::string& rule, int64_t from) {
  ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call.tenant(), ids.dataset));
  ASSIGN_OR_RETURN(const SnapshotRow row,
                   ReadSnapshot(tx, call.tenant(), ids.dataset, ids.snapshot, Lock::kNone));
  if (row.state == "DESTROYED") return SnapshotDestroyed();
  // A file whose very shape was refused has its refusal and no findings.
  const bool none = row.findings_object_id.empty();
  if (none && row.state != "REFUSED") return SnapshotNotChecked(row.state);
  Opened opened;
  opened.object_id = row.findings_object_id;
  opened.values = platform::Has(call.roles, platform::Role::kSteward) &&
                  CheckDepartment(call, dataset.department_id).ok();
  if (!none) {
    ASSIGN_OR_RETURN(opened.key,
                     platform::LoadDataKey(tx, call.tenant(), *deps.keys, opened.object_id));
  }
  // No more than these of a rule stand in the object, so no more can be of one of its columns.
  ASSIGN_OR_RETURN(opened.review, ReadReview(tx, call.tenant(), row, {rule, kMaxListedPerRule}));
  RETURN_IF_ERROR(platform::AppendAudit(
      tx, call.tenant(),
      call.Event("READ_FINDINGS", SnapshotName(call.tenant().id(), ids.dataset, ids.snapshot),
                 {{"from", from}, {"values", opened.values}}),
      deps.clock->Now()));
  return opened;
}

// Feeds the object's lines to `take` until it answers false.
absl::Status ReadLines(platform::StreamDecryptor& stream,
                       const std::function<absl::StatusOr<bool>(absl::string_view)>& take) {
  std::string rest;
  while (true) {
    ASSIGN_OR_RETURN(const absl::string_view piece, stream.Read());
    if (piece.empty()) return absl::OkStatus();
    rest.append(piece.data(), piece.size());
    size_t begin = 0;
    for (size_t end; (end = rest.find('\n', begin)) != std::string::npos; begin = end + 1) {
      ASSIGN_OR_RETURN(const bool more, take(absl::string_view(rest).substr(begin, end - begin)));
      if (!more) return absl::OkStatus();
    }
    rest.erase(0, begin);
  }
}

v1::Settlement ToProto(Decision::Kind kind) {
  switch (kind) {
    case Decision::Kind::kAccepted:
      return v1::SETTLEMENT_ACCEPTED;
    case Decision::Kind::kExcluded:
      return v1::SETTLEMENT_EXCLUDED;
    case Decision::Kind::kReturned:
      return v1::SETTLEMENT_RETURNED;
  }
  return v1::SETTLEMENT_UNSPECIFIED;
}

// How the finding stands; UNSPECIFIED where nothing is to be settled.
void SetSettlement(const std::optional<FindingReview>& review, const StoredFinding& stored,
                   v1::Finding* out) {
  if (!review.has_value()) return;
  const auto decision = review->Of(stored.rule, stored.column, stored.row);
  if (!decision.has_value()) return;
  out->set_settlement(*decision == nullptr ? v1::SETTLEMENT_OPEN : ToProto((*decision)->kind));
  if (*decision != nullptr) out->set_reason((*decision)->reason);
}

void ToProto(const StoredFinding& stored, bool values, v1::Finding* out) {
  out->set_row(stored.row);
  out->set_column(stored.column);
  out->set_rule(stored.rule);
  out->set_severity(stored.severity == "ERROR" ? v1::SEVERITY_ERROR : v1::SEVERITY_ALERT);
  if (values) out->set_value(stored.value);
  out->set_message(stored.message);
  out->set_message_en(stored.message_en);
}

}  // namespace

absl::StatusOr<v1::ListFindingsResponse> ListFindingsHandler::Handle(
    const platform::CallContext& call, const v1::ListFindingsRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseSnapshotName(request.parent()));
  int64_t from = 0;
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &from) || from < 0)) {
    return InvalidField("page_token", "from an earlier answer", "前の応答の値");
  }
  const int64_t size = request.page_size() <= 0
                           ? kDefaultPage
                           : std::min<int64_t>(request.page_size(), kLargestPage);
  const auto opened = deps_.db->RunTx(call.tenant(), "list_findings", [&](pqxx::work& tx) {
    return OpenFindings(tx, deps_, call, ids, request.rule(), from);
  });
  if (!opened.ok()) return opened.status();
  if (opened->object_id.empty()) return v1::ListFindingsResponse();
  ASSIGN_OR_RETURN(const std::unique_ptr<platform::ObjectReader> object,
                   deps_.objects->Open(call.tenant(), opened->object_id, 0));
  platform::StreamDecryptor stream(
      {call.tenant().id(), opened->object_id}, opened->key,
      [&object](char* buffer, size_t room) { return object->Read(buffer, room); });
  v1::ListFindingsResponse response;
  int64_t line = 0;
  RETURN_IF_ERROR(ReadLines(stream, [&](absl::string_view text) -> absl::StatusOr<bool> {
    if (line++ < from) return true;
    absl::StatusOr<StoredFinding> stored = DecodeFinding(text);
    if (!stored.ok()) return stored.status();
    if (!request.rule().empty() && stored->rule != request.rule()) return true;
    v1::Finding finding;
    SetSettlement(opened->review, *stored, &finding);
    if (request.settlement() != v1::SETTLEMENT_UNSPECIFIED &&
        finding.settlement() != request.settlement()) {
      return true;
    }
    if (response.findings_size() == size) {
      response.set_next_page_token(absl::StrCat(line - 1));
      return false;
    }
    ToProto(*stored, opened->values, &finding);
    *response.add_findings() = std::move(finding);
    return true;
  }));
  return response;
}

}  // namespace oboro::upload
