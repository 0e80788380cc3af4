#include "services/civic/layout/table_profile.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace oboro::civic {
namespace {

absl::string_view View(std::string_view text) {
  return absl::string_view(text.data(), text.size());
}

absl::Status NotAProfile() { return absl::InvalidArgumentError("no profile"); }

const ColumnSchema* Find(const DatasetSchema& schema, const std::string& name) {
  for (const ColumnSchema& column : schema.columns) {
    if (column.name == name) return &column;
  }
  return nullptr;
}

void CheckColumns(const TableProfile& profile, const DatasetSchema& schema,
                  std::vector<std::string>* faults) {
  std::set<std::string> from, to;
  for (const TableProfile::Column& column : profile.columns) {
    if (column.from.empty()) faults->push_back("a column of the file has no header");
    if (!from.insert(column.from).second) {
      faults->push_back(absl::StrCat("header '", column.from, "' is mapped twice"));
    }
    if (column.to.empty()) continue;
    if (Find(schema, column.to) == nullptr) {
      faults->push_back(absl::StrCat("the schema has no column '", column.to, "'"));
    } else if (!to.insert(column.to).second) {
      faults->push_back(absl::StrCat("column '", column.to, "' is mapped twice"));
    }
  }
}

void CheckCodes(const TableProfile& profile, const DatasetSchema& schema,
                std::vector<std::string>* faults) {
  std::set<std::pair<std::string, std::string>> from;
  for (const TableProfile::Code& code : profile.codes) {
    const ColumnSchema* column = Find(schema, code.column);
    if (column == nullptr) {
      faults->push_back(absl::StrCat("the schema has no column '", code.column, "'"));
    } else if (column->type == ColumnType::kCode && !code.to.empty() &&
               !column->codes.contains(code.to)) {
      faults->push_back(
          absl::StrCat("column '", code.column, "' has no code '", code.to, "' in its list"));
    }
    if (!from.insert({code.column, code.from}).second) {
      faults->push_back(
          absl::StrCat("a code of column '", code.column, "' is mapped twice: '", code.from, "'"));
    }
  }
}

// A list of lists of `width` texts.
absl::StatusOr<std::vector<std::vector<std::string>>> Texts(const nlohmann::json& json,
                                                            const char* key, size_t width) {
  std::vector<std::vector<std::string>> out;
  const auto list = json.find(key);
  if (list == json.end() || !list->is_array()) return NotAProfile();
  for (const nlohmann::json& item : *list) {
    if (!item.is_array() || item.size() != width) return NotAProfile();
    std::vector<std::string> texts;
    for (const nlohmann::json& text : item) {
      if (!text.is_string()) return NotAProfile();
      texts.push_back(text.get<std::string>());
    }
    out.push_back(std::move(texts));
  }
  return out;
}

}  // namespace

absl::Status CheckProfile(const TableProfile& profile, const DatasetSchema& schema) {
  std::vector<std::string> faults;
  const char c = profile.format.delimiter;
  if (c != '\t' && !(c > ' ' && c < 0x7F && c != '"')) {
    faults.push_back("the delimiter must be one ASCII character other than a quote");
  }
  CheckColumns(profile, schema, &faults);
  CheckCodes(profile, schema, &faults);
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(faults, "; "));
}

std::string ProfileJson(const TableProfile& profile) {
  nlohmann::json columns = nlohmann::json::array(), codes = nlohmann::json::array();
  for (const TableProfile::Column& column : profile.columns) {
    columns.push_back({column.from, column.to});
  }
  for (const TableProfile::Code& code : profile.codes) {
    codes.push_back({code.column, code.from, code.to});
  }
  return nlohmann::json{{"encoding", EncodingName(profile.format.encoding)},
                        {"delimiter", std::string(1, profile.format.delimiter)},
                        {"columns", columns},
                        {"codes", codes}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<TableProfile> ParseProfileJson(std::string_view text) {
  const nlohmann::json json = nlohmann::json::parse(text.begin(), text.end(), nullptr, false);
  if (!json.is_object()) return NotAProfile();
  const auto encoding = json.find("encoding"), delimiter = json.find("delimiter");
  if (encoding == json.end() || !encoding->is_string() || delimiter == json.end() ||
      !delimiter->is_string() || delimiter->get<std::string>().size() != 1) {
    return NotAProfile();
  }
  const auto known = ParseEncoding(encoding->get<std::string>());
  if (!known.has_value()) return NotAProfile();
  TableProfile profile;
  profile.format = {*known, delimiter->get<std::string>()[0]};
  auto columns = Texts(json, "columns", 2);
  if (!columns.ok()) return columns.status();
  auto codes = Texts(json, "codes", 3);
  if (!codes.ok()) return codes.status();
  for (auto& column : *columns) profile.columns.push_back({column[0], column[1]});
  for (auto& code : *codes) profile.codes.push_back({code[0], code[1], code[2]});
  return profile;
}

RecordMapper::RecordMapper(const TableProfile& profile, std::vector<std::string> columns)
    : columns_(std::move(columns)), codes_(columns_.size()) {
  for (const TableProfile::Column& column : profile.columns) renamed_[column.from] = column.to;
  for (const TableProfile::Code& code : profile.codes) {
    const auto at = std::find(columns_.begin(), columns_.end(), code.column);
    if (at != columns_.end()) {
      codes_[static_cast<size_t>(at - columns_.begin())][code.from] = code.to;
    }
  }
}

const RecordMapper::Header& RecordMapper::Bind(const std::vector<std::string_view>& header) {
  constexpr size_t kNone = static_cast<size_t>(-1);
  header_ = {};
  source_.assign(columns_.size(), kNone);
  for (size_t i = 0; i < header.size(); ++i) {
    const auto renamed = renamed_.find(header[i]);
    const bool named = renamed != renamed_.end();
    const std::string column = named ? renamed->second : std::string(header[i]);
    const auto at = std::find(columns_.begin(), columns_.end(), column);
    if (at == columns_.end()) {
      header_.mapped.emplace_back();
      if (!named) header_.unknown.emplace_back(header[i]);
      continue;
    }
    header_.mapped.push_back(column);
    size_t& source = source_[static_cast<size_t>(at - columns_.begin())];
    if (source != kNone) header_.twice.push_back(column);
    source = i;
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (source_[i] == kNone) header_.missing.push_back(columns_[i]);
  }
  return header_;
}

const std::vector<std::string_view>& RecordMapper::Map(
    const std::vector<std::string_view>& fields) {
  out_.resize(columns_.size());
  for (size_t i = 0; i < columns_.size(); ++i) {
    out_[i] = fields[source_[i]];
    if (codes_[i].empty()) continue;
    const auto found = codes_[i].find(View(out_[i]));
    if (found != codes_[i].end()) out_[i] = found->second;
  }
  return out_;
}

}  // namespace oboro::civic
