#include "services/aggregation/table.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"
#include "services/sdc/tables/distinct_attack.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::aggregation {
namespace {

using Column = platform::ColumnBatch::Column;
using sdc::CellId;
using sdc::CellStatus;

// Contributors that a rule can ask of a cell.
constexpr size_t kLargest = 8;

// Search effort for fewer secondaries (SuppressionProblem::work_limit): someone waits for the
// table.
uint64_t WorkLimit(size_t cells) { return 500'000 + 1'000 * static_cast<uint64_t>(cells); }

// The codes of the axes and the filters over the records.
struct Coding {
  std::vector<sdc::CodeSpan> spans;
  sdc::TabulateOptions options;
};

absl::StatusOr<Coding> CodingOf(const Records& records, const TableRequest& request) {
  Coding coding;
  coding.options.threads = request.threads;
  for (const AxisSpec& axis : request.spec.axes) {
    ASSIGN_OR_RETURN(const CodedColumn* column, records.Coded(axis.column));
    coding.spans.push_back(std::span<const uint32_t>(column->codes));
  }
  for (const FilterSpec& filter : request.spec.filters) {
    ASSIGN_OR_RETURN(const CodedColumn* column, records.Coded(filter.column));
    sdc::RowFilter rows{std::span<const uint32_t>(column->codes),
                        std::vector<uint8_t>(column->values.size(), 0)};
    // A value that nobody has keeps nobody, and that nobody has it is not told.
    for (size_t code = 0; code < column->values.size(); ++code) {
      rows.allowed[code] =
          std::binary_search(filter.values.begin(), filter.values.end(), column->values[code]);
    }
    coding.options.filters.push_back(std::move(rows));
  }
  return coding;
}

// Whether every person or household lies in one cell as a whole, or outside the table as a whole.
bool AreWhole(const std::vector<CellId>& cells, std::span<const uint32_t> ids) {
  constexpr CellId kUnseen = UINT32_MAX - 1;
  const uint32_t most = ids.empty() ? 0 : *std::max_element(ids.begin(), ids.end());
  std::vector<CellId> cell_of(size_t{most} + 1, kUnseen);
  for (size_t row = 0; row < ids.size(); ++row) {
    CellId& cell = cell_of[ids[row]];
    if (cell == kUnseen) cell = cells[row];
    if (cell != cells[row]) return false;
  }
  return true;
}

bool EachOnce(std::span<const uint32_t> ids) {
  std::vector<uint8_t> seen(ids.size(), 0);
  for (const uint32_t id : ids) {
    if (id >= seen.size() || seen[id]++ != 0) return false;
  }
  return true;
}

absl::StatusOr<Part> CountRecords(const Coding& coding, const TableShape& shape) {
  Part part;
  ASSIGN_OR_RETURN(part.values, sdc::TabulateCounts(shape.grid, coding.spans, coding.options));
  return part;
}

absl::StatusOr<Part> CountDistinct(const Records& records, const Coding& coding,
                                   const TableShape& shape, const MeasureSpec& measure) {
  ASSIGN_OR_RETURN(const std::span<const uint32_t> ids, records.Ids(measure.column));
  // Where everyone has one record, persons are records.
  if (EachOnce(ids)) return CountRecords(coding, shape);
  ASSIGN_OR_RETURN(const std::vector<CellId> cells,
                   sdc::FinestCells(shape.grid, coding.spans, coding.options));
  Part part;
  part.measure = absl::StrCat("distinct:", measure.column);
  if (!AreWhole(cells, ids)) {
    if (shape.cell_count() > kMaxDistinctCells) return MeasureNotAdditive(measure.column);
    ASSIGN_OR_RETURN(part.distinct,
                     sdc::TabulateDistinctTable(shape.grid, coding.spans, ids, coding.options));
    part.values = part.distinct->values;
    return part;
  }
  ASSIGN_OR_RETURN(part.values,
                   sdc::TabulateDistinct(shape.grid, coding.spans, ids, coding.options));
  return part;
}

absl::StatusOr<Part> SumAmounts(const Records& records, const Coding& coding,
                                const TableShape& shape, const TableSpec& spec) {
  ASSIGN_OR_RETURN(const std::vector<int64_t> amounts, records.Amounts(spec.measure.column));
  std::span<const uint32_t> contributors;
  if (!spec.contributor.empty()) {
    ASSIGN_OR_RETURN(contributors, records.Ids(spec.contributor));
  }
  Part part;
  part.measure = absl::StrCat("sum:", spec.measure.column);
  part.amounts = true;
  ASSIGN_OR_RETURN(part.contributions,
                   sdc::TabulateAmounts(shape.grid, coding.spans, amounts, contributors, kLargest,
                                        coding.options));
  part.values = part.contributions.values;
  return part;
}

// What hiding a cell costs: a reader misses a total more than a small cell, so each dimension in
// which a cell is a total counts as four cells, and of equal ones the larger count is dearer. A
// zero is dear too: it often is impossible by nature, and then protects little.
std::vector<int64_t> CostsOf(const sdc::Grid& grid, const std::vector<int64_t>& values) {
  constexpr int64_t kCell = int64_t{1} << 24;
  std::vector<int64_t> costs(values.size());
  for (sdc::CellId cell = 0; cell < values.size(); ++cell) {
    int64_t cost = values[cell] == 0 ? 3 * kCell : kCell;
    for (size_t d = 0; d < grid.rank(); ++d) {
      if (!grid.dim(d).is_leaf(grid.node(cell, d))) cost *= 4;
    }
    costs[cell] = cost + std::min(values[cell], kCell / 2);
  }
  return costs;
}

absl::StatusOr<sdc::ProtectedTable> ProtectPart(const Counted& counted, const Part& part,
                                                const TableRequest& request,
                                                const ProtectHints& hints) {
  if (part.amounts) {
    sdc::AmountPolicy policy = AmountPolicyOf(request);
    policy.protected_cells = hints.fixed;
    // That nobody is in a cell may be known from a table of counts: it covers nothing.
    for (CellId cell = 0; cell < part.values.size(); ++cell) {
      if (part.contributions.cells[cell].contributors == 0) policy.protected_cells.push_back(cell);
    }
    return sdc::ProtectAmounts(counted.shape.grid, part.contributions, policy);
  }
  sdc::TablePolicy policy;
  policy.min_count = request.min_count;
  policy.zeros = request.zeros_protected ? sdc::ZeroPolicy::kProtected : sdc::ZeroPolicy::kOpen;
  policy.cost = sdc::CostKind::kGiven;
  policy.given_cost = CostsOf(counted.shape.grid, part.values);
  policy.work_limit = WorkLimit(part.values.size());
  policy.protected_cells = hints.fixed;
  policy.extra_primary = hints.hidden;
  if (part.distinct) {
    ASSIGN_OR_RETURN(sdc::DistinctProtection safe,
                     sdc::ProtectDistinct(counted.shape.grid, *part.distinct, policy));
    // Counts every population of the proofs once more.
    RETURN_IF_ERROR(sdc::AttackDistinct(counted.shape.grid, *part.distinct, safe,
                                        sdc::KnownBounds(part.values, policy.zeros))
                        .status());
    return std::move(safe.table);
  }
  const sdc::SuppressionMethod method;
  return method.Protect(counted.shape.grid, part.values, policy);
}

}  // namespace

