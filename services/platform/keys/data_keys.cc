#include "services/platform/keys/data_keys.h"

#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/db/usage.h"
#include "services/platform/keys/key_rows.h"

namespace oboro::platform {
namespace {

absl::Status ObjectGone() {
  return ReasonedError(absl::StatusCode::kAborted,
                       {"OBJECT_GONE",
                        "The object was removed while it was being made; begin it again.",
                        "作成中のデータが削除されました。最初からやり直してください。",
                        {}});
}

}  // namespace

absl::StatusOr<SecretBytes> CreateDataKey(pqxx::work& tx, const TenantContext& tenant,
                                          KeyManager& keys, const std::string& object_id,
                                          const std::string& job_id) {
  ASSIGN_OR_RETURN(const int version, PrimaryKeyVersion(tx, tenant));
  ASSIGN_OR_RETURN(SecretBytes key, keys.GenerateSecret());
  ASSIGN_OR_RETURN(const WrappedKey wrapped,
                   keys.Wrap(tenant, version, KeyPurpose::kDataKey, object_id, key));
  // Column `service` fills itself from the role.
  tx.exec_params(
      "INSERT INTO tenancy.data_keys "
      "(tenant_id, object_id, state, job_id, kek_version, wrapped, create_time) "
      "VALUES ($1, $2, 'PENDING', nullif($3, ''), $4, $5, now())",
      tenant.id(), object_id, job_id, version, SqlBytes(wrapped.bytes));
  return key;
}

absl::Status MarkDataKeyLive(pqxx::work& tx, const TenantContext& tenant,
                             const std::string& object_id, int64_t bytes) {
  const pqxx::result marked = tx.exec_params(
      "UPDATE tenancy.data_keys SET state = 'LIVE', bytes = $3 "
      "WHERE tenant_id = $1 AND object_id = $2 AND state = 'PENDING'",
      tenant.id(), object_id, bytes);
  if (marked.affected_rows() != 1) return ObjectGone();
  return AddUsage(tx, tenant, {.bytes = bytes});
}

absl::StatusOr<SecretBytes> LoadDataKey(pqxx::work& tx, const TenantContext& tenant,
                                        KeyManager& keys, const std::string& object_id) {
  const pqxx::result rows = tx.exec_params(
      "SELECT kek_version, wrapped FROM tenancy.data_keys "
      "WHERE tenant_id = $1 AND object_id = $2 AND state <> 'DESTROYED'",
      tenant.id(), object_id);
  if (rows.empty()) return NotFoundError();
  return keys.Unwrap(tenant, KeyPurpose::kDataKey, object_id,
                     {rows[0][0].as<int>(), BytesOf(rows[0][1])});
}

absl::Status DestroyDataKey(pqxx::work& tx, const TenantContext& tenant,
                            const std::string& object_id) {
  // The row as it was is asked for first: UPDATE tells only what it became.
  const pqxx::result rows = tx.exec_params(
      "SELECT state, bytes FROM tenancy.data_keys WHERE tenant_id = $1 AND object_id = $2",
      tenant.id(), object_id);
  if (rows.empty() || TextOf(rows[0][0]) == "DESTROYED") return absl::OkStatus();
  const bool live = TextOf(rows[0][0]) == "LIVE";
  const pqxx::result destroyed = tx.exec_params(
      "UPDATE tenancy.data_keys SET state = 'DESTROYED', wrapped = NULL, kek_version = NULL "
      "WHERE tenant_id = $1 AND object_id = $2",
      tenant.id(), object_id);
  // A row that can be read but not changed is an input of this service, made by another one.
  if (destroyed.affected_rows() != 1) return NotFoundError();
  if (!live) return absl::OkStatus();
  return AddUsage(tx, tenant, {.bytes = -rows[0][1].as<int64_t>()});
}

absl::Status ForgetDataKey(pqxx::work& tx, const TenantContext& tenant,
                           const std::string& object_id) {
  tx.exec_params(
      "DELETE FROM tenancy.data_keys "
      "WHERE tenant_id = $1 AND object_id = $2 AND state = 'DESTROYED'",
      tenant.id(), object_id);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> CollectDeadObjects(pqxx::work& tx,
                                                            const TenantContext& tenant) {
  // Jobs of other services are not to be seen here, but a PENDING key hangs on one's own job.
  tx.exec_params(
      "UPDATE tenancy.data_keys k SET state = 'DESTROYED', wrapped = NULL, kek_version = NULL "
      "WHERE k.tenant_id = $1 AND k.service = substr(current_user::text, 7) "
      "AND k.state = 'PENDING' AND k.job_id IS NOT NULL AND NOT EXISTS "
      "(SELECT FROM jobs.jobs j WHERE j.tenant_id = k.tenant_id AND j.job_id = k.job_id "
      " AND j.state IN ('QUEUED', 'RUNNING'))",
      tenant.id());
  std::vector<std::string> dead;
  for (const pqxx::row& row :
       tx.exec_params("SELECT object_id FROM tenancy.data_keys WHERE tenant_id = $1 "
                      "AND service = substr(current_user::text, 7) AND state = 'DESTROYED'",
                      tenant.id())) {
    dead.push_back(TextOf(row[0]));
  }
  return dead;
}

absl::StatusOr<SecretBytes> LoadPseudonymKey(pqxx::work& tx, const TenantContext& tenant,
                                             KeyManager& keys) {
  const pqxx::result rows = tx.exec_params(
      "SELECT kek_version, wrapped FROM tenancy.keys "
      "WHERE tenant_id = $1 AND purpose = 'PSEUDONYM' AND state = 'PRIMARY'",
      tenant.id());
  if (rows.empty()) return TenantKeysMissing();
  return keys.Unwrap(tenant, KeyPurpose::kPseudonym, kPseudonymObjectId,
                     {rows[0][0].as<int>(), BytesOf(rows[0][1])});
}

absl::StatusOr<int> PrimaryKeyVersion(pqxx::work& tx, const TenantContext& tenant) {
  const pqxx::result rows = tx.exec_params(
      "SELECT version FROM tenancy.keys "
      "WHERE tenant_id = $1 AND purpose = 'KEY_ENCRYPTION' AND state = 'PRIMARY'",
      tenant.id());
  if (rows.empty()) return TenantKeysMissing();
  return rows[0][0].as<int>();
}

absl::StatusOr<std::string> SigningPublicKey(pqxx::work& tx, const TenantContext& tenant,
                                             int version) {
  const pqxx::result rows = tx.exec_params(
      "SELECT public_key FROM tenancy.keys "
      "WHERE tenant_id = $1 AND purpose = 'SIGNING' AND version = $2",
      tenant.id(), version);
  if (rows.empty()) return NotFoundError();
  return BytesOf(rows[0][0]);
}

}  // namespace oboro::platform
