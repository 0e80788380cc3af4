#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "services/platform/jobs/child_messages.h"
#include "services/platform/jobs/child_process.h"

namespace oboro::platform {

// Closes what it holds.
class OwnedFd {
 public:
  explicit OwnedFd(int fd = -1) : fd_(fd) {}
  OwnedFd(OwnedFd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedFd& operator=(OwnedFd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedFd() { Close(); }
  void Close();
  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Parent's ends of a running child's pipes, all non-blocking.
struct ChildPipes {
  OwnedFd request;
  OwnedFd control;
  std::vector<OwnedFd> inputs;
  std::vector<OwnedFd> outputs;
};

// Feeds a child and takes what it gives, never blocking on one pipe while another waits.
class ChildPump {
 public:
  ChildPump(ChildRequest& request, SecretBytes orders, ChildPipes pipes);
  ~ChildPump();
  // Until the child has closed all its ends, or has to be killed: then why.
  absl::Status Run();
  // True when the child said how it ended.
  bool ended() const { return ended_; }
  // What it said, once it did; an error is the child's own.
  absl::StatusOr<ChildResult> Take();

 private:
  struct Feed;
  struct Drain;

  absl::Status Fill(Feed& feed);
  absl::Status Serve(Feed& feed);
  absl::Status Serve(Drain& drain);
  absl::Status ServeControl();
  absl::Status Obey(const ControlMessage& message);
  absl::Status Report();
  bool Waiting() const;

  ChildRequest& request_;
  OwnedFd control_;
  std::vector<std::unique_ptr<Feed>> feeds_;
  std::vector<std::unique_ptr<Drain>> drains_;
  ControlParser parser_;
  ChildProgress progress_;
  bool progress_is_new_ = false;
  absl::Time began_ = absl::Now();
  absl::Time reported_ = absl::InfinitePast();
  bool ended_ = false;
  absl::Status child_error_;
  ChildResult result_;
};

}  // namespace oboro::platform
