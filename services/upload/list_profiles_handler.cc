#include "services/upload/list_profiles_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/names.h"
#include "services/upload/profiles.h"
#include "services/upload/resources.h"

namespace oboro::upload {

absl::StatusOr<v1::ListProfilesResponse> ListProfilesHandler::Handle(
    const platform::CallContext& call, const v1::ListProfilesRequest& request) {
  ASSIGN_OR_RETURN(const Ids ids, ParseDatasetName(request.parent()));
  return deps_.db->RunTx(call.tenant(), "list_profiles",
                         [&](pqxx::work& tx) -> absl::StatusOr<v1::ListProfilesResponse> {
                           ASSIGN_OR_RETURN(const DatasetRow dataset,
                                            ReadDataset(tx, call.tenant(), ids.dataset));
                           RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
                           ASSIGN_OR_RETURN(const std::vector<ProfileRow> rows,
                                            ListProfiles(tx, call.tenant(), ids.dataset));
                           v1::ListProfilesResponse response;
                           for (const ProfileRow& row : rows) {
                             *response.add_profiles() = ToProto(call.tenant().id(), row);
                           }
                           return response;
                         });
}

}  // namespace oboro::upload
