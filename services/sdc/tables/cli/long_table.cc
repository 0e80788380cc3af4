// Reading and writing tables as long CSV.
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <numeric>
#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/sdc/records/hierarchy.h"
#include "services/sdc/tables/cli/input.h"

namespace oboro::sdc::cli {
namespace {

bool IsNumber(const std::string& text) {
  const size_t from = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  size_t digits = 0, points = 0;
  for (size_t i = from; i < text.size(); ++i) {
    if (text[i] == '.') {
      ++points;
    } else if (text[i] >= '0' && text[i] <= '9') {
      ++digits;
    } else {
      return false;
    }
  }
  return digits > 0 && points <= 1;
}

// A suppression as tables outside write it.
bool IsMark(const std::string& text) {
  return text == "X" || text == "x" || text == "秘匿" || text == "*" || text == "***";
}

size_t DecimalsOf(const std::string& text) {
  const size_t point = text.find('.');
  if (point == std::string::npos) return 0;
  const size_t last = text.find_last_not_of('0');  // 12.0 is whole
  return last < point ? 0 : last - point;
}

}  // namespace

absl::StatusOr<int64_t> ScaleOf(const std::vector<std::string>& texts) {
  size_t decimals = 0;
  for (const std::string& text : texts) {
    if (IsNumber(text)) decimals = std::max(decimals, DecimalsOf(text));
  }
  if (decimals > 6) return absl::InvalidArgumentError("values have more than six decimals");
  int64_t scale = 1;
  for (size_t i = 0; i < decimals; ++i) scale *= 10;
  return scale;
}

absl::StatusOr<int64_t> ParseValue(const std::string& text, int64_t scale) {
  const auto wrong = [&] {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is no number"));
  };
  if (!IsNumber(text)) return wrong();
  const size_t point = text.find('.');
  std::string digits = text.substr(0, point);
  const std::string fraction = point == std::string::npos ? "" : text.substr(point + 1);
  size_t i = 0;
  for (int64_t s = scale; s > 1; s /= 10, ++i) digits += i < fraction.size() ? fraction[i] : '0';
  if (fraction.find_first_not_of('0', std::min(i, fraction.size())) != std::string::npos) {
    return wrong();
  }
  int64_t value = 0;
  if (!absl::SimpleAtoi(digits, &value)) return wrong();
  if (value > kMaxFigure || value < -kMaxFigure) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\" is too large"));
  }
  return value;
}

