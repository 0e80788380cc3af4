#include "services/aggregation/aggregation_function.h"

#include <nlohmann/json.hpp>

#include "services/aggregation/table.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"
#include "services/sdc/version.h"

namespace oboro::aggregation {
namespace {

absl::StatusOr<TableRequest> ParseParams(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return absl::InternalError("aggregation.run: bad parameters");
  TableRequest request;
  request.dimensions = json.value("dimensions", std::vector<std::string>{});
  request.min_count = json.value("min_count", int64_t{0});
  request.zeros_protected = json.value("zeros_protected", true);
  request.threads = json.value("threads", 1);
  // Without a threshold nothing would be protected: never a default.
  if (request.dimensions.empty() || request.min_count < 1) {
    return absl::InternalError("aggregation.run: parameters are missing");
  }
  return request;
}

absl::StatusOr<platform::ColumnBatch> ReadAbstraction(platform::JobIo& io,
                                                      const TableRequest& request) {
  ASSIGN_OR_RETURN(const auto source, io.OpenInput("abstraction"));
  return platform::ReadParquet([&source] { return source->Read(); }, request.dimensions,
                               request.threads);
}

absl::Status WriteTable(platform::JobIo& io, const Table& table) {
  const platform::ColumnBatch batch = ToColumns(table);
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
  ASSIGN_OR_RETURN(const TableRequest request, ParseParams(io.params()));
  io.Progress("READ", 0, 0);
  ASSIGN_OR_RETURN(const platform::ColumnBatch batch, ReadAbstraction(io, request));
  io.Progress("READ", batch.rows, batch.rows);
  io.Progress("PROTECT", 0, batch.rows);
  ASSIGN_OR_RETURN(const Table table, BuildTable(batch, request));
  io.Progress("PROTECT", batch.rows, batch.rows);
  const auto cells = static_cast<int64_t>(table.values.size());
  io.Progress("WRITE", 0, cells);
  RETURN_IF_ERROR(WriteTable(io, table));
  io.Progress("WRITE", cells, cells);

  nlohmann::json dimensions = nlohmann::json::array();
  for (const auto& dimension : table.dimensions) {
    dimensions.push_back({{"column", dimension.column}, {"members", dimension.members}});
  }
  return nlohmann::json({{"dimensions", dimensions},
                         {"cells", cells},
                         {"primary", table.primary},
                         {"secondary", table.secondary},
                         {"method", table.method},
                         {"engine_version", sdc::kEngineVersion}})
      .dump();
}

}  // namespace oboro::aggregation