sdc::AmountPolicy AmountPolicyOf(const TableRequest& request) {
  sdc::AmountPolicy policy;
  policy.p_percent = request.amounts.p_percent;
  policy.dominance_n = request.amounts.dominance_n;
  policy.dominance_k = request.amounts.dominance_k;
  policy.min_contributors = request.amounts.min_contributors;
  return policy;
}

absl::StatusOr<Counted> Count(const Records& records, const TableRequest& request) {
  ASSIGN_OR_RETURN(TableShape shape, ShapeOf(records, request.spec));
  ASSIGN_OR_RETURN(const Coding coding, CodingOf(records, request));
  const MeasureSpec& measure = request.spec.measure;
  Counted counted{std::move(shape), measure.kind, {}};
  if (IsAmount(measure.kind)) {
    ASSIGN_OR_RETURN(Part part, SumAmounts(records, coding, counted.shape, request.spec));
    counted.parts.push_back(std::move(part));
  } else if (IsDistinct(measure.kind)) {
    ASSIGN_OR_RETURN(Part part, CountDistinct(records, coding, counted.shape, measure));
    counted.parts.push_back(std::move(part));
  }
  if (measure.kind == MeasureKind::kRecords || measure.kind == MeasureKind::kMean) {
    ASSIGN_OR_RETURN(Part part, CountRecords(coding, counted.shape));
    counted.parts.push_back(std::move(part));
  }
  return counted;
}

