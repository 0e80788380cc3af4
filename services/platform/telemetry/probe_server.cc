#include "services/platform/telemetry/probe_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/status.h"
#include "services/platform/telemetry/metrics.h"

namespace oboro::platform {
namespace {

absl::Status CannotListen(const std::string& listen) {
  return ReasonedError(
      absl::StatusCode::kUnavailable,
      {"CANNOT_LISTEN",
       absl::StrCat("Cannot listen on ", listen, ": give an IPv4 address and a free port."),
       absl::StrCat(listen, " で待ち受けできません。空いているポートを指定してください。"),
       {}});
}

absl::StatusOr<sockaddr_in> ParseAddress(const std::string& listen) {
  const std::vector<std::string> parts = absl::StrSplit(listen, ':');
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  uint32_t port = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[1], &port) || port > 65535) {
    return CannotListen(listen);
  }
  const std::string host = parts[0] == "localhost" ? "127.0.0.1" : parts[0];
  if (inet_pton(AF_INET, host.c_str(), &address.sin_addr) != 1) return CannotListen(listen);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

std::string ReadRequest(int connection) {
  constexpr size_t kMaxRequest = 8192;
  timeval timeout = {.tv_sec = 2, .tv_usec = 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
  setsockopt(connection, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
  std::string request;
  std::array<char, 1024> buffer;
  while (request.size() < kMaxRequest && !absl::StrContains(request, "\r\n\r\n")) {
    const ssize_t got = recv(connection, buffer.data(), buffer.size(), 0);
    if (got <= 0) break;
    request.append(buffer.data(), static_cast<size_t>(got));
  }
  return request;
}

}  // namespace

absl::StatusOr<std::unique_ptr<ProbeServer>> ProbeServer::Start(const std::string& listen,
                                                                Health health) {
  ASSIGN_OR_RETURN(sockaddr_in address, ParseAddress(listen));
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return CannotListen(listen);
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  socklen_t size = sizeof(address);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), size) != 0 || ::listen(fd, 64) != 0 ||
      getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    close(fd);
    return CannotListen(listen);
  }
  return std::unique_ptr<ProbeServer>(
      new ProbeServer(fd, ntohs(address.sin_port), std::move(health)));
}

ProbeServer::ProbeServer(int socket, int port, Health health)
    : socket_(socket), port_(port), health_(std::move(health)), thread_([this] { Serve(); }) {}

ProbeServer::~ProbeServer() {
  stop_ = true;
  thread_.join();
  close(socket_);
}

void ProbeServer::Serve() {
  while (!stop_) {
    pollfd waiting = {.fd = socket_, .events = POLLIN, .revents = 0};
    // Short, so that the destructor is not kept waiting.
    if (poll(&waiting, 1, 200) <= 0) continue;
    const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) continue;
    Answer(connection);
    close(connection);
  }
}

void ProbeServer::Answer(int connection) {
  const std::string request = ReadRequest(connection);
  std::string status = "404 Not Found";
  std::string body = "only GET /healthz and GET /metrics\n";
  if (absl::StartsWith(request, "GET /healthz ")) {
    const std::string fault = health_();
    status = fault.empty() ? "200 OK" : "503 Service Unavailable";
    body = fault.empty() ? "ok\n" : absl::StrCat(fault, "\n");
  } else if (absl::StartsWith(request, "GET /metrics ")) {
    status = "200 OK";
    body = MetricsText();
  }
  const std::string answer = absl::StrCat(
      "HTTP/1.1 ", status, "\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
      "Content-Length: ", body.size(), "\r\nConnection: close\r\n\r\n", body);
  size_t sent = 0;
  while (sent < answer.size()) {
    const ssize_t n = send(connection, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return;
    sent += static_cast<size_t>(n);
  }
}

}  // namespace oboro::platform
