#include "services/platform/db/db_pool.h"

#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "services/platform/db/db_error.h"

namespace oboro::platform {
namespace {

// Schema versions that this code can work with (migrations/, tenancy.schema_version).
constexpr int kSupportedSchemaVersions[] = {1};

// One value of a libpq connection string.
std::string Quoted(absl::string_view value) {
  std::string quoted = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  return quoted + "'";
}

std::string ConnectionString(const DbOptions& options) {
  return absl::StrCat(
      "host=", Quoted(options.host), " port=", options.port, " dbname=", Quoted(options.database),
      " user=", Quoted(options.role), " sslmode=verify-full sslrootcert=", Quoted(options.ca_path),
      " sslcert=", Quoted(options.cert_path), " sslkey=", Quoted(options.key_path),
      " ssl_min_protocol_version=TLSv1.3 gssencmode=disable connect_timeout=5"
      " keepalives_idle=30 tcp_user_timeout=15000 application_name=",
      Quoted(options.role),
      " options='-c timezone=UTC -c datestyle=ISO -c idle_in_transaction_session_timeout=60000'");
}

// One row: what must not be, as text, in the order of importance; and the schema's version.
constexpr char kSelfCheck[] = R"(
SELECT
  CASE
    WHEN NOT (SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_backend_pid())
      THEN 'the connection is not encrypted.'
    WHEN current_user <> $1 OR session_user <> $1 THEN 'the session is of another role.'
    WHEN r.rolsuper THEN 'the role is a superuser.'
    WHEN r.rolbypassrls THEN 'the role has BYPASSRLS.'
    WHEN r.rolcreaterole THEN 'the role has CREATEROLE.'
    WHEN r.rolreplication THEN 'the role has REPLICATION.'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relowner = r.oid)
      OR EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspowner = r.oid)
      OR EXISTS (SELECT FROM pg_catalog.pg_database d WHERE d.datdba = r.oid)
      THEN 'the role owns a table, a schema or the database.'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_roles g
                 WHERE g.rolname <> r.rolname AND g.rolname <> 'oboro_directory'
                   AND pg_has_role(r.oid, g.oid, 'MEMBER'))
      THEN 'the role is a member of another role than oboro_directory.'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_roles g WHERE g.rolname = 'oboro_directory'
                 AND (pg_has_role(r.oid, g.oid, 'USAGE') OR g.rolsuper OR g.rolbypassrls OR g.rolcanlogin
                      OR NOT pg_has_role(r.oid, g.oid, 'MEMBER')))
      THEN 'the role holds the rights of oboro_directory without asking, or cannot ask for them.'
    WHEN EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                 WHERE n.nspname IN ('tenancy', 'jobs', 'upload', 'abstraction', 'verification', 'aggregation')
                   AND c.relkind IN ('r', 'p') AND NOT (c.relrowsecurity AND c.relforcerowsecurity))
      THEN 'a table has no forced row-level security.'
    ELSE ''
  END
FROM pg_catalog.pg_roles r WHERE r.rolname = session_user)";

absl::Status CheckSession(pqxx::connection& connection, const std::string& role) {
  pqxx::nontransaction session(connection);
  const std::string fault = session.exec_params1(kSelfCheck, role)[0].as<std::string>();
  if (!fault.empty()) return db_internal::UnsafeError(fault);
  if (session.exec1("SELECT to_regclass('tenancy.schema_version') IS NULL")[0].as<bool>()) {
    return db_internal::UnsafeError("the migrations were not applied.");
  }
  const int version = session.exec1("SELECT version FROM tenancy.schema_version")[0].as<int>();
  if (!absl::c_linear_search(kSupportedSchemaVersions, version)) {
    return db_internal::UnsafeError(
        absl::StrCat("its schema version ", version, " is not one that this binary knows."));
  }
  return absl::OkStatus();
}

}  // namespace

Db::Pool::Pool(DbOptions options) : options_(std::move(options)) {}

absl::StatusOr<std::unique_ptr<pqxx::connection>> Db::Pool::Take(absl::Time deadline) {
  {
    std::unique_lock lock(mutex_);
    const auto free = [this] { return in_use_ < options_.pool_size; };
    if (!given_back_.wait_until(lock, absl::ToChronoTime(deadline), free)) {
      return db_internal::TimeoutError();
    }
    ++in_use_;
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto connection = Connect();
  if (!connection.ok()) Give(nullptr);
  return connection;
}

void Db::Pool::Give(std::unique_ptr<pqxx::connection> connection) {
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (connection != nullptr) idle_.push_back(std::move(connection));
  }
  given_back_.notify_one();
}

void Db::Pool::DropIdle() {
  std::vector<std::unique_ptr<pqxx::connection>> dropped;
  const std::lock_guard lock(mutex_);
  dropped.swap(idle_);
}

absl::StatusOr<std::unique_ptr<pqxx::connection>> Db::Pool::Connect() {
  try {
    auto connection = std::make_unique<pqxx::connection>(ConnectionString(options_));
    if (absl::Status safe = CheckSession(*connection, options_.role); !safe.ok()) return safe;
    return connection;
  } catch (...) {
    return db_internal::ClassifyCurrentException("connect").status;
  }
}

}  // namespace oboro::platform
