#pragma once

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// How to reach PostgreSQL as one service's role: TLS with a client certificate, no password.
struct DbOptions {
  std::string host;
  int port = 5432;
  std::string database;
  std::string role;     // As oboro_upload: the certificate's CN.
  std::string ca_path;  // Server is verified in full (verify-full).
  std::string cert_path;
  std::string key_path;
  int pool_size = 8;
};

// The control plane. Two ways in, both named closures with bounded retry on serialisation failures
// (and deadlocks), so that a closure must have no effect outside its transaction.
class Db {
 public:
  // Connects and checks itself: schema version supported, role neither superuser nor BYPASSRLS nor
  // owner of any table. Refuses otherwise (FAILED_PRECONDITION, reason DATABASE_UNSAFE).
  static absl::StatusOr<std::unique_ptr<Db>> Open(const DbOptions& options);
  ~Db();

  // Runs `fn` in one transaction (REPEATABLE READ) with oboro.tenant set to the tenant, under
  // row-level security. A status that is not OK rolls back. `name` labels the metrics.
  template <typename Fn>
  auto RunTx(const TenantContext& tenant, absl::string_view name, Fn&& fn)
      -> std::invoke_result_t<Fn, pqxx::work&>;

  // Runs `fn` under oboro_directory, the role that sees tenants, members, job heads and usage of
  // every tenant and never content. For resolving callers, leasing and lists of operations.
  template <typename Fn>
  auto RunDirectoryTx(absl::string_view name, Fn&& fn) -> std::invoke_result_t<Fn, pqxx::work&>;

 private:
  struct Pool;
  explicit Db(std::unique_ptr<Pool> pool);
  absl::Status Run(const std::string* tenant_id, absl::string_view name,
                   const std::function<absl::Status(pqxx::work&)>& fn);
  std::unique_ptr<Pool> pool_;
};

namespace db_internal {
inline absl::Status ToStatus(const absl::Status& status) { return status; }
template <typename T>
absl::Status ToStatus(const absl::StatusOr<T>& result) {
  return result.status();
}
template <typename R>
R Initial() {
  return absl::UnknownError("transaction did not run");
}
}  // namespace db_internal

template <typename Fn>
auto Db::RunTx(const TenantContext& tenant, absl::string_view name, Fn&& fn)
    -> std::invoke_result_t<Fn, pqxx::work&> {
  using Result = std::invoke_result_t<Fn, pqxx::work&>;
  Result result = db_internal::Initial<Result>();
  absl::Status ran = Run(&tenant.id(), name, [&](pqxx::work& tx) {
    result = fn(tx);
    return db_internal::ToStatus(result);
  });
  // A failed commit overrides what the closure answered.
  if (!ran.ok()) return ran;
  return result;
}

template <typename Fn>
auto Db::RunDirectoryTx(absl::string_view name, Fn&& fn) -> std::invoke_result_t<Fn, pqxx::work&> {
  using Result = std::invoke_result_t<Fn, pqxx::work&>;
  Result result = db_internal::Initial<Result>();
  absl::Status ran = Run(nullptr, name, [&](pqxx::work& tx) {
    result = fn(tx);
    return db_internal::ToStatus(result);
  });
  if (!ran.ok()) return ran;
  return result;
}

}  // namespace oboro::platform
