#include "services/aggregation/aggregation_function.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "services/aggregation/table.h"
#include "services/aggregation/table_evidence.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"
#include "services/sdc/version.h"

namespace oboro::aggregation {
namespace {

absl::StatusOr<Records> ReadRecords(platform::JobIo& io, const TableRequest& request) {
  ASSIGN_OR_RETURN(const auto source, io.OpenInput("abstraction"));
  ASSIGN_OR_RETURN(platform::ColumnBatch batch,
                   platform::ReadParquet([&source] { return source->Read(); },
                                         request.spec.Columns(), request.threads));
  return Records(std::move(batch));
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
  io.Progress("READ", 0, 0);
  ASSIGN_OR_RETURN(const Records records, ReadRecords(io, request));
  io.Progress("READ", records.rows(), records.rows());
  io.Progress("COUNT", 0, records.rows());
  ASSIGN_OR_RETURN(const Counted counted, Count(records, request));
  io.Progress("COUNT", records.rows(), records.rows());
  const int64_t cells = counted.shape.cell_count();
  io.Progress("PROTECT", 0, cells);
  ASSIGN_OR_RETURN(const Protected table, Protect(counted, request));
  RETURN_IF_ERROR(CheckProven(table));
  io.Progress("PROTECT", cells, cells);
  io.Progress("WRITE", 0, cells);
  RETURN_IF_ERROR(WriteTable(io, counted, table));
  io.Progress("WRITE", cells, cells);

  const Suppressions suppressed = CountSuppressed(table);
  return nlohmann::json({{"detail", ToJson(MakeDetail(counted, table, request))},
                         {"cells", cells},
                         {"primary", suppressed.primary},
                         {"secondary", suppressed.secondary},
                         {"method", MethodName()},
                         {"engine_version", sdc::kEngineVersion}})
      .dump();
}

}  // namespace oboro::aggregation
