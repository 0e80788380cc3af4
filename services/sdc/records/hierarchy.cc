#include "services/sdc/records/hierarchy.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/csv_parse.h"
#include "services/sdc/records/digest.h"

namespace oboro::sdc {
namespace {

class Builder {
 public:
  Builder(const std::string& attribute, const std::vector<std::vector<std::string>>& rows,
          const std::vector<uint64_t>& lines)
      : attribute_(attribute), rows_(rows), lines_(lines) {}

  absl::Status CheckShape() const {
    if (rows_.empty()) return Error("it has no values; give one line for each value");
    if (rows_[0].empty()) return Error("it has no levels");
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (rows_[i].size() != rows_[0].size()) {
        return Error(absl::StrCat("line ", Line(i), " (value \"", First(i), "\") has ",
                                  rows_[i].size(), " levels, line ", Line(0), " has ",
                                  rows_[0].size(), "; give every value the same number of levels"));
      }
      for (size_t l = 1; l < rows_[i].size(); ++l) {
        if (rows_[i][l].empty()) {
          return Error(absl::StrCat("line ", Line(i), " (value \"", First(i),
                                    "\") is blank on level ", l,
                                    "; write what stands for the value there"));
        }
      }
    }
    return absl::OkStatus();
  }

  // Numbers the labels of one level and fills everything but `parent`.
  Hierarchy::Level Number(size_t l, std::string name) {
    Hierarchy::Level level;
    level.name = std::move(name);
    std::unordered_map<std::string, uint32_t> index;
    level.node_of_leaf.resize(rows_.size());
    for (size_t i = 0; i < rows_.size(); ++i) {
      const auto [it, added] =
          index.emplace(rows_[i][l], static_cast<uint32_t>(level.labels.size()));
      if (added) {
        level.labels.push_back(rows_[i][l]);
        level.leaves.push_back(0);
      }
      level.node_of_leaf[i] = it->second;
      ++level.leaves[it->second];
    }
    return level;
  }

