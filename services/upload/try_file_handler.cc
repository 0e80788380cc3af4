#include "services/upload/try_file_handler.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/dataset_rows.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/profiles.h"
#include "services/upload/resources.h"

namespace oboro::upload {
namespace {

constexpr size_t kMaxHeadBytes = 1 << 20;
constexpr size_t kMaxRecords = 20;
constexpr size_t kMaxFindings = 200;
constexpr int64_t kMemoryBytes = 256 << 20;
constexpr absl::Duration kTimeLimit = absl::Seconds(10);

// The dataset's schema, for a member of its department.
absl::StatusOr<std::string> ReadSchema(const Deps& deps, const platform::CallContext& call,
                                       const std::string& dataset_id) {
  return deps.db->RunTx(
      call.tenant(), "try_file", [&](pqxx::work& tx) -> absl::StatusOr<std::string> {
        ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call.tenant(), dataset_id));
        RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
        return dataset.schema;
      });
}

absl::StatusOr<std::string> Params(const v1::TryFileRequest& request, const std::string& schema) {
  nlohmann::json params{
      {"schema", schema}, {"head", absl::Base64Escape(request.head())}, {"whole", request.whole()}};
  if (request.has_profile()) {
    const auto parsed = civic::ParseDatasetSchema(schema);
    if (!parsed.ok()) return SchemaInvalid(parsed.status().message());
    ASSIGN_OR_RETURN(const civic::TableProfile profile, FromProto(request.profile(), *parsed));
    params["profile"] = nlohmann::json::parse(civic::ProfileJson(profile), nullptr, false);
    params["encoding"] = !request.profile().encoding().empty();
    params["delimiter"] = !request.profile().delimiter().empty();
  }
  return params.dump();
}

v1::Severity SeverityOf(const std::string& word) {
  return word == "ERROR" ? v1::SEVERITY_ERROR : v1::SEVERITY_ALERT;
}

void FillFindings(const nlohmann::json& json, v1::TryFileResponse* out) {
  for (const nlohmann::json& item : json.at("findings")) {
    if (static_cast<size_t>(out->findings_size()) == kMaxFindings) break;
    v1::Finding* finding = out->add_findings();
    finding->set_row(item.at(0).get<int64_t>());
    finding->set_column(item.at(1).get<std::string>());
    finding->set_rule(item.at(2).get<std::string>());
    finding->set_severity(SeverityOf(item.at(3).get<std::string>()));
    finding->set_value(item.at(4).get<std::string>());
    finding->set_message(item.at(5).get<std::string>());
    finding->set_message_en(item.at(6).get<std::string>());
  }
  for (const nlohmann::json& item : json.at("counts")) {
    v1::FindingCount* count = out->add_finding_counts();
    count->set_rule(item.at(0).get<std::string>());
    count->set_severity(SeverityOf(item.at(1).get<std::string>()));
    count->set_count(item.at(2).get<int64_t>());
  }
}

// The child's answer; whatever it holds, it is only told to the one who sent the file.
absl::StatusOr<v1::TryFileResponse> ReadAnswer(const std::string& text) {
  v1::TryFileResponse out;
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    const auto encoding = civic::ParseEncoding(json.at("encoding").get<std::string>());
    if (!encoding.has_value()) return absl::InternalError("upload.try answered no encoding");
    out.set_encoding(EncodingWord(*encoding));
    out.set_delimiter(json.at("delimiter").get<std::string>());
    for (const nlohmann::json& header : json.at("headers")) out.add_headers(header);
    for (const nlohmann::json& column : json.at("mapped")) out.add_mapped(column);
    for (const nlohmann::json& column : json.at("missing")) out.add_missing(column);
    for (const nlohmann::json& record : json.at("records")) {
      if (static_cast<size_t>(out.records_size()) == kMaxRecords) break;
      v1::TriedRecord* added = out.add_records();
      for (const nlohmann::json& value : record) added->add_values(value.get<std::string>());
    }
    out.set_checked_records(json.at("checked").get<int64_t>());
    FillFindings(json, &out);
    out.set_needs_profile(json.at("needs_profile").get<bool>());
  } catch (const nlohmann::json::exception&) {
    return absl::InternalError("upload.try answered no result");
  }
  return out;
}

}  // namespace

bool TryFileHandler::Enter(const std::string& tenant_id) {
  absl::MutexLock lock(&mutex_);
  const auto free = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return inside_.size() < kAtOnce && inside_.count(tenant_id) == 0;
  };
  return mutex_.AwaitWithTimeout(absl::Condition(&free), patience_) &&
         inside_.insert(tenant_id).second;
}

void TryFileHandler::Leave(const std::string& tenant_id) {
  absl::MutexLock lock(&mutex_);
  inside_.erase(tenant_id);
}

absl::StatusOr<v1::TryFileResponse> TryFileHandler::Handle(const platform::CallContext& call,
                                                           const v1::TryFileRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseDatasetName(request.parent()));
  if (request.head().size() > kMaxHeadBytes) {
    return InvalidField("head", "at most 1 MiB from the beginning of the file",
                        "ファイル先頭の 1 MiB 以下");
  }
  ASSIGN_OR_RETURN(const std::string schema, ReadSchema(deps_, call, ids.dataset));
  platform::ChildRequest child;
  child.kind = "upload.try";
  ASSIGN_OR_RETURN(child.params, Params(request, schema));
  child.memory_limit_bytes = kMemoryBytes;
  child.time_limit = kTimeLimit;
  const std::string tenant_id = call.tenant().id();
  if (!Enter(tenant_id)) return TooManyTries();
  const auto leave = absl::MakeCleanup([&] { Leave(tenant_id); });
  ASSIGN_OR_RETURN(const platform::ChildResult result, run_child_(std::move(child)));
  return ReadAnswer(result.result);
}

}  // namespace oboro::upload
