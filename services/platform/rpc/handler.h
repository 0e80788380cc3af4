#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>

#include "absl/status/statusor.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::platform {

class Adapter;  // rpc/adapter.h: token, certificate, membership, gate, quota, metrics.

// Every RPC passes here (design.md 5.2), in fixed order: caller from metadata or certificate,
// tenant from the request, membership and roles from rows, tenant state, permission, then `fn`,
// then the one conversion of errors. Usage in a service class:
//   grpc::Status GetSnapshot(grpc::ServerContext* c, const GetSnapshotRequest* q,
//   GetSnapshotResponse* r) override {
//     return HandleUnary(*adapter_, c, *q, r, [&](const CallContext& call, const auto& request) {
//       return get_snapshot_.Handle(call, request);   // -> absl::StatusOr<GetSnapshotResponse>
//     });
//   }
template <typename Request, typename Response, typename Fn>
grpc::Status HandleUnary(Adapter& adapter, grpc::ServerContext* context, const Request& request,
                         Response* response, Fn&& fn);

// Server streaming: `fn(call, request, writer)` -> absl::Status, writer(const Response&) -> bool
// (false: client gone).
template <typename Request, typename Response, typename Fn>
grpc::Status HandleServerStream(Adapter& adapter, grpc::ServerContext* context,
                                const Request& request, grpc::ServerWriter<Response>* writer,
                                Fn&& fn);

// Client streaming: the first message carries the name; `fn(call, first, next)` ->
// absl::StatusOr<Response>, next(Request*) -> bool.
template <typename Request, typename Response, typename Fn>
grpc::Status HandleClientStream(Adapter& adapter, grpc::ServerContext* context,
                                grpc::ServerReader<Request>* reader, Response* response, Fn&& fn);

}  // namespace oboro::platform
