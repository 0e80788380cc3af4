#include "services/platform/jobs/child_test_functions.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/jobs/child_messages.h"

namespace oboro::platform {
namespace {

absl::StatusOr<std::string> Copy(JobIo& io) {
  for (const std::string& name : {std::string("a"), std::string("b")}) {
    auto source = io.OpenInput(name);
    if (!source.ok()) continue;
    ASSIGN_OR_RETURN(const auto sink, io.OpenOutput(name + "-copy"));
    while (true) {
      ASSIGN_OR_RETURN(const absl::string_view piece, (*source)->Read());
      if (piece.empty()) break;
      RETURN_IF_ERROR(sink->Write(piece));
    }
    RETURN_IF_ERROR(sink->Finish());
  }
  const SecretBytes& key = io.pseudonym_key();
  return absl::StrCat("params ", io.params(), " key ", key.size(), " first ",
                      key.empty() ? 0 : key.data()[0]);
}

absl::StatusOr<std::string> Stages(JobIo& io) {
  io.Progress("SMALL", 0, 10);
  for (int i = 0; i < 1000; ++i) io.Progress("SMALL", i, 1000);
  io.Progress("LARGE", 0, 77);
  {
    std::vector<char> large(210 << 20, 'x');
    io.Progress("LARGE", 77, large[1] == 'x' ? 77 : 0);
  }
  io.Progress("SMALL_AGAIN", 1, 1);
  return "{}";
}

absl::StatusOr<std::string> Error(JobIo&) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"ROW_BROKEN", "row 3", "三行目", {{"row", "3"}}});
}

absl::StatusOr<std::string> Unfinished(JobIo& io) {
  ASSIGN_OR_RETURN(const auto sink, io.OpenOutput("out"));
  RETURN_IF_ERROR(sink->Write("half"));
  return "{}";
}

absl::StatusOr<std::string> OnePiece(JobIo& io) {
  ASSIGN_OR_RETURN(const auto source, io.OpenInput("a"));
  RETURN_IF_ERROR(source->Read().status());
  return "{}";
}

absl::StatusOr<std::string> WrongNames(JobIo& io) {
  const bool refused = !io.OpenInput("b").ok() && !io.OpenOutput("a").ok() &&
                       io.OpenInput("a").ok() && !io.OpenInput("a").ok();
  return refused ? "refused" : "opened";
}

std::string Outcome(long result) {
  return result >= 0 ? "succeeded" : absl::StrCat("errno ", errno);
}

absl::StatusOr<std::string> Open(JobIo& io) { return Outcome(open(io.params().c_str(), O_RDONLY)); }
absl::StatusOr<std::string> Create(JobIo& io) {
  return Outcome(open(io.params().c_str(), O_WRONLY | O_CREAT, 0600));
}
absl::StatusOr<std::string> Socket(JobIo&) { return Outcome(socket(AF_INET, SOCK_STREAM, 0)); }
absl::StatusOr<std::string> UnixSocket(JobIo&) {
  int ends[2];
  return Outcome(socketpair(AF_UNIX, SOCK_STREAM, 0, ends));
}
absl::StatusOr<std::string> Exec(JobIo&) {
  char path[] = "/bin/true";
  char* argv[] = {path, nullptr};
  return Outcome(execve(path, argv, argv + 1));
}
absl::StatusOr<std::string> Fork(JobIo&) {
  const pid_t pid = fork();
  if (pid == 0) _exit(0);
  return Outcome(pid);
}
absl::StatusOr<std::string> Ptrace(JobIo&) {
  return Outcome(ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr));
}
absl::StatusOr<std::string> Kill(JobIo&) { return Outcome(kill(getppid(), 0)); }
absl::StatusOr<std::string> Rename(JobIo& io) {
  return Outcome(rename(io.params().c_str(), (io.params() + "-stolen").c_str()));
}
absl::StatusOr<std::string> ExecutableMemory(JobIo&) {
  void* at =
      mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return Outcome(at == MAP_FAILED ? -1 : 0);
}
absl::StatusOr<std::string> Dumpable(JobIo&) { return Outcome(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)); }
absl::StatusOr<std::string> RaiseLimit(JobIo&) {
  const rlimit generous{RLIM_INFINITY, RLIM_INFINITY};
  return Outcome(setrlimit(RLIMIT_CORE, &generous));
}
absl::StatusOr<std::string> ReadParent(JobIo&) {
  char byte;
  iovec here{&byte, 1}, there{reinterpret_cast<void*>(0x400000), 1};
  return Outcome(process_vm_readv(getppid(), &here, 1, &there, 1, 0));
}