std::string QuotedCsv(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

namespace {

// Categories that are leaves: for a flat dimension all labels but "*", else those that the
// hierarchy file lists on its lowest level.
absl::StatusOr<std::vector<std::string>> LeavesAmong(const std::string& name,
                                                     const std::vector<std::string>& labels,
                                                     const std::string& file,
                                                     const std::string& encoding) {
  std::vector<std::string> leaves;
  std::set<std::string> listed;
  if (!file.empty()) {
    absl::StatusOr<Hierarchy> h = ReadHierarchy(name, file, encoding);
    if (!h.ok()) return h.status();
    listed.insert(h->level(0).labels.begin(), h->level(0).labels.end());
  }
  for (const std::string& label : labels) {
    if (file.empty() ? label != "*" : listed.contains(label)) leaves.push_back(label);
  }
  // A table that shows groups only (towns, not their pieces) still lies over all the categories.
  if (leaves.empty()) leaves.assign(listed.begin(), listed.end());
  if (leaves.empty() && file.empty() && !labels.empty()) leaves.push_back(kAnyCategory);
  std::sort(leaves.begin(), leaves.end());
  if (leaves.empty()) return absl::InvalidArgumentError(absl::StrCat(name, " has no categories"));
  return leaves;
}

}  // namespace

absl::StatusOr<LongTable> ReadLongTable(const Args& args, const std::vector<std::string>& dims,
                                        const std::string& value,
                                        const std::vector<std::string>& extra) {
  std::vector<std::string> columns = dims;
  columns.push_back(value);
  columns.insert(columns.end(), extra.begin(), extra.end());
  columns.push_back("status");
  absl::StatusOr<CodedTable> in = LoadInput(args, columns);
  const bool has_status = in.ok();
  if (!has_status) {
    columns.pop_back();
    in = LoadInput(args, columns);
  }
  if (!in.ok()) return in.status();
  absl::StatusOr<std::map<std::string, std::string>> files = HierarchyFiles(args, dims);
  if (!files.ok()) return files.status();

  std::vector<Dimension> grid_dims;
  std::vector<std::vector<uint32_t>> node_of;  // per dimension: dictionary code -> node
  for (size_t d = 0; d < dims.size(); ++d) {
    const std::vector<std::string>& labels = in->column(d).dictionary();
    const std::string file = files->contains(dims[d]) ? files->at(dims[d]) : "";
    absl::StatusOr<std::vector<std::string>> leaves =
        LeavesAmong(dims[d], labels, file, args.Get("encoding", "utf-8"));
    if (!leaves.ok()) return leaves.status();
    absl::StatusOr<Dimension> dim =
        MakeDimension(dims[d], *leaves, file, args.Get("encoding", "utf-8"));
    if (!dim.ok()) return dim.status();
    node_of.emplace_back();
    for (const std::string& label : labels) {
      if (absl::Status s = CheckLabel(dims[d], label); !s.ok()) return s;
      int64_t node = dim->Find(label);
      if (node < 0 && label == "*") node = dim->total();
      if (node < 0) {
        return absl::InvalidArgumentError(
            absl::StrCat(dims[d], ": \"", label, "\" is neither a category nor a group of it"));
      }
      node_of.back().push_back(static_cast<uint32_t>(node));
    }
    grid_dims.push_back(std::move(*dim));
  }
  absl::StatusOr<Grid> grid = Grid::Make(std::move(grid_dims));
  if (!grid.ok()) return grid.status();

  const CellId n = grid->cell_count();
  LongTable t{std::move(*grid),
              std::vector<int64_t>(n, 0),
              std::vector<CellStatus>(n, CellStatus::kHidden),
              std::vector<uint8_t>(n, 0),
              1,
              {}};
  const CodedColumn& value_column = in->column(dims.size());
  absl::StatusOr<int64_t> scale = ScaleOf(value_column.dictionary());
  if (!scale.ok()) return scale.status();
  t.scale = *scale;
  int64_t left = kMaxTotal;
  t.extra.assign(extra.size(), std::vector<std::string>(n));
  for (uint64_t row = 0; row < in->rows(); ++row) {
    CellId cell = 0;
    for (size_t d = 0; d < dims.size(); ++d) {
      cell += node_of[d][in->column(d).code(row)] * t.grid.stride(d);
    }
    if (t.given[cell]) {
      return absl::InvalidArgumentError(
          absl::StrCat("row ", row + 1, ": ", CellLabel(t.grid, cell), " is given twice"));
    }
    t.given[cell] = 1;
    for (size_t k = 0; k < extra.size(); ++k) {
      t.extra[k][cell] = in->column(dims.size() + 1 + k).value(row);
    }
    const std::string& text = value_column.value(row);
    const std::string mark = has_status ? in->column(columns.size() - 1).value(row) : "";
    if (mark == "SUPPRESSED_PRIMARY") {
      t.statuses[cell] = CellStatus::kSuppressedPrimary;
    } else if (mark.rfind("SUPPRESSED", 0) == 0 || IsMark(mark) || text.empty() || IsMark(text)) {
      t.statuses[cell] = CellStatus::kSuppressedSecondary;
    } else {
      absl::StatusOr<int64_t> v = ParseValue(text, t.scale);
      if (!v.ok()) {
        return absl::InvalidArgumentError(
            absl::StrCat("row ", row + 1, ", column ", value, ": ", v.status().message()));
      }
      t.statuses[cell] = CellStatus::kValue;
      t.values[cell] = *v;
      left -= std::abs(*v);
      if (left < 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("row ", row + 1, ", column ", value,
                         ": the figures up to here are too large together; use a coarser unit"));
      }
    }
  }
  return t;
}

absl::Status WriteLongTable(const std::string& path, const Grid& grid,
                            std::span<const int64_t> values, std::span<const CellStatus> statuses,
                            int64_t scale, bool outside) {
  std::ofstream file(path, std::ios::binary);
  if (!file) return absl::PermissionDeniedError(absl::StrCat("cannot write ", path));
  std::vector<std::vector<uint32_t>> order(grid.rank());
  for (size_t d = 0; d < grid.rank(); ++d) {
    const Dimension& dim = grid.dim(d);
    order[d].resize(dim.node_count());
    std::iota(order[d].begin(), order[d].end(), 0);
    // The total last, everything else by label: the file does not depend on the order of rows.
    std::sort(order[d].begin(), order[d].end(), [&](uint32_t a, uint32_t b) {
      return std::pair(a == dim.total(), dim.label(a)) < std::pair(b == dim.total(), dim.label(b));
    });
  }
  std::string line;
  for (const Dimension& dim : grid.dims()) line += QuotedCsv(dim.name()) + ",";
  file << line << "value,status\n";
  std::vector<size_t> at(grid.rank(), 0);
  for (CellId i = 0; i < grid.cell_count(); ++i) {
    CellId cell = 0;
    line.clear();
    for (size_t d = 0; d < grid.rank(); ++d) {
      const uint32_t node = order[d][at[d]];
      cell += node * grid.stride(d);
      line += QuotedCsv(grid.dim(d).label(node)) + ",";
    }
    for (size_t d = grid.rank(); d-- > 0;) {
      if (++at[d] < order[d].size()) break;
      at[d] = 0;
    }
    if (statuses[cell] == CellStatus::kHidden) continue;
    const bool hidden = IsSuppressed(statuses[cell]);
    if (!hidden) line += FormatValue(values[cell], scale);
    line += ",";
    line += outside ? (hidden ? "X" : "") : CellStatusName(statuses[cell]);
    file << line << '\n';
  }
  file.close();
  if (!file) return absl::DataLossError(absl::StrCat("could not write all of ", path));
  return absl::OkStatus();
}

}  // namespace oboro::sdc::cli
