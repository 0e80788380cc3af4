#include "services/abstraction/resources.h"

#include <openssl/sha.h>

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"

namespace oboro::abstraction {
namespace {

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1000000);
  out->set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
}

}  // namespace

std::string RecipeName(absl::string_view tenant, absl::string_view recipe) {
  return absl::StrCat("tenants/", tenant, "/recipes/", recipe);
}

std::string AbstractionName(absl::string_view tenant, absl::string_view abstraction) {
  return absl::StrCat("tenants/", tenant, "/abstractions/", abstraction);
}

v1::Recipe ToProto(const platform::TenantContext& tenant, const RecipeRow& row) {
  v1::Recipe out;
  out.set_name(RecipeName(tenant.id(), row.recipe_id));
  out.set_version(row.version);
  out.set_document(row.document);
  out.set_digest(row.digest);
  SetTime(row.create_time, out.mutable_create_time());
  return out;
}

v1::Abstraction ToProto(const platform::CallContext& call, const AbstractionRow& row) {
  v1::Abstraction out;
  out.set_name(AbstractionName(call.tenant().id(), row.abstraction_id));
  out.set_snapshot(row.snapshot);
  out.set_recipe(RecipeName(call.tenant().id(), row.recipe_id));
  out.set_recipe_version(row.recipe_version);
  out.set_recipe_digest(row.recipe_digest);
  out.set_reference_date(row.reference_date);
  out.set_records(row.records);
  const nlohmann::json columns = nlohmann::json::parse(row.columns, nullptr, false);
  if (columns.is_array()) {
    for (const nlohmann::json& column : columns) {
      v1::Column* added = out.add_columns();
      added->set_name(column.value("name", ""));
      v1::ColumnKind kind = v1::COLUMN_KIND_OTHER;
      v1::ColumnKind_Parse("COLUMN_KIND_" + column.value("kind", ""), &kind);
      added->set_kind(kind);
      added->set_distinct_values(column.value("distinct_values", int64_t{0}));
      added->set_unknown_values(column.value("unknown_values", int64_t{0}));
    }
  }
  SetTime(row.create_time, out.mutable_create_time());
  out.set_object_digest(row.object_digest);
  if (call.caller.kind == platform::Caller::Kind::kService) out.set_object_id(row.object_id);
  return out;
}

std::string Sha256(absl::string_view text) {
  unsigned char out[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out);
  return std::string(reinterpret_cast<char*>(out), sizeof(out));
}

}  // namespace oboro::abstraction
