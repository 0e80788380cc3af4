#include "services/abstraction/recipe/relabel.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_cat.h"
#include "services/civic/codes/event.h"
#include "services/civic/codes/relation.h"

namespace oboro::abstraction {
namespace {

constexpr std::string_view kWideBlank = "\u3000";

std::optional<std::string> NonEmpty(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

// User-defined characters (外字, U+E000-F8FF) mean something only on the machine they come from; a
// label gets the customary 〓 instead.
std::string WithoutPrivateUse(std::string_view value) {
  std::string out;
  for (size_t i = 0; i < value.size(); ++i) {
    const auto first = static_cast<uint8_t>(value[i]);
    const bool follows = i + 2 < value.size();
    if (follows &&
        (first == 0xEE || (first == 0xEF && static_cast<uint8_t>(value[i + 1]) <= 0xA3))) {
      out += "〓";
      i += 2;
    } else {
      out += value[i];
    }
  }
  return out;
}

std::optional<std::string> YearMonth(std::string_view value) {
  const civic::RegisterDate date = civic::ParseRegisterDate(value);
  if (date.precision != civic::DatePrecision::kDay &&
      date.precision != civic::DatePrecision::kMonth) {
    return std::nullopt;
  }
  return civic::FormatIso({date.date.year, date.date.month, 1}).substr(0, 7);
}

std::optional<std::string> AgeBand(const OutputColumn& column, std::string_view value,
                                   const std::optional<civic::CivilDate>& reference) {
  const civic::RegisterDate date = civic::ParseRegisterDate(value);
  // A partly known date gives an age that may be a band off: it counts as unknown.
  if (date.precision != civic::DatePrecision::kDay || !reference.has_value()) return std::nullopt;
  const std::optional<int> age = civic::AgeAt(date.date, *reference, column.age_rule);
  if (!age.has_value()) return std::nullopt;
  return BandLabel(column, *age);
}

std::optional<std::string> NumericBand(const OutputColumn& column, std::string_view value) {
  // Bands have whole-number borders, so the part behind the point cannot move a value, but that
  // -0.5 lies below 0 while its whole part does not.
  int64_t number = 0;
  const char* const end = value.data() + value.size();
  const auto [rest, error] = std::from_chars(value.data(), end, number);
  if (error != std::errc()) return std::nullopt;
  if (rest != end) {
    const std::string_view fraction(rest, static_cast<size_t>(end - rest));
    const bool digits = fraction.size() > 1 && fraction.front() == '.' &&
                        fraction.find_first_not_of("0123456789", 1) == std::string_view::npos;
    if (!digits) return std::nullopt;
    const bool whole = fraction.find_first_not_of('0', 1) == std::string_view::npos;
    if (!whole && value.front() == '-') --number;
  }
  return BandLabel(column, number);
}

// The first `count` characters of well-formed UTF-8; nullopt when there are fewer.
std::optional<std::string_view> Prefix(std::string_view value, uint32_t count) {
  size_t at = 0;
  for (uint32_t n = 0; n < count; ++n) {
    if (at == value.size()) return std::nullopt;
    ++at;
    while (at < value.size() && (static_cast<uint8_t>(value[at]) & 0xC0) == 0x80) ++at;
  }
  return value.substr(0, at);
}

std::optional<std::string> Lookup(const OutputColumn& column, std::string_view code) {
  const auto found = column.table.find(absl::string_view(code.data(), code.size()));
  if (found == column.table.end()) return column.otherwise;
  return found->second;
}

std::optional<std::string> Coarsen(const OutputColumn& column, std::string_view value) {
  std::optional<std::string_view> code = value;
  if (column.prefix != 0) code = Prefix(value, column.prefix);
  if (!code.has_value()) return std::nullopt;
  return column.table.empty() ? WithoutPrivateUse(*code) : Lookup(column, *code);
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

std::optional<std::string> BandLabel(const OutputColumn& column, int64_t value) {
  const std::vector<int64_t>& cuts = column.cuts;
  const auto above = std::upper_bound(cuts.begin(), cuts.end(), value);
  if (above == cuts.begin()) {
    if (!column.open_bottom) return std::nullopt;
    return absl::StrCat(cuts.front(), column.unit, "未満");
  }
  if (above == cuts.end()) return absl::StrCat(cuts.back(), column.unit, "以上");
  const int64_t low = *(above - 1), high = *above - 1;
  if (low == high) return absl::StrCat(low, column.unit);
  return absl::StrCat(low, "-", high, column.unit);
}

std::optional<std::string> Relabel(const OutputColumn& column, std::string_view value,
                                   const std::optional<civic::CivilDate>& reference) {
  switch (column.transform) {
    case Transform::kLinkNumber:
      return std::nullopt;
    case Transform::kYearMonth:
      return YearMonth(value);
    case Transform::kAgeBand:
      return AgeBand(column, value, reference);
    case Transform::kCodeMap:
      return Lookup(column, value);
    case Transform::kHierarchy:
      return Coarsen(column, value);
    case Transform::kNumericBand:
      return NumericBand(column, value);
    case Transform::kRelation:
      return NonEmpty(civic::RelationClassName(civic::ClassifyRelation(value)));
    case Transform::kEventClass:
      return NonEmpty(civic::EventClassName(civic::ClassifyEvent(value)));
    case Transform::kKeep:
      return WithoutPrivateUse(value);
  }
  return std::nullopt;
}

}  // namespace oboro::abstraction
