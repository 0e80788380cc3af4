#include "services/aggregation/ledger_entry.h"

#include <utility>

#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr char kForm[] = "oboro-ledger/1";

char MarkOf(sdc::CellStatus status) {
  switch (status) {
    case sdc::CellStatus::kValue:
      return 'V';
    case sdc::CellStatus::kSuppressedPrimary:
      return 'P';
    case sdc::CellStatus::kSuppressedSecondary:
      return 'S';
    default:
      return '-';
  }
}

}  // namespace

std::string MarksOf(const Protected& table, size_t part, const std::vector<sdc::CellId>& order) {
  std::string marks;
  marks.reserve(order.size());
  for (const sdc::CellId cell : order) {
    const sdc::CellStatus own = table.parts[part].statuses[cell];
    // What this part could show and the table does not: it is not out.
    const bool kept = own == sdc::CellStatus::kValue && sdc::IsSuppressed(table.statuses[cell]);
    marks.push_back(kept ? '-' : MarkOf(own));
  }
  return marks;
}

nlohmann::json ToJson(const LedgerEntry& entry) {
  nlohmann::json parts = nlohmann::json::array();
  for (const auto& part : entry.parts) {
    parts.push_back({{"measure", part.measure}, {"marks", part.marks}});
  }
  return {{"form", kForm},
          {"statistic", entry.statistic},
          {"spec", ToJson(entry.spec)},
          {"min_count", entry.min_count},
          {"zeros_protected", entry.zeros_protected},
          {"amounts", ToJson(entry.amounts)},
          {"columns", entry.columns},
          {"parts", parts},
          {"witnesses", ToJson(entry.witnesses)}};
}

absl::StatusOr<LedgerEntry> LedgerEntryFromJson(const nlohmann::json& json) {
  LedgerEntry entry;
  try {
    if (json.at("form").get<std::string>() != kForm) {
      return absl::DataLossError("an entry of the ledger has another form than ours");
    }
    ASSIGN_OR_RETURN(entry.spec, SpecFromJson(json.at("spec")));
    entry.statistic = json.at("statistic").get<std::string>();
    entry.min_count = json.at("min_count").get<int64_t>();
    entry.zeros_protected = json.at("zeros_protected").get<bool>();
    entry.amounts = AmountRulesFromJson(json.at("amounts"));
    entry.columns = json.at("columns").get<std::map<std::string, std::string>>();
    for (const auto& part : json.at("parts")) {
      entry.parts.push_back(
          {part.at("measure").get<std::string>(), part.at("marks").get<std::string>()});
    }
    if (json.contains("witnesses")) {  // An entry without them is attacked without them.
      ASSIGN_OR_RETURN(entry.witnesses, KeptWitnessesFromJson(json.at("witnesses")));
    }
  } catch (const nlohmann::json::exception&) {
    return absl::DataLossError("an entry of the ledger has another form than ours");
  }
  return entry;
}

absl::StatusOr<LedgerEntry> EntryOf(const Records& records, const TableRequest& request,
                                    const Counted& counted, const Protected& table,
                                    const std::string& statistic) {
  LedgerEntry entry;
  entry.statistic = statistic;
  entry.spec = request.spec;
  entry.min_count = request.min_count;
  entry.zeros_protected = request.zeros_protected;
  entry.amounts = request.amounts;
  for (const std::string& name : request.spec.Columns()) {
    ASSIGN_OR_RETURN(entry.columns[name], records.Digest(name));
  }
  const std::vector<sdc::CellId> order = counted.shape.ShownOrder();
  for (size_t i = 0; i < counted.parts.size(); ++i) {
    entry.parts.push_back({counted.parts[i].measure, MarksOf(table, i, order)});
  }
  entry.witnesses = table.witnesses;
  return entry;
}

absl::Status CheckSameBasis(const std::vector<LedgerEntry>& entries, const Records& records) {
  std::map<std::string, std::string> here;
  for (const LedgerEntry& entry : entries) {
    for (const auto& [name, digest] : entry.columns) {
      const auto [at, fresh] = here.try_emplace(name);
      if (fresh) {
        const absl::StatusOr<std::string> own = records.Digest(name);
        if (!own.ok()) return LedgerBasisDiffers();
        at->second = *own;
      }
      if (at->second != digest) return LedgerBasisDiffers();
    }
  }
  return absl::OkStatus();
}

}  // namespace oboro::aggregation
