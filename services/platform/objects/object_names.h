#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {

// Ids become names of folders: only [a-z][a-z0-9-]{0,62} may, so that no path escapes.
inline absl::Status CheckObjectName(const TenantContext& tenant, const std::string& object_id,
                                    int part = 0) {
  if (IsId(tenant.id()) && IsId(object_id) && part >= 0 && part <= kMaxObjectPart) {
    return absl::OkStatus();
  }
  return ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"INVALID_OBJECT_NAME",
       absl::StrCat("Tenant and object need ids [a-z][a-z0-9-]{0,62} and a part from 0 to ",
                    kMaxObjectPart, "."),
       absl::StrCat("テナントとオブジェクトの識別子は [a-z][a-z0-9-]{0,62}、部分番号は 0 から ",
                    kMaxObjectPart, " で指定してください。"),
       {{"part", absl::StrCat(part)}}});
}

}  // namespace oboro::platform
