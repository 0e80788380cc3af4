#include "services/verification/get_verdict_handler.h"

#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/verification/verdict_document.h"
#include "services/verification/verdict_rows.h"

namespace oboro::verification {

absl::StatusOr<v1::GetVerdictResponse> GetVerdictHandler::Handle(
    const platform::CallContext& call, const v1::GetVerdictRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/verdicts/*"));
  ASSIGN_OR_RETURN(const SignedDocument stored,
                   deps_.db->RunTx(call.tenant(), "get_verdict", [&](pqxx::work& tx) {
                     return ReadVerdict(tx, call.tenant(), ids[1],
                                        call.Event("READ_VERDICT", request.name()),
                                        deps_.clock->Now());
                   }));
  v1::GetVerdictResponse response;
  ASSIGN_OR_RETURN(*response.mutable_verdict(), DecodeVerdict(stored.document));
  response.mutable_verdict()->set_signature(stored.signature);
  response.mutable_verdict()->set_key_version(stored.key_version);
  return response;
}

}  // namespace oboro::verification
