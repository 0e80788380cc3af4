#include "services/abstraction/recipe/recipe.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/civic/layout/strict_yaml.h"

namespace oboro::abstraction {
namespace {

using civic::LayoutFaults;
using civic::LayoutReader;
using civic::YamlValue;

constexpr size_t kMaxColumns = 200;
constexpr int64_t kBound = 1'000'000'000'000'000;

const std::vector<std::string_view>& TransformWords() {
  static const auto* const words = new std::vector<std::string_view>{
      "link_number",  "year_month", "age_band",    "code_map", "hierarchy",
      "numeric_band", "relation",   "event_class", "keep"};
  return *words;
}

// Columns of registers that name or reach a person by themselves, whatever a recipe says of them.
constexpr std::array<std::string_view, 18> kAlwaysIdentifying = {
    "宛名番号", "世帯番号",     "個人番号",       "住民票コード", "氏名",         "氏名カナ",
    "氏名かな", "氏名フリガナ", "旧氏",           "通称",         "住所",         "方書",
    "本籍",     "電話番号",     "メールアドレス", "口座番号",     "被保険者番号", "整理番号"};

// Columns that give a birth date away to the day.
constexpr std::string_view kBirthDate = "生年月日";

std::vector<int64_t> TakeCuts(LayoutReader* reader) {
  std::vector<int64_t> cuts;
  for (const std::string& text : reader->TakeTexts("cuts")) {
    int64_t cut = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), cut);
    if (error != std::errc() || end != text.data() + text.size() || cut < -kBound || cut > kBound) {
      reader->Fault(reader->line(), absl::StrCat("cut '", text, "' is no whole number"));
    } else if (!cuts.empty() && cut <= cuts.back()) {
      reader->Fault(reader->line(), "'cuts' must ascend");
    } else {
      cuts.push_back(cut);
    }
  }
  return cuts;
}

// Bands from `bottom` to `top` in steps of `width`; the last may be narrower.
std::vector<int64_t> StepCuts(int64_t bottom, int64_t width, int64_t top, LayoutReader* reader) {
  std::vector<int64_t> cuts;
  if (bottom > top || (top - bottom) / width > 1000) {
    reader->Fault(reader->line(), "'bottom', 'width' and 'top' must make 1 to 1000 bands");
    return {bottom};
  }
  for (int64_t cut = bottom; cut < top; cut += width) cuts.push_back(cut);
  cuts.push_back(top);
  return cuts;
}

void ParseBands(LayoutReader* reader, bool ages, OutputColumn* column) {
  const bool has_cuts = reader->Take("cuts") != nullptr;
  const bool has_width = reader->Take("width") != nullptr;
  const std::optional<int64_t> width = reader->TakeInteger("width", 1, kBound);
  const std::optional<int64_t> top = reader->TakeInteger("top", -kBound, kBound);
  std::optional<int64_t> bottom = reader->TakeInteger("bottom", -kBound, kBound);
  column->unit = reader->TakeText("unit").value_or(ages ? "歳" : "");
  column->open_bottom = !ages;
  if (has_cuts) column->cuts = TakeCuts(reader);
  if (has_cuts == has_width) {
    reader->Fault(reader->line(), "needs either 'cuts' or 'width'");
    return;
  }
  if (has_cuts) {
    if (top.has_value() || bottom.has_value()) {
      reader->Fault(reader->line(),
                    "'top' and 'bottom' go with 'width'; the outer cuts say the same");
    }
    if (column->cuts.empty()) reader->Fault(reader->line(), "'cuts' must not be empty");
    if (ages && !column->cuts.empty() && column->cuts.front() < 0) {
      reader->Fault(reader->line(), "ages begin at 0");
    }
    // The youngest need a band too.
    if (ages && !column->cuts.empty() && column->cuts.front() > 0) column->open_bottom = true;
    return;
  }
  if (ages && !bottom.has_value()) bottom = 0;
  if (!top.has_value() || !bottom.has_value()) {
    reader->Fault(reader->line(),
                  ages ? "'width' needs 'top'" : "'width' needs 'bottom' and 'top'");
    return;
  }
  if (ages && *bottom > 0) column->open_bottom = true;
  if (width.has_value()) column->cuts = StepCuts(*bottom, *width, *top, reader);
}

