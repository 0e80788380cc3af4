#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// "/package.Service/Method".
std::string FullMethodName(const google::protobuf::MethodDescriptor& method);

// The method that a request type belongs to, or null. buf's RPC_REQUEST_RESPONSE_UNIQUE makes it
// one; a test walks the descriptors.
const google::protobuf::MethodDescriptor* MethodOfRequest(
    const google::protobuf::Descriptor& request_type);

// The tenant id out of the `field` ("name" or "parent") of a request: "tenants/{id}" or anything
// beneath it. INVALID_NAME when it is neither.
absl::StatusOr<std::string> TenantOfRequest(const google::protobuf::Message& request,
                                            const std::string& field);

// False when any other string field of the request names a resource of another tenant: such a call
// is answered as if that resource did not exist.
bool NamesOnlyTenant(const google::protobuf::Message& request, absl::string_view tenant_id);

}  // namespace oboro::platform
