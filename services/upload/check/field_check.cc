#include "services/upload/check/field_check.h"

#include <algorithm>

#include "services/civic/codes/check_digit.h"
#include "services/civic/codes/event.h"
#include "services/civic/codes/relation.h"
#include "services/civic/dates/civil_date.h"

namespace oboro::upload {
namespace {

constexpr std::string_view kWideBlank = "\u3000";

bool AllDigits(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool IsInteger(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return text.size() <= 18 && AllDigits(text);
}

bool IsDecimal(std::string_view text) {
  const size_t point = text.find('.');
  if (point == std::string_view::npos) return IsInteger(text);
  const std::string_view fraction = text.substr(point + 1);
  return IsInteger(text.substr(0, point)) && fraction.size() <= 18 && AllDigits(fraction);
}

std::optional<Rule> CheckRegisterDate(std::string_view value) {
  const civic::RegisterDate date = civic::ParseRegisterDate(value);
  if (!date.recognised) return Rule::kDateUnreadable;
  if (date.precision == civic::DatePrecision::kDay) return std::nullopt;
  return date.precision == civic::DatePrecision::kNonCalendar ? Rule::kDateNotInCalendar
                                                              : Rule::kDateUncertain;
}

std::optional<Rule> CheckType(const ColumnSchema& column, std::string_view value) {
  switch (column.type) {
    case ColumnType::kText:
      return std::nullopt;
    case ColumnType::kDigits:
      if (AllDigits(value) && (column.length == 0 || value.size() == column.length)) return {};
      return Rule::kNotDigits;
    case ColumnType::kInteger:
      return IsInteger(value) ? std::nullopt : std::optional(Rule::kNotInteger);
    case ColumnType::kDecimal:
      return IsDecimal(value) ? std::nullopt : std::optional(Rule::kNotDecimal);
    case ColumnType::kDate:
      return civic::ParseIsoDate(value).has_value() ? std::nullopt
                                                    : std::optional(Rule::kDateUnreadable);
    case ColumnType::kRegisterDate:
      return CheckRegisterDate(value);
    case ColumnType::kCode:
      return column.codes.contains(absl::string_view(value.data(), value.size()))
                 ? std::nullopt
                 : std::optional(Rule::kCodeNotInList);
    case ColumnType::kRelation:
      return civic::ClassifyRelation(value) != civic::RelationClass::kInvalid
                 ? std::nullopt
                 : std::optional(Rule::kRelationInvalid);
    case ColumnType::kEvent:
      return civic::ClassifyEvent(value) != civic::EventClass::kInvalid
                 ? std::nullopt
                 : std::optional(Rule::kEventInvalid);
  }
  return std::nullopt;
}

bool CheckDigitHolds(CheckDigitRule rule, std::string_view value) {
  switch (rule) {
    case CheckDigitRule::kNone:
      return true;
    case CheckDigitRule::kMod11:
      return civic::HasMod11CheckDigit(value);
    case CheckDigitRule::kMunicipality:
      return civic::IsMunicipalityCode(value);
  }
  return true;
}

// Characters of well-formed UTF-8: bytes that do not continue one.
size_t Characters(std::string_view value) {
  return static_cast<size_t>(std::count_if(
      value.begin(), value.end(), [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

}  // namespace

std::string_view TrimBlanks(std::string_view value) {
  for (;;) {
    if (value.starts_with(' ') || value.starts_with('\t')) {
      value.remove_prefix(1);
    } else if (value.starts_with(kWideBlank)) {
      value.remove_prefix(kWideBlank.size());
    } else if (value.ends_with(' ') || value.ends_with('\t')) {
      value.remove_suffix(1);
    } else if (value.ends_with(kWideBlank)) {
      value.remove_suffix(kWideBlank.size());
    } else {
      return value;
    }
  }
}

std::optional<Rule> CheckField(const ColumnSchema& column, std::string_view value) {
  if (column.trim) value = TrimBlanks(value);
  if (value.empty()) {
    return column.required ? std::optional(Rule::kRequiredMissing) : std::nullopt;
  }
  if (column.max_length != 0 && value.size() > column.max_length &&
      Characters(value) > column.max_length) {
    return Rule::kTooLong;
  }
  if (const std::optional<Rule> rule = CheckType(column, value); rule.has_value()) return rule;
  if (!CheckDigitHolds(column.check_digit, value)) return Rule::kCheckDigitMismatch;
  for (const std::string& prefix : column.retired_prefixes) {
    if (value.starts_with(prefix)) return Rule::kCodeRetired;
  }
  return std::nullopt;
}

bool HasPrivateUse(std::string_view value) {
  // U+E000-EFFF begin with EE, U+F000-F8FF with EF 80..A3.
  for (size_t i = 0; i + 1 < value.size(); ++i) {
    const auto first = static_cast<uint8_t>(value[i]);
    if (first == 0xEE || (first == 0xEF && static_cast<uint8_t>(value[i + 1]) <= 0xA3)) return true;
  }
  return false;
}

}  // namespace oboro::upload
