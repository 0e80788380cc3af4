#include "services/cli/app.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/exit_codes.h"
#include "services/platform/base/status.h"

namespace oboro::cli {

absl::StatusOr<Session*> App::Connect() {
  if (session == nullptr) {
    ASSIGN_OR_RETURN(const Settings found, settings());
    ASSIGN_OR_RETURN(session, Session::Open(found, profile));
  }
  return session.get();
}

absl::StatusOr<std::string> App::Tenant() {
  ASSIGN_OR_RETURN(Session * connected, Connect());
  return connected->ResolveTenant(tenant);
}

std::string FullName(const std::string& parent, const std::string& collection,
                     const std::string& name) {
  if (absl::StartsWith(name, "tenants/")) return name;
  return absl::StrCat(parent, "/", collection, "/", name);
}

int RunCli(int argc, const char* const* argv, std::ostream& out, std::ostream& err) {
  App app(out, err);
  CLI::App root(
      "oboro: 自治体の行政データを抽象化し、保護した統計にする / abstract and tabulate safely",
      "oboro");
  root.require_subcommand(1);
  // Options of the instance may stand before or after the command.
  root.fallthrough();
  root.add_option("--state", app.state_dir, "State folder of a development instance");
  root.add_option("--config", app.config_path, "Configuration file (docs/cli.md)");
  root.add_option("--as", app.profile,
                  "Log-in to use: a known client or the profile of oboro login");
  root.add_option("--tenant", app.tenant, "Tenant: name, id, municipality code or official name");
  root.add_flag("--json", app.json, "One JSON document on standard output");
  for (const auto& add : {AddLoginCommands, AddTenancyCommands, AddKeysCommands, AddUploadCommands,
                          AddProfileCommands, AddAbstractionCommands, AddStatisticsCommands,
                          AddSharingCommands, AddOperationsCommands, AddAuditCommands,
                          AddSynthCommands, AddRunCommands, AddSdcCommands}) {
    add(root, app);
  }
  try {
    root.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    // --help is no error; anything else is bad input.
    return root.exit(e, out, err) == 0 ? kOk : kBadInput;
  }
  const absl::Status status = app.command ? app.command() : absl::OkStatus();
  if (!status.ok()) PrintError(err, status, app.json);
  return app.exit_code.value_or(ExitCodeOf(status));
}

}  // namespace oboro::cli
