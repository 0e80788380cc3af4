#include "services/abstraction/create_abstraction_handler.h"

#include <nlohmann/json.hpp>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/abstraction/errors.h"
#include "services/abstraction/resources.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/jobs/request_params.h"
#include "services/platform/rpc/operation_rows.h"

namespace oboro::abstraction {
namespace {

constexpr char kKind[] = "abstraction.run";

std::string StateWord(upload::v1::SnapshotState state) {
  return upload::v1::SnapshotState_Name(state).substr(sizeof("SNAPSHOT_STATE_") - 1);
}

// Abstracting ends with the raw snapshot destroyed: it is for the department that holds it.
absl::Status CheckDepartment(Peers& peers, const platform::CallContext& call,
                             const std::string& dataset_id) {
  ASSIGN_OR_RETURN(const upload::v1::Dataset dataset,
                   peers.GetDataset(absl::StrCat(call.tenant().name(), "/datasets/", dataset_id)));
  ASSIGN_OR_RETURN(const std::vector<std::string> department,
                   platform::ParseName(dataset.department(), "tenants/*/departments/*"));
  return call.OfDepartment(department[1]) ? absl::OkStatus() : NotYourDepartment();
}

// The version that an earlier request of this id took of the recipe; 0 when there was none.
absl::StatusOr<int> VersionOfRequest(pqxx::work& tx, const platform::TenantContext& tenant,
                                     const std::string& recipe_id, const std::string& request_id) {
  ASSIGN_OR_RETURN(const std::optional<std::string> params,
                   platform::ParamsOfRequest(tx, tenant, kKind, request_id));
  if (!params.has_value()) return 0;
  const nlohmann::json before = nlohmann::json::parse(*params, nullptr, false);
  if (!before.is_object() || before.value("recipe", "") != recipe_id) return 0;
  return before.value("recipe_version", 0);
}

absl::StatusOr<v1::CreateAbstractionResponse> Queue(pqxx::work& tx,
                                                    const platform::CallContext& call,
                                                    const v1::CreateAbstractionRequest& request,
                                                    const std::string& recipe_id, absl::Time now) {
  // The version is fixed now: a later one must not change what was asked for, nor what the same
  // request answers when it is sent again.
  int version = request.recipe_version();
  if (version == 0) {
    ASSIGN_OR_RETURN(version, VersionOfRequest(tx, call.tenant(), recipe_id, request.request_id()));
  }
  ASSIGN_OR_RETURN(const RecipeRow recipe, ReadRecipe(tx, call.tenant(), recipe_id, version));
  platform::NewJob job;
  job.kind = kKind;
  job.target_name = request.snapshot();
  job.params =
      nlohmann::json{{"recipe", recipe.recipe_id}, {"recipe_version", recipe.version}}.dump();
  job.request_id = request.request_id();
  v1::CreateAbstractionResponse response;
  ASSIGN_OR_RETURN(*response.mutable_operation(), platform::EnqueueOperation(tx, call, job, now));
  return response;
}

}  // namespace

absl::StatusOr<v1::CreateAbstractionResponse> CreateAbstractionHandler::Handle(
    const platform::CallContext& call, const v1::CreateAbstractionRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> recipe,
                   platform::ParseName(request.recipe(), "tenants/*/recipes/*"));
  ASSIGN_OR_RETURN(const std::vector<std::string> snapshot,
                   platform::ParseName(request.snapshot(), "tenants/*/datasets/*/snapshots/*"));
  if (recipe[0] != call.tenant().id() || snapshot[0] != call.tenant().id()) {
    return platform::NotFoundError();
  }
  RETURN_IF_ERROR(CheckDepartment(*deps_.peers, call, snapshot[1]));
  ASSIGN_OR_RETURN(const upload::v1::Snapshot state, deps_.peers->GetSnapshot(request.snapshot()));
  const absl::Time now = deps_.clock->Now();
  // A repeated request is answered even after its snapshot was destroyed.
  const bool accepted = state.state() == upload::v1::SNAPSHOT_STATE_ACCEPTED;
  if (!accepted &&
      (request.request_id().empty() || state.state() != upload::v1::SNAPSHOT_STATE_DESTROYED)) {
    return SnapshotNotAccepted(StateWord(state.state()));
  }
  return deps_.db->RunTx(call.tenant(), "create_abstraction",
                         [&](pqxx::work& tx) { return Queue(tx, call, request, recipe[1], now); });
}

}  // namespace oboro::abstraction
