#include "services/upload/save_profile_handler.h"

#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/errors.h"
#include "services/upload/names.h"
#include "services/upload/profiles.h"
#include "services/upload/resources.h"

namespace oboro::upload {

absl::StatusOr<v1::SaveProfileResponse> SaveProfileHandler::Handle(
    const platform::CallContext& call, const v1::SaveProfileRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseDatasetName(request.parent()));
  if (!platform::IsId(request.profile_id())) {
    return InvalidField("profile_id", "[a-z][a-z0-9-]{0,62}", "英小文字で始まる英数字とハイフン");
  }
  const std::string& title = request.profile().display_name();
  if (title.empty() || title.size() > 300) {
    return InvalidField("display_name", "1 to 300 bytes", "1～300バイトの名称");
  }
  ProfileRow row{ids.dataset, request.profile_id(), title, "", deps_.clock->Now()};
  return deps_.db->RunTx(
      call.tenant(), "save_profile",
      [&](pqxx::work& tx) -> absl::StatusOr<v1::SaveProfileResponse> {
        ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call.tenant(), ids.dataset));
        RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
        const auto schema = civic::ParseDatasetSchema(dataset.schema);
        if (!schema.ok()) return SchemaInvalid(schema.status().message());
        ASSIGN_OR_RETURN(const civic::TableProfile profile, FromProto(request.profile(), *schema));
        row.document = civic::ProfileJson(profile);
        RETURN_IF_ERROR(SaveProfile(
            tx, call.tenant(), row,
            call.Event("SAVE_PROFILE",
                       ProfileName(call.tenant().id(), row.dataset_id, row.profile_id),
                       {{"columns", profile.columns.size()}, {"codes", profile.codes.size()}})));
        v1::SaveProfileResponse response;
        *response.mutable_profile() = ToProto(call.tenant().id(), row);
        return response;
      });
}

}  // namespace oboro::upload
