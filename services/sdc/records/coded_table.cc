#include "services/sdc/records/coded_table.h"

#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace oboro::sdc {

absl::StatusOr<CodedColumn> CodedColumn::Make(std::string name, std::vector<std::string> dictionary,
                                              std::span<const uint32_t> codes) {
  std::unordered_set<std::string_view> seen;
  for (size_t i = 0; i < dictionary.size(); ++i) {
    if (!seen.insert(dictionary[i]).second) {
      return absl::InvalidArgumentError(absl::StrCat("column \"", name, "\": dictionary entry ", i,
                                                     " repeats an earlier one; merge the two"));
    }
  }
  CodeArray out(codes.size(), CodeWidth(dictionary.size()));
  for (uint64_t i = 0; i < codes.size(); ++i) {
    if (codes[i] >= dictionary.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", name, "\", row ", i + 1, ": code ", codes[i],
                       " is outside the dictionary of ", dictionary.size(), " values"));
    }
    out.Set(i, codes[i]);
  }
  return CodedColumn(std::move(name), std::move(dictionary), std::move(out));
}

uint32_t CodedColumnBuilder::CodeOf(std::string_view value) {
  auto it = index_.find(value);
  if (it != index_.end()) return it->second;
  const uint32_t code = static_cast<uint32_t>(dictionary_.size());
  dictionary_.emplace_back(value);
  index_.emplace(std::string(value), code);
  return code;
}

CodedColumn CodedColumnBuilder::Finish() {
  CodeArray codes(codes_.size(), CodeWidth(dictionary_.size()));
  for (uint64_t i = 0; i < codes_.size(); ++i) codes.Set(i, codes_[i]);
  CodedColumn column(std::move(name_), std::move(dictionary_), std::move(codes));
  *this = CodedColumnBuilder("");
  return column;
}

absl::StatusOr<CodedTable> CodedTable::Make(std::vector<CodedColumn> columns) {
  if (columns.empty()) return absl::InvalidArgumentError("a table needs at least one column");
  CodedTable table;
  table.rows_ = columns[0].size();
  std::unordered_set<std::string_view> names;
  for (const CodedColumn& column : columns) {
    if (column.size() != table.rows_) {
      return absl::InvalidArgumentError(absl::StrCat("column \"", column.name(), "\" has ",
                                                     column.size(), " records, column \"",
                                                     columns[0].name(), "\" has ", table.rows_));
    }
    if (!names.insert(column.name()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", column.name(), "\" occurs twice; rename one of them"));
    }
  }
  table.columns_ = std::move(columns);
  return table;
}

std::optional<size_t> CodedTable::Find(std::string_view name) const {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (columns_[i].name() == name) return i;
  }
  return std::nullopt;
}

absl::StatusOr<std::vector<size_t>> CodedTable::FindAll(std::span<const std::string> names) const {
  std::vector<size_t> out;
  for (const std::string& name : names) {
    const std::optional<size_t> at = Find(name);
    if (!at) {
      return absl::NotFoundError(
          absl::StrCat("there is no column \"", name, "\"; the columns are ",
                       absl::StrJoin(columns_, ", ", [](std::string* s, const CodedColumn& c) {
                         absl::StrAppend(s, "\"", c.name(), "\"");
                       })));
    }
    for (size_t earlier : out) {
      if (earlier == *at) {
        return absl::InvalidArgumentError(absl::StrCat("column \"", name, "\" is named twice"));
      }
    }
    out.push_back(*at);
  }
  return out;
}

uint64_t CodedTable::byte_size() const {
  uint64_t bytes = 0;
  for (const CodedColumn& column : columns_) bytes += column.codes().byte_size();
  return bytes;
}

absl::StatusOr<CodedTable> TableFromRows(const std::vector<std::string>& names,
                                         const std::vector<std::vector<std::string>>& rows) {
  std::vector<CodedColumnBuilder> builders;
  for (const std::string& name : names) builders.emplace_back(name);
  for (size_t r = 0; r < rows.size(); ++r) {
    if (rows[r].size() != names.size()) {
      return absl::InvalidArgumentError(absl::StrCat("row ", r + 1, " has ", rows[r].size(),
                                                     " values, the header ", names.size()));
    }
    for (size_t c = 0; c < names.size(); ++c) builders[c].Append(rows[r][c]);
  }
  std::vector<CodedColumn> columns;
  for (CodedColumnBuilder& b : builders) columns.push_back(b.Finish());
  return CodedTable::Make(std::move(columns));
}

}  // namespace oboro::sdc
