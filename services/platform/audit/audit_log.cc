#include "services/platform/audit/audit_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/keys/data_keys.h"

namespace oboro::platform {
namespace {

// Events read at a time while the chain is checked.
constexpr int kVerifyPage = 1000;

ChainHead HeadOf(const pqxx::row& row) {
  ChainHead head;
  head.sequence = row["sequence"].as<int64_t>();
  head.hash = BytesOf(row["hash"]);
  head.time = TimeOf(row["time"]);
  head.signature = BytesOf(row["signature"]);
  head.key_version = row["key_version"].as<int>();
  return head;
}

constexpr char kSelectHeads[] =
    "SELECT sequence, hash, time, signature, key_version FROM tenancy.audit_heads "
    "WHERE tenant_id = $1 ORDER BY sequence";

std::optional<ChainVerifier::Current> CurrentHead(pqxx::work& tx, const TenantContext& tenant) {
  const pqxx::result rows = tx.exec_params(
      "SELECT sequence, hash FROM tenancy.audit_chains WHERE tenant_id = $1", tenant.id());
  if (rows.empty()) return std::nullopt;
  return ChainVerifier::Current{rows[0][0].as<int64_t>(), BytesOf(rows[0][1])};
}

std::optional<ChainHead> NewestHead(pqxx::work& tx, const TenantContext& tenant) {
  const pqxx::result rows =
      tx.exec_params(std::string(kSelectHeads) + " DESC LIMIT 1", tenant.id());
  if (rows.empty()) return std::nullopt;
  return HeadOf(rows[0]);
}

// A statement with only the conditions that are asked for, so that each can use its index; what is
// asked stands in the parameters alone.
struct EventQuery {
  std::string sql;
  std::vector<std::string> params;

