#include "services/platform/db/usage.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

absl::Status QuotaError(absl::string_view reason, absl::string_view what, absl::string_view what_ja,
                        int64_t asked, int64_t limit) {
  return ReasonedError(
      absl::StatusCode::kResourceExhausted,
      {std::string(reason),
       absl::StrCat("The tenant's quota of ", what, " is ", limit, ", this asks for ", asked,
                    "; have the quota raised or remove what is no longer needed."),
       absl::StrCat(what_ja, "の割当量は ", limit, " ですが、", asked,
                    " 必要です。割当量を増やすか、不要なものを削除してください。"),
       {{"limit", absl::StrCat(limit)}, {"asked", absl::StrCat(asked)}}});
}

}  // namespace

absl::Status AddUsage(pqxx::work& tx, const TenantContext& tenant, const UsageChange& change) {
  const pqxx::result updated = tx.exec_params(
      "UPDATE tenancy.usage SET bytes = greatest(0, bytes + $2), rows = greatest(0, rows + $3), "
      "worker_seconds = greatest(0, worker_seconds + $4) WHERE tenant_id = $1",
      tenant.id(), change.bytes, change.rows, change.worker_seconds);
  if (updated.affected_rows() != 1) return NotFoundError();
  return absl::OkStatus();
}

absl::Status CheckQuota(pqxx::work& tx, const TenantContext& tenant, int64_t more_bytes,
                        int64_t rows) {
  const pqxx::result found = tx.exec_params(
      "SELECT q.bytes, u.bytes, q.rows FROM tenancy.quotas q JOIN tenancy.usage u USING "
      "(tenant_id) "
      "WHERE q.tenant_id = $1",
      tenant.id());
  if (found.empty()) return NotFoundError();
  const int64_t limit = found[0][0].as<int64_t>();
  const int64_t used = found[0][1].as<int64_t>();
  if (more_bytes > 0 && more_bytes > limit - used) {
    return QuotaError("QUOTA_BYTES", "stored bytes", "保存容量", used + more_bytes, limit);
  }
  if (const int64_t row_limit = found[0][2].as<int64_t>(); rows > row_limit) {
    return QuotaError("QUOTA_ROWS", "records in a snapshot", "1 時点のレコード数", rows, row_limit);
  }
  return absl::OkStatus();
}

}  // namespace oboro::platform
