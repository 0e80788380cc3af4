#include "services/upload/snapshot_rows.h"

#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"
#include "services/platform/db/sql.h"
#include "services/upload/errors.h"

namespace oboro::upload {

using platform::AuditEvent;
using platform::TenantContext;

namespace {

constexpr char kSelect[] =
    "SELECT snapshot_id, dataset_id, reference_date::text AS reference_date, state, object_id,"
    " committed_bytes, next_part, next_chunk, writer_epoch, schema, records, errors, alerts,"
    " findings_object_id, keyed_digest, operation, refusal, create_time, profile,"
    " open_findings, excluded_records"
    " FROM upload.snapshots WHERE tenant_id = $1 AND dataset_id = $2";

SnapshotRow FromRow(const pqxx::row& row) {
  SnapshotRow out;
  out.snapshot_id = row["snapshot_id"].as<std::string>();
  out.dataset_id = row["dataset_id"].as<std::string>();
  out.reference_date = row["reference_date"].as<std::string>();
  out.state = row["state"].as<std::string>();
  out.object_id = row["object_id"].as<std::string>();
  out.committed_bytes = row["committed_bytes"].as<int64_t>();
  out.next_part = row["next_part"].as<int>();
  out.next_chunk = row["next_chunk"].as<int64_t>();
  out.writer_epoch = row["writer_epoch"].as<int64_t>();
  out.schema = row["schema"].as<std::string>();
  out.records = row["records"].as<int64_t>();
  out.errors = row["errors"].as<int64_t>();
  out.alerts = row["alerts"].as<int64_t>();
  out.findings_object_id = platform::TextOf(row["findings_object_id"]);
  out.keyed_digest = platform::BytesOf(row["keyed_digest"]);
  out.operation = row["operation"].as<std::string>();
  out.refusal = row["refusal"].as<std::string>();
  out.create_time = platform::TimeOf(row["create_time"]);
  out.profile = row["profile"].as<std::string>();
  out.open_findings = row["open_findings"].as<int64_t>();
  out.excluded_records = row["excluded_records"].as<int64_t>();
  return out;
}

const char* StateAfter(const CheckOutcome& outcome) {
  if (!outcome.refusal.empty()) return "REFUSED";
  return outcome.review ? "REVIEW" : "ACCEPTED";
}

absl::Status InsertPart(pqxx::work& tx, const TenantContext& tenant, const std::string& snapshot_id,
                        const PartRow& part) {
  tx.exec_params(
      "INSERT INTO upload.snapshot_parts (tenant_id, snapshot_id, part, first_chunk, chunks, bytes)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      tenant.id(), snapshot_id, part.part, part.first_chunk, part.chunks, part.bytes);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<bool> InsertSnapshot(pqxx::work& tx, const TenantContext& tenant,
                                    const SnapshotRow& row, const std::string& request_id,
                                    const AuditEvent& event) {
  const pqxx::result inserted = tx.exec_params(
      "INSERT INTO upload.snapshots (tenant_id, snapshot_id, dataset_id, reference_date, object_id,"
      " request_id, create_time, profile)"
      " VALUES ($1, $2, $3, $4::date, $5, $6, $7, $8)"
      " ON CONFLICT (tenant_id, dataset_id, request_id) WHERE request_id <> '' DO NOTHING",
      tenant.id(), row.snapshot_id, row.dataset_id, row.reference_date, row.object_id, request_id,
      platform::SqlTime(row.create_time), row.profile);
  if (inserted.affected_rows() == 0) return false;
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, event, row.create_time));
  return true;
}

absl::StatusOr<SnapshotRow> ReadSnapshot(pqxx::work& tx, const TenantContext& tenant,
                                         const std::string& dataset_id,
                                         const std::string& snapshot_id, Lock lock) {
  const pqxx::result found = tx.exec_params(
      absl::StrCat(kSelect, " AND snapshot_id = $3", lock == Lock::kForUpdate ? " FOR UPDATE" : ""),
      tenant.id(), dataset_id, snapshot_id);
  if (found.empty()) return platform::NotFoundError();
  return FromRow(found[0]);
}

absl::StatusOr<SnapshotRow> FindSnapshotByRequest(pqxx::work& tx, const TenantContext& tenant,
                                                  const std::string& dataset_id,
                                                  const std::string& request_id) {
  const pqxx::result found = tx.exec_params(absl::StrCat(kSelect, " AND request_id = $3"),
                                            tenant.id(), dataset_id, request_id);
  if (found.empty()) return platform::NotFoundError();
  return FromRow(found[0]);
}

absl::StatusOr<std::vector<SnapshotRow>> ListSnapshots(pqxx::work& tx, const TenantContext& tenant,
                                                       const std::string& dataset_id) {
  std::vector<SnapshotRow> rows;
  for (const pqxx::row& row :
       tx.exec_params(absl::StrCat(kSelect, " ORDER BY create_time DESC, snapshot_id"), tenant.id(),
                      dataset_id)) {
    rows.push_back(FromRow(row));
  }
  return rows;
}

absl::StatusOr<std::vector<PartRow>> ListParts(pqxx::work& tx, const TenantContext& tenant,
                                               const std::string& snapshot_id) {
  std::vector<PartRow> rows;
  for (const pqxx::row& row :
       tx.exec_params("SELECT part, first_chunk, chunks, bytes FROM upload.snapshot_parts"
                      " WHERE tenant_id = $1 AND snapshot_id = $2 ORDER BY first_chunk, part",
                      tenant.id(), snapshot_id)) {
    rows.push_back(
        {row[0].as<int>(), row[1].as<int64_t>(), row[2].as<int64_t>(), row[3].as<int64_t>()});
  }
  return rows;
}

absl::StatusOr<std::vector<FindingCountRow>> ListFindingCounts(pqxx::work& tx,
                                                               const TenantContext& tenant,
                                                               const std::string& snapshot_id) {
  std::vector<FindingCountRow> rows;
  for (const pqxx::row& row :
       tx.exec_params("SELECT rule, severity, count, open_count, accepted_count, excluded_count,"
                      " returned_count FROM upload.finding_counts"
                      " WHERE tenant_id = $1 AND snapshot_id = $2 ORDER BY severity DESC, rule",
                      tenant.id(), snapshot_id)) {
    FindingCountRow count{row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<int64_t>()};
    if (!row[3].is_null()) {
      count.stand = FindingReview::Counts{row[3].as<int64_t>(), row[4].as<int64_t>(),
                                          row[5].as<int64_t>(), row[6].as<int64_t>()};
    }
    rows.push_back(std::move(count));
  }
  return rows;
}

absl::StatusOr<int64_t> TakeWriter(pqxx::work& tx, const TenantContext& tenant,
                                   const SnapshotRow& row, const AuditEvent& event,
                                   absl::Time now) {
  tx.exec_params(
      "UPDATE upload.snapshots SET writer_epoch = $3 WHERE tenant_id = $1 AND snapshot_id = $2",
      tenant.id(), row.snapshot_id, row.writer_epoch + 1);
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, event, now));
  return row.writer_epoch + 1;
}

