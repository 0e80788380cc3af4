#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "services/abstraction/rows.h"
#include "services/platform/rpc/call_context.h"

// Rows as the resources that callers see.
namespace oboro::abstraction {

// A recipe document, stored or tried.
inline constexpr size_t kMaxRecipeBytes = 512 << 10;

std::string RecipeName(absl::string_view tenant, absl::string_view recipe);
std::string AbstractionName(absl::string_view tenant, absl::string_view abstraction);

v1::Recipe ToProto(const platform::TenantContext& tenant, const RecipeRow& row);

// Where the object is only services see; its digest everybody may, since verdicts name it.
v1::Abstraction ToProto(const platform::CallContext& call, const AbstractionRow& row);

// SHA-256, 32 bytes.
std::string Sha256(absl::string_view text);

}  // namespace oboro::abstraction
