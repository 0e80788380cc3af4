#include "services/cli/audit_check.h"

#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/time_util.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "oboro/audit/v1/audit.grpc.pb.h"
#include "services/cli/files.h"
#include "services/platform/audit/audit_chain.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

constexpr int kPage = 1000;

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixMicros(google::protobuf::util::TimeUtil::TimestampToMicroseconds(time));
}

platform::ChainedEvent ToChained(const audit::v1::Event& event) {
  platform::ChainedEvent out;
  out.sequence = event.sequence();
  out.time = TimeOf(event.time());
  out.actor = event.actor();
  out.action = event.action();
  out.resource = event.resource();
  out.outcome = event.outcome();
  out.detail_json = event.detail_json();
  out.previous_hash = event.previous_hash();
  out.hash = event.hash();
  return out;
}

platform::ChainHead ToChained(const audit::v1::SignedHead& head) {
  platform::ChainHead out;
  out.sequence = head.sequence();
  out.hash = head.hash();
  out.time = TimeOf(head.time());
  out.signature = head.signature();
  out.key_version = head.key_version();
  return out;
}

}  // namespace

absl::Status ChainBroken(const std::string& fault, int64_t sequence) {
  return platform::ReasonedError(
      absl::StatusCode::kDataLoss,
      {"AUDIT_CHAIN_BROKEN",
       absl::StrCat("The audit chain is not as it was written, at event ", sequence, ": ", fault,
                    ". Keep what you have and tell the auditor."),
       absl::StrCat("監査記録が改変されています（", sequence,
                    " 番）。保全して監査担当に知らせてください。"),
       {{"sequence", absl::StrCat(sequence)}}});
}

absl::Status FetchEvents(Session& session, const std::string& tenant, const EventSink& take) {
  audit::v1::ListEventsRequest request;
  request.set_parent(tenant);
  request.set_page_size(kPage);
  do {
    ASSIGN_OR_RETURN(const auto page,
                     session.Call(&audit::v1::AuditService::Stub::ListEvents, request));
    for (const auto& event : page.events()) RETURN_IF_ERROR(take(event));
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

absl::Status ReadEventFile(const std::string& path, const EventSink& take) {
  std::ifstream in(path);
  if (!in) return ReadFile(path).status();
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    audit::v1::Event event;
    if (!google::protobuf::util::JsonStringToMessage(line, &event).ok()) {
      return ChainBroken(absl::StrCat("line ", number, " of ", path, " is no event"), number);
    }
    RETURN_IF_ERROR(take(event));
  }
  return absl::OkStatus();
}

absl::StatusOr<audit::v1::SignedHead> ReadHeadFile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  audit::v1::SignedHead head;
  if (!google::protobuf::util::JsonStringToMessage(text, &head).ok()) {
    return InvalidInput(
        absl::StrCat(path, " is no head. Make one with: oboro audit head --out."),
        absl::StrCat(path, " は oboro audit head で作ったファイルではありません。"));
  }
  return head;
}

absl::StatusOr<int64_t> CheckChain(const std::string& tenant,
                                   const std::optional<audit::v1::SignedHead>& known_head,
                                   const std::function<absl::Status(const EventSink&)>& feed) {
  std::vector<platform::ChainHead> heads;
  if (known_head.has_value()) {
    if (known_head->tenant() != tenant) {
      return InvalidInput("The head is another tenant's. Name the right one with --tenant.",
                          "別のテナントの署名です。--tenant を確かめてください。");
    }
    heads.push_back(ToChained(*known_head));
  }
  platform::ChainVerifier verifier(std::string(absl::StripPrefix(tenant, "tenants/")),
                                   std::move(heads),
                                   [&known_head](int version) -> absl::StatusOr<std::string> {
                                     return known_head->public_key();
                                   });
  RETURN_IF_ERROR(feed([&verifier](const audit::v1::Event& event) {
    verifier.Add(ToChained(event));
    return absl::OkStatus();
  }));
  const platform::ChainReport report = verifier.Finish(std::nullopt);
  if (!report.valid()) return ChainBroken(report.fault, report.fault_sequence);
  return report.events;
}

}  // namespace oboro::cli
