#pragma once

#include <cstdint>
#include <optional>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit_chain.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/keys/key_manager.h"

// The chain as rows: what tenancy, the only service that may read events, does with it.
namespace oboro::platform {

// Events numbered above `after`, at most `limit`, in order.
absl::StatusOr<std::vector<ChainedEvent>> ReadEvents(pqxx::work& tx, const TenantContext& tenant,
                                                     int64_t after, int limit);

// Which events: every field that is not empty (or infinite) narrows.
struct EventFilter {
  std::string action;
  std::string actor;     // Contained in the actor.
  std::string resource;  // The resource itself, or what is below it.
  std::string
      dataset;  // tenants/*/datasets/*: events on it, its snapshots and what was made of them.
  absl::Time since = absl::InfinitePast();    // At or after.
  absl::Time until = absl::InfiniteFuture();  // Before.
  bool newest_first = false;
};

// Events that pass `filter`, by number; numbered above `after` (below it with newest_first, where 0
// begins at the end), at most `limit`. Every filter has an index.
absl::StatusOr<std::vector<ChainedEvent>> FindEvents(pqxx::work& tx, const TenantContext& tenant,
                                                     const EventFilter& filter, int64_t after,
                                                     int limit);

// When a head is due: so many events, or so long with any event, since the last one.
struct HeadInterval {
  int64_t events = 100;
  absl::Duration time = absl::Minutes(10);
};

// Signs the chain's head and stores it; with none new answers the stored one again. NOT_FOUND for
// an empty chain.
absl::StatusOr<ChainHead> SignHead(pqxx::work& tx, const TenantContext& tenant, KeyManager& keys,
                                   absl::Time now);
// SignHead where one is due by `interval`; nothing otherwise. Called by tenancy every minute or so.
absl::StatusOr<std::optional<ChainHead>> SignHeadIfDue(pqxx::work& tx, const TenantContext& tenant,
                                                       KeyManager& keys,
                                                       const HeadInterval& interval,
                                                       absl::Time now);

// Recomputes the whole chain with its stored heads and `known_head`, if any, in the transaction's
// one snapshot.
absl::StatusOr<ChainReport> VerifyAuditRows(pqxx::work& tx, const TenantContext& tenant,
                                            const std::optional<ChainHead>& known_head);

}  // namespace oboro::platform