  std::string Param(std::string value) {
    params.push_back(std::move(value));
    return absl::StrCat("$", params.size());
  }
};

// The actors of a tenant are few and its events many: the index is skipped from one to the next.
constexpr char kActorsContaining[] =
    " AND actor IN (WITH RECURSIVE a AS ((SELECT actor FROM tenancy.audit_events WHERE tenant_id = "
    "$1 ORDER BY actor LIMIT 1) UNION ALL SELECT (SELECT e.actor FROM tenancy.audit_events e WHERE "
    "e.tenant_id = $1 AND e.actor > a.actor ORDER BY e.actor LIMIT 1) FROM a WHERE a.actor IS NOT "
    "NULL) SELECT actor FROM a WHERE strpos(actor, ";

EventQuery MakeQuery(const TenantContext& tenant, const EventFilter& filter, int64_t after,
                     int limit) {
  EventQuery query;
  const std::string own = query.Param(tenant.id());
  std::string& sql = query.sql;
  sql =
      "SELECT sequence, time, actor, action, resource, outcome, detail, previous_hash, hash "
      "FROM tenancy.audit_events WHERE tenant_id = " +
      own;
  if (!filter.newest_first || after > 0) {
    absl::StrAppend(&sql, " AND sequence ", filter.newest_first ? "<" : ">", " ",
                    query.Param(absl::StrCat(after)));
  }
  if (!filter.action.empty()) absl::StrAppend(&sql, " AND action = ", query.Param(filter.action));
  if (!filter.dataset.empty()) {
    absl::StrAppend(&sql, " AND dataset = ", query.Param(filter.dataset));
  }
  if (!filter.resource.empty()) {
    // '0' comes next after '/': the range holds all that begins with the name and a slash.
    absl::StrAppend(&sql, " AND (resource = ", query.Param(filter.resource), " OR (resource ~>=~ ",
                    query.Param(filter.resource + "/"), " AND resource ~<~ ",
                    query.Param(filter.resource + "0"), "))");
  }
  if (!filter.actor.empty()) {
    absl::StrAppend(&sql, kActorsContaining, query.Param(filter.actor), ") > 0)");
  }
  if (filter.since != absl::InfinitePast()) {
    absl::StrAppend(&sql, " AND time >= ", query.Param(SqlTime(filter.since)));
  }
  if (filter.until != absl::InfiniteFuture()) {
    absl::StrAppend(&sql, " AND time < ", query.Param(SqlTime(filter.until)));
  }
  absl::StrAppend(&sql, " ORDER BY sequence", filter.newest_first ? " DESC" : "", " LIMIT ",
                  query.Param(absl::StrCat(limit)));
  return query;
}

}  // namespace

absl::StatusOr<std::vector<ChainedEvent>> ReadEvents(pqxx::work& tx, const TenantContext& tenant,
                                                     int64_t after, int limit) {
  return FindEvents(tx, tenant, {}, after, limit);
}

absl::StatusOr<std::vector<ChainedEvent>> FindEvents(pqxx::work& tx, const TenantContext& tenant,
                                                     const EventFilter& filter, int64_t after,
                                                     int limit) {
  const EventQuery query = MakeQuery(tenant, filter, after, limit);
  std::vector<ChainedEvent> events;
  for (const pqxx::row& row :
       tx.exec_params(query.sql, pqxx::prepare::make_dynamic_params(query.params))) {
    events.push_back({row[0].as<int64_t>(), TimeOf(row[1]), TextOf(row[2]), TextOf(row[3]),
                      TextOf(row[4]), TextOf(row[5]), TextOf(row[6]), BytesOf(row[7]),
                      BytesOf(row[8])});
  }
  return events;
}

absl::StatusOr<ChainHead> SignHead(pqxx::work& tx, const TenantContext& tenant, KeyManager& keys,
                                   absl::Time now) {
  const std::optional<ChainVerifier::Current> current = CurrentHead(tx, tenant);
  if (!current.has_value() || current->sequence == 0) return NotFoundError();
  if (const auto newest = NewestHead(tx, tenant);
      newest.has_value() && newest->sequence == current->sequence) {
    return *newest;
  }
  ChainHead head;
  head.sequence = current->sequence;
  head.hash = current->hash;
  head.time = absl::FromUnixMicros(absl::ToUnixMicros(now));
  ASSIGN_OR_RETURN(head.key_version, PrimaryKeyVersion(tx, tenant));
  ASSIGN_OR_RETURN(const Signature signature,
                   keys.Sign(tenant, head.key_version, CanonicalHeadBytes(tenant.id(), head)));
  head.signature = signature.bytes;
  tx.exec_params(
      "INSERT INTO tenancy.audit_heads (tenant_id, sequence, hash, time, signature, key_version) "
      "VALUES ($1, $2, $3, $4, $5, $6)",
      tenant.id(), head.sequence, SqlBytes(head.hash), SqlTime(head.time), SqlBytes(head.signature),
      head.key_version);
  return head;
}

absl::StatusOr<std::optional<ChainHead>> SignHeadIfDue(pqxx::work& tx, const TenantContext& tenant,
                                                       KeyManager& keys,
                                                       const HeadInterval& interval,
                                                       absl::Time now) {
  const std::optional<ChainVerifier::Current> current = CurrentHead(tx, tenant);
  if (!current.has_value() || current->sequence == 0) return std::optional<ChainHead>();
  const std::optional<ChainHead> newest = NewestHead(tx, tenant);
  const int64_t unsigned_events = current->sequence - (newest.has_value() ? newest->sequence : 0);
  if (unsigned_events == 0) return std::optional<ChainHead>();
  const bool late = !newest.has_value() || now - newest->time >= interval.time;
  if (unsigned_events < interval.events && !late) return std::optional<ChainHead>();
  ASSIGN_OR_RETURN(ChainHead head, SignHead(tx, tenant, keys, now));
  return std::optional<ChainHead>(std::move(head));
}

absl::StatusOr<ChainReport> VerifyAuditRows(pqxx::work& tx, const TenantContext& tenant,
                                            const std::optional<ChainHead>& known_head) {
  std::vector<ChainHead> heads;
  for (const pqxx::row& row : tx.exec_params(kSelectHeads, tenant.id())) {
    heads.push_back(HeadOf(row));
  }
  if (known_head.has_value()) heads.push_back(*known_head);
  ChainVerifier verifier(tenant.id(), std::move(heads), [&](int key_version) {
    return SigningPublicKey(tx, tenant, key_version);
  });
  int64_t after = 0;
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<ChainedEvent> events,
                     ReadEvents(tx, tenant, after, kVerifyPage));
    if (events.empty()) break;
    for (const ChainedEvent& event : events) verifier.Add(event);
    after = events.back().sequence;
  }
  return verifier.Finish(CurrentHead(tx, tenant));
}

}  // namespace oboro::platform
