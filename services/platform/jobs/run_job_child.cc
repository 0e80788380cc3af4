#include <unistd.h>

#include <new>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/jobs/child_io.h"
#include "services/platform/jobs/child_messages.h"
#include "services/platform/jobs/job_function.h"
#include "services/platform/jobs/sandbox.h"

namespace oboro::platform {
namespace {

constexpr int64_t kDefaultMemoryLimit = int64_t{2} << 30;
constexpr size_t kMaxOrders = 64 << 20;

absl::StatusOr<ChildOrders> ReadOrders() {
  SecretBytes bytes(1 << 16);
  size_t have = 0;
  while (true) {
    if (have == bytes.size()) {
      if (have >= kMaxOrders) return absl::InternalError("a job's orders are too long");
      SecretBytes larger(2 * bytes.size());
      std::copy_n(bytes.data(), have, larger.data());
      bytes = std::move(larger);
    }
    const ssize_t got = read(kRequestFd, bytes.data() + have, bytes.size() - have);
    if (got < 0) return absl::InternalError("a job's orders cannot be read");
    if (got == 0) break;
    have += static_cast<size_t>(got);
  }
  close(kRequestFd);
  return DecodeOrders(SecretBytes(bytes.span().first(have)));
}

// An exception of a library ends the job, not the report; its text may quote data and stays here.
absl::StatusOr<std::string> Call(const JobFunction& function, ChildIo& io) {
  try {
    ASSIGN_OR_RETURN(std::string result, function(io));
    const std::string unfinished = io.UnfinishedOutput();
    if (unfinished.empty()) return result;
    return absl::InternalError(absl::StrCat("the job left its output '", unfinished, "' open"));
  } catch (const std::bad_alloc&) {
    return ReasonedError(absl::StatusCode::kResourceExhausted,
                         {"JOB_OUT_OF_MEMORY",
                          "The job needs more memory than one job may have. Split the dataset, or "
                          "ask central operations for a higher limit.",
                          "処理に必要なメモリが上限を超えました。データを分割するか、運営に上限の"
                          "引き上げを依頼してください。",
                          {}});
  } catch (const std::exception&) {
    return absl::InternalError("the job's function threw an exception");
  }
}

absl::StatusOr<std::string> Run(const JobFunctions& functions, ChildIo* io, const std::string& kind,
                                int64_t memory_limit) {
  const auto function = functions.find(kind);
  if (function == functions.end()) {
    return absl::InternalError(absl::StrCat("this program has no job of kind '", kind, "'"));
  }
  RETURN_IF_ERROR(WarmUp());
  SandboxOptions options;
  options.memory_limit_bytes = memory_limit > 0 ? memory_limit : kDefaultMemoryLimit;
  RETURN_IF_ERROR(CloseSandbox(options));
  return Call(function->second, *io);
}

int ChildMain(const JobFunctions& functions) {
  if (!DenyDumps().ok()) return 2;
  absl::StatusOr<ChildOrders> orders = ReadOrders();
  if (!orders.ok()) return 3;
  PeakMemory memory;
  const std::string kind = orders->kind;
  const int64_t memory_limit = orders->memory_limit_bytes;
  ChildIo io(*std::move(orders), &memory);
  return io.SendEnd(Run(functions, &io, kind, memory_limit)).ok() ? 0 : 4;
}

}  // namespace

int MaybeRunJobChild(int argc, char** argv, const JobFunctions& functions) {
  if (argc < 2 || absl::string_view(argv[1]) != kChildArgument) return -1;
  // Without exit handlers: they belong to a program that never ran here.
  _exit(ChildMain(functions));
}

}  // namespace oboro::platform