absl::StatusOr<int> ReservePart(pqxx::work& tx, const TenantContext& tenant,
                                const std::string& snapshot_id, int64_t epoch) {
  const pqxx::result reserved = tx.exec_params(
      "UPDATE upload.snapshots SET next_part = next_part + 1"
      " WHERE tenant_id = $1 AND snapshot_id = $2 AND writer_epoch = $3 AND state = 'OPEN'"
      " RETURNING next_part - 1",
      tenant.id(), snapshot_id, epoch);
  if (reserved.empty()) return WriterReplaced();
  return reserved[0][0].as<int>();
}

absl::StatusOr<int64_t> CommitPart(pqxx::work& tx, const TenantContext& tenant,
                                   const std::string& snapshot_id, int64_t epoch,
                                   const PartRow& part, const AuditEvent& event, absl::Time now) {
  const pqxx::result committed = tx.exec_params(
      "UPDATE upload.snapshots SET committed_bytes = committed_bytes + $4, next_chunk = $5"
      " WHERE tenant_id = $1 AND snapshot_id = $2 AND writer_epoch = $3 AND state = 'OPEN'"
      " RETURNING committed_bytes",
      tenant.id(), snapshot_id, epoch, part.bytes, part.first_chunk + part.chunks);
  if (committed.empty()) return WriterReplaced();
  RETURN_IF_ERROR(InsertPart(tx, tenant, snapshot_id, part));
  RETURN_IF_ERROR(platform::AppendAudit(tx, tenant, event, now));
  return committed[0][0].as<int64_t>();
}

absl::Status MarkChecking(pqxx::work& tx, const TenantContext& tenant,
                          const std::string& snapshot_id, int64_t epoch, const PartRow& last_part,
                          const std::string& schema, const std::string& operation,
                          const AuditEvent& event, absl::Time now) {
  const pqxx::result marked = tx.exec_params(
      "UPDATE upload.snapshots SET state = 'CHECKING', schema = $4, operation = $5,"
      " complete_time = $6"
      " WHERE tenant_id = $1 AND snapshot_id = $2 AND writer_epoch = $3 AND state = 'OPEN'",
      tenant.id(), snapshot_id, epoch, schema, operation, platform::SqlTime(now));
  if (marked.affected_rows() == 0) return WriterReplaced();
  RETURN_IF_ERROR(InsertPart(tx, tenant, snapshot_id, last_part));
  return platform::AppendAudit(tx, tenant, event, now);
}

