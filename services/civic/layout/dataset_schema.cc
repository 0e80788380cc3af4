#include "services/civic/layout/dataset_schema.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "services/civic/layout/strict_yaml.h"

namespace oboro::civic {
namespace {

constexpr int64_t kMaxColumns = 1000;
const std::vector<std::string_view>& TypeWords() {
  static const auto* const words = new std::vector<std::string_view>{
      "text", "digits", "integer", "decimal", "date", "register_date", "code", "relation", "event"};
  return *words;
}

ColumnSchema ParseColumn(const YamlValue& value, size_t number, LayoutFaults* faults) {
  ColumnSchema column;
  LayoutReader reader(value, absl::StrCat("column ", number), faults);
  column.name = reader.RequireText("name");
  column.type = static_cast<ColumnType>(reader.TakeWord("type", TypeWords(), std::nullopt));
  column.required = reader.TakeBool("required", false);
  column.trim = reader.TakeBool("trim", false);
  column.max_length = static_cast<uint32_t>(reader.TakeInteger("max_length", 1, 65536).value_or(0));
  column.length = static_cast<uint32_t>(reader.TakeInteger("length", 1, 64).value_or(0));
  column.check_digit = static_cast<CheckDigitRule>(
      reader.TakeWord("check_digit", {"none", "m11w2-7", "municipality"}, 0));
  for (std::string& code : reader.TakeTexts("codes")) column.codes.insert(std::move(code));
  column.retired_prefixes = reader.TakeTexts("retired_prefixes");
  reader.Done();
  if ((column.type == ColumnType::kCode) == column.codes.empty()) {
    reader.Fault(value.line, "'codes' belongs to type code, and type code needs it");
  }
  if (column.length != 0 && column.type != ColumnType::kDigits) {
    reader.Fault(value.line, "'length' belongs to type digits; use 'max_length'");
  }
  for (const std::string& prefix : column.retired_prefixes) {
    if (prefix.empty()) reader.Fault(value.line, "a retired prefix must not be empty");
  }
  return column;
}

void ParseColumns(const YamlValue* list, LayoutFaults* faults, DatasetSchema* schema) {
  if (list == nullptr) return;
  if (list->kind != YamlValue::Kind::kSequence || list->items.empty() ||
      static_cast<int64_t>(list->items.size()) > kMaxColumns) {
    faults->Add(list->line, absl::StrCat("'columns' must list 1 to ", kMaxColumns, " columns"));
    return;
  }
  std::set<std::string> names;
  for (size_t i = 0; i < list->items.size(); ++i) {
    schema->columns.push_back(ParseColumn(list->items[i], i + 1, faults));
    const std::string& name = schema->columns.back().name;
    if (!name.empty() && !names.insert(name).second) {
      faults->Add(list->items[i].line, absl::StrCat("column '", name, "' stands twice"));
    }
  }
}

void ParseKey(LayoutReader* reader, DatasetSchema* schema) {
  for (const std::string& name : reader->TakeTexts("key")) {
    size_t at = 0;
    while (at < schema->columns.size() && schema->columns[at].name != name) ++at;
    if (at == schema->columns.size()) {
      reader->Fault(reader->line(),
                    absl::StrCat("key column '", name, "' is not among the columns"));
    } else {
      schema->key.push_back(at);
    }
  }
}

void ParseFormat(LayoutReader* reader, DatasetSchema* schema) {
  schema->format.encoding = static_cast<Encoding>(
      reader->TakeWord("encoding", {"utf-8", "utf-8-bom", "cp932"}, std::nullopt));
  const std::string delimiter = reader->TakeText("delimiter").value_or(",");
  const char c = delimiter.empty() ? '\0' : delimiter.front();
  const bool usable = c == '\t' || (c > ' ' && c < 0x7F && c != '"');
  if (delimiter.size() != 1 || !usable) {
    reader->Fault(reader->line(), "'delimiter' must be one ASCII character other than a quote");
  } else {
    schema->format.delimiter = c;
  }
}

}  // namespace

absl::StatusOr<DatasetSchema> ParseDatasetSchema(std::string_view yaml) {
  absl::StatusOr<YamlValue> root = ParseStrictYaml(yaml);
  if (!root.ok()) return root.status();
  LayoutFaults faults;
  DatasetSchema schema;
  LayoutReader reader(*root, "schema", &faults);
  schema.name = reader.RequireText("dataset");
  if (const YamlValue* title = reader.Require("title"); title != nullptr) {
    LayoutReader titles(*title, "title", &faults);
    schema.title_ja = titles.RequireText("ja");
    schema.title_en = titles.RequireText("en");
    titles.Done();
  }
  ParseFormat(&reader, &schema);
  ParseColumns(reader.Require("columns"), &faults, &schema);
  ParseKey(&reader, &schema);
  if (reader.Require("error_limit") != nullptr) {
    schema.error_limit =
        static_cast<uint64_t>(reader.TakeInteger("error_limit", 0, 1'000'000'000).value_or(0));
  }
  reader.Done();
  if (!faults.empty()) return faults.ToStatus("dataset schema");
  return schema;
}

}  // namespace oboro::civic
