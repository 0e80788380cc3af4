#include "services/platform/audit/audit.h"

#include "services/platform/audit/audit_chain.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::platform {
namespace {

// Text columns cannot hold NUL, and what is hashed must be what is stored.
bool IsStorable(const std::string& text) { return text.find('\0') == std::string::npos; }

absl::Status NotRecordable() {
  Log(LogLevel::kError, "an audit event holds a NUL");
  return ReasonedError(absl::StatusCode::kInternal,
                       {"AUDIT_FAILED",
                        "The request could not be recorded in the audit chain and was not done.",
                        "監査記録に残せないため、処理を中止しました。",
                        {}});
}

// The chain's head, locked until the transaction ends. Only tenancy, which makes tenants, may begin
// a chain.
absl::Status LockHead(pqxx::work& tx, const TenantContext& tenant, ChainedEvent* next) {
  const std::string select =
      "SELECT sequence, hash FROM tenancy.audit_chains WHERE tenant_id = $1 FOR UPDATE";
  pqxx::result head = tx.exec_params(select, tenant.id());
  if (head.empty()) {
    tx.exec_params(
        "INSERT INTO tenancy.audit_chains (tenant_id, sequence, hash) VALUES ($1, 0, $2) "
        "ON CONFLICT DO NOTHING",
        tenant.id(), SqlBytes(GenesisHash()));
    head = tx.exec_params(select, tenant.id());
    if (head.empty()) return NotFoundError();
  }
  next->sequence = head[0][0].as<int64_t>() + 1;
  next->previous_hash = BytesOf(head[0][1]);
  return absl::OkStatus();
}

}  // namespace

absl::Status AppendAudit(pqxx::work& tx, const TenantContext& tenant, const AuditEvent& event,
                         absl::Time now) {
  ChainedEvent chained;
  chained.time = absl::FromUnixMicros(absl::ToUnixMicros(now));
  chained.actor = event.actor;
  chained.action = event.action;
  chained.resource = event.resource;
  chained.outcome = event.outcome;
  // Keys sorted, no spaces; bytes that are no UTF-8 become U+FFFD rather than an exception.
  chained.detail_json = event.detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  for (const std::string* text :
       {&chained.actor, &chained.action, &chained.resource, &chained.outcome}) {
    if (!IsStorable(*text)) return NotRecordable();
  }
  RETURN_IF_ERROR(LockHead(tx, tenant, &chained));
  chained.hash = EventHash(tenant.id(), chained);
  tx.exec_params(
      "INSERT INTO tenancy.audit_events (tenant_id, sequence, time, actor, action, resource, "
      "outcome, detail, previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      tenant.id(), chained.sequence, SqlTime(chained.time), chained.actor, chained.action,
      chained.resource, chained.outcome, chained.detail_json, SqlBytes(chained.previous_hash),
      SqlBytes(chained.hash));
  tx.exec_params("UPDATE tenancy.audit_chains SET sequence = $2, hash = $3 WHERE tenant_id = $1",
                 tenant.id(), chained.sequence, SqlBytes(chained.hash));
  return absl::OkStatus();
}

}  // namespace oboro::platform
