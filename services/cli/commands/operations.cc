#include "oboro/operation/v1/operation.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/watch.h"

namespace oboro::cli {

namespace pb = operation::v1;

void AddOperationsCommands(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "operations", "処理の状況");
  AddGetCommand(*group, app, &pb::OperationService::Stub::GetOperation, "operations");
  AddListCommand(*group, app, &pb::OperationService::Stub::ListOperations, "operations",
                 {"name", "kind", "state", "stage", "done", "total", "create_time"});
  AddCommand<NameOptions>(*group, app, "cancel", "Ask that it stops", BindName,
                          [&app](const NameOptions& o) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                            pb::CancelOperationRequest request;
                            request.set_name(FullName(tenant, "operations", o.name));
                            return CallAndPrint(app, &pb::OperationService::Stub::CancelOperation,
                                                request);
                          });
  AddCommand<NameOptions>(*group, app, "watch", "Watch it with a progress bar", BindName,
                          [&app](const NameOptions& o) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                            ASSIGN_OR_RETURN(
                                const pb::Operation operation,
                                Watch(app, *app.session, FullName(tenant, "operations", o.name)));
                            app.output().Print(operation);
                            return absl::OkStatus();
                          });
}

}  // namespace oboro::cli
