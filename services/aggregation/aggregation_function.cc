#include "services/aggregation/aggregation_function.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "services/aggregation/ledger_check.h"
#include "services/aggregation/ledger_entry.h"
#include "services/aggregation/table.h"
#include "services/aggregation/table_evidence.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"
#include "services/sdc/version.h"

namespace oboro::aggregation {
namespace {

// Columns of the request and, where there are earlier statistics, theirs: the abstraction must have
// them all.
std::vector<std::string> ColumnsOf(const TableRequest& request,
                                   const std::vector<LedgerEntry>& earlier) {
  std::vector<std::string> columns = request.spec.Columns();
  for (const LedgerEntry& entry : earlier) {
    for (const auto& [name, digest] : entry.columns) {
      if (std::find(columns.begin(), columns.end(), name) == columns.end()) columns.push_back(name);
    }
  }
  return columns;
}

absl::StatusOr<std::vector<LedgerEntry>> ParseLedger(const std::string& params) {
  std::vector<LedgerEntry> earlier;
  const auto json = nlohmann::json::parse(params, nullptr, false);
  if (!json.contains("ledger") || !json["ledger"].is_array()) {
    // Without it nothing would be known of what is out.
    return absl::InternalError("aggregation.run: the ledger is missing");
  }
  for (const auto& entry : json["ledger"]) {
    ASSIGN_OR_RETURN(LedgerEntry one, LedgerEntryFromJson(entry));
    earlier.push_back(std::move(one));
  }
  return earlier;
}

absl::StatusOr<Records> ReadRecords(platform::JobIo& io, const TableRequest& request,
                                    const std::vector<std::string>& columns) {
  ASSIGN_OR_RETURN(const auto source, io.OpenInput("abstraction"));
  ASSIGN_OR_RETURN(
      platform::ColumnBatch batch,
      platform::ReadParquet([&source] { return source->Read(); }, columns, request.threads));
  return Records(std::move(batch));
}

nlohmann::json LedgerEvidence(const Ledgered& ledgered) {
  return {{"verdict", ledgered.verdict == sdc::LedgerVerdict::kSafe ? "SAFE" : "SAFE_WITH_FURTHER"},
          {"further", ledgered.further},
          {"releases", ledgered.releases},
          {"repeats", ledgered.repeats},
          {"work", ledgered.work}};
}

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
  ASSIGN_OR_RETURN(const Records records, ReadRecords(io, request, ColumnsOf(request, earlier)));
  io.Progress("READ", records.rows(), records.rows());
  io.Progress("COUNT", 0, records.rows());
  ASSIGN_OR_RETURN(const Counted counted, Count(records, request));
  io.Progress("COUNT", records.rows(), records.rows());
  const int64_t cells = counted.shape.cell_count();
  io.Progress("PROTECT", 0, cells);
  ASSIGN_OR_RETURN(const Ledgered ledgered, ProtectWithLedger(records, request, counted, earlier));
  const Protected& table = ledgered.table;
  io.Progress("PROTECT", cells, cells);
  if (ledgered.verdict == sdc::LedgerVerdict::kRefused) {
    return nlohmann::json({{"refused", {{"because", ledgered.because}}}}).dump();
  }
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
