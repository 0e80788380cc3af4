#pragma once

#include <algorithm>
#include <pqxx/pqxx>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/platform/base/log.h"
#include "services/platform/db/db.h"

namespace oboro::platform {

// One transaction of several tenants that make a joint statistic between them. It stands in one
// tenant at a time: row-level security shows that one's rows and no other's.
class JointTx {
 public:
  JointTx(pqxx::work& tx, const std::vector<TenantContext>& tenants) : tx_(tx), tenants_(tenants) {}

  // Steps into `tenant`, one of those that the transaction was begun for.
  pqxx::work& As(const TenantContext& tenant) {
    OBORO_CHECK(std::any_of(tenants_.begin(), tenants_.end(), [&](const TenantContext& member) {
      return member.id() == tenant.id();
    }));
    tx_.exec_params("SELECT set_config('oboro.tenant', $1, true)", tenant.id());
    return tx_;
  }

 private:
  pqxx::work& tx_;
  const std::vector<TenantContext>& tenants_;
};

// Runs `fn` (of a JointTx&) as Db::RunTx does, for at least one tenant: all of it is committed or
// none. For joint statistics alone (docs/adr/0026-joint-statistics.md). A closure steps through the
// tenants in one order everywhere (by id), so that two of them wait for each other in turn.
template <typename Fn>
auto RunJointTx(Db& db, const std::vector<TenantContext>& tenants, absl::string_view name, Fn&& fn)
    -> std::invoke_result_t<Fn, JointTx&> {
  return db.RunTx(tenants.front(), name, [&](pqxx::work& tx) -> std::invoke_result_t<Fn, JointTx&> {
    JointTx joint(tx, tenants);
    return fn(joint);
  });
}

}  // namespace oboro::platform
