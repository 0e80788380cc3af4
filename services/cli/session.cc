#include "services/cli/session.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/cli/files.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

constexpr absl::Duration kMargin = absl::Seconds(30);
constexpr int kReconnectMilliseconds = 1000;

absl::Status UnknownTenant(const std::string& argument) {
  return platform::ReasonedError(
      absl::StatusCode::kNotFound,
      {"NOT_FOUND",
       absl::StrCat("You belong to no tenant that is called ", argument,
                    ". See: oboro tenants list."),
       absl::StrCat("所属するテナントに ", argument,
                    " はありません。oboro tenants list で確かめてください。"),
       {}});
}

bool Matches(const tenancy::v1::Tenant& tenant, const std::string& argument) {
  return tenant.name() == argument || tenant.name() == "tenants/" + argument ||
         tenant.municipality_code() == argument || tenant.display_name() == argument;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const Settings& settings,
                                                       const std::string& profile) {
  ASSIGN_OR_RETURN(const std::string ca, ReadFile(settings.ca_path));
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ca;
  return std::unique_ptr<Session>(new Session(
      settings, profile, grpc::CreateChannel(settings.endpoint, grpc::SslCredentials(options))));
}

absl::Status Session::Authenticate() {
  const absl::Time now = absl::Now();
  if (token_.expires - kMargin > now) return absl::OkStatus();
  if (auto cached = LoadToken(settings_, profile_, now); cached.ok()) {
    token_ = *std::move(cached);
    return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(token_, ClientCredentials(settings_, profile_));
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<grpc::ClientContext>> Session::NewContext(absl::Duration timeout) {
  RETURN_IF_ERROR(Authenticate());
  auto context = std::make_unique<grpc::ClientContext>();
  context->AddMetadata("authorization", "Bearer " + token_.access_token);
  context->set_deadline(absl::ToChronoTime(absl::Now() + timeout));
  return context;
}

absl::StatusOr<std::string> Session::ResolveTenant(const std::string& argument) {
  tenancy::v1::ListTenantsRequest request;
  std::vector<tenancy::v1::Tenant> tenants;
  do {
    ASSIGN_OR_RETURN(const auto page,
                     Call(&tenancy::v1::TenantService::Stub::ListTenants, request));
    tenants.insert(tenants.end(), page.tenants().begin(), page.tenants().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());

  if (argument.empty()) {
    if (tenants.size() == 1) return tenants.front().name();
    return InvalidInput("Name the tenant with --tenant: you belong to none or several.",
                        "--tenant でテナントを指定してください。");
  }
  for (const auto& tenant : tenants) {
    if (Matches(tenant, argument)) return tenant.name();
  }
  return UnknownTenant(argument);
}

}  // namespace oboro::cli
