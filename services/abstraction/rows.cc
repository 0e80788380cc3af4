#include "services/abstraction/rows.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"

namespace oboro::abstraction {

using platform::TenantContext;

namespace {

constexpr char kRecipeColumns[] = "recipe_id, version, document, digest, create_time";
constexpr char kAbstractionSelect[] =
    "SELECT abstraction_id, snapshot, recipe_id, recipe_version, recipe_digest,"
    " reference_date::text AS reference_date, records, columns::text AS columns, object_id,"
    " object_digest, job_id, create_time FROM abstraction.abstractions WHERE tenant_id = $1";

RecipeRow RecipeFrom(const pqxx::row& row) {
  return {row["recipe_id"].as<std::string>(), row["version"].as<int>(),
          platform::TextOf(row["document"]), platform::BytesOf(row["digest"]),
          platform::TimeOf(row["create_time"])};
}

AbstractionRow AbstractionFrom(const pqxx::row& row) {
  AbstractionRow out;
  out.abstraction_id = row["abstraction_id"].as<std::string>();
  out.snapshot = row["snapshot"].as<std::string>();
  out.recipe_id = row["recipe_id"].as<std::string>();
  out.recipe_version = row["recipe_version"].as<int>();
  out.recipe_digest = platform::BytesOf(row["recipe_digest"]);
  out.reference_date = row["reference_date"].as<std::string>();
  out.records = row["records"].as<int64_t>();
  out.columns = row["columns"].as<std::string>();
  out.object_id = row["object_id"].as<std::string>();
  out.object_digest = platform::BytesOf(row["object_digest"]);
  out.job_id = row["job_id"].as<std::string>();
  out.create_time = platform::TimeOf(row["create_time"]);
  return out;
}

}  // namespace

absl::StatusOr<RecipeRow> InsertRecipe(pqxx::work& tx, const TenantContext& tenant, RecipeRow row,
                                       const platform::AuditEvent& event) {
  const absl::StatusOr<RecipeRow> newest = ReadRecipe(tx, tenant, row.recipe_id, 0);
  if (!newest.ok() && !absl::IsNotFound(newest.status())) return newest.status();
  if (newest.ok() && newest->digest == row.digest) return newest;
  row.version = newest.ok() ? newest->version + 1 : 1;
  tx.exec_params(
      "INSERT INTO abstraction.recipes (tenant_id, recipe_id, version, document, digest,"
      " create_time) VALUES ($1, $2, $3, $4, $5, $6)",
      tenant.id(), row.recipe_id, row.version, row.document, platform::SqlBytes(row.digest),
      platform::SqlTime(row.create_time));
  platform::AuditEvent versioned = event;
  versioned.detail["version"] = row.version;
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, versioned, row.create_time));
  return row;
}

absl::StatusOr<RecipeRow> ReadRecipe(pqxx::work& tx, const TenantContext& tenant,
                                     const std::string& recipe_id, int version) {
  const pqxx::result found = tx.exec_params(
      absl::StrCat("SELECT ", kRecipeColumns,
                   " FROM abstraction.recipes WHERE tenant_id = $1 AND recipe_id = $2"
                   " AND ($3 = 0 OR version = $3) ORDER BY version DESC LIMIT 1"),
      tenant.id(), recipe_id, version);
  if (found.empty()) return platform::NotFoundError();
  return RecipeFrom(found[0]);
}

absl::StatusOr<std::vector<RecipeRow>> ListRecipes(pqxx::work& tx, const TenantContext& tenant) {
  std::vector<RecipeRow> rows;
  for (const pqxx::row& row :
       tx.exec_params(absl::StrCat("SELECT DISTINCT ON (recipe_id) ", kRecipeColumns,
                                   " FROM abstraction.recipes WHERE tenant_id = $1"
                                   " ORDER BY recipe_id, version DESC"),
                      tenant.id())) {
    rows.push_back(RecipeFrom(row));
  }
  return rows;
}

absl::StatusOr<std::vector<RecipeRow>> ListRecipeVersions(pqxx::work& tx,
                                                          const TenantContext& tenant,
                                                          const std::string& recipe_id) {
  std::vector<RecipeRow> rows;
  for (const pqxx::row& row :
       tx.exec_params(absl::StrCat("SELECT ", kRecipeColumns,
                                   " FROM abstraction.recipes WHERE tenant_id = $1"
                                   " AND recipe_id = $2 ORDER BY version DESC"),
                      tenant.id(), recipe_id)) {
    rows.push_back(RecipeFrom(row));
  }
  return rows;
}

absl::Status InsertAbstraction(pqxx::work& tx, const TenantContext& tenant,
                               const AbstractionRow& row, const platform::AuditEvent& event) {
  tx.exec_params(
      "INSERT INTO abstraction.abstractions (tenant_id, abstraction_id, snapshot, recipe_id,"
      " recipe_version, recipe_digest, reference_date, records, columns, object_id, object_digest,"
      " job_id, create_time)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7::date, $8, $9::jsonb, $10, $11, $12, $13)",
      tenant.id(), row.abstraction_id, row.snapshot, row.recipe_id, row.recipe_version,
      platform::SqlBytes(row.recipe_digest), row.reference_date, row.records, row.columns,
      row.object_id, platform::SqlBytes(row.object_digest), row.job_id,
      platform::SqlTime(row.create_time));
  return platform::AppendAudit(tx, tenant, event, row.create_time);
}

absl::StatusOr<AbstractionRow> ReadAbstraction(pqxx::work& tx, const TenantContext& tenant,
                                               const std::string& abstraction_id) {
  const pqxx::result found = tx.exec_params(
      absl::StrCat(kAbstractionSelect, " AND abstraction_id = $2"), tenant.id(), abstraction_id);
  if (found.empty()) return platform::NotFoundError();
  return AbstractionFrom(found[0]);
}

absl::StatusOr<std::vector<AbstractionRow>> ListAbstractions(pqxx::work& tx,
                                                             const TenantContext& tenant) {
  std::vector<AbstractionRow> rows;
  for (const pqxx::row& row : tx.exec_params(
           absl::StrCat(kAbstractionSelect, " ORDER BY create_time DESC, abstraction_id"),
           tenant.id())) {
    rows.push_back(AbstractionFrom(row));
  }
  return rows;
}

}  // namespace oboro::abstraction
