#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/platform/jobs/job_lease.h"
#include "services/platform/jobs/job_queue.h"
#include "services/platform/jobs/wake.h"

namespace oboro::platform {
namespace {

using jobs_internal::Hold;
using jobs_internal::Lease;

// Progress that is newer than this is not told again yet: a child reports many times a second.
constexpr absl::Duration kTellEvery = absl::Milliseconds(300);

// From a wake-up to the first look, doubled from look to look up to WorkerOptions.poll: the job is
// seen soon after its transaction was committed, however long that takes.
constexpr absl::Duration kFirstLook = absl::Milliseconds(2);

absl::Status JobError(absl::StatusCode code, const char* reason, const char* message,
                      const char* message_ja) {
  return ReasonedError(code, {reason, message, message_ja, {}});
}

absl::Status CancelledStatus() {
  return JobError(absl::StatusCode::kCancelled, "JOB_CANCELLED", "The operation was cancelled.",
                  "処理は取り消されました。");
}

absl::Status ExhaustedStatus() {
  return JobError(absl::StatusCode::kInternal, "JOB_ATTEMPTS_EXHAUSTED",
                  "The operation failed several times without an answer; begin it again, and tell "
                  "the operator if it fails again.",
                  "処理が繰り返し失敗しました。再度実行し、続く場合は運営者に連絡してください。");
}

absl::Status ShreddedStatus() {
  return JobError(absl::StatusCode::kFailedPrecondition, "TENANT_SHREDDED",
                  "The tenant's keys are destroyed; nothing of it can be worked on.",
                  "この団体の鍵は破棄されています。");
}

// The tenant's gate is closed for a time: its jobs wait.
bool IsGateClosed(const absl::Status& status) {
  if (status.ok()) return false;
  const std::string reason = ReasonOf(status).name;
  return reason == "TENANT_SUSPENDED" || reason == "TENANT_SEALED";
}

// One leased job in the hands of a thread.
struct Running {
  explicit Running(Lease l, absl::Time expires)
      : lease(std::move(l)), cancelled(lease.cancel_requested), lease_expires(expires) {}
  const Lease lease;
  std::atomic<bool> lost{false};
  std::atomic<bool> cancelled;
  std::atomic<bool> gate_closed{false};

  std::mutex mutex;  // Of what follows.
  absl::Time lease_expires;
  absl::Time told = absl::InfinitePast();
  std::string told_stage;
};

}  // namespace

struct Worker::Impl {
  Impl(Db* db, const Clock* clock, WorkerOptions options, JobHandler* handler, Authorize authorize)
      : db(db),
        clock(clock),
        options(std::move(options)),
        handler(handler),
        authorize(std::move(authorize)) {}

  void WorkLoop(bool sweeps);
  void KeepLoop();
  void Sweep();
  void RunLease(Lease lease);
  absl::Status Attempt(Running& running);
  void Settle(Running& running, const absl::Status& status);
  void End(Running& running, const absl::Status& why);
  bool Heartbeat(Running& running, const ChildProgress& progress);
  void Renew(Running& running, const std::optional<ChildProgress>& progress);
  void CheckGates(const std::vector<std::shared_ptr<Running>>& all);
  bool Stopping() {
    const std::lock_guard lock(mutex);
    return stop;
  }
  int64_t Wakes() {
    const std::lock_guard lock(mutex);
    return wakes;
  }
  // Waits for `longest`, the end or, where `seen` is given, a wake-up after that one.
  void Rest(absl::Duration longest, std::optional<int64_t> seen);

  Db* const db;
  const Clock* const clock;
  const WorkerOptions options;
  JobHandler* const handler;
  const Authorize authorize;

