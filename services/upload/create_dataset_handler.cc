#include "services/upload/create_dataset_handler.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/check/dataset_schema.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/resources.h"

namespace oboro::upload {
namespace {

constexpr size_t kMaxSchemaBytes = 256 << 10;

absl::StatusOr<DatasetRow> ToRow(const platform::CallContext& call,
                                 const v1::CreateDatasetRequest& request, absl::Time now) {
  if (!platform::IsId(request.dataset_id())) {
    return InvalidField("dataset_id", "[a-z][a-z0-9-]{0,62}", "英小文字で始まる英数字とハイフン");
  }
  if (request.display_name().empty() || request.display_name().size() > 300) {
    return InvalidField("display_name", "1 to 300 bytes", "1～300バイトの名称");
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> department,
                   platform::ParseName(request.department(), "tenants/*/departments/*"));
  if (department[0] != call.tenant().id()) return platform::NotFoundError();
  if (request.schema().size() > kMaxSchemaBytes) {
    return InvalidField("schema", "at most 256 KiB", "256 KiB 以下の文書");
  }
  const auto schema = ParseDatasetSchema(request.schema());
  if (!schema.ok()) return SchemaInvalid(schema.status().message());
  return DatasetRow{request.dataset_id(),     request.display_name(),     department[1],
                    request.schema(),         request.retain_snapshots(), now,
                    request.review_findings()};
}

bool SameContent(const DatasetRow& a, const DatasetRow& b) {
  return a.display_name == b.display_name && a.department_id == b.department_id &&
         a.schema == b.schema && a.retain_snapshots == b.retain_snapshots &&
         a.review_findings == b.review_findings;
}

}  // namespace

absl::StatusOr<v1::CreateDatasetResponse> CreateDatasetHandler::Handle(
    const platform::CallContext& call, const v1::CreateDatasetRequest& request) {
  ASSIGN_OR_RETURN(const DatasetRow row, ToRow(call, request, deps_.clock->Now()));
  RETURN_IF_ERROR(CheckDepartment(call, row.department_id));
  return deps_.db->RunTx(
      call.tenant(), "create_dataset",
      [&](pqxx::work& tx) -> absl::StatusOr<v1::CreateDatasetResponse> {
        ASSIGN_OR_RETURN(const bool exists, DepartmentExists(tx, call.tenant(), row.department_id));
        if (!exists) return platform::NotFoundError();
        const std::string name = DatasetName(call.tenant().id(), row.dataset_id);
        ASSIGN_OR_RETURN(
            const bool inserted,
            InsertDataset(tx, call.tenant(), row,
                          call.Event("CREATE_DATASET", name, {{"department", row.department_id}})));
        v1::CreateDatasetResponse response;
        if (inserted) {
          *response.mutable_dataset() = ToProto(call.tenant(), row);
          return response;
        }
        ASSIGN_OR_RETURN(const DatasetRow stored, ReadDataset(tx, call.tenant(), row.dataset_id));
        if (!SameContent(stored, row)) return DatasetExists(row.dataset_id);
        *response.mutable_dataset() = ToProto(call.tenant(), stored);
        return response;
      });
}

}  // namespace oboro::upload
