#include "services/upload/delete_profile_handler.h"

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/upload/names.h"
#include "services/upload/profile_rows.h"
#include "services/upload/resources.h"

namespace oboro::upload {

absl::StatusOr<v1::DeleteProfileResponse> DeleteProfileHandler::Handle(
    const platform::CallContext& call, const v1::DeleteProfileRequest& request) {
  ASSIGN_OR_RETURN(const ProfileIds ids, ParseProfileName(request.name()));
  return deps_.db->RunTx(
      call.tenant(), "delete_profile",
      [&](pqxx::work& tx) -> absl::StatusOr<v1::DeleteProfileResponse> {
        ASSIGN_OR_RETURN(const DatasetRow dataset, ReadDataset(tx, call.tenant(), ids.dataset));
        RETURN_IF_ERROR(CheckDepartment(call, dataset.department_id));
        RETURN_IF_ERROR(DeleteProfile(tx, call.tenant(), ids.dataset, ids.profile,
                                      call.Event("DELETE_PROFILE", request.name()),
                                      deps_.clock->Now()));
        return v1::DeleteProfileResponse();
      });
}

}  // namespace oboro::upload