  // Standard mutexes, since ThreadSanitizer does not know the packaged Abseil's.
  std::mutex mutex;  // Of what follows, but for `threads` and `wake_number`,
  // which Start and Stop alone touch.
  std::condition_variable changed;
  bool stop = false;
  int64_t wakes = 0;
  int64_t wake_number = 0;  // Of AddWake, while started.
  std::list<std::shared_ptr<Running>> running;
  std::vector<std::thread> threads;
};

void Worker::Impl::Rest(absl::Duration longest, std::optional<int64_t> seen) {
  std::unique_lock lock(mutex);
  changed.wait_for(lock, absl::ToChronoNanoseconds(longest),
                   [&] { return stop || (seen.has_value() && wakes != *seen); });
}

void Worker::Impl::WorkLoop(bool sweeps) {
  absl::Time swept = absl::InfinitePast();
  int64_t seen = 0;
  absl::Duration rest = options.poll;
  while (!Stopping()) {
    if (sweeps && absl::Now() - swept >= options.sweep_every) {
      Sweep();
      swept = absl::Now();
    }
    // Before the look: a job queued during it is not missed.
    if (const int64_t wakes_now = Wakes(); wakes_now != seen) {
      seen = wakes_now;
      rest = std::min(kFirstLook, options.poll);
    }
    auto lease = jobs_internal::LeaseNext(*db, options, clock->Now());
    if (!lease.ok()) {
      Log(LogLevel::kWarning, "no lease", {{"reason", ReasonOf(lease.status()).name}});
      Rest(4 * options.poll, std::nullopt);
    } else if (!lease->has_value()) {
      Rest(rest, seen);
      rest = std::min(2 * rest, options.poll);
    } else {
      RunLease(**std::move(lease));
    }
  }
}

// Lengthens the leases of jobs that tell no progress for long.
void Worker::Impl::KeepLoop() {
  while (!Stopping()) {
    Rest(options.lease / 3, std::nullopt);
    std::vector<std::shared_ptr<Running>> all;
    {
      const std::lock_guard lock(mutex);
      all.assign(running.begin(), running.end());
    }
    for (const auto& one : all) Renew(*one, std::nullopt);
    CheckGates(all);
  }
}

void Worker::Impl::Sweep() {
  auto tenants = db->RunDirectoryTx(
      "job_sweep_tenants", [](pqxx::work& tx) -> absl::StatusOr<std::vector<TenantContext>> {
        std::vector<TenantContext> found;
        for (const pqxx::row& row :
             tx.exec("SELECT tenant_id, municipality_code, population, state FROM tenancy.tenants "
                     "WHERE state IN ('ACTIVE', 'SHREDDED') ORDER BY tenant_id")) {
          found.push_back(TenantContext::MakeResolved(
              TextOf(row[0]), TextOf(row[1]), row[2].as<int64_t>(),
              TextOf(row[3]) == "ACTIVE" ? TenantState::kActive : TenantState::kShredded));
        }
        return found;
      });
  if (!tenants.ok()) return;
  for (const TenantContext& tenant : *tenants) {
    if (Stopping()) return;
    if (absl::Status swept = handler->Sweep(tenant); !swept.ok()) {
      Log(LogLevel::kWarning, "sweep failed", {{"reason", ReasonOf(swept).name}});
    }
  }
}

void Worker::Impl::RunLease(Lease lease) {
  auto one = std::make_shared<Running>(std::move(lease), clock->Now() + options.lease);
  std::list<std::shared_ptr<Running>>::iterator position;
  {
    const std::lock_guard lock(mutex);
    position = running.insert(running.end(), one);
  }
  Settle(*one, Attempt(*one));
  const std::lock_guard lock(mutex);
  running.erase(position);
}

absl::Status Worker::Impl::Attempt(Running& one) {
  const TenantContext& tenant = one.lease.tenant;
  const LeasedJob& job = one.lease.job;
  if (tenant.state() == TenantState::kShredded) return ShreddedStatus();
  if (one.cancelled) return CancelledStatus();
  if (job.failures >= options.max_attempts) return ExhaustedStatus();
  RETURN_IF_ERROR(authorize(tenant, job.actor, job.permission));
  try {
    return handler->Run(tenant, job, [this, &one](const ChildProgress& progress) {
      return Heartbeat(one, progress);
    });
  } catch (const std::exception&) {
    // What a taken-over child answered may not fit what a handler reads out of it. That must not
    // end the process, which works for every tenant; what() may quote the answer and is dropped.
    return absl::InternalError("the handler could not read what its job answered");
  }
}

bool Worker::Impl::Heartbeat(Running& one, const ChildProgress& progress) {
  bool tell = false;
  {
    const std::lock_guard lock(one.mutex);
    tell = absl::Now() - one.told >= kTellEvery || one.told_stage != progress.stage;
    if (tell) {
      one.told = absl::Now();
      one.told_stage = progress.stage;
    }
  }
  if (tell) Renew(one, progress);
  return !one.lost && !one.cancelled && !one.gate_closed && !Stopping();
}

void Worker::Impl::Renew(Running& one, const std::optional<ChildProgress>& progress) {
  const absl::Time now = clock->Now();
  const absl::Time expires = now + options.lease;
  const auto hold =
      jobs_internal::RenewLease(*db, one.lease.tenant, one.lease.job, progress, expires, now);
  const std::lock_guard lock(one.mutex);
  if (!hold.ok()) {
    // Nobody else can have it before it expires.
    if (clock->Now() >= one.lease_expires) one.lost = true;
    return;
  }
  if (*hold == Hold::kLost) one.lost = true;
  if (*hold == Hold::kCancelRequested) one.cancelled = true;
  one.lease_expires = expires;
}

void Worker::Impl::CheckGates(const std::vector<std::shared_ptr<Running>>& all) {
  for (const auto& one : all) {
    const auto state =
        db->RunDirectoryTx("job_gate", [&](pqxx::work& tx) -> absl::StatusOr<std::string> {
          return TextOf(tx.exec_params1("SELECT state FROM tenancy.tenants WHERE tenant_id = $1",
                                        one->lease.tenant.id())[0]);
        });
    if (state.ok() && *state != "ACTIVE") one->gate_closed = true;
  }
}

void Worker::Impl::Settle(Running& one, const absl::Status& status) {
  const TenantContext& tenant = one.lease.tenant;
  const LeasedJob& job = one.lease.job;
  if (status.ok()) {
    // CompleteJob ended it; what is still running was forgotten by its handler.
    const auto ended = jobs_internal::EndJob(
        *db, tenant, job, absl::InternalError("the handler did not complete its job"),
        clock->Now());
    if (ended.ok() && *ended) {
      Log(LogLevel::kError, "a handler did not complete its job", {{"kind", job.kind}});
    }
    if (options.on_end) options.on_end(job.kind, ended.ok() && *ended ? "FAILED" : "SUCCEEDED");
    return;
  }
  const std::string reason = ReasonOf(status).name;
  // A child that was told to stop answers JOB_CANCELLED, whyever it was told: a lost lease, a
  // closed gate and a stopping process are no cancel, and must not end what the user still wants.
  if (reason == "LEASE_LOST" || one.lost) return;
  if (one.cancelled) return End(one, CancelledStatus());
  const bool gate_closed = one.gate_closed || IsGateClosed(status);
  if (gate_closed || (Stopping() && job.failures < options.max_attempts)) {
    const absl::Time now = clock->Now();
    (void)jobs_internal::HandBack(*db, tenant, job, false, now, now);
    return;
  }
  if (reason == "JOB_CANCELLED") return End(one, CancelledStatus());
  const bool passing = absl::IsUnavailable(status) || absl::IsAborted(status);
  const bool again = passing ? job.failures + 1 < options.max_attempts
                             : reason == "JOB_CHILD_DIED" && job.failures == 0;
  if (!again) return End(one, status);
  Log(LogLevel::kWarning, "job is tried again",
      {{"kind", job.kind}, {"job", job.job_id}, {"reason", reason}});
  const absl::Time now = clock->Now();
  (void)jobs_internal::HandBack(*db, tenant, job, true,
                                now + options.retry_after * (1 << std::min(job.failures, 10)), now);
}

void Worker::Impl::End(Running& one, const absl::Status& why) {
  const TenantContext& tenant = one.lease.tenant;
  const LeasedJob& job = one.lease.job;
  // Who no longer holds the job cleans up nothing: another attempt may be at work on the same rows,
  // or this one's commit, whose answer was lost, has succeeded.
  const absl::Time now = clock->Now();
  const auto hold =
      jobs_internal::RenewLease(*db, tenant, job, std::nullopt, now + options.lease, now);
  if (!hold.ok() || *hold == Hold::kLost) return;
  if (absl::Status cleaned = handler->Abandon(tenant, job, why); !cleaned.ok()) {
    // Its lease runs out, and who takes it next tries again: nothing half done is ever shown ended.
    Log(LogLevel::kError, "what a job left could not be removed",
        {{"kind", job.kind}, {"job", job.job_id}, {"reason", ReasonOf(cleaned).name}});
    return;
  }
  const auto ended = jobs_internal::EndJob(*db, tenant, job, why, clock->Now());
  if (!ended.ok() || !*ended) return;
  // Reason and code only: an internal message may quote what it failed on.
  Log(LogLevel::kWarning, "job ended without a result",
      {{"kind", job.kind},
       {"job", job.job_id},
       {"code", absl::StatusCodeToString(why.code())},
       {"reason", ReasonOf(why).name}});
  if (options.on_end) options.on_end(job.kind, absl::IsCancelled(why) ? "CANCELLED" : "FAILED");
}

Worker::Worker(Db* db, const Clock* clock, WorkerOptions options, JobHandler* handler,
               Authorize authorize)
    : impl_(std::make_unique<Impl>(db, clock, std::move(options), handler, std::move(authorize))) {}

Worker::~Worker() { Stop(); }

void Worker::Start() {
  impl_->wake_number = jobs_internal::AddWake(impl_->options.kinds, [this] { Wake(); });
  for (int i = 0; i < impl_->options.threads; ++i) {
    impl_->threads.emplace_back([this, i] { impl_->WorkLoop(i == 0); });
  }
  impl_->threads.emplace_back([this] { impl_->KeepLoop(); });
}

void Worker::Stop() {
  jobs_internal::RemoveWake(impl_->wake_number);
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stop = true;
  }
  impl_->changed.notify_all();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

void Worker::Wake() {
  {
    const std::lock_guard lock(impl_->mutex);
    ++impl_->wakes;
  }
  impl_->changed.notify_all();
}

}  // namespace oboro::platform