void ParseTable(LayoutReader* reader, bool required, OutputColumn* column) {
  column->otherwise = reader->TakeText("otherwise");
  const YamlValue* const map = required ? reader->Require("map") : reader->Take("map");
  if (map == nullptr) {
    if (column->otherwise.has_value()) reader->Fault(reader->line(), "'otherwise' needs 'map'");
    return;
  }
  if (map->kind != YamlValue::Kind::kMap || map->entries.empty()) {
    reader->Fault(map->line, "'map' must give a label for each code");
    return;
  }
  for (const auto& [code, label] : map->entries) {
    if (label.kind != YamlValue::Kind::kScalar || label.scalar.empty()) {
      reader->Fault(label.line, absl::StrCat("code '", code, "' needs a label"));
    } else {
      column->table.emplace(code, label.scalar);
    }
  }
}

void ParseTransform(LayoutReader* reader, OutputColumn* column) {
  switch (column->transform) {
    case Transform::kLinkNumber:
      column->link_kind =
          static_cast<LinkKind>(reader->TakeWord("kind", {"person", "household"}, std::nullopt));
      column->role = ColumnRole::kLink;
      break;
    case Transform::kAgeBand:
      column->age_rule = static_cast<civic::AgeRule>(
          reader->TakeWord("age_rule", {"birthday", "birthday_eve"}, 0));
      ParseBands(reader, true, column);
      break;
    case Transform::kNumericBand:
      ParseBands(reader, false, column);
      break;
    case Transform::kCodeMap:
      ParseTable(reader, true, column);
      break;
    case Transform::kHierarchy:
      column->prefix = static_cast<uint32_t>(reader->TakeInteger("prefix", 1, 64).value_or(0));
      ParseTable(reader, false, column);
      if (column->prefix == 0 && column->table.empty()) {
        reader->Fault(reader->line(), "needs 'prefix' or 'map'");
      }
      break;
    case Transform::kKeep:
      column->label = reader->TakeText("label").value_or("");
      break;
    case Transform::kYearMonth:
    case Transform::kRelation:
    case Transform::kEventClass:
      break;
  }
}

bool IsDirectIdentifier(const Recipe& recipe, const std::string& source) {
  return std::find(kAlwaysIdentifying.begin(), kAlwaysIdentifying.end(), source) !=
             kAlwaysIdentifying.end() ||
         std::find(recipe.direct_identifiers.begin(), recipe.direct_identifiers.end(), source) !=
             recipe.direct_identifiers.end();
}

// A source that may be shown must neither identify by itself nor be dropped.
void CheckSource(const YamlValue& value, const Recipe& recipe, const std::string& source,
                 bool identifier_allowed, LayoutReader* reader) {
  if (!identifier_allowed && IsDirectIdentifier(recipe, source)) {
    reader->Fault(
        value.line,
        absl::StrCat("'", source, "' is a direct identifier: drop it or make it a link_number"));
  }
  if (std::find(recipe.drop.begin(), recipe.drop.end(), source) != recipe.drop.end()) {
    reader->Fault(value.line, absl::StrCat("'", source, "' is dropped and used"));
  }
}

OutputColumn ParseColumn(const YamlValue& value, size_t number, const Recipe& recipe,
                         LayoutFaults* faults) {
  OutputColumn column;
  LayoutReader reader(value, absl::StrCat("column ", number), faults);
  column.name = reader.RequireText("name");
  column.source = reader.RequireText("source");
  column.transform =
      static_cast<Transform>(reader.TakeWord("transform", TransformWords(), std::nullopt));
  column.unknown = reader.TakeText("unknown").value_or("不詳");
  column.blank = reader.TakeText("blank");
  ParseTransform(&reader, &column);
  reader.Done();
  CheckSource(value, recipe, column.source, column.transform == Transform::kLinkNumber, &reader);
  if (!column.label.empty()) CheckSource(value, recipe, column.label, false, &reader);
  const bool date_transform =
      column.transform == Transform::kAgeBand || column.transform == Transform::kYearMonth;
  if ((column.source == kBirthDate && !date_transform) || column.label == kBirthDate) {
    reader.Fault(value.line, "'生年月日' may only become an age_band or a year_month");
  }
  return column;
}

