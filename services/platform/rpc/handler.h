#pragma once

#include <grpcpp/grpcpp.h>

#include <functional>
#include <utility>

#include "absl/status/statusor.h"
#include "services/platform/rpc/adapter.h"
#include "services/platform/rpc/call_context.h"

namespace oboro::platform {

// Every RPC passes here (design.md 5.2; the order is in rpc/adapter.h). Usage in a service class:
//   grpc::Status GetSnapshot(grpc::ServerContext* c, const GetSnapshotRequest* q,
//   GetSnapshotResponse* r) override {
//     return HandleUnary(*adapter_, c, *q, r, [&](const CallContext& call, const auto& request) {
//       return get_snapshot_.Handle(call, request);   // -> absl::StatusOr<GetSnapshotResponse>
//     });
//   }
template <typename Request, typename Response, typename Fn>
grpc::Status HandleUnary(Adapter& adapter, grpc::ServerContext* context, const Request& request,
                         Response* response, Fn&& fn) {
  return adapter.Run(
      context, Request::descriptor(),
      [&]() -> const google::protobuf::Message* { return &request; },
      [&](const CallContext& call) -> absl::Status {
        absl::StatusOr<Response> answer = fn(call, request);
        if (!answer.ok()) return answer.status();
        *response = *std::move(answer);
        return absl::OkStatus();
      });
}

// Server streaming: `fn(call, request, writer)` -> absl::Status, writer(const Response&) -> bool
// (false: client gone). The writer also answers false once the call was cancelled.
template <typename Request, typename Response, typename Fn>
grpc::Status HandleServerStream(Adapter& adapter, grpc::ServerContext* context,
                                const Request& request, grpc::ServerWriter<Response>* writer,
                                Fn&& fn) {
  return adapter.Run(
      context, Request::descriptor(),
      [&]() -> const google::protobuf::Message* { return &request; },
      [&](const CallContext& call) -> absl::Status {
        const std::function<bool(const Response&)> write = [&](const Response& response) {
          return !context->IsCancelled() && writer->Write(response);
        };
        return fn(call, request, write);
      });
}

// Client streaming: the first message carries the name; `fn(call, first, next)` ->
// absl::StatusOr<Response>, next(Request*) -> bool (false: no more, broken off, or silent for too
// long).
template <typename Request, typename Response, typename Fn>
grpc::Status HandleClientStream(Adapter& adapter, grpc::ServerContext* context,
                                grpc::ServerReader<Request>* reader, Response* response, Fn&& fn) {
  Request first;
  const auto read = [&](Request* message) {
    const StreamWatch::Reading reading(&adapter.streams(), context);
    return reader->Read(message);
  };
  return adapter.Run(
      context, Request::descriptor(),
      [&]() -> const google::protobuf::Message* { return read(&first) ? &first : nullptr; },
      [&](const CallContext& call) -> absl::Status {
        const std::function<bool(Request*)> next = read;
        absl::StatusOr<Response> answer = fn(call, first, next);
        if (!answer.ok()) return answer.status();
        *response = *std::move(answer);
        return absl::OkStatus();
      });
}

}  // namespace oboro::platform
