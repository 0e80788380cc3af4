#pragma once

#include <google/protobuf/message.h>
#include <grpcpp/grpcpp.h>

#include <functional>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "services/platform/base/clock.h"
#include "services/platform/db/db.h"
#include "services/platform/identity/token_verifier.h"
#include "services/platform/rpc/call_context.h"
#include "services/platform/rpc/stream_watch.h"

namespace oboro::platform {

struct AdapterOptions {
  int64_t calls_per_tenant = 32;
  // A client stream that sends nothing for so long is cancelled.
  int64_t stream_idle_seconds = 60;
  // Told of every call that reaches its handler, and may not change it. For tests.
  std::function<void(const CallContext&)> on_admitted;
};

// What every RPC passes through (design.md 5.2), in this order, each on every call:
//   1. the caller: a bearer token in the metadata decides alone; without one the verified
//      certificate of the connection names a service. Nothing else, and nothing is kept;
//   2. the method's entry in MethodPolicies(); none answers INTERNAL;
//   3. a deadline, which every call must have;
//   4. the tenant out of the request's `name` or `parent`;
//   5. membership and roles from rows; who has no part in the tenant is answered NOT_FOUND exactly
//      as if it did not exist;
//   6. role or service against the entry;
//   7. the tenant's state against the gate table;
//   8. the number of calls that the tenant has in flight;
//   9. the handler, if no field of the request names another tenant's resource;
//  10. the one conversion of errors; a refusal of a member goes to the tenant's audit chain.
// Thread-safe.
class Adapter {
 public:
  Adapter(Db* db, TokenVerifier* tokens, const Clock* clock, AdapterOptions options);
  ~Adapter();

  // `request_type` names the method: every request type belongs to exactly one (buf lint; a test
  // checks it). `first` gives the request, or null when the client sent none; it is called only
  // after the caller is known.
  grpc::Status Run(grpc::ServerContext* context, const google::protobuf::Descriptor* request_type,
                   absl::FunctionRef<const google::protobuf::Message*()> first,
                   absl::FunctionRef<absl::Status(const CallContext&)> body);

  // Of the client streams that are read.
  StreamWatch& streams();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace oboro::platform
