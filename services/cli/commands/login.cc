#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/cli/app.h"
#include "services/cli/files.h"
#include "services/cli/token.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

absl::Status Login(App& app, bool device) {
  ASSIGN_OR_RETURN(const Settings settings, app.settings());
  Token token;
  if (device) {
    ASSIGN_OR_RETURN(token,
                     DeviceFlow(settings, [&](const std::string& url, const std::string& code) {
                       // To standard error: --json keeps standard output for the result.
                       app.err << "ブラウザーで次のページを開き、コード " << code
                               << " を確かめてください: " << url << std::endl;
                     }));
  } else {
    ASSIGN_OR_RETURN(token, ClientCredentials(settings, app.profile));
  }
  RETURN_IF_ERROR(SaveToken(settings, app.profile, token));
  app.output().Say("ログインしました（" + app.profile + "）。");
  ASSIGN_OR_RETURN(Session * session, app.Connect());
  ASSIGN_OR_RETURN(const auto self, session->Call(&tenancy::v1::MemberService::Stub::GetSelf,
                                                  tenancy::v1::GetSelfRequest()));
  app.output().Print(self);
  return absl::OkStatus();
}

absl::Status WhoAmI(App& app) {
  ASSIGN_OR_RETURN(Session * session, app.Connect());
  ASSIGN_OR_RETURN(const auto self, session->Call(&tenancy::v1::MemberService::Stub::GetSelf,
                                                  tenancy::v1::GetSelfRequest()));
  app.output().Print(self);
  return absl::OkStatus();
}

}  // namespace

void AddLoginCommands(CLI::App& root, App& app) {
  auto device = std::make_shared<bool>(false);
  auto* login = root.add_subcommand("login", "Log in as --as and keep the token");
  login->add_flag("--device", *device, "By a browser (device flow) instead of a client secret");
  login->callback([&app, device] { app.command = [&app, device] { return Login(app, *device); }; });

  auto* logout = root.add_subcommand("logout", "Forget the token of --as");
  logout->callback([&app] {
    app.command = [&app]() -> absl::Status {
      ASSIGN_OR_RETURN(const Settings settings, app.settings());
      return ForgetToken(settings, app.profile);
    };
  });

  auto* whoami = root.add_subcommand("whoami", "Who the caller is, and where with which role");
  whoami->callback([&app] { app.command = [&app] { return WhoAmI(app); }; });
}

}  // namespace oboro::cli
