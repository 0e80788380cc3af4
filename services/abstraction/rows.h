#pragma once

#include <cstdint>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/platform/audit/audit.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::abstraction {

// Rows of abstraction.recipes and abstraction.abstractions. Both are only ever added.

struct RecipeRow {
  std::string recipe_id;
  int version = 0;
  std::string document;
  std::string digest;  // SHA-256 of the document.
  absl::Time create_time;
};

// Stores the document as the next version and answers it; the same document as the newest version
// makes no new one.
absl::StatusOr<RecipeRow> InsertRecipe(pqxx::work& tx, const platform::TenantContext& tenant,
                                       RecipeRow row, const platform::AuditEvent& event);
// `version` 0: the newest. NOT_FOUND when there is none.
absl::StatusOr<RecipeRow> ReadRecipe(pqxx::work& tx, const platform::TenantContext& tenant,
                                     const std::string& recipe_id, int version);
// The newest versions, by id.
absl::StatusOr<std::vector<RecipeRow>> ListRecipes(pqxx::work& tx,
                                                   const platform::TenantContext& tenant);

// Every version of one, newest first; empty when there is none.
absl::StatusOr<std::vector<RecipeRow>> ListRecipeVersions(pqxx::work& tx,
                                                          const platform::TenantContext& tenant,
                                                          const std::string& recipe_id);

struct AbstractionRow {
  std::string abstraction_id;
  std::string snapshot;  // Resource name.
  std::string recipe_id;
  int recipe_version = 0;
  std::string recipe_digest;
  std::string reference_date;
  int64_t records = 0;
  std::string columns;  // JSON: [{name, kind, distinct_values, unknown_values}]
  std::string object_id;
  std::string object_digest;
  std::string job_id;
  absl::Time create_time;
};

absl::Status InsertAbstraction(pqxx::work& tx, const platform::TenantContext& tenant,
                               const AbstractionRow& row, const platform::AuditEvent& event);
absl::StatusOr<AbstractionRow> ReadAbstraction(pqxx::work& tx,
                                               const platform::TenantContext& tenant,
                                               const std::string& abstraction_id);
// Newest first.
absl::StatusOr<std::vector<AbstractionRow>> ListAbstractions(pqxx::work& tx,
                                                             const platform::TenantContext& tenant);

}  // namespace oboro::abstraction
