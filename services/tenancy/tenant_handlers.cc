#include "services/tenancy/tenant_handlers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/audit/audit_log.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/identity/directory.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/tenancy/cost_shares.h"
#include "services/tenancy/errors.h"
#include "services/tenancy/key_life.h"
#include "services/tenancy/rows.h"
#include "services/tenancy/validate.h"

namespace oboro::tenancy {
namespace {

using platform::CallContext;
using platform::SqlTime;
using platform::TenantContext;

absl::Status InsertAccounts(pqxx::work& tx, const TenantContext& tenant, const v1::Quota& quota) {
  tx.exec_params(
      "INSERT INTO tenancy.quotas (tenant_id, bytes, rows, concurrent_jobs) "
      "VALUES ($1, $2, $3, $4)",
      tenant.id(), quota.bytes(), quota.rows(), quota.concurrent_jobs());
  tx.exec_params("INSERT INTO tenancy.usage (tenant_id) VALUES ($1)", tenant.id());
  tx.exec_params("INSERT INTO tenancy.audit_chains (tenant_id, sequence, hash) VALUES ($1, 0, $2)",
                 tenant.id(), platform::SqlBytes(std::string(32, '\0')));
  return absl::OkStatus();
}

absl::Status SetState(pqxx::work& tx, const TenantContext& tenant, platform::TenantState state) {
  tx.exec_params("UPDATE tenancy.tenants SET state = $2 WHERE tenant_id = $1", tenant.id(),
                 std::string(platform::StateName(state)));
  return absl::OkStatus();
}

absl::StatusOr<v1::Quota> ReadQuota(pqxx::work& tx, const TenantContext& tenant) {
  const pqxx::row row = tx.exec_params1(
      "SELECT bytes, rows, concurrent_jobs FROM tenancy.quotas WHERE tenant_id = $1", tenant.id());
  v1::Quota quota;
  quota.set_bytes(row[0].as<int64_t>());
  quota.set_rows(row[1].as<int64_t>());
  quota.set_concurrent_jobs(row[2].as<int>());
  return quota;
}

}  // namespace

absl::Status CreateTenantHandler::InsertTenant(const TenantContext& tenant, const CallContext& call,
                                               const v1::CreateTenantRequest& request) {
  RETURN_IF_ERROR(deps_.keys->CreateTenantKeys(tenant, 1));
  return deps_.db->RunTx(tenant, "create_tenant", [&](pqxx::work& tx) -> absl::Status {
    const absl::Time now = deps_.clock->Now();
    tx.exec_params(
        "INSERT INTO tenancy.tenants (tenant_id, municipality_code, display_name, population, "
        "state, create_time) VALUES ($1, $2, $3, $4, $5, $6)",
        tenant.id(), tenant.municipality_code(), request.display_name(), tenant.population(),
        std::string(platform::StateName(tenant.state())), SqlTime(now));
    RETURN_IF_ERROR(InsertAccounts(tx, tenant, request.quota()));
    RETURN_IF_ERROR(platform::InsertTenantKeys(tx, tenant, *deps_.keys, now));
    tx.exec_params(
        "INSERT INTO tenancy.members (tenant_id, member_id, issuer, subject, role, create_time) "
        "VALUES ($1, $2, $3, $4, 'ADMINISTRATOR', $5)",
        tenant.id(), platform::NewId(), request.administrator().issuer(),
        request.administrator().subject(), SqlTime(now));
    return AppendAudit(
        tx, tenant,
        call.Event("CREATE_TENANT", tenant.name(),
                   {{"municipality_code", tenant.municipality_code()},
                    {"administrator", absl::StrCat("user:", request.administrator().issuer(), "#",
                                                   request.administrator().subject())}}),
        now);
  });
}

absl::StatusOr<v1::CreateTenantResponse> CreateTenantHandler::operator()(
    const CallContext& call, const v1::CreateTenantRequest& request) {
  RETURN_IF_ERROR(ValidateCreateTenant(request));
  const TenantContext tenant =
      platform::NewTenant(platform::NewId(), request.municipality_code(), request.population());
  const absl::Status inserted = InsertTenant(tenant, call, request);
  if (!inserted.ok()) {
    // Keys that no row names would stay in the token for ever.
    const absl::Status undone = deps_.keys->DestroyTenantKeys(tenant, 1);
    if (!undone.ok()) platform::Log(platform::LogLevel::kError, "keys without a tenant stay");
    if (inserted.code() == absl::StatusCode::kAlreadyExists) return TenantExists();
    return inserted;
  }
  v1::CreateTenantResponse response;
  ASSIGN_OR_RETURN(*response.mutable_tenant(),
                   deps_.db->RunTx(tenant, "get_tenant",
                                   [&](pqxx::work& tx) { return ReadTenant(tx, tenant); }));
  return response;
}

absl::StatusOr<v1::GetTenantResponse> GetTenantHandler::operator()(const CallContext& call,
                                                                   const v1::GetTenantRequest&) {
  v1::GetTenantResponse response;
  ASSIGN_OR_RETURN(*response.mutable_tenant(),
                   deps_.db->RunTx(call.tenant(), "get_tenant",
                                   [&](pqxx::work& tx) { return ReadTenant(tx, call.tenant()); }));
  return response;
}

absl::StatusOr<v1::ListTenantsResponse> ListTenantsHandler::operator()(
    const CallContext& call, const v1::ListTenantsRequest& request) {
  const std::string& token = request.page_token();
  if (!token.empty() && !platform::IsId(token)) return InvalidPageToken();
  const int size = PageSize(request.page_size(), 50, 500);
  return deps_.db->RunDirectoryTx(
      "list_tenants", [&](pqxx::work& tx) -> absl::StatusOr<v1::ListTenantsResponse> {
        const bool everything = platform::Has(call.roles, platform::Role::kOperator);
        const pqxx::result rows = tx.exec_params(
            absl::StrCat("SELECT ", kTenantColumns,
                         " FROM tenancy.tenants t WHERE tenant_id > $1 AND ($2 OR EXISTS (SELECT "
                         "FROM tenancy.members m WHERE m.tenant_id = t.tenant_id AND issuer = $3 "
                         "AND subject = $4)) ORDER BY tenant_id LIMIT $5"),
            token, everything, call.caller.issuer, call.caller.subject, size + 1);
        v1::ListTenantsResponse response;
        for (const pqxx::row& row : rows) {
          if (response.tenants_size() == size) {
            response.set_next_page_token(
                response.tenants(size - 1).name().substr(sizeof("tenants/") - 1));
            break;
          }
          ASSIGN_OR_RETURN(*response.add_tenants(), TenantFromRow(row));
        }
        return response;
      });
}

absl::StatusOr<v1::Tenant> ChangeStateHandler::operator()(const CallContext& call) {
  const TenantContext& tenant = call.tenant();
  return deps_.db->RunTx(
      tenant, "change_tenant_state", [&](pqxx::work& tx) -> absl::StatusOr<v1::Tenant> {
        // The row decides, not what the adapter saw. Of two verbs at one time the second one's
        // audit event cannot be written on its old snapshot: it is run again on the new state.
        ASSIGN_OR_RETURN(const v1::Tenant found, ReadTenant(tx, tenant));
        const std::string text =
            v1::TenantState_Name(found.state()).substr(sizeof("TENANT_STATE_") - 1);
        ASSIGN_OR_RETURN(const platform::TenantState before, platform::ParseState(text));
        ASSIGN_OR_RETURN(const platform::TenantState after, platform::NextState(verb_, before));
        if (after == before) return found;
        RETURN_IF_ERROR(SetState(tx, tenant, after));
        RETURN_IF_ERROR(AppendAudit(
            tx, tenant,
            call.Event(action_, tenant.name(),
                       {{"before", text}, {"after", std::string(platform::StateName(after))}}),
            deps_.clock->Now()));
        return ReadTenant(tx, tenant);
      });
}

absl::StatusOr<v1::ShredTenantResponse> ShredTenantHandler::operator()(
    const CallContext& call, const v1::ShredTenantRequest& request) {
  if (request.confirm_municipality_code() != call.tenant().municipality_code()) {
    return ConfirmationWrong();
  }
  v1::ShredTenantResponse response;
  // From here on nobody may use the keys; what follows can be cut off and is done again.
  ASSIGN_OR_RETURN(*response.mutable_tenant(), close_(call));
  const TenantContext& tenant = call.tenant();
  // The last head that this tenant's key can sign; without it what follows could be cut unseen.
  const absl::Status signed_head = deps_.db->RunTx(tenant, "sign_last_head", [&](pqxx::work& tx) {
    return platform::SignHead(tx, tenant, *deps_.keys, deps_.clock->Now()).status();
  });
  if (!signed_head.ok()) platform::Log(platform::LogLevel::kWarning, "the last head is not signed");
  const TenantContext shredded = platform::InState(call.tenant(), platform::TenantState::kShredded);
  RETURN_IF_ERROR(FinishShredding(deps_, shredded, call.Event("SHRED_TENANT", shredded.name())));
  return response;
}

absl::StatusOr<v1::SetQuotaResponse> SetQuotaHandler::operator()(
    const CallContext& call, const v1::SetQuotaRequest& request) {
  RETURN_IF_ERROR(ValidateQuota(request.quota()));
  const TenantContext& tenant = call.tenant();
  const v1::Quota& quota = request.quota();
  v1::SetQuotaResponse response;
  ASSIGN_OR_RETURN(
      *response.mutable_quota(),
      deps_.db->RunTx(tenant, "set_quota", [&](pqxx::work& tx) -> absl::StatusOr<v1::Quota> {
        tx.exec_params(
            "UPDATE tenancy.quotas SET bytes = $2, rows = $3, concurrent_jobs = $4 "
            "WHERE tenant_id = $1",
            tenant.id(), quota.bytes(), quota.rows(), quota.concurrent_jobs());
        RETURN_IF_ERROR(AppendAudit(tx, tenant,
                                    call.Event("SET_QUOTA", tenant.name(),
                                               {{"bytes", quota.bytes()},
                                                {"rows", quota.rows()},
                                                {"concurrent_jobs", quota.concurrent_jobs()}}),
                                    deps_.clock->Now()));
        return ReadQuota(tx, tenant);
      }));
  return response;
}

absl::StatusOr<v1::GetUsageResponse> GetUsageHandler::operator()(const CallContext& call,
                                                                 const v1::GetUsageRequest&) {
  const TenantContext& tenant = call.tenant();
  return deps_.db->RunTx(
      tenant, "get_usage", [&](pqxx::work& tx) -> absl::StatusOr<v1::GetUsageResponse> {
        v1::GetUsageResponse response;
        ASSIGN_OR_RETURN(*response.mutable_quota(), ReadQuota(tx, tenant));
        const pqxx::row row = tx.exec_params1(
            "SELECT bytes, rows, worker_seconds, (SELECT count(*) FROM jobs.jobs WHERE tenant_id = "
            "$1 AND state = 'RUNNING') FROM tenancy.usage WHERE tenant_id = $1",
            tenant.id());
        response.mutable_usage()->set_bytes(row[0].as<int64_t>());
        response.mutable_usage()->set_rows(row[1].as<int64_t>());
        response.mutable_usage()->set_worker_seconds(row[2].as<double>());
        response.mutable_usage()->set_running_jobs(row[3].as<int>());
        return response;
      });
}

absl::StatusOr<v1::ListUsageResponse> ListUsageHandler::operator()(const CallContext&,
                                                                   const v1::ListUsageRequest&) {
  return deps_.db->RunDirectoryTx(
      "list_usage", [&](pqxx::work& tx) -> absl::StatusOr<v1::ListUsageResponse> {
        v1::ListUsageResponse response;
        std::vector<Consumption> consumed;
        for (const pqxx::row& row : tx.exec(
                 "SELECT t.tenant_id, t.municipality_code, t.display_name, t.population, t.state, "
                 "t.create_time, u.bytes AS used_bytes, u.rows AS used_rows, u.worker_seconds, "
                 "q.bytes, q.rows, q.concurrent_jobs, (SELECT count(*) FROM jobs.jobs j WHERE "
                 "j.tenant_id = t.tenant_id AND j.state = 'RUNNING') AS running "
                 "FROM tenancy.tenants t JOIN tenancy.usage u USING (tenant_id) "
                 "JOIN tenancy.quotas q USING (tenant_id) ORDER BY t.municipality_code")) {
          v1::TenantUsage* tenant = response.add_tenants();
          ASSIGN_OR_RETURN(*tenant->mutable_tenant(), TenantFromRow(row));
          const double seconds = row["worker_seconds"].as<double>();
          tenant->mutable_usage()->set_bytes(row["used_bytes"].as<int64_t>());
          tenant->mutable_usage()->set_rows(row["used_rows"].as<int64_t>());
          tenant->mutable_usage()->set_worker_seconds(seconds);
          tenant->mutable_usage()->set_running_jobs(row["running"].as<int>());
          tenant->mutable_quota()->set_bytes(row["bytes"].as<int64_t>());
          tenant->mutable_quota()->set_rows(row["rows"].as<int64_t>());
          tenant->mutable_quota()->set_concurrent_jobs(row["concurrent_jobs"].as<int>());
          tenant->set_job_seconds(seconds);
          consumed.push_back({static_cast<double>(tenant->usage().bytes()), seconds});
        }
        const std::vector<double> shares = CostShares(consumed);
        for (int i = 0; i < response.tenants_size(); ++i) {
          response.mutable_tenants(i)->set_cost_share(shares[i]);
        }
        return response;
      });
}

}  // namespace oboro::tenancy
