#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/cli/settings.h"
#include "services/cli/token.h"
#include "services/platform/rpc/errors.h"

namespace oboro::cli {

// One connection as one person. Each call carries the token; an expired one is renewed where the
// profile is a confidential client.
class Session {
 public:
  static absl::StatusOr<std::unique_ptr<Session>> Open(const Settings& settings,
                                                       const std::string& profile);

  // Calls a unary method: session.Call(&TenantService::Stub::GetTenant, request).
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&,
                                                             Response*),
                                const Request& request) {
    auto context = NewContext();
    if (!context.ok()) return context.status();
    Stub stub(channel_);
    Response response;
    const grpc::Status status = (stub.*method)(context->get(), request, &response);
    if (!status.ok()) return platform::FromGrpc(status);
    return response;
  }

  // A context with the token and a deadline, for streams.
  absl::StatusOr<std::unique_ptr<grpc::ClientContext>> NewContext(
      absl::Duration timeout = absl::Seconds(60));

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // "tenants/{id}" for a name, an id, a municipality code or an official name; for an empty
  // argument the only tenant that the caller belongs to.
  absl::StatusOr<std::string> ResolveTenant(const std::string& argument);

 private:
  Session(Settings settings, std::string profile, std::shared_ptr<grpc::Channel> channel)
      : settings_(std::move(settings)),
        profile_(std::move(profile)),
        channel_(std::move(channel)) {}
  absl::Status Authenticate();

  Settings settings_;
  std::string profile_;
  std::shared_ptr<grpc::Channel> channel_;
  Token token_{"", absl::InfinitePast()};
};

}  // namespace oboro::cli
