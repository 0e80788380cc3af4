#include "services/platform/jobs/sandbox.h"

#include <linux/landlock.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/platform/base/status.h"
#include "services/platform/jobs/seccomp_filter.h"
#include "services/platform/keys/aes_gcm.h"

namespace oboro::platform {
namespace {

constexpr rlim_t kMaxDescriptors = 64 + 2 * 64;  // Its own and those of kMaxStreams.

// Debian 12's header ends at ABI 2; the kernel's interface is stable, so the rest is stated here
// (Linux 6.2, 6.7, 6.10 and 6.12: include/uapi/linux/landlock.h).
struct RulesetAttr {
  uint64_t handled_access_fs = 0;
  uint64_t handled_access_net = 0;
  uint64_t scoped = 0;
};
constexpr uint64_t kFsAbi1 = (1u << 13) - 1;
constexpr uint64_t kFsRefer = 1u << 13;
constexpr uint64_t kFsTruncate = 1u << 14;
constexpr uint64_t kFsIoctlDev = 1u << 15;
constexpr uint64_t kNetTcp = 3;  // Bind and connect.
constexpr uint64_t kScopes = 3;  // Abstract UNIX sockets and signals.

absl::Status SandboxError(absl::string_view what) {
  return ReasonedError(
      absl::StatusCode::kInternal,
      {"SANDBOX_FAILED",
       absl::StrCat("The job's sandbox could not be closed (", what, ": ", std::strerror(errno),
                    "); nothing was read. The kernel needs Landlock (5.13 or later) and seccomp."),
       "ジョブの隔離環境を構成できないため、処理を開始しませんでした。",
       {}});
}

// The number of a line "Name:   123 kB" of /proc/self/status; -1 when it is not there.
int64_t StatusField(absl::string_view name) {
  std::ifstream file("/proc/self/status");
  std::string line;
  while (std::getline(file, line)) {
    absl::string_view rest = line;
    if (!absl::ConsumePrefix(&rest, name)) continue;
    rest = rest.substr(0, rest.find('k'));
    int64_t value = -1;
    return absl::SimpleAtoi(rest, &value) ? value : -1;
  }
  return -1;
}

absl::Status Limit(__rlimit_resource resource, rlim_t value, const char* name) {
  const rlimit limit{value, value};
  return setrlimit(resource, &limit) == 0 ? absl::OkStatus() : SandboxError(name);
}

absl::Status LimitResources(int64_t memory_limit_bytes) {
  RETURN_IF_ERROR(Limit(RLIMIT_NOFILE, kMaxDescriptors, "RLIMIT_NOFILE"));
  if (kSanitized) return absl::OkStatus();
  const int64_t data = StatusField("VmData:"), all = StatusField("VmSize:");
  if (data < 0 || all < 0) return SandboxError("/proc/self/status");
  const auto memory = static_cast<rlim_t>(memory_limit_bytes);
  RETURN_IF_ERROR(Limit(RLIMIT_FSIZE, memory, "RLIMIT_FSIZE"));
  // Private writable memory is what a process really takes; address space, of which allocators
  // reserve more than they use (glibc 64 MiB a thread), is a second and wider fence.
  RETURN_IF_ERROR(Limit(RLIMIT_DATA, static_cast<rlim_t>(data) * 1024 + memory, "RLIMIT_DATA"));
  return Limit(RLIMIT_AS, static_cast<rlim_t>(all) * 1024 + 2 * memory + (rlim_t{1} << 30),
               "RLIMIT_AS");
}

absl::Status RestrictByLandlock() {
  const long abi =
      syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return SandboxError("Landlock");
  RulesetAttr attr;
  attr.handled_access_fs = kFsAbi1;
  size_t size = sizeof attr.handled_access_fs;
  if (abi >= 2) attr.handled_access_fs |= kFsRefer;
  if (abi >= 3) attr.handled_access_fs |= kFsTruncate;
  if (abi >= 5) attr.handled_access_fs |= kFsIoctlDev;
  if (abi >= 4) {
    attr.handled_access_net = kNetTcp;
    size += sizeof attr.handled_access_net;
  }
  if (abi >= 6) {
    attr.scoped = kScopes;
    size += sizeof attr.scoped;
  }
  const int ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &attr, size, 0));
  if (ruleset < 0) return SandboxError("landlock_create_ruleset");
  const bool restricted = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  close(ruleset);
  return restricted ? absl::OkStatus() : SandboxError("landlock_restrict_self");
}

}  // namespace

absl::Status DenyDumps() {
  RETURN_IF_ERROR(Limit(RLIMIT_CORE, 0, "RLIMIT_CORE"));
  return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 ? absl::OkStatus() : SandboxError("dumpable");
}

absl::Status WarmUp() {
  uint8_t random[32];
  uint8_t digest[32];
  uint8_t tag[kGcmTagBytes];
  uint8_t text[1] = {0};
  AesGcm cipher{SecretBytes(kAes256KeyBytes)};
  const bool ok = RAND_bytes(random, sizeof random) == 1 &&
                  RAND_priv_bytes(random, sizeof random) == 1 &&
                  EVP_Digest(random, sizeof random, digest, nullptr, EVP_sha256(), nullptr) == 1 &&
                  EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, random, sizeof random,
                            text, sizeof text, digest, sizeof digest, nullptr) != nullptr &&
                  cipher.Seal(random, "", text, sizeof text, text, tag).ok();
  (void)absl::LocalTimeZone();
  return ok ? absl::OkStatus() : SandboxError("OpenSSL");
}

absl::Status CloseSandbox(const SandboxOptions& options) {
  // Landlock and seccomp would bind the calling thread only.
  if (StatusField("Threads:") != 1) return SandboxError("the process has threads already");
  RETURN_IF_ERROR(LimitResources(options.memory_limit_bytes));
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return SandboxError("no_new_privs");
  if (options.pretend_no_landlock) return SandboxError("Landlock");
  RETURN_IF_ERROR(RestrictByLandlock());
  return LoadSeccompFilter() ? absl::OkStatus() : SandboxError("seccomp");
}

}  // namespace oboro::platform
