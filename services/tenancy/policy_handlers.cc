#include "services/tenancy/policy_handlers.h"

#include <openssl/sha.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/keys/tenant_keys.h"
#include "services/platform/policy/policy.h"
#include "services/tenancy/errors.h"
#include "services/tenancy/key_life.h"
#include "services/tenancy/rows.h"
#include "services/tenancy/validate.h"

namespace oboro::tenancy {
namespace {

using platform::CallContext;
using platform::TenantContext;
using platform::TextOf;

constexpr size_t kMaxDocument = 256 * 1024;

std::string Sha256(const std::string& text) {
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return digest;
}

v1::Policy PolicyFromRow(const TenantContext& tenant, const pqxx::row& row) {
  v1::Policy policy;
  policy.set_name(absl::StrCat(tenant.name(), "/policies/", TextOf(row["policy_id"])));
  policy.set_version(row["version"].as<int>());
  policy.set_document(TextOf(row["document"]));
  policy.set_digest(platform::BytesOf(row["digest"]));
  SetTime(platform::TimeOf(row["create_time"]), policy.mutable_create_time());
  return policy;
}

void InsertPolicy(pqxx::work& tx, const TenantContext& tenant, const std::string& id,
                  const v1::Policy& policy, absl::Time now) {
  tx.exec_params(
      "INSERT INTO tenancy.policies (tenant_id, policy_id, version, document, digest, create_time) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      tenant.id(), id, policy.version(), policy.document(), platform::SqlBytes(policy.digest()),
      platform::SqlTime(now));
}

absl::StatusOr<std::vector<v1::Key>> ReadKeys(pqxx::work& tx, const TenantContext& tenant) {
  ASSIGN_OR_RETURN(const auto rows, platform::ListTenantKeys(tx, tenant));
  std::vector<v1::Key> keys;
  for (const platform::TenantKeyRow& row : rows) {
    v1::Key& key = keys.emplace_back();
    key.set_purpose(row.purpose);
    key.set_version(row.version);
    key.set_state(row.state);
    key.set_public_key(row.public_key);
    SetTime(row.create_time, key.mutable_create_time());
  }
  return keys;
}

}  // namespace

absl::StatusOr<v1::CreatePolicyResponse> CreatePolicyHandler::operator()(
    const CallContext& call, const v1::CreatePolicyRequest& request) {
  RETURN_IF_ERROR(ValidateChosenId(request.policy_id(), "policy_id"));
  if (request.document().size() > kMaxDocument) {
    return InvalidField("document", "at most 262,144 bytes", "262,144バイト以内の文書");
  }
  RETURN_IF_ERROR(platform::ParsePolicy(request.document()).status());
  const TenantContext& tenant = call.tenant();
  v1::Policy policy;
  policy.set_name(absl::StrCat(tenant.name(), "/policies/", request.policy_id()));
  policy.set_document(request.document());
  policy.set_digest(Sha256(request.document()));
  RETURN_IF_ERROR(deps_.db->RunTx(tenant, "create_policy", [&](pqxx::work& tx) -> absl::Status {
    const absl::Time now = deps_.clock->Now();
    const pqxx::row newest = tx.exec_params1(
        "SELECT coalesce(max(version), 0) FROM tenancy.policies WHERE tenant_id = $1 AND "
        "policy_id = $2",
        tenant.id(), request.policy_id());
    policy.set_version(newest[0].as<int>() + 1);
    SetTime(now, policy.mutable_create_time());
    InsertPolicy(tx, tenant, request.policy_id(), policy, now);
    return AppendAudit(tx, tenant,
                       call.Event("CREATE_POLICY", policy.name(), {{"version", policy.version()}}),
                       now);
  }));
  v1::CreatePolicyResponse response;
  *response.mutable_policy() = std::move(policy);
  return response;
}

absl::StatusOr<v1::GetPolicyResponse> GetPolicyHandler::operator()(
    const CallContext& call, const v1::GetPolicyRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/policies/*"));
  if (request.version() < 0) return InvalidField("version", "0 or more", "0以上の版");
  const TenantContext& tenant = call.tenant();
  return deps_.db->RunTx(
      tenant, "get_policy", [&](pqxx::work& tx) -> absl::StatusOr<v1::GetPolicyResponse> {
        const pqxx::result rows = tx.exec_params(
            "SELECT policy_id, version, document, digest, create_time FROM tenancy.policies "
            "WHERE tenant_id = $1 AND policy_id = $2 AND ($3 = 0 OR version = $3) "
            "ORDER BY version DESC LIMIT 1",
            tenant.id(), ids[1], request.version());
        if (rows.empty()) return platform::NotFoundError();
        v1::GetPolicyResponse response;
        *response.mutable_policy() = PolicyFromRow(tenant, rows[0]);
        return response;
      });
}

absl::StatusOr<v1::ListPoliciesResponse> ListPoliciesHandler::operator()(
    const CallContext& call, const v1::ListPoliciesRequest&) {
  const TenantContext& tenant = call.tenant();
  return deps_.db->RunTx(
      tenant, "list_policies", [&](pqxx::work& tx) -> absl::StatusOr<v1::ListPoliciesResponse> {
        v1::ListPoliciesResponse response;
        for (const pqxx::row& row :
             tx.exec_params("SELECT DISTINCT ON (policy_id) policy_id, version, document, digest, "
                            "create_time FROM tenancy.policies WHERE tenant_id = $1 "
                            "ORDER BY policy_id, version DESC",
                            tenant.id())) {
          *response.add_policies() = PolicyFromRow(tenant, row);
        }
        return response;
      });
}

absl::StatusOr<v1::ListPolicyVersionsResponse> ListPolicyVersionsHandler::operator()(
    const CallContext& call, const v1::ListPolicyVersionsRequest& request) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(request.name(), "tenants/*/policies/*"));
  const TenantContext& tenant = call.tenant();
  return deps_.db->RunTx(tenant, "list_policy_versions",
                         [&](pqxx::work& tx) -> absl::StatusOr<v1::ListPolicyVersionsResponse> {
                           v1::ListPolicyVersionsResponse response;
                           for (const pqxx::row& row : tx.exec_params(
                                    "SELECT policy_id, version, document, digest, create_time FROM "
                                    "tenancy.policies WHERE tenant_id = $1 AND policy_id = $2 "
                                    "ORDER BY version DESC",
                                    tenant.id(), ids[1])) {
                             *response.add_policies() = PolicyFromRow(tenant, row);
                           }
                           if (response.policies().empty()) return platform::NotFoundError();
                           return response;
                         });
}

absl::StatusOr<v1::RotateKeysResponse> RotateKeysHandler::operator()(const CallContext& call,
                                                                     const v1::RotateKeysRequest&) {
  const TenantContext& tenant = call.tenant();
  v1::RotateKeysResponse response;
  ASSIGN_OR_RETURN(const int64_t rewrapped,
                   RotateKeys(deps_, tenant, call.Event("ROTATE_KEYS", tenant.name())));
  response.set_rewrapped(rewrapped);
  ASSIGN_OR_RETURN(
      const std::vector<v1::Key> keys,
      deps_.db->RunTx(tenant, "list_keys", [&](pqxx::work& tx) { return ReadKeys(tx, tenant); }));
  for (const v1::Key& key : keys) *response.add_keys() = key;
  return response;
}

absl::StatusOr<v1::ListKeysResponse> ListKeysHandler::operator()(const CallContext& call,
                                                                 const v1::ListKeysRequest&) {
  const TenantContext& tenant = call.tenant();
  v1::ListKeysResponse response;
  ASSIGN_OR_RETURN(
      const std::vector<v1::Key> keys,
      deps_.db->RunTx(tenant, "list_keys", [&](pqxx::work& tx) { return ReadKeys(tx, tenant); }));
  for (const v1::Key& key : keys) *response.add_keys() = key;
  return response;
}

}  // namespace oboro::tenancy
