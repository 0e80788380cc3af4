#include "services/aggregation/table.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"
#include "services/sdc/tables/protect.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::aggregation {
namespace {

using Column = platform::ColumnBatch::Column;

// A column whose codes number the members in natural order.
struct Coded {
  std::vector<std::string> members;
  std::vector<uint32_t> codes;
};

Coded InNaturalOrder(const Column& column) {
  std::vector<uint32_t> order(column.dictionary.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return NaturalLess(column.dictionary[a], column.dictionary[b]);
  });
  Coded coded;
  std::vector<uint32_t> rank(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    rank[order[i]] = i;
    coded.members.push_back(column.dictionary[order[i]]);
  }
  coded.codes.reserve(column.codes.size());
  for (const uint32_t code : column.codes) coded.codes.push_back(rank[code]);
  return coded;
}

absl::StatusOr<std::vector<Coded>> TakeDimensions(const platform::ColumnBatch& batch,
                                                  const std::vector<std::string>& names) {
  std::vector<Coded> dimensions;
  int64_t cells = 1;
  for (const std::string& name : names) {
    const auto column = std::find_if(batch.columns.begin(), batch.columns.end(),
                                     [&](const Column& c) { return c.name == name; });
    if (column == batch.columns.end()) return UnknownDimension(name, false);
    dimensions.push_back(InNaturalOrder(*column));
    cells *= static_cast<int64_t>(dimensions.back().members.size()) + 1;
    if (cells > kMaxCells) return TableTooLarge(cells, kMaxCells);
  }
  return dimensions;
}

absl::StatusOr<sdc::Grid> MakeGrid(const std::vector<std::string>& names,
                                   const std::vector<Coded>& dimensions) {
  std::vector<sdc::Dimension> dims;
  for (size_t d = 0; d < names.size(); ++d) {
    ASSIGN_OR_RETURN(sdc::Dimension dim,
                     sdc::Dimension::Flat(names[d], dimensions[d].members, kMarginLabel));
    dims.push_back(std::move(dim));
  }
  return sdc::Grid::Make(std::move(dims));
}

}  // namespace

bool NaturalLess(absl::string_view a, absl::string_view b) {
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() && j < b.size()) {
    if (!absl::ascii_isdigit(a[i]) || !absl::ascii_isdigit(b[j])) {
      if (a[i] != b[j]) return static_cast<unsigned char>(a[i]) < static_cast<unsigned char>(b[j]);
      ++i;
      ++j;
      continue;
    }
    const auto number = [](absl::string_view text, size_t* at) {
      const size_t begin = *at;
      while (*at < text.size() && absl::ascii_isdigit(text[*at])) ++*at;
      absl::string_view digits = text.substr(begin, *at - begin);
      while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
      return digits;
    };
    const absl::string_view x = number(a, &i);
    const absl::string_view y = number(b, &j);
    if (x.size() != y.size()) return x.size() < y.size();
    if (x != y) return x < y;
  }
  if (i < a.size() || j < b.size()) return i == a.size();
  return a < b;  // Alike but for leading zeros: any fixed order.
}

absl::StatusOr<Table> BuildTable(const platform::ColumnBatch& batch, const TableRequest& request) {
  ASSIGN_OR_RETURN(std::vector<Coded> dimensions, TakeDimensions(batch, request.dimensions));
  ASSIGN_OR_RETURN(const sdc::Grid grid, MakeGrid(request.dimensions, dimensions));
  std::vector<sdc::CodeSpan> spans;
  for (const Coded& coded : dimensions) spans.push_back(std::span<const uint32_t>(coded.codes));
  sdc::TabulateOptions options;
  options.threads = request.threads;
  ASSIGN_OR_RETURN(const std::vector<int64_t> counts, sdc::TabulateCounts(grid, spans, options));

  sdc::TablePolicy policy;
  policy.min_count = request.min_count;
  policy.zeros = request.zeros_protected ? sdc::ZeroPolicy::kProtected : sdc::ZeroPolicy::kOpen;
  const sdc::SuppressionMethod method;
  ASSIGN_OR_RETURN(const sdc::ProtectedTable safe, method.Protect(grid, counts, policy));
  if (!safe.safe()) return ProtectionIncomplete(static_cast<int64_t>(safe.exposed.size()));

  Table table;
  for (size_t d = 0; d < dimensions.size(); ++d) {
    dimensions[d].members.push_back(kMarginLabel);  // The total is the last node of a flat one.
    table.dimensions.push_back({request.dimensions[d], std::move(dimensions[d].members)});
  }
  table.values.reserve(counts.size());
  for (sdc::CellId cell = 0; cell < grid.cell_count(); ++cell) {
    const sdc::CellStatus status = safe.statuses[cell];
    table.values.push_back(sdc::IsSuppressed(status) ? 0 : counts[cell]);
    table.statuses.push_back(sdc::CellStatusName(status));
  }
  table.primary = safe.primary;
  table.secondary = safe.secondary;
  table.method = method.name();
  return table;
}

platform::ColumnBatch ToColumns(const Table& table) {
  platform::ColumnBatch batch;
  batch.rows = static_cast<int64_t>(table.values.size());
  int64_t stride = batch.rows;
  for (const Table::Dimension& dimension : table.dimensions) {
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
  for (size_t cell = 0; cell < table.values.size(); ++cell) {
    const bool shown = table.statuses[cell] == "VALUE";
    code(values, value, shown ? absl::StrCat(table.values[cell]) : "");
    code(statuses, status, table.statuses[cell]);
  }
  batch.columns.push_back(std::move(value));
  batch.columns.push_back(std::move(status));
  return batch;
}

}  // namespace oboro::aggregation
