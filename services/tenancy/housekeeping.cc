#include "services/tenancy/housekeeping.h"

#include <vector>

#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/identity/directory.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/tenancy/key_life.h"

namespace oboro::tenancy {
namespace {

using platform::TenantContext;
using platform::TenantState;

constexpr absl::Duration kRound = absl::Minutes(1);

absl::StatusOr<std::vector<platform::TenantKeyRow>> Keys(const Deps& deps,
                                                         const TenantContext& tenant) {
  return deps.db->RunTx(tenant, "housekeeping_keys",
                        [&](pqxx::work& tx) { return platform::ListTenantKeys(tx, tenant); });
}

bool AnyIn(const std::vector<platform::TenantKeyRow>& keys, const std::string& state) {
  for (const platform::TenantKeyRow& key : keys) {
    if (key.state == state) return true;
  }
  return false;
}

}  // namespace

void Housekeeping::Start() {
  if (!thread_.joinable()) thread_ = std::thread([this] { Loop(); });
}

void Housekeeping::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  if (thread_.joinable()) thread_.join();
}

void Housekeeping::Loop() {
  while (true) {
    RunOnce();
    absl::MutexLock lock(&mutex_);
    if (mutex_.AwaitWithTimeout(absl::Condition(&stop_), kRound)) return;
  }
}

void Housekeeping::RunOnce() {
  const auto tenants = deps_.db->RunDirectoryTx(
      "housekeeping", [](pqxx::work& tx) { return platform::AllTenants(tx); });
  if (!tenants.ok()) {
    platform::Log(platform::LogLevel::kError, "housekeeping cannot read the tenants",
                  {{"error", std::string(tenants.status().message())}});
    return;
  }
  for (const TenantContext& tenant : *tenants) {
    if (const absl::Status status = Tend(tenant); !status.ok()) {
      platform::Log(platform::LogLevel::kError, "housekeeping of a tenant failed",
                    {{"tenant", tenant.id()}, {"error", std::string(status.message())}});
    }
  }
}

absl::Status Housekeeping::Tend(const TenantContext& tenant) {
  ASSIGN_OR_RETURN(const auto keys, Keys(deps_, tenant));
  if (tenant.state() == TenantState::kShredded) {
    if (!AnyIn(keys, "PRIMARY") && !AnyIn(keys, "RETIRED")) return absl::OkStatus();
    platform::AuditEvent event;
    event.actor = "service:tenancy";
    event.action = "SHRED_TENANT";
    event.resource = tenant.name();
    return FinishShredding(deps_, tenant, event);
  }
  if (tenant.state() == TenantState::kActive && AnyIn(keys, "RETIRED")) {
    RETURN_IF_ERROR(FinishRotation(deps_, tenant).status());
  }
  return deps_.db->RunTx(tenant, "sign_head", [&](pqxx::work& tx) {
    return platform::SignHeadIfDue(tx, tenant, *deps_.keys, interval_, deps_.clock->Now()).status();
  });
}

}  // namespace oboro::tenancy
