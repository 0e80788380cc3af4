#pragma once

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/platform/base/status.h"
#include "services/platform/config/config.h"
#include "services/platform/rpc/errors.h"

namespace oboro::platform {

// PEM texts of one side of a mutual TLS connection.
struct TlsIdentity {
  std::string ca;
  std::string certificate;
  std::string key;
};

// Reads <certs_dir>/<name>.crt, .key and the CA.
absl::StatusOr<TlsIdentity> LoadTlsIdentity(const Config::Tls& tls, const std::string& name);

// Channels to the other services, with one service's certificate. Thread-safe; a channel is made at
// its first use and kept (nothing about a user is ever on it: only services call services).
class PeerChannels {
 public:
  PeerChannels(std::map<std::string, std::string> peers, TlsIdentity identity,
               int64_t message_bytes);
  // To `service` ("upload"). A service without a configured peer is a fault of the configuration
  // that every call answers with UNAVAILABLE.
  std::shared_ptr<grpc::Channel> Channel(const std::string& service);

 private:
  const std::map<std::string, std::string> peers_;
  const TlsIdentity identity_;
  const int64_t message_bytes_;
  absl::Mutex mutex_;
  std::map<std::string, std::shared_ptr<grpc::Channel>> channels_ ABSL_GUARDED_BY(mutex_);
};

// The time a call between services may take when its caller has none of its own (jobs).
inline constexpr absl::Duration kPeerCallTimeout = absl::Seconds(30);

// One unary call to a peer, as
//   auto stub = upload::v1::SnapshotService::NewStub(context.peers->Channel("upload"));
//   ASSIGN_OR_RETURN(auto response,
//                    CallUnary(*stub, &upload::v1::SnapshotService::Stub::GetSnapshot, request,
//                              call.deadline));
// Errors come back with the reason that the peer gave.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallUnary(Stub& stub,
                                   grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                                   const Request& request, absl::Time deadline) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(deadline));
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return FromGrpc(status);
  return response;
}

// The same without a caller's deadline: at most kPeerCallTimeout.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> CallUnary(Stub& stub,
                                   grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                                const Request&, Response*),
                                   const Request& request) {
  return CallUnary(stub, method, request, absl::Now() + kPeerCallTimeout);
}

}  // namespace oboro::platform
