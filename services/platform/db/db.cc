#include "services/platform/db/db.h"

#include <utility>

#include "absl/random/random.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/log.h"
#include "services/platform/db/db_error.h"
#include "services/platform/db/db_pool.h"

namespace oboro::platform {
namespace {

constexpr absl::Duration kDefaultTimeout = absl::Seconds(30);
// Serialisation failures are how two writers of one audit chain take turns: many are ordinary.
constexpr int kMaxAttempts = 24;
// A server that is away is not waited for long: the caller may ask again.
constexpr int kMaxConnectionFailures = 3;

thread_local absl::Time current_deadline = absl::InfiniteFuture();
thread_local bool in_transaction = false;

absl::Time EffectiveDeadline() { return std::min(current_deadline, absl::Now() + kDefaultTimeout); }

// What every transaction begins with, in one round trip. The ids hold nothing to be quoted.
std::string Preamble(const std::string* tenant_id, absl::Time deadline) {
  const int64_t left = std::max<int64_t>(1, absl::ToInt64Milliseconds(deadline - absl::Now()));
  return absl::StrCat(
      "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL statement_timeout = ", left, "; ",
      tenant_id == nullptr
          ? std::string("SET LOCAL ROLE oboro_directory")
          : absl::StrCat("SELECT set_config('oboro.tenant', '", *tenant_id, "', true)"));
}

// The n-th wait: 1 ms doubled to 100 ms at most, each taken at random from its upper half.
absl::Duration Backoff(int attempt) {
  thread_local absl::BitGen random;
  const double longest = std::min(100.0, static_cast<double>(1 << std::min(attempt, 10)));
  return absl::Milliseconds(absl::Uniform(random, longest / 2, longest));
}

struct Attempt {
  absl::Status status;
  bool rolled_back = false;  // By the closure's own status.
  bool retry = false;
  bool discard = false;
};

Attempt RunOnce(pqxx::connection& connection, const std::string& preamble, absl::string_view name,
                const std::function<absl::Status(pqxx::work&)>& fn) {
  try {
    pqxx::work tx(connection);
    tx.exec(preamble);
    if (absl::Status status = fn(tx); !status.ok()) {
      tx.abort();
      return {status, true};
    }
    tx.commit();
    return {absl::OkStatus()};
  } catch (...) {
    db_internal::DbFault fault = db_internal::ClassifyCurrentException(name);
    return {fault.status, false, fault.retry, fault.discard};
  }
}

}  // namespace

ScopedDbDeadline::ScopedDbDeadline(absl::Time deadline) : previous_(current_deadline) {
  current_deadline = std::min(current_deadline, deadline);
}

ScopedDbDeadline::~ScopedDbDeadline() { current_deadline = previous_; }

Db::Db(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Db::~Db() = default;

const std::string& Db::role() const { return pool_->options().role; }

absl::StatusOr<std::unique_ptr<Db>> Db::Open(const DbOptions& options) {
  auto pool = std::make_unique<Pool>(options);
  auto connection = pool->Take(absl::Now() + kDefaultTimeout);
  if (!connection.ok()) return connection.status();
  pool->Give(*std::move(connection));
  return std::unique_ptr<Db>(new Db(std::move(pool)));
}

absl::Status Db::Run(const std::string* tenant_id, absl::string_view name,
                     const std::function<absl::Status(pqxx::work&)>& fn) {
  OBORO_CHECK(tenant_id == nullptr || IsId(*tenant_id));
  // A second connection taken while one is held can wait for itself for ever.
  OBORO_CHECK(!in_transaction);
  const absl::Time begin = absl::Now();
  const absl::Time deadline = EffectiveDeadline();
  DbReport report{std::string(name), "FAILED", 0, absl::ZeroDuration(), absl::ZeroDuration()};
  absl::Status status;
  int connection_failures = 0;
  for (int attempt = 0; attempt < kMaxAttempts; ++attempt) {
    if (absl::Now() >= deadline) {
      if (status.ok()) status = db_internal::TimeoutError();
      break;
    }
    report.retries = attempt;
    const absl::Time wait_begin = absl::Now();
    auto connection = pool_->Take(deadline);
    report.pool_wait += absl::Now() - wait_begin;
    if (!connection.ok()) {
      status = connection.status();
      // Only a server that is away may come back.
      if (!absl::IsUnavailable(status) || ++connection_failures >= kMaxConnectionFailures) break;
    } else {
      in_transaction = true;
      Attempt ran = RunOnce(**connection, Preamble(tenant_id, deadline), name, fn);
      in_transaction = false;
      if (ran.discard) {
        connection->reset();
        pool_->DropIdle();
      }
      pool_->Give(*std::move(connection));
      status = ran.status;
      if (status.ok()) report.outcome = "OK";
      if (ran.rolled_back) report.outcome = "ROLLED_BACK";
      if (!ran.retry) break;
      if (ran.discard && ++connection_failures >= kMaxConnectionFailures) break;
    }
    absl::SleepFor(
        std::min(Backoff(attempt), std::max(deadline - absl::Now(), absl::ZeroDuration())));
  }
  report.duration = absl::Now() - begin;
  if (pool_->options().on_report) pool_->options().on_report(report);
  return status;
}

}  // namespace oboro::platform
