#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "services/cli/app.h"
#include "services/platform/base/status.h"

namespace oboro::cli {

// Adds the command `name` under `parent`. `bind(command, options)` declares its options, kept alive
// as long as the parser; `run(options)` is called when it was chosen.
template <typename Options, typename Bind, typename Run>
CLI::App* AddCommand(CLI::App& parent, App& app, const std::string& name, const std::string& help,
                     Bind bind, Run run) {
  auto options = std::make_shared<Options>();
  CLI::App* command = parent.add_subcommand(name, help);
  bind(*command, *options);
  command->callback(
      [&app, options, run] { app.command = [options, run] { return run(*options); }; });
  return command;
}

// A group of commands, one of which must be named.
inline CLI::App* AddGroup(CLI::App& root, const std::string& name, const std::string& help) {
  CLI::App* group = root.add_subcommand(name, help);
  group->require_subcommand(1);
  group->fallthrough();
  return group;
}

// Statistics of several municipalities; added with what else is shared (sharing.cc).
void AddJointCommands(CLI::App& root, App& app);

// Options of commands that take one resource.
struct NameOptions {
  std::string name;
};
struct NoOptions {};

inline void BindNothing(CLI::App&, NoOptions&) {}
inline void BindName(CLI::App& command, NameOptions& options) {
  command.add_option("name", options.name, "Resource name, or the last part of it")->required();
}

// Calls `method` of `Stub` and prints the answer.
template <typename Stub, typename Request, typename Response>
absl::Status CallAndPrint(App& app,
                          grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                       Response*),
                          const Request& request) {
  ASSIGN_OR_RETURN(Session * session, app.Connect());
  ASSIGN_OR_RETURN(const Response response, session->Call(method, request));
  app.output().Print(response);
  return absl::OkStatus();
}

// Adds "list": one call for the tenant's `field`, printed as a table of `columns`.
template <typename Stub, typename Request, typename Response>
void AddListCommand(CLI::App& group, App& app,
                    grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const std::string& field, const std::vector<std::string>& columns) {
  AddCommand<NoOptions>(group, app, "list", "List them", BindNothing,
                        [&app, method, field, columns](const NoOptions&) -> absl::Status {
                          ASSIGN_OR_RETURN(const std::string parent, app.Tenant());
                          Request request;
                          request.set_parent(parent);
                          ASSIGN_OR_RETURN(const Response response,
                                           app.session->Call(method, request));
                          app.output().PrintList(response, field, columns);
                          return absl::OkStatus();
                        });
}

// Adds "get NAME" for resources that stand directly under the tenant in `collection`.
template <typename Stub, typename Request, typename Response>
void AddGetCommand(CLI::App& group, App& app,
                   grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                   const std::string& collection) {
  AddCommand<NameOptions>(group, app, "get", "Show one", BindName,
                          [&app, method, collection](const NameOptions& options) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string parent, app.Tenant());
                            Request request;
                            request.set_name(FullName(parent, collection, options.name));
                            return CallAndPrint(app, method, request);
                          });
}

}  // namespace oboro::cli
