#pragma once

#include <functional>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <type_traits>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// One transaction as it ended, for metrics. The name is a literal of the code, never a tenant.
struct DbReport {
  std::string name;
  std::string outcome;  // OK, ROLLED_BACK (the closure's own status) or FAILED (the database's).
  int retries = 0;
  absl::Duration pool_wait;
  absl::Duration duration;  // All attempts, the wait included.
};

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
  std::function<void(const DbReport&)> on_report;  // Called from any thread; may be empty.
};

// Until it goes, transactions begun on this thread end by `deadline`: they wait for a connection no
// longer, and the server is told as statement_timeout. Without one a transaction has 30 seconds.
class ScopedDbDeadline {
 public:
  explicit ScopedDbDeadline(absl::Time deadline);
  ~ScopedDbDeadline();
  ScopedDbDeadline(const ScopedDbDeadline&) = delete;
  ScopedDbDeadline& operator=(const ScopedDbDeadline&) = delete;

 private:
  absl::Time previous_;
};

// The control plane. Two ways in, both named closures with bounded retry on serialisation failures,
// deadlocks and connections lost before the commit, so that a closure must have no effect outside
// its transaction and begins by clearing what it fills. Exceptions of libpqxx end here: a unique
// key violated answers ALREADY_EXISTS, a missing row referred to FAILED_PRECONDITION
// (REFERENCE_MISSING), a deadline DEADLINE_EXCEEDED (DATABASE_TIMEOUT), a server that is away or a
// commit whose outcome is not known UNAVAILABLE (DATABASE_UNAVAILABLE), anything else INTERNAL. No
// error carries text of the server's, which may quote values. A closure must not begin another
// transaction.
class Db {
 public:
  // Connects and checks itself, as does every later connection: TLS, schema version supported, the
  // role as named, neither superuser nor BYPASSRLS nor CREATEROLE nor owner of anything nor holding
  // the directory's rights without asking, row-level security forced on every table. Refuses
  // otherwise (FAILED_PRECONDITION, reason DATABASE_UNSAFE).
  static absl::StatusOr<std::unique_ptr<Db>> Open(const DbOptions& options);
  ~Db();
  const std::string& role() const;

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
