#include "oboro/abstraction/v1/abstraction.grpc.pb.h"
#include "oboro/verification/v1/verification.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/transfer.h"
#include "services/cli/watch.h"

namespace oboro::cli {
namespace {

using Abstractions = abstraction::v1::AbstractionService::Stub;
using Verifications = verification::v1::VerificationService::Stub;

struct AbstractOptions {
  std::string snapshot, recipe;
  int32_t version = 0;
};

absl::Status Abstract(App& app, const AbstractOptions& options) {
  abstraction::v1::CreateAbstractionRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_snapshot(options.snapshot);
  request.set_recipe(FullName(request.parent(), "recipes", options.recipe));
  request.set_recipe_version(options.version);
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(const auto created,
                   app.session->Call(&Abstractions::CreateAbstraction, request));
  ASSIGN_OR_RETURN(const auto done, Watch(app, *app.session, created.operation().name()));
  abstraction::v1::GetAbstractionRequest get;
  get.set_name(done.result_name());
  return CallAndPrint(app, &Abstractions::GetAbstraction, get);
}

struct VerifyOptions {
  std::string abstraction, policy;
};

absl::Status Verify(App& app, const VerifyOptions& options) {
  verification::v1::VerifyAbstractionRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_abstraction(FullName(request.parent(), "abstractions", options.abstraction));
  request.set_policy(FullName(request.parent(), "policies", options.policy));
  request.set_request_id(NewRequestId());
  ASSIGN_OR_RETURN(const auto created,
                   app.session->Call(&Verifications::VerifyAbstraction, request));
  ASSIGN_OR_RETURN(const auto done, Watch(app, *app.session, created.operation().name()));
  verification::v1::GetVerdictRequest get;
  get.set_name(done.result_name());
  return CallAndPrint(app, &Verifications::GetVerdict, get);
}

}  // namespace

void AddAbstractionCommands(CLI::App& root, App& app) {
  auto* abstraction = AddGroup(root, "abstraction", "抽象化");
  AddCommand<AbstractOptions>(
      *abstraction, app, "run", "Abstract a snapshot by a recipe (保有課)",
      [](CLI::App& command, AbstractOptions& o) {
        command.add_option("--snapshot", o.snapshot, "Full name of the snapshot")->required();
        command.add_option("--recipe", o.recipe, "Recipe")->required();
        command.add_option("--recipe-version", o.version, "0 for the newest");
      },
      [&app](const AbstractOptions& o) { return Abstract(app, o); });
  AddGetCommand(*abstraction, app, &Abstractions::GetAbstraction, "abstractions");
  AddListCommand(*abstraction, app, &Abstractions::ListAbstractions, "abstractions",
                 {"name", "snapshot", "recipe", "recipe_version", "records"});

  auto* verification = AddGroup(root, "verification", "検証");
  AddCommand<VerifyOptions>(
      *verification, app, "run", "Measure an abstraction against a policy",
      [](CLI::App& command, VerifyOptions& o) {
        command.add_option("--abstraction", o.abstraction, "Abstraction")->required();
        command.add_option("--policy", o.policy, "Policy")->required();
      },
      [&app](const VerifyOptions& o) { return Verify(app, o); });
  AddGetCommand(*verification, app, &Verifications::GetVerdict, "verdicts");
  AddListCommand(*verification, app, &Verifications::ListVerdicts, "verdicts",
                 {"name", "abstraction", "policy", "policy_version", "create_time"});
}

}  // namespace oboro::cli
