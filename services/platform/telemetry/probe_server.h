#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"

namespace oboro::platform {

// Answers GET /healthz (200 "ok" or 503 with what is wrong) and GET /metrics over plain HTTP/1.1 on
// a loopback or pod-local address: probes cannot do mutual TLS (design.md 5.12). One thread, one
// request a connection, requests bounded in size and time.
class ProbeServer {
 public:
  // Says what is wrong, or nothing when the process serves.
  using Health = std::function<std::string()>;

  // `listen` is an IPv4 address (or localhost) and port; port 0 takes a free one.
  static absl::StatusOr<std::unique_ptr<ProbeServer>> Start(const std::string& listen,
                                                            Health health);
  ~ProbeServer();
  int port() const { return port_; }

 private:
  ProbeServer(int socket, int port, Health health);
  void Serve();
  void Answer(int connection);

  const int socket_;
  const int port_;
  const Health health_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace oboro::platform
