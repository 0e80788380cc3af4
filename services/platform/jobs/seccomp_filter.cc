#include "services/platform/jobs/seccomp_filter.h"

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "services/platform/jobs/sandbox.h"

namespace oboro::platform {
namespace {

// No sockets, no processes, no signals to others, nothing that names a file except opening, which
// Landlock answers: DuckDB opens its memfd by name.
constexpr int kAllowed[] = {
    // Descriptors that are there, memfds, and opening.
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64),
    SCMP_SYS(pwrite64), SCMP_SYS(lseek), SCMP_SYS(close), SCMP_SYS(fstat), SCMP_SYS(newfstatat),
    SCMP_SYS(access), SCMP_SYS(stat), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(getcwd),
    SCMP_SYS(fstatfs), SCMP_SYS(memfd_create), SCMP_SYS(ftruncate), SCMP_SYS(fallocate),
    SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(fadvise64), SCMP_SYS(flock), SCMP_SYS(dup),
    SCMP_SYS(poll), SCMP_SYS(ppoll),
    // Memory (mmap and mprotect below).
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(mincore),
    // Threads of this process (clone below) and time.
    SCMP_SYS(futex), SCMP_SYS(set_robust_list), SCMP_SYS(get_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(set_tid_address), SCMP_SYS(membarrier), SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity), SCMP_SYS(sched_getparam), SCMP_SYS(sched_getscheduler),
    SCMP_SYS(getcpu), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(restart_syscall),
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack),
    // Knowing oneself.
    SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid),
    SCMP_SYS(getgid), SCMP_SYS(getegid), SCMP_SYS(getrusage), SCMP_SYS(getrlimit),
    SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(times), SCMP_SYS(getrandom)};

// glibc falls back (clone3 to clone) or goes on without.
constexpr struct {
  int call;
  int error;
} kRefused[] = {
    {SCMP_SYS(clone3), ENOSYS},
    {SCMP_SYS(ioctl), ENOTTY},
    {SCMP_SYS(sched_setaffinity), EPERM},
    {SCMP_SYS(sched_setscheduler), EPERM},
    {SCMP_SYS(get_mempolicy), EPERM},
    {SCMP_SYS(set_mempolicy), EPERM},
    {SCMP_SYS(mbind), EPERM},
    // Landlock does not guard what a path tells without opening it. glibc's fstat
    // needs newfstatat and DuckDB access and stat, which therefore stay (docs/threat-model.md).
    {SCMP_SYS(lstat), EACCES},
    {SCMP_SYS(statx), EACCES},
    {SCMP_SYS(faccessat), EACCES},
    {SCMP_SYS(faccessat2), EACCES},
    {SCMP_SYS(readlink), EACCES},
    {SCMP_SYS(readlinkat), EACCES},
    {SCMP_SYS(getdents64), EACCES},
    {SCMP_SYS(statfs), EACCES},
    {SCMP_SYS(unlink), EACCES},
    {SCMP_SYS(unlinkat), EACCES},
    {SCMP_SYS(mkdir), EACCES},
    {SCMP_SYS(mkdirat), EACCES}};

bool AllowInPart(scmp_filter_ctx filter) {
  const auto allow = [filter](int call, scmp_arg_cmp condition) {
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 1, condition) == 0;
  };
  // Threads, not processes.
  bool ok = allow(SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  // No new code: every library is loaded before.
  ok = ok && allow(SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  ok = ok && allow(SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
  // Signals to itself alone: abort().
  ok = ok && allow(SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid())));
  ok = ok && allow(SCMP_SYS(prctl), SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME));
  // Reading limits, not setting them.
  ok = ok && allow(SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0));
  for (const int command : {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD, F_DUPFD_CLOEXEC, F_GETLK,
                            F_SETLK, F_SETLKW, F_ADD_SEALS, F_GET_SEALS}) {
    ok = ok && allow(SCMP_SYS(fcntl), SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(command)));
  }
  return ok;
}

}  // namespace

bool LoadSeccompFilter() {
  const std::unique_ptr<void, void (*)(void*)> filter(seccomp_init(SCMP_ACT_KILL_PROCESS),
                                                      [](void* f) { seccomp_release(f); });
  if (!filter) return false;
  // A tree instead of a list: the hot calls come no later than the others.
  bool ok = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
  for (const int call : kAllowed) {
    ok = ok && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) == 0;
  }
  for (const auto& [call, error] : kRefused) {
    ok = ok &&
         seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(static_cast<uint16_t>(error)), call, 0) == 0;
  }
  if (kSanitized) {  // UBSan asks by a pipe whether memory can be read.
    for (const int call : {SCMP_SYS(pipe), SCMP_SYS(pipe2)}) {
      ok = ok && seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) == 0;
    }
  }
  return ok && AllowInPart(filter.get()) && seccomp_load(filter.get()) == 0;
}

}  // namespace oboro::platform
