#include "services/platform/keys/tenant_keys.h"

#include "services/platform/db/sql.h"
#include "services/platform/keys/key_rows.h"

namespace oboro::platform {
namespace {

// Rows of KEK and signing key of a version, both in use.
absl::Status InsertVersion(pqxx::work& tx, const TenantContext& tenant, KeyManager& keys,
                           int version, absl::Time now) {
  ASSIGN_OR_RETURN(const std::string public_key, keys.PublicKey(tenant, version));
  tx.exec_params("INSERT INTO tenancy.wrapping_keys (tenant_id, version) VALUES ($1, $2)",
                 tenant.id(), version);
  tx.exec_params(
      "INSERT INTO tenancy.keys (tenant_id, purpose, version, state, public_key, create_time) "
      "VALUES ($1, 'KEY_ENCRYPTION', $2, 'PRIMARY', NULL, $4), "
      "($1, 'SIGNING', $2, 'PRIMARY', $3, $4)",
      tenant.id(), version, SqlBytes(public_key), SqlTime(now));
  return absl::OkStatus();
}

std::vector<int> Versions(const pqxx::result& rows) {
  std::vector<int> versions;
  for (const pqxx::row& row : rows) versions.push_back(row[0].as<int>());
  return versions;
}

}  // namespace

absl::Status InsertTenantKeys(pqxx::work& tx, const TenantContext& tenant, KeyManager& keys,
                              absl::Time now) {
  RETURN_IF_ERROR(InsertVersion(tx, tenant, keys, 1, now));
  ASSIGN_OR_RETURN(const SecretBytes pseudonym, keys.GenerateSecret());
  ASSIGN_OR_RETURN(const WrappedKey wrapped,
                   keys.Wrap(tenant, 1, KeyPurpose::kPseudonym, kPseudonymObjectId, pseudonym));
  tx.exec_params(
      "INSERT INTO tenancy.keys "
      "(tenant_id, purpose, version, state, wrapped, kek_version, create_time) "
      "VALUES ($1, 'PSEUDONYM', 1, 'PRIMARY', $2, 1, $3)",
      tenant.id(), SqlBytes(wrapped.bytes), SqlTime(now));
  return absl::OkStatus();
}

absl::StatusOr<std::vector<TenantKeyRow>> ListTenantKeys(pqxx::work& tx,
                                                         const TenantContext& tenant) {
  std::vector<TenantKeyRow> keys;
  for (const pqxx::row& row :
       tx.exec_params("SELECT purpose, version, state, public_key, create_time FROM tenancy.keys "
                      "WHERE tenant_id = $1 ORDER BY purpose, version",
                      tenant.id())) {
    keys.push_back(
        {TextOf(row[0]), row[1].as<int>(), TextOf(row[2]), BytesOf(row[3]), TimeOf(row[4])});
  }
  return keys;
}

absl::StatusOr<std::vector<int>> TenantKeyVersions(pqxx::work& tx, const TenantContext& tenant) {
  return Versions(tx.exec_params(
      "SELECT DISTINCT version FROM tenancy.keys WHERE tenant_id = $1 "
      "AND purpose IN ('KEY_ENCRYPTION', 'SIGNING') AND state <> 'DESTROYED' ORDER BY version",
      tenant.id()));
}

absl::Status BeginKeyRotation(pqxx::work& tx, const TenantContext& tenant, KeyManager& keys,
                              int version, absl::Time now) {
  const pqxx::result known =
      tx.exec_params("SELECT FROM tenancy.wrapping_keys WHERE tenant_id = $1 AND version = $2",
                     tenant.id(), version);
  // Done by an earlier try, whose answer was lost.
  if (!known.empty()) return absl::OkStatus();
  tx.exec_params(
      "UPDATE tenancy.keys SET state = 'RETIRED' WHERE tenant_id = $1 AND state = 'PRIMARY' "
      "AND purpose IN ('KEY_ENCRYPTION', 'SIGNING')",
      tenant.id());
  RETURN_IF_ERROR(InsertVersion(tx, tenant, keys, version, now));
  const pqxx::result pseudonym = tx.exec_params(
      "SELECT kek_version, wrapped FROM tenancy.keys "
      "WHERE tenant_id = $1 AND purpose = 'PSEUDONYM' AND state = 'PRIMARY'",
      tenant.id());
  if (pseudonym.empty()) return TenantKeysMissing();
  ASSIGN_OR_RETURN(const SecretBytes secret,
                   keys.Unwrap(tenant, KeyPurpose::kPseudonym, kPseudonymObjectId,
                               {pseudonym[0][0].as<int>(), BytesOf(pseudonym[0][1])}));
  ASSIGN_OR_RETURN(const WrappedKey wrapped,
                   keys.Wrap(tenant, version, KeyPurpose::kPseudonym, kPseudonymObjectId, secret));
  tx.exec_params(
      "UPDATE tenancy.keys SET wrapped = $2, kek_version = $3 "
      "WHERE tenant_id = $1 AND purpose = 'PSEUDONYM' AND state = 'PRIMARY'",
      tenant.id(), SqlBytes(wrapped.bytes), version);
  return absl::OkStatus();
}

absl::StatusOr<int64_t> RewrapDataKeys(pqxx::work& tx, const TenantContext& tenant,
                                       KeyManager& keys, int limit) {
  const pqxx::result primary = tx.exec_params(
      "SELECT version FROM tenancy.keys "
      "WHERE tenant_id = $1 AND purpose = 'KEY_ENCRYPTION' AND state = 'PRIMARY'",
      tenant.id());
  if (primary.empty()) return TenantKeysMissing();
  const int version = primary[0][0].as<int>();
  const pqxx::result rows = tx.exec_params(
      "SELECT object_id, kek_version, wrapped FROM tenancy.data_keys "
      "WHERE tenant_id = $1 AND kek_version <> $2 ORDER BY object_id LIMIT $3 FOR UPDATE",
      tenant.id(), version, limit);
  for (const pqxx::row& row : rows) {
    const std::string object_id = TextOf(row[0]);
    ASSIGN_OR_RETURN(const SecretBytes secret, keys.Unwrap(tenant, KeyPurpose::kDataKey, object_id,
                                                           {row[1].as<int>(), BytesOf(row[2])}));
    ASSIGN_OR_RETURN(const WrappedKey wrapped,
                     keys.Wrap(tenant, version, KeyPurpose::kDataKey, object_id, secret));
    tx.exec_params(
        "UPDATE tenancy.data_keys SET wrapped = $3, kek_version = $4 "
        "WHERE tenant_id = $1 AND object_id = $2",
        tenant.id(), object_id, SqlBytes(wrapped.bytes), version);
  }
  return static_cast<int64_t>(rows.size());
}

absl::StatusOr<std::vector<int>> FinishKeyRotation(pqxx::work& tx, const TenantContext& tenant) {
  const std::string retired =
      "SELECT version FROM tenancy.keys "
      "WHERE tenant_id = $1 AND purpose = 'KEY_ENCRYPTION' AND state = 'RETIRED'";
  std::vector<int> versions = Versions(tx.exec_params(retired + " ORDER BY version", tenant.id()));
  // The foreign keys refuse while a secret, even of a transaction still running, hangs on one.
  tx.exec_params(
      "DELETE FROM tenancy.wrapping_keys WHERE tenant_id = $1 AND version IN (" + retired + ")",
      tenant.id());
  tx.exec_params(
      "UPDATE tenancy.keys SET state = 'DESTROYED' WHERE tenant_id = $1 AND state = 'RETIRED' "
      "AND purpose IN ('KEY_ENCRYPTION', 'SIGNING')",
      tenant.id());
  return versions;
}

absl::Status ShredKeyRows(pqxx::work& tx, const TenantContext& tenant) {
  tx.exec_params(
      "UPDATE tenancy.data_keys SET state = 'DESTROYED', wrapped = NULL, kek_version = NULL "
      "WHERE tenant_id = $1 AND state <> 'DESTROYED'",
      tenant.id());
  tx.exec_params(
      "UPDATE tenancy.keys SET state = 'DESTROYED', wrapped = NULL, kek_version = NULL "
      "WHERE tenant_id = $1 AND state <> 'DESTROYED'",
      tenant.id());
  tx.exec_params("DELETE FROM tenancy.wrapping_keys WHERE tenant_id = $1", tenant.id());
  return absl::OkStatus();
}

}  // namespace oboro::platform
