#include "services/aggregation/ledger_params.h"

#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"

namespace oboro::aggregation {
namespace {

// Some ten bytes each: a child takes parameters of 64 MiB.
constexpr size_t kMostChanges = 3'000'000;

}  // namespace

std::string LedgerParams(const TableRequest& request, const std::vector<LedgerEntry>& earlier) {
  auto json = nlohmann::json::parse(RequestText(request));
  json["ledger"] = nlohmann::json::array();
  size_t changes = 0;
  for (const LedgerEntry& entry : earlier) {
    json["ledger"].push_back(ToJson(entry));
    changes += entry.witnesses.changes();
    if (changes <= kMostChanges) continue;
    json["ledger"].back().erase("witnesses");
    changes -= entry.witnesses.changes();
  }
  return json.dump();
}

absl::StatusOr<std::vector<LedgerEntry>> ParseLedger(const std::string& params) {
  const auto json = nlohmann::json::parse(params, nullptr, false);
  if (!json.is_object() || !json.contains("ledger") || !json["ledger"].is_array()) {
    return absl::InternalError("a table's parameters: the ledger is missing");
  }
  std::vector<LedgerEntry> earlier;
  for (const auto& entry : json["ledger"]) {
    ASSIGN_OR_RETURN(LedgerEntry one, LedgerEntryFromJson(entry));
    earlier.push_back(std::move(one));
  }
  return earlier;
}

absl::StatusOr<Records> ReadRecords(platform::JobIo& io, const TableRequest& request,
                                    const std::vector<LedgerEntry>& earlier) {
  const std::vector<std::string> own = request.spec.Columns();
  std::set<std::string> columns(own.begin(), own.end());
  for (const LedgerEntry& entry : earlier) {
    for (const auto& [name, digest] : entry.columns) columns.insert(name);
  }
  ASSIGN_OR_RETURN(const auto source, io.OpenInput("abstraction"));
  ASSIGN_OR_RETURN(platform::ColumnBatch batch,
                   platform::ReadParquet([&source] { return source->Read(); },
                                         {columns.begin(), columns.end()}, request.threads));
  return Records(std::move(batch));
}

}  // namespace oboro::aggregation
