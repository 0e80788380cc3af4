#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/cli/commands/commands.h"

namespace oboro::cli {
namespace {

namespace pb = tenancy::v1;

// Adds a verb of the tenant's life that needs nothing but its name.
template <typename Request, typename Response>
void AddVerb(CLI::App& group, App& app, const std::string& verb, const std::string& help,
             grpc::Status (pb::TenantService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*)) {
  AddCommand<NoOptions>(group, app, verb, help, BindNothing,
                        [&app, method](const NoOptions&) -> absl::Status {
                          Request request;
                          ASSIGN_OR_RETURN(*request.mutable_name(), app.Tenant());
                          return CallAndPrint(app, method, request);
                        });
}

struct ShredOptions {
  std::string confirm;
};

}  // namespace

void AddKeysCommands(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "keys", "鍵の管理");
  AddListCommand(*group, app, &pb::KeyService::Stub::ListKeys, "keys",
                 {"purpose", "version", "state", "create_time"});
  AddCommand<NoOptions>(*group, app, "rotate", "New keys; every data key is wrapped again",
                        BindNothing, [&app](const NoOptions&) -> absl::Status {
                          pb::RotateKeysRequest request;
                          ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
                          return CallAndPrint(app, &pb::KeyService::Stub::RotateKeys, request);
                        });
  using Tenants = pb::TenantService::Stub;
  AddVerb(*group, app, "suspend", "Close the gate of the tenant", &Tenants::SuspendTenant);
  AddVerb(*group, app, "resume", "Open the gate again", &Tenants::ResumeTenant);
  AddVerb(*group, app, "seal", "Drop the data keys and refuse to unwrap", &Tenants::SealTenant);
  AddCommand<ShredOptions>(
      *group, app, "shred", "Destroy the tenant's keys: nothing can be decrypted ever again",
      [](CLI::App& command, ShredOptions& o) {
        command.add_option("--confirm", o.confirm, "The municipality code once more")->required();
      },
      [&app](const ShredOptions& o) -> absl::Status {
        pb::ShredTenantRequest request;
        ASSIGN_OR_RETURN(*request.mutable_name(), app.Tenant());
        request.set_confirm_municipality_code(o.confirm);
        return CallAndPrint(app, &Tenants::ShredTenant, request);
      });
}

}  // namespace oboro::cli
