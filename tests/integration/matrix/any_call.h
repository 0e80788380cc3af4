#pragma once

#include <google/protobuf/descriptor.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

namespace oboro::testing {

// Every method of every service of proto/oboro, by descriptor.
std::vector<const google::protobuf::MethodDescriptor*> AllMethods();

// How one call is made.
struct AnyCall {
  const google::protobuf::MethodDescriptor* method = nullptr;
  std::string resource;  // Put into `name` or `parent`, whichever the request has.
  std::string token;     // Empty for none.
  bool deadline = true;
};

// What came back: the status, as the client's library has it, and the reason in its details.
struct AnyAnswer {
  grpc::Status status;
  std::string reason;    // Of ErrorInfo; "" when there is none.
  std::string japanese;  // LocalizedMessage.

  // Everything that a client can see of a refusal.
  std::string Bytes() const {
    return std::to_string(status.error_code()) + "|" + status.error_message() + "|" +
           status.error_details();
  }
};

// Makes the call with one request message, whatever the kind of method, and reads to the end.
AnyAnswer Invoke(grpc::Channel& channel, const AnyCall& call);

}  // namespace oboro::testing