  absl::Status CheckLeaves(const Hierarchy::Level& leaves) const {
    if (leaves.labels.size() == rows_.size()) return absl::OkStatus();
    std::unordered_map<std::string, size_t> first;
    for (size_t i = 0; i < rows_.size(); ++i) {
      const auto [it, added] = first.emplace(rows_[i][0], i);
      if (!added) {
        return Error(absl::StrCat("line ", Line(i), " gives value \"", First(i),
                                  "\" again, which line ", Line(it->second),
                                  " has already; remove one of them"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Nest(size_t l, Hierarchy::Level& level, const Hierarchy::Level& next) const {
    constexpr size_t kNone = SIZE_MAX;
    std::vector<size_t> seen(level.labels.size(), kNone);
    level.parent.assign(level.labels.size(), 0);
    for (size_t i = 0; i < rows_.size(); ++i) {
      const uint32_t node = level.node_of_leaf[i];
      if (seen[node] == kNone) {
        seen[node] = i;
        level.parent[node] = next.node_of_leaf[i];
      } else if (level.parent[node] != next.node_of_leaf[i]) {
        return Error(absl::StrCat(
            "it is not nested: \"", level.labels[node], "\" of level ", l, " lies under \"",
            rows_[seen[node]][l + 1], "\" on line ", Line(seen[node]), " (value \"",
            First(seen[node]), "\") and under \"", rows_[i][l + 1], "\" on line ", Line(i),
            " (value \"", First(i), "\"); use one of them, or two names for the lower group"));
      }
    }
    return absl::OkStatus();
  }

  absl::Status Error(const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrCat("hierarchy of \"", attribute_, "\": ", what));
  }

 private:
  uint64_t Line(size_t i) const { return i < lines_.size() ? lines_[i] : i + 1; }
  const std::string& First(size_t i) const {
    static const std::string kEmpty;
    return rows_[i].empty() ? kEmpty : rows_[i][0];
  }

  const std::string& attribute_;
  const std::vector<std::vector<std::string>>& rows_;
  const std::vector<uint64_t>& lines_;
};

}  // namespace

absl::StatusOr<Hierarchy> Hierarchy::Make(std::string attribute,
                                          const std::vector<std::vector<std::string>>& rows,
                                          std::vector<std::string> level_names,
                                          const std::vector<uint64_t>& lines) {
  Hierarchy h;
  h.attribute_ = std::move(attribute);
  Builder builder(h.attribute_, rows, lines);
  if (absl::Status ok = builder.CheckShape(); !ok.ok()) return ok;
  const size_t count = rows[0].size();
  if (!level_names.empty() && level_names.size() != count) {
    return builder.Error(absl::StrCat("it has ", count, " levels and ", level_names.size(),
                                      " names for them; name each level"));
  }
  for (size_t l = 0; l < count; ++l) {
    h.levels_.push_back(
        builder.Number(l, level_names.empty() ? absl::StrCat("level ", l) : level_names[l]));
  }
  if (absl::Status ok = builder.CheckLeaves(h.levels_[0]); !ok.ok()) return ok;
  for (size_t l = 0; l + 1 < count; ++l) {
    if (absl::Status ok = builder.Nest(l, h.levels_[l], h.levels_[l + 1]); !ok.ok()) return ok;
  }
  for (uint32_t i = 0; i < h.levels_[0].labels.size(); ++i) {
    h.leaf_index_.emplace(h.levels_[0].labels[i], i);
  }
  return h;
}

std::optional<uint32_t> Hierarchy::FindLeaf(std::string_view value) const {
  const auto it = leaf_index_.find(std::string(value));
  if (it == leaf_index_.end()) return std::nullopt;
  return it->second;
}

absl::StatusOr<std::vector<uint32_t>> Hierarchy::Bind(
    const std::vector<std::string>& values) const {
  std::vector<uint32_t> leaves;
  std::vector<std::string> lacking;
  for (const std::string& value : values) {
    const auto leaf = FindLeaf(value);
    leaves.push_back(leaf.value_or(0));
    if (!leaf) lacking.push_back(value);
  }
  if (lacking.empty()) return leaves;
  std::sort(lacking.begin(), lacking.end());
  std::string list;
  for (size_t i = 0; i < lacking.size() && i < 20; ++i) {
    absl::StrAppend(&list, i == 0 ? "\"" : ", \"", lacking[i], "\"");
  }
  if (lacking.size() > 20) absl::StrAppend(&list, " and ", lacking.size() - 20, " more");
  return absl::InvalidArgumentError(
      absl::StrCat("hierarchy of \"", attribute_, "\": it lacks ", lacking.size(),
                   lacking.size() == 1 ? " value" : " values", " of the data: ", list,
                   "; add a line for each of them"));
}

std::string Hierarchy::Digest() const {
  oboro::sdc::Digest digest;
  digest.AddText("oboro.sdc.hierarchy.v1");
  digest.AddNumber(levels_.size());
  for (const Level& level : levels_) digest.AddText(level.name);
  std::vector<uint32_t> order(leaf_count());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [this](uint32_t a, uint32_t b) { return levels_[0].labels[a] < levels_[0].labels[b]; });
  digest.AddNumber(order.size());
  for (const uint32_t leaf : order) {
    for (const Level& level : levels_) digest.AddText(level.labels[level.node_of_leaf[leaf]]);
  }
  return digest.Hex();
}

absl::StatusOr<Hierarchy> HierarchyFromCsv(std::string attribute, const std::string& text,
                                           char delimiter, TextEncoding encoding) {
  const auto error = [&](uint64_t line, const std::string& what) {
    return absl::InvalidArgumentError(
        absl::StrCat("hierarchy of \"", attribute, "\": line ", line, ": ", what));
  };
  const CsvDialect dialect{delimiter, '"', encoding == TextEncoding::kCp932};
  std::vector<std::vector<std::string>> rows;
  std::vector<uint64_t> lines;
  size_t at = !dialect.cp932 && text.rfind("\xEF\xBB\xBF", 0) == 0 ? 3 : 0;
  for (uint64_t line = 1; at < text.size(); ++line) {
    size_t end = RecordEnd(dialect, text.data(), text.size(), at);
    if (end == std::string::npos) end = text.size();
    const std::string record = text.substr(at, end - at);
    at = end;
    if (record == "\n" || record == "\r\n") continue;
    auto fields = SplitRecord(dialect, record);
    if (!fields.ok()) return error(line, std::string(fields.status().message()));
    for (std::string& field : *fields) {
      if (dialect.cp932) {
        auto utf8 = Cp932ToUtf8(field);
        if (!utf8) return error(line, "the bytes are not CP932; is the file UTF-8?");
        field = *std::move(utf8);
      } else if (InvalidUtf8At(field)) {
        return error(line, "the bytes are not UTF-8; save the file as UTF-8");
      }
    }
    rows.push_back(*std::move(fields));
    lines.push_back(line);
  }
  return Hierarchy::Make(std::move(attribute), rows, {}, lines);
}

}  // namespace oboro::sdc
