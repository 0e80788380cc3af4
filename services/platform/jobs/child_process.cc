#include "services/platform/jobs/child_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/jobs/child_messages.h"
#include "services/platform/jobs/child_pump.h"
#include "services/platform/jobs/sandbox.h"

namespace oboro::platform {
namespace {

constexpr int kPipeBytes = 1 << 20;
constexpr int kLastBreathMilliseconds = 5000;
// Above every number that the child's descriptors get.
constexpr int kHighFd = kFirstStreamFd + 2 * static_cast<int>(kMaxStreams);

// A write to a child that died must answer an error, whatever the program does about SIGPIPE.
class BlockedSigpipe {
 public:
  BlockedSigpipe() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~BlockedSigpipe() {
    const timespec now{};
    while (!sigismember(&before_, SIGPIPE) && sigtimedwait(&pipe_, nullptr, &now) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }

 private:
  sigset_t pipe_;
  sigset_t before_;
};

struct Pipe {
  OwnedFd read;
  OwnedFd write;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ResourceExhaustedError("no more descriptors");
  fcntl(ends[0], F_SETPIPE_SZ, kPipeBytes);  // Fewer switches; without it, it is only slower.
  return Pipe{OwnedFd(ends[0]), OwnedFd(ends[1])};
}

absl::Status Unblock(const OwnedFd& fd) {
  return fcntl(fd.get(), F_SETFL, O_NONBLOCK) == 0 ? absl::OkStatus()
                                                   : absl::InternalError("fcntl failed");
}

// The forked child before exec: only calls that are safe between fork and exec of a process with
// threads. `moved` are its ends of the pipes in the order of their numbers from kRequestFd on.
[[noreturn]] void Exec(std::vector<int>& moved, pid_t parent, char* const* argv) {
  static char* const kNoEnvironment[] = {nullptr};
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(125);  // It died before the line above.
  const int null = open("/dev/null", O_RDWR);
  if (null < 0) _exit(126);
  for (int fd = 0; fd < (kSanitized ? 2 : 3); ++fd) dup2(null, fd);
  // First out of the way, then to their places: a place may be another's number now.
  for (int& fd : moved) {
    fd = fcntl(fd, F_DUPFD, kHighFd);
    if (fd < 0) _exit(126);
  }
  int place = kRequestFd;
  for (const int fd : moved) {
    if (dup2(fd, place++) < 0) _exit(126);
  }
  if (syscall(SYS_close_range, static_cast<unsigned>(place), ~0u, 0) != 0) _exit(126);
  execve("/proc/self/exe", argv, kNoEnvironment);
  _exit(127);
}

struct Started {
  pid_t pid = -1;
  OwnedFd process;  // A pidfd.
  ChildPipes pipes;
};

absl::StatusOr<Started> Start(size_t inputs, size_t outputs) {
  Started started;
  std::vector<OwnedFd> childs;
  const auto give_reader = [&childs](OwnedFd* ours) -> absl::Status {
    ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
    childs.push_back(std::move(pipe.read));
    *ours = std::move(pipe.write);
    return Unblock(*ours);
  };
  const auto give_writer = [&childs](OwnedFd* ours) -> absl::Status {
    ASSIGN_OR_RETURN(Pipe pipe, MakePipe());
    childs.push_back(std::move(pipe.write));
    *ours = std::move(pipe.read);
    return Unblock(*ours);
  };
  ChildPipes& pipes = started.pipes;
  pipes.inputs.resize(inputs);
  pipes.outputs.resize(outputs);
  RETURN_IF_ERROR(give_reader(&pipes.request));
  RETURN_IF_ERROR(give_writer(&pipes.control));
  for (OwnedFd& fd : pipes.inputs) RETURN_IF_ERROR(give_reader(&fd));
  for (OwnedFd& fd : pipes.outputs) RETURN_IF_ERROR(give_writer(&fd));

  std::vector<int> moved;
  for (const OwnedFd& fd : childs) moved.push_back(fd.get());
  char name[] = "oboro-job";
  char argument[sizeof kChildArgument];
  std::copy_n(kChildArgument, sizeof kChildArgument, argument);
  char* argv[] = {name, argument, nullptr};
  const pid_t parent = getpid();
  started.pid = fork();
  if (started.pid == 0) Exec(moved, parent, argv);
  if (started.pid < 0) return absl::ResourceExhaustedError("no process for the job; try again");
  started.process = OwnedFd(static_cast<int>(syscall(SYS_pidfd_open, started.pid, 0)));
  return started;
}

// Reaps the child, which may take its last breath when all went well.
int Reap(pid_t pid, int pidfd, bool kill_now) {
  pollfd ended{pidfd, POLLIN, 0};
  if (kill_now || poll(&ended, 1, kLastBreathMilliseconds) <= 0) kill(pid, SIGKILL);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

absl::Status Died(int status) {
  const bool by_signal = WIFSIGNALED(status);
  const int number = by_signal ? WTERMSIG(status) : WEXITSTATUS(status);
  return ReasonedError(
      absl::StatusCode::kInternal,
      {"JOB_CHILD_DIED",
       absl::StrCat("The job's process ended ", by_signal ? "by signal " : "with exit code ",
                    number, "; nothing of it was kept. If the same file does so again, report it."),
       "処理プロセスが異常終了しました。途中の結果は保存されていません。同じファイルで繰り返す場合"
       "は"
       "運営に連絡してください。",
       {{by_signal ? "signal" : "exit", absl::StrCat(number)}}});
}

ChildOrders OrdersOf(const ChildRequest& request) {
  ChildOrders orders;
  orders.kind = request.kind;
  orders.params = request.params;
  orders.pseudonym_key = request.pseudonym_key.Clone();
  orders.memory_limit_bytes = request.memory_limit_bytes;
  for (const ChildInput& input : request.inputs) {
    orders.inputs.push_back({input.name, input.stream, input.key.Clone()});
  }
  for (const ChildOutput& output : request.outputs) {
    orders.outputs.push_back({output.name, output.stream, output.key.Clone()});
  }
  return orders;
}

}  // namespace

absl::StatusOr<ChildResult> RunChild(ChildRequest request) {
  if (request.inputs.size() > kMaxStreams || request.outputs.size() > kMaxStreams) {
    return absl::InvalidArgumentError("a job has at most 64 inputs and 64 outputs");
  }
  const BlockedSigpipe no_sigpipe;
  ASSIGN_OR_RETURN(Started started, Start(request.inputs.size(), request.outputs.size()));
  ChildPump pump(request, EncodeOrders(OrdersOf(request)), std::move(started.pipes));
  const absl::Status pumped = pump.Run();
  const int status = Reap(started.pid, started.process.get(), !pumped.ok());
  RETURN_IF_ERROR(pumped);
  // Who ended well said so and then ended with 0; a child's own error needs no more.
  if (!pump.ended()) return Died(status);
  absl::StatusOr<ChildResult> result = pump.Take();
  if (!result.ok() || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) return result;
  return Died(status);
}

}  // namespace oboro::platform
