#include "services/platform/rpc/method_index.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

using google::protobuf::FieldDescriptor;

constexpr char kPrefix[] = "tenants/";

absl::Status InvalidName(const std::string& field) {
  return ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"INVALID_NAME",
       absl::StrCat("`", field, "` must begin with tenants/{tenant}, as ListTenants tells it."),
       absl::StrCat(
           "`", field,
           "` は tenants/{tenant} で始まる名前を指定してください（ListTenants で確認できます）。"),
       {{"field", field}}});
}

bool IsText(const FieldDescriptor& field) {
  return field.type() == FieldDescriptor::TYPE_STRING && !field.is_repeated();
}

}  // namespace

std::string FullMethodName(const google::protobuf::MethodDescriptor& method) {
  return absl::StrCat("/", method.service()->full_name(), "/", method.name());
}

const google::protobuf::MethodDescriptor* MethodOfRequest(
    const google::protobuf::Descriptor& request_type) {
  const google::protobuf::FileDescriptor& file = *request_type.file();
  for (int s = 0; s < file.service_count(); ++s) {
    for (int m = 0; m < file.service(s)->method_count(); ++m) {
      const google::protobuf::MethodDescriptor* method = file.service(s)->method(m);
      if (method->input_type() == &request_type) return method;
    }
  }
  return nullptr;
}

absl::StatusOr<std::string> TenantOfRequest(const google::protobuf::Message& request,
                                            const std::string& field) {
  const FieldDescriptor* descriptor = request.GetDescriptor()->FindFieldByName(field);
  if (descriptor == nullptr || !IsText(*descriptor)) {
    return absl::InternalError(absl::StrCat(request.GetTypeName(), " has no ", field));
  }
  const std::string name = request.GetReflection()->GetString(request, descriptor);
  const std::vector<std::string> parts = absl::StrSplit(name, '/');
  if (parts.size() < 2 || parts[0] != "tenants" || !IsId(parts[1])) return InvalidName(field);
  return parts[1];
}

bool NamesOnlyTenant(const google::protobuf::Message& request, absl::string_view tenant_id) {
  const std::string own = absl::StrCat(kPrefix, tenant_id);
  const google::protobuf::Descriptor& type = *request.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (!IsText(*type.field(i))) continue;
    const std::string text = request.GetReflection()->GetString(request, type.field(i));
    if (!absl::StartsWith(text, kPrefix) || text == own) continue;
    if (!absl::StartsWith(text, absl::StrCat(own, "/"))) return false;
  }
  return true;
}

}  // namespace oboro::platform
