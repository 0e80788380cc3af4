#include "services/civic/synth/layout_rows.h"

#include <algorithm>
#include <array>
#include <optional>

#include "absl/strings/str_cat.h"
#include "services/civic/codes/check_digit.h"
#include "services/civic/codes/event.h"
#include "services/civic/codes/relation.h"
#include "services/civic/csv/csv_parser.h"
#include "services/civic/synth/random.h"
#include "services/civic/synth/synth.h"
#include "services/civic/synth/towns.h"

namespace oboro::civic {
namespace {

constexpr std::string_view kUsualCity = "082201";
// Enough residents that households of all kinds are among the first.
constexpr uint64_t kLeastResidents = 200;
constexpr int kBlankPermille = 60;
constexpr int64_t kLifetimeDays = 90 * 365;
constexpr std::array<std::string_view, 8> kRelations = {"世帯主", "妻", "夫",     "子",
                                                        "父",     "母", "子の妻", "同居人"};

using Rows = std::vector<std::vector<std::string>>;

absl::StatusOr<Rows> Residents(const LayoutRowsOptions& options) {
  SynthOptions synth;
  synth.municipality = std::string(
      FindSynthCity(options.municipality) == nullptr ? kUsualCity : options.municipality);
  synth.population = std::max<uint64_t>(kLeastResidents, options.records);
  synth.as_of = options.as_of;
  synth.seed = options.seed;
  synth.encoding = Encoding::kUtf8;
  Rows rows;
  CsvParser parser({}, [&](const CsvRecord& record) {
    if (record.row > 1) rows.emplace_back(record.fields.begin(), record.fields.end());
    return rows.size() < options.records;
  });
  SynthSummary summary;
  const absl::Status made = WriteRegister(
      synth,
      [&parser](absl::string_view piece) {
        parser.Feed(std::string_view(piece.data(), piece.size()));
        return absl::OkStatus();
      },
      &summary);
  if (!made.ok()) return made;
  return rows;
}

bool IsDigits(std::string_view text, size_t length) {
  return (length == 0 || text.size() == length) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsRetired(const ColumnSchema& column, std::string_view value) {
  return std::any_of(column.retired_prefixes.begin(), column.retired_prefixes.end(),
                     [&](const std::string& prefix) { return value.starts_with(prefix); });
}

// Whether a value of the register is one of the column, which another layout may mean otherwise.
bool Suits(const ColumnSchema& column, const std::string& value) {
  if (value.empty()) return !column.required;
  switch (column.type) {
    case ColumnType::kText:
      return column.max_length == 0 || value.size() <= column.max_length;
    case ColumnType::kDigits:
      return IsDigits(value, column.length) && !IsRetired(column, value) &&
             (column.check_digit == CheckDigitRule::kNone || HasMod11CheckDigit(value));
    case ColumnType::kDate:
      return ParseIsoDate(value).has_value();
    case ColumnType::kRegisterDate:
      return ParseRegisterDate(value).recognised;
    case ColumnType::kCode:
      return column.codes.contains(value);
    case ColumnType::kRelation:
      return ClassifyRelation(value) != RelationClass::kInvalid;
    case ColumnType::kEvent:
      return ClassifyEvent(value) != EventClass::kInvalid;
    default:
      return false;
  }
}

std::string Digits(size_t length, SynthRandom* random) {
  std::string digits;
  for (size_t i = 0; i < length; ++i) digits += static_cast<char>('0' + random->Below(10));
  return digits;
}

std::string Number(const ColumnSchema& column, SynthRandom* random) {
  const bool municipal = column.check_digit == CheckDigitRule::kMunicipality;
  const size_t length = municipal ? 6 : column.length > 0 ? column.length : 4;
  std::string value;
  // A few draws find a number that has a check digit and is in force, if there is any.
  for (int attempt = 0; attempt < 100; ++attempt) {
    value = Digits(length, random);
    if (column.check_digit != CheckDigitRule::kNone && length > 1) {
      value.pop_back();
      const std::optional<int> digit =
          municipal ? MunicipalityCheckDigit(value) : Mod11CheckDigit(value);
      if (!digit.has_value()) continue;
      value += static_cast<char>('0' + *digit);
    }
    if (!IsRetired(column, value)) break;
  }
  return value;
}

CivilDate Day(const CivilDate& as_of, SynthRandom* random) {
  return FromDays(ToDays(as_of) - static_cast<int64_t>(random->Below(kLifetimeDays)));
}

std::string RegisterDay(const CivilDate& as_of, SynthRandom* random) {
  const CivilDate day = Day(as_of, random);
  return random->Chance(kBlankPermille) ? "年月日不詳" : FormatWareki(day);
}

std::string Text(const ColumnSchema& column, SynthRandom* random) {
  const std::string number = absl::StrCat(1 + random->Below(9));
  return column.max_length == 1 ? number : absl::StrCat("例", number);
}

std::string Code(const ColumnSchema& column, SynthRandom* random) {
  std::vector<std::string> codes(column.codes.begin(), column.codes.end());
  if (codes.empty()) return "";
  std::sort(codes.begin(), codes.end());  // A set's own order differs from run to run.
  return codes[random->Below(codes.size())];
}

std::string Draw(const ColumnSchema& column, const CivilDate& as_of, SynthRandom* random) {
  constexpr std::array<uint64_t, 4> kScales = {10, 100, 1000, 10000};
  switch (column.type) {
    case ColumnType::kText:
      return Text(column, random);
    case ColumnType::kDigits:
      return Number(column, random);
    case ColumnType::kInteger:
      return absl::StrCat(random->Below(kScales[random->Below(kScales.size())]));
    case ColumnType::kDecimal:
      return absl::StrCat(random->Below(100), ".", random->Below(10));
    case ColumnType::kDate:
      return FormatIso(Day(as_of, random));
    case ColumnType::kRegisterDate:
      return RegisterDay(as_of, random);
    case ColumnType::kCode:
      return Code(column, random);
    case ColumnType::kRelation:
      return std::string(kRelations[random->Below(kRelations.size())]);
    case ColumnType::kEvent:
      return std::string(EventReasons()[random->Below(EventReasons().size())].name);
  }
  return "";
}

}  // namespace

absl::StatusOr<std::vector<std::vector<std::string>>> MakeLayoutRows(
    const DatasetSchema& schema, const LayoutRowsOptions& options) {
  if (options.records < 1 || options.records > 1000) {
    return absl::InvalidArgumentError("records must be 1 to 1000");
  }
  absl::StatusOr<Rows> residents = Residents(options);
  if (!residents.ok()) return residents.status();
  const std::vector<std::string_view>& known = RegisterColumns();
  SynthRandom random(options.seed ^ 0x1A7007B0A5ull);
  Rows rows;
  for (const std::vector<std::string>& resident : *residents) {
    std::vector<std::string>& row = rows.emplace_back();
    for (const ColumnSchema& column : schema.columns) {
      const auto at = std::find(known.begin(), known.end(), column.name) - known.begin();
      if (static_cast<size_t>(at) < resident.size() &&
          Suits(column, resident[static_cast<size_t>(at)])) {
        row.push_back(resident[static_cast<size_t>(at)]);
      } else if (!column.required && random.Chance(kBlankPermille)) {
        row.emplace_back();
      } else {
        row.push_back(Draw(column, options.as_of, &random));
      }
    }
  }
  return rows;
}

}  // namespace oboro::civic