absl::Status Reopen(pqxx::work& tx, const TenantContext& tenant, const std::string& snapshot_id,
                    const AuditEvent& event, absl::Time now) {
  const pqxx::result reopened = tx.exec_params(
      "UPDATE upload.snapshots SET state = 'OPEN', operation = '', complete_time = NULL"
      " WHERE tenant_id = $1 AND snapshot_id = $2 AND state = 'CHECKING' RETURNING next_chunk",
      tenant.id(), snapshot_id);
  if (reopened.empty()) return absl::OkStatus();
  tx.exec_params(
      "DELETE FROM upload.snapshot_parts"
      " WHERE tenant_id = $1 AND snapshot_id = $2 AND first_chunk >= $3",
      tenant.id(), snapshot_id, reopened[0][0].as<int64_t>());
  return platform::AppendAudit(tx, tenant, event, now);
}

absl::Status MarkChecked(pqxx::work& tx, const TenantContext& tenant,
                         const std::string& snapshot_id, const CheckOutcome& outcome,
                         const AuditEvent& event, absl::Time now) {
  const pqxx::result marked = tx.exec_params(
      "UPDATE upload.snapshots SET state = $3, records = $4, errors = $5, alerts = $6,"
      " findings_object_id = nullif($7, ''), keyed_digest = nullif($8::bytea, ''::bytea),"
      " refusal = $9, open_findings = $10"
      " WHERE tenant_id = $1 AND snapshot_id = $2 AND state = 'CHECKING'",
      tenant.id(), snapshot_id, StateAfter(outcome), outcome.records, outcome.errors,
      outcome.alerts, outcome.findings_object_id, platform::SqlBytes(outcome.keyed_digest),
      outcome.refusal, outcome.review ? outcome.errors + outcome.alerts : 0);
  if (marked.affected_rows() == 0) return absl::AbortedError("the snapshot left CHECKING");
  tx.exec_params("DELETE FROM upload.finding_counts WHERE tenant_id = $1 AND snapshot_id = $2",
                 tenant.id(), snapshot_id);
  for (const FindingCountRow& count : outcome.counts) {
    tx.exec_params(
        "INSERT INTO upload.finding_counts (tenant_id, snapshot_id, rule, severity, count)"
        " VALUES ($1, $2, $3, $4, $5)",
        tenant.id(), snapshot_id, count.rule, count.severity, count.count);
  }
  if (outcome.review) {
    tx.exec_params(
        "UPDATE upload.finding_counts SET open_count = count, accepted_count = 0,"
        " excluded_count = 0, returned_count = 0 WHERE tenant_id = $1 AND snapshot_id = $2",
        tenant.id(), snapshot_id);
  }
  if (!outcome.refusal.empty()) {
    tx.exec_params("DELETE FROM upload.snapshot_parts WHERE tenant_id = $1 AND snapshot_id = $2",
                   tenant.id(), snapshot_id);
  }
  return platform::AppendAudit(tx, tenant, event, now);
}

absl::Status MarkDestroyed(pqxx::work& tx, const TenantContext& tenant,
                           const std::string& snapshot_id, const AuditEvent& event,
                           absl::Time now) {
  const pqxx::result marked = tx.exec_params(
      "UPDATE upload.snapshots SET state = 'DESTROYED', findings_object_id = NULL, open_findings = "
      "0,"
      " writer_epoch = writer_epoch + 1"
      " WHERE tenant_id = $1 AND snapshot_id = $2 "
      " AND state IN ('OPEN', 'REVIEW', 'ACCEPTED', 'REFUSED', 'RETURNED')",
      tenant.id(), snapshot_id);
  if (marked.affected_rows() == 0) return SnapshotBeingChecked();
  tx.exec_params("DELETE FROM upload.snapshot_parts WHERE tenant_id = $1 AND snapshot_id = $2",
                 tenant.id(), snapshot_id);
  return platform::AppendAudit(tx, tenant, event, now);
}

absl::StatusOr<std::vector<OpenSnapshotRow>> ListOpenSnapshots(pqxx::work& tx,
                                                               const TenantContext& tenant) {
  std::vector<OpenSnapshotRow> rows;
  for (const pqxx::row& row : tx.exec_params(
           "SELECT snapshot_id, object_id, next_part FROM upload.snapshots"
           " WHERE tenant_id = $1 AND state IN ('OPEN', 'CHECKING', 'REVIEW', 'ACCEPTED')",
           tenant.id())) {
    rows.push_back({row[0].as<std::string>(), row[1].as<std::string>(), row[2].as<int>()});
  }
  return rows;
}

absl::StatusOr<int64_t> UnsettledBytes(pqxx::work& tx, const TenantContext& tenant) {
  return tx
      .exec_params(
          "SELECT coalesce(sum(committed_bytes), 0)::bigint FROM upload.snapshots"
          " WHERE tenant_id = $1 AND state IN ('OPEN', 'CHECKING', 'REVIEW')",
          tenant.id())[0][0]
      .as<int64_t>();
}

}  // namespace oboro::upload