// Lists what came along and should not have.
absl::StatusOr<std::string> Inherited(JobIo&) {
  std::string found;
  for (char** entry = environ; *entry != nullptr; ++entry) absl::StrAppend(&found, *entry, " ");
  // The control pipe, and two descriptors on /proc/self that measure memory.
  int descriptors = 0;
  for (int fd = kRequestFd; fd < 190; ++fd) descriptors += fcntl(fd, F_GETFD) >= 0;
  if (descriptors != 3) absl::StrAppend(&found, descriptors, " descriptors ");
  char byte;
  if (read(STDIN_FILENO, &byte, 1) != 0) absl::StrAppend(&found, "standard input ");
  return found;
}

absl::StatusOr<std::string> Allowed(JobIo&) {
  std::string worked;
  const int fd = memfd_create("work", MFD_CLOEXEC);
  const std::string name = absl::StrCat("/proc/self/fd/", fd);
  const int again = open(name.c_str(), O_RDWR);
  char buffer[4] = "";
  if (write(again, "abc", 3) == 3 && pread(fd, buffer, 3, 0) == 3 &&
      std::strcmp(buffer, "abc") == 0) {
    worked += "memfd";
  }
  std::atomic<int> sum = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&sum] { ++sum; });
  for (std::thread& thread : threads) thread.join();
  if (sum == 4) worked += " threads";
  try {
    throw std::runtime_error("caught");
  } catch (const std::runtime_error&) {
    worked += " exception";
  }
  std::vector<char> memory(100 << 20, 'x');
  if (memory.back() == 'x') worked += " memory";
  return worked;
}

[[noreturn]] void LoopForever() {
  for (std::atomic<int> i = 0;; ++i) {
  }
}

absl::StatusOr<std::string> Gobble(JobIo& io) {
  if (io.params() == "memfd") {
    const int fd = memfd_create("big", 0);
    const std::string block(1 << 20, 'x');
    for (int i = 0; i < 512; ++i) {
      if (write(fd, block.data(), block.size()) != 1 << 20) return Error(io);
    }
    return "{}";
  }
  std::vector<std::vector<char>> all;
  for (int i = 0; i < 64; ++i) all.emplace_back(16 << 20, 'x');
  return absl::StrCat(all.size());
}

}  // namespace

JobFunctions TestJobFunctions() {
  return {
      {"test.copy", Copy},
      {"test.stages", Stages},
      {"test.error", Error},
      {"test.unfinished", Unfinished},
      {"test.one_piece", OnePiece},
      {"test.wrong_names", WrongNames},
      {"test.open", Open},
      {"test.create", Create},
      {"test.socket", Socket},
      {"test.unix_socket", UnixSocket},
      {"test.exec", Exec},
      {"test.fork", Fork},
      {"test.ptrace", Ptrace},
      {"test.kill", Kill},
      {"test.rename", Rename},
      {"test.executable_memory", ExecutableMemory},
      {"test.dumpable", Dumpable},
      {"test.raise_limit", RaiseLimit},
      {"test.read_parent", ReadParent},
      {"test.inherited", Inherited},
      {"test.allowed", Allowed},
      {"test.gobble", Gobble},
      {"test.abort", [](JobIo&) -> absl::StatusOr<std::string> { abort(); }},
      {"test.trap", [](JobIo&) -> absl::StatusOr<std::string> { __builtin_trap(); }},
      {"test.kill_self",
       [](JobIo&) -> absl::StatusOr<std::string> {
         syscall(SYS_tgkill, getpid(), gettid(), SIGKILL);
         return "";
       }},
      {"test.exit", [](JobIo&) -> absl::StatusOr<std::string> { _exit(7); }},
      {"test.throw",
       [](JobIo&) -> absl::StatusOr<std::string> { throw std::runtime_error("personal value"); }},
      {"test.loop",
       [](JobIo& io) -> absl::StatusOr<std::string> {
         io.Progress("LOOPING", getpid(), 0);
         io.Progress("STILL_LOOPING", getpid(), 0);
         io.Progress("LOOPING", getpid(), 0);
         LoopForever();
       }},
      {"test.silent", [](JobIo&) -> absl::StatusOr<std::string> { LoopForever(); }},
  };
}

}  // namespace oboro::platform
