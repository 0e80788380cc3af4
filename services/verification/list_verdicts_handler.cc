#include "services/verification/list_verdicts_handler.h"

#include <vector>

#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/verification/verdict_document.h"
#include "services/verification/verdict_rows.h"

namespace oboro::verification {

absl::StatusOr<v1::ListVerdictsResponse> ListVerdictsHandler::Handle(
    const platform::CallContext& call, const v1::ListVerdictsRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<SignedDocument> rows,
                   deps_.db->RunTx(call.tenant(), "list_verdicts", [&](pqxx::work& tx) {
                     return ListVerdicts(tx, call.tenant(),
                                         call.Event("LIST_VERDICTS", request.parent()),
                                         deps_.clock->Now());
                   }));
  v1::ListVerdictsResponse response;
  for (const SignedDocument& row : rows) {
    ASSIGN_OR_RETURN(v1::Verdict verdict, DecodeVerdict(row.document));
    verdict.set_signature(row.signature);
    verdict.set_key_version(row.key_version);
    *response.add_verdicts() = std::move(verdict);
  }
  return response;
}

}  // namespace oboro::verification
