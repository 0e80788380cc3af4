#include "tests/integration/matrix/any_call.h"

#include <google/protobuf/dynamic_message.h>
#include <grpcpp/generic/generic_stub.h>

#include <chrono>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "oboro/aggregation/v1/joint.pb.h"
#include "oboro/audit/v1/audit.pb.h"
#include "oboro/operation/v1/operation.pb.h"
#include "oboro/tenancy/v1/tenancy.pb.h"
#include "oboro/upload/v1/upload.pb.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/platform/base/log.h"
#include "services/platform/rpc/method_index.h"

namespace oboro::testing {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FileDescriptor;
using google::protobuf::MethodDescriptor;

std::string RequestBytes(const AnyCall& call) {
  const auto* prototype = google::protobuf::MessageFactory::generated_factory()->GetPrototype(
      call.method->input_type());
  const std::unique_ptr<google::protobuf::Message> request(prototype->New());
  for (const char* field : {"name", "parent"}) {
    const FieldDescriptor* descriptor = request->GetDescriptor()->FindFieldByName(field);
    if (descriptor != nullptr && !call.resource.empty()) {
      request->GetReflection()->SetString(request.get(), descriptor, call.resource);
    }
  }
  return request->SerializeAsString();
}

AnyAnswer Answer(const grpc::Status& status) {
  AnyAnswer answer = {status, "", ""};
  google::rpc::Status details;
  if (!details.ParseFromString(status.error_details())) return answer;
  for (const auto& detail : details.details()) {
    google::rpc::ErrorInfo info;
    google::rpc::LocalizedMessage localized;
    if (detail.UnpackTo(&info)) answer.reason = info.reason();
    if (detail.UnpackTo(&localized)) answer.japanese = localized.message();
  }
  return answer;
}

// Waits for the one operation that is under way.
bool Next(grpc::CompletionQueue& queue) {
  void* tag = nullptr;
  bool ok = false;
  OBORO_CHECK(queue.Next(&tag, &ok));
  return ok;
}

}  // namespace

std::vector<const MethodDescriptor*> AllMethods() {
  const std::vector<const FileDescriptor*> files = {
      tenancy::v1::Tenant::descriptor()->file(),
      upload::v1::Dataset::descriptor()->file(),
      abstraction::v1::Recipe::descriptor()->file(),
      verification::v1::Verdict::descriptor()->file(),
      aggregation::v1::Statistic::descriptor()->file(),
      aggregation::v1::JointStatistic::descriptor()->file(),
      operation::v1::Operation::descriptor()->file(),
      audit::v1::Event::descriptor()->file(),
  };
  std::vector<const MethodDescriptor*> methods;
  for (const FileDescriptor* file : files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back(file->service(s)->method(m));
      }
    }
  }
  return methods;
}

AnyAnswer Invoke(grpc::Channel& channel, const AnyCall& call) {
  const std::shared_ptr<grpc::ChannelInterface> shared(&channel, [](grpc::ChannelInterface*) {});
  grpc::GenericStub stub(shared);
  grpc::ClientContext context;
  if (call.deadline) {
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(30));
  }
  if (!call.token.empty()) context.AddMetadata("authorization", "Bearer " + call.token);
  grpc::CompletionQueue queue;
  const auto stream = stub.PrepareCall(&context, platform::FullMethodName(*call.method), &queue);
  stream->StartCall(nullptr);
  Next(queue);
  const std::string bytes = RequestBytes(call);
  const grpc::Slice slice(bytes);
  grpc::WriteOptions last;
  stream->WriteLast(grpc::ByteBuffer(&slice, 1), last.set_last_message(), nullptr);
  Next(queue);
  grpc::ByteBuffer message;
  do {
    stream->Read(&message, nullptr);
  } while (Next(queue));
  grpc::Status status;
  stream->Finish(&status, nullptr);
  Next(queue);
  return Answer(status);
}

}  // namespace oboro::testing