absl::StatusOr<Protected> Protect(const Counted& counted, const TableRequest& request,
                                  const std::vector<ProtectHints>& hints) {
  Protected table;
  table.statuses.assign(counted.shape.grid.cell_count(), CellStatus::kValue);
  for (size_t i = 0; i < counted.parts.size(); ++i) {
    const ProtectHints none;
    ASSIGN_OR_RETURN(sdc::ProtectedTable one, ProtectPart(counted, counted.parts[i], request,
                                                          hints.empty() ? none : hints[i]));
    for (size_t cell = 0; cell < table.statuses.size(); ++cell) {
      if (one.statuses[cell] == CellStatus::kSuppressedPrimary ||
          (one.statuses[cell] == CellStatus::kSuppressedSecondary &&
           table.statuses[cell] == CellStatus::kValue)) {
        table.statuses[cell] = one.statuses[cell];
      }
    }
    table.parts.push_back(std::move(one));
  }
  return table;
}

absl::Status CheckProven(const Protected& table) {
  int64_t exposed = 0;
  for (const auto& part : table.parts) exposed += static_cast<int64_t>(part.exposed.size());
  return exposed == 0 ? absl::OkStatus() : ProtectionIncomplete(exposed);
}

std::optional<int64_t> ShownValue(const Counted& counted, CellId cell) {
  if (counted.kind != MeasureKind::kMean) return counted.parts.front().values[cell];
  const int64_t sum = counted.parts[0].values[cell];
  const int64_t count = counted.parts[1].values[cell];
  if (count == 0) return std::nullopt;
  return sum / count + (sum % count * 2 >= count ? 1 : 0);  // To whole units, half up.
}

Suppressions CountSuppressed(const Protected& table) {
  const auto count = [&](CellStatus status) {
    return std::count(table.statuses.begin(), table.statuses.end(), status);
  };
  return {count(CellStatus::kSuppressedPrimary), count(CellStatus::kSuppressedSecondary)};
}

const char* MethodName() {
  static const auto* const kMethod = new sdc::SuppressionMethod();
  return kMethod->name();
}

platform::ColumnBatch ToColumns(const Counted& counted, const Protected& table) {
  platform::ColumnBatch batch;
  batch.rows = counted.shape.cell_count();
  int64_t stride = batch.rows;
  for (const ShownDimension& dimension : counted.shape.shown) {
    const auto count = static_cast<int64_t>(dimension.members.size());
    stride /= count;
    Column column{dimension.column, dimension.members, {}};
    for (int64_t cell = 0; cell < batch.rows; ++cell) {
      column.codes.push_back(static_cast<uint32_t>(cell / stride % count));
    }
    batch.columns.push_back(std::move(column));
  }
  Column value{"value", {}, {}};
  Column status{"status", {}, {}};
  std::map<std::string, uint32_t> values;
  std::map<std::string, uint32_t> statuses;
  const auto code = [](std::map<std::string, uint32_t>& known, Column& column,
                       const std::string& text) {
    const auto [entry, is_new] = known.try_emplace(text, column.dictionary.size());
    if (is_new) column.dictionary.push_back(text);
    column.codes.push_back(entry->second);
  };
  for (const CellId cell : counted.shape.ShownOrder()) {
    const bool shown = table.statuses[cell] == CellStatus::kValue;
    const std::optional<int64_t> number = shown ? ShownValue(counted, cell) : std::nullopt;
    code(values, value, number ? absl::StrCat(*number) : "");
    code(statuses, status, sdc::CellStatusName(table.statuses[cell]));
  }
  batch.columns.push_back(std::move(value));
  batch.columns.push_back(std::move(status));
  return batch;
}

}  // namespace oboro::aggregation