void ParseColumns(const YamlValue* list, LayoutFaults* faults, Recipe* recipe) {
  if (list == nullptr) return;
  if (list->kind != YamlValue::Kind::kSequence || list->items.empty() ||
      list->items.size() > kMaxColumns) {
    faults->Add(list->line, absl::StrCat("'columns' must list 1 to ", kMaxColumns, " columns"));
    return;
  }
  std::set<std::string> names;
  for (size_t i = 0; i < list->items.size(); ++i) {
    recipe->columns.push_back(ParseColumn(list->items[i], i + 1, *recipe, faults));
    const std::string& name = recipe->columns.back().name;
    if (!name.empty() && !names.insert(name).second) {
      faults->Add(list->items[i].line, absl::StrCat("column '", name, "' stands twice"));
    }
  }
}

void AssignRole(LayoutReader* reader, std::string_view key, ColumnRole role, Recipe* recipe) {
  const absl::string_view key_view(key.data(), key.size());
  const YamlValue* const list = reader->Take(key);
  const int line = list == nullptr ? reader->line() : list->line;
  for (const std::string& name : reader->TakeTexts(key)) {
    const auto at = std::find_if(recipe->columns.begin(), recipe->columns.end(),
                                 [&](const OutputColumn& column) { return column.name == name; });
    if (at == recipe->columns.end()) {
      reader->Fault(line, absl::StrCat("'", name, "' of '", key_view, "' is no column"));
    } else if (at->role != ColumnRole::kOther) {
      reader->Fault(line,
                    absl::StrCat("'", name, "' of '", key_view, "' already has another role"));
    } else {
      at->role = role;
    }
  }
}

void ParseReference(LayoutReader* reader, Recipe* recipe) {
  const YamlValue* const value = reader->Require("reference");
  if (value == nullptr) return;
  recipe->reference_from_snapshot = value->scalar == "snapshot";
  recipe->reference_date = civic::ParseIsoDate(value->scalar);
  if (!recipe->reference_from_snapshot && !recipe->reference_date.has_value() &&
      value->scalar != "none") {
    reader->Fault(value->line, "'reference' must be snapshot, none or a date such as 2025-04-01");
  }
}

}  // namespace

bool Recipe::needs_reference() const {
  return std::any_of(columns.begin(), columns.end(), [](const OutputColumn& column) {
    return column.transform == Transform::kAgeBand;
  });
}

std::string_view TransformName(Transform transform) {
  return TransformWords()[static_cast<size_t>(transform)];
}

absl::StatusOr<Recipe> ParseRecipe(std::string_view yaml) {
  absl::StatusOr<YamlValue> root = civic::ParseStrictYaml(yaml);
  if (!root.ok()) return root.status();
  LayoutFaults faults;
  Recipe recipe;
  LayoutReader reader(*root, "recipe", &faults);
  recipe.name = reader.RequireText("recipe");
  if (const YamlValue* title = reader.Require("title"); title != nullptr) {
    LayoutReader titles(*title, "title", &faults);
    recipe.title_ja = titles.RequireText("ja");
    recipe.title_en = titles.RequireText("en");
    titles.Done();
  }
  ParseReference(&reader, &recipe);
  recipe.drop_unlisted = reader.TakeWord("unlisted", {"refuse", "drop"}, std::nullopt) == 1;
  recipe.drop = reader.TakeTexts("drop");
  recipe.direct_identifiers = reader.TakeTexts("direct_identifiers");
  ParseColumns(reader.Require("columns"), &faults, &recipe);
  reader.Require("quasi_identifiers");
  AssignRole(&reader, "quasi_identifiers", ColumnRole::kQuasiIdentifier, &recipe);
  AssignRole(&reader, "sensitive", ColumnRole::kSensitive, &recipe);
  reader.Done();
  if (recipe.needs_reference() && !recipe.reference_from_snapshot &&
      !recipe.reference_date.has_value()) {
    faults.Add(root->line, "recipe: an age_band needs a 'reference' other than none");
  }
  if (!faults.empty()) return faults.ToStatus("recipe");
  return recipe;
}

}  // namespace oboro::abstraction
