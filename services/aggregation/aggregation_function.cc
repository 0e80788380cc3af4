#include "services/aggregation/aggregation_function.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "services/aggregation/ledger_check.h"
#include "services/aggregation/ledger_entry.h"
#include "services/aggregation/ledger_params.h"
#include "services/aggregation/ledger_result.h"
#include "services/aggregation/table.h"
#include "services/aggregation/table_evidence.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"
#include "services/sdc/version.h"

namespace oboro::aggregation {
namespace {

absl::Status WriteTable(platform::JobIo& io, const Counted& counted, const Protected& table) {
  const platform::ColumnBatch batch = ToColumns(counted, table);
  std::vector<std::string> names;
  for (const auto& column : batch.columns) names.push_back(column.name);
  ASSIGN_OR_RETURN(const auto writer, platform::ParquetWriter::Create(names, /*threads=*/1));
  RETURN_IF_ERROR(writer->Append(batch));
  ASSIGN_OR_RETURN(const auto sink, io.OpenOutput("statistic"));
  RETURN_IF_ERROR(writer->Finish([&sink](absl::string_view bytes) { return sink->Write(bytes); }));
  return sink->Finish();
}

}  // namespace

absl::StatusOr<std::string> RunAggregation(platform::JobIo& io) {
  ASSIGN_OR_RETURN(const TableRequest request, ParseRequest(io.params()));
  ASSIGN_OR_RETURN(const std::vector<LedgerEntry> earlier, ParseLedger(io.params()));
  io.Progress("READ", 0, 0);
  ASSIGN_OR_RETURN(const Records records, ReadRecords(io, request, earlier));
  io.Progress("READ", records.rows(), records.rows());
  io.Progress("COUNT", 0, records.rows());
  ASSIGN_OR_RETURN(const Counted counted, Count(records, request));
  io.Progress("COUNT", records.rows(), records.rows());
  const int64_t cells = counted.shape.cell_count();
  io.Progress("PROTECT", 0, cells);
  ASSIGN_OR_RETURN(const Ledgered ledgered, ProtectWithLedger(records, request, counted, earlier));
  const Protected& table = ledgered.table;
  io.Progress("PROTECT", cells, cells);
  if (ledgered.verdict == sdc::LedgerVerdict::kRefused) return RefusedResult(ledgered);
  io.Progress("WRITE", 0, cells);
  RETURN_IF_ERROR(WriteTable(io, counted, table));
  io.Progress("WRITE", cells, cells);

  const Suppressions suppressed = CountSuppressed(table);
  Detail detail = MakeDetail(counted, table, request);
  detail.evidence["ledger"] = LedgerEvidence(ledgered);
  ASSIGN_OR_RETURN(const LedgerEntry entry, EntryOf(records, request, counted, table, ""));
  return nlohmann::json({{"detail", ToJson(detail)},
                         {"ledger", ToJson(entry)},
                         {"cells", cells},
                         {"primary", suppressed.primary},
                         {"secondary", suppressed.secondary},
                         {"method", MethodName()},
                         {"engine_version", sdc::kEngineVersion}})
      .dump();
}

}  // namespace oboro::aggregation
