#include <algorithm>
#include <charconv>
#include <functional>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/hierarchy.h"

namespace oboro::sdc {
namespace {

absl::Status Error(const std::string& attribute, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("hierarchy of \"", attribute, "\": ", what));
}

// The greatest whole number not above a decimal number such as 12, -3 or 4.50; within 2^62, so that
// no bound of an interval leaves 64 bits.
std::optional<int64_t> WholePart(const std::string& text) {
  const size_t point = std::min(text.find('.'), text.size());
  const std::string whole = text.substr(0, point), fraction = text.substr(point);
  if (fraction.size() == 1 || fraction.find_first_not_of("0123456789", 1) != std::string::npos) {
    return std::nullopt;
  }
  int64_t number = 0;
  const char* end = whole.data() + whole.size();
  const auto [at, error] = std::from_chars(whole.data(), end, number);
  constexpr int64_t kMost = int64_t{1} << 62;
  if (error != std::errc() || at != end || number < -kMost || number > kMost) return std::nullopt;
  const bool below = text[0] == '-' && fraction.find_first_not_of("0", 1) != std::string::npos &&
                     fraction.size() > 1;
  return number - (below ? 1 : 0);
}

// Greatest multiple of width above origin that is not greater than x.
int64_t Floor(int64_t x, int64_t origin, int64_t width) {
  const int64_t rest = (x - origin) % width;
  return x - (rest < 0 ? rest + width : rest);
}

bool IsBound(int64_t x, const IntervalSpec& spec) {
  return std::all_of(spec.widths.begin(), spec.widths.end(),
                     [&](int64_t w) { return Floor(x, spec.origin, w) == x; });
}

absl::Status CheckSpec(const std::string& attribute, const IntervalSpec& spec) {
  constexpr int64_t kMost = int64_t{1} << 60;
  for (const int64_t n : {spec.origin, spec.bottom.value_or(0), spec.top.value_or(0),
                          spec.widths.empty() ? 0 : spec.widths.back()}) {
    if (n < -kMost || n > kMost) {
      return Error(attribute,
                   absl::StrCat("the bound or width ", n, " is beyond 2^60; give smaller ones"));
    }
  }
  for (size_t i = 0; i < spec.widths.size(); ++i) {
    if (spec.widths[i] <= 0) {
      return Error(attribute, absl::StrCat("width ", spec.widths[i],
                                           " is not positive; give widths such as 5, 10, 20"));
    }
    if (i > 0 &&
        (spec.widths[i] % spec.widths[i - 1] != 0 || spec.widths[i] == spec.widths[i - 1])) {
      return Error(attribute, absl::StrCat("width ", spec.widths[i], " is not a multiple of ",
                                           spec.widths[i - 1],
                                           ", so the intervals would not nest; give "
                                           "widths such as 5, 10, 20"));
    }
  }
  for (const auto& bound : {spec.bottom, spec.top}) {
    if (bound && !IsBound(*bound, spec)) {
      return Error(attribute, absl::StrCat("the limit ", *bound,
                                           " is not a bound of the intervals on every level; "
                                           "move it to one, or leave the widest level out"));
    }
  }
  return absl::OkStatus();
}

// Year, month, day of a date in one of three spellings; a calendar check, no more.
std::optional<std::array<int, 3>> Date(const std::string& text) {
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool separator = text.size() == 10 && (i == 4 || i == 7);
    if (separator ? (text[i] != '-' && text[i] != '/') || text[4] != text[7]
                  : text[i] < '0' || text[i] > '9') {
      return std::nullopt;
    }
    if (!separator) digits += text[i];
  }
  if (digits.size() != 8) return std::nullopt;
  const int y = std::stoi(digits.substr(0, 4)), m = std::stoi(digits.substr(4, 2)),
            d = std::stoi(digits.substr(6, 2));
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
  if (m < 1 || m > 12 || d < 1 || d > kDays[m - 1] + (m == 2 && leap)) return std::nullopt;
  return std::array<int, 3>{y, m, d};
}

std::vector<std::string> Characters(const std::string& text) {
  std::vector<std::string> out;
  for (const char c : text) {
    if (out.empty() || (static_cast<unsigned char>(c) & 0xC0) != 0x80) out.emplace_back();
    out.back() += c;
  }
  return out;
}

}  // namespace

absl::StatusOr<Hierarchy> IntervalHierarchy(std::string attribute,
                                            const std::vector<std::string>& values,
                                            const IntervalSpec& spec) {
  if (absl::Status ok = CheckSpec(attribute, spec); !ok.ok()) return ok;
  const bool decimal = std::any_of(values.begin(), values.end(), [](const std::string& value) {
    return value.find('.') != std::string::npos;
  });
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < values.size(); ++i) {
    std::vector<std::string> row = {values[i]};
    const auto x = WholePart(values[i]);
    if (!x && !values[i].empty()) {
      return Error(attribute, absl::StrCat("value ", i + 1, " (\"", values[i],
                                           "\") is not a number such as 12 "
                                           "or 4.5; correct it or leave it empty"));
    }
    for (const int64_t width : spec.widths) {
      if (!x) {
        row.push_back("missing");
      } else if (spec.bottom && *x < *spec.bottom) {
        row.push_back(absl::StrCat("<", *spec.bottom));
      } else if (spec.top && *x >= *spec.top) {
        row.push_back(absl::StrCat(">=", *spec.top));
      } else {
        const int64_t low = Floor(*x, spec.origin, width);
        row.push_back(decimal ? absl::StrCat("[", low, ", ", low + width, ")")
                              : absl::StrCat(low, "-", low + width - 1));
      }
    }
    row.push_back("*");
    rows.push_back(std::move(row));
  }
  std::vector<std::string> names = {"value"};
  for (const int64_t width : spec.widths) names.push_back(absl::StrCat("width ", width));
  names.push_back("all");
  return Hierarchy::Make(std::move(attribute), rows, names);
}

absl::StatusOr<Hierarchy> DateHierarchy(std::string attribute,
                                        const std::vector<std::string>& values) {
  std::vector<std::vector<std::string>> rows;
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].empty()) {
      rows.push_back({"", "missing", "missing", "missing", "missing", "*"});
      continue;
    }
    const auto date = Date(values[i]);
    if (!date) {
      return Error(attribute,
                   absl::StrCat("value ", i + 1, " (\"", values[i],
                                "\") is not a date; write YYYY-MM-DD or leave it empty"));
    }
    const auto [y, m, d] = *date;
    const auto year = [](int n) { return absl::StrCat(absl::Dec(n, absl::kZeroPad4)); };
    rows.push_back({values[i], absl::StrCat(year(y), "-", absl::Dec(m, absl::kZeroPad2)),
                    absl::StrCat(year(y), "-Q", (m + 2) / 3), year(y),
                    absl::StrCat(year(y / 10 * 10), "-", year(y / 10 * 10 + 9)), "*"});
  }
  return Hierarchy::Make(std::move(attribute), rows,
                         {"day", "month", "quarter", "year", "decade", "all"});
}

absl::StatusOr<Hierarchy> PrefixHierarchy(std::string attribute,
                                          const std::vector<std::string>& values,
                                          const std::vector<size_t>& lengths) {
  for (size_t i = 1; i < lengths.size(); ++i) {
    if (lengths[i] >= lengths[i - 1]) {
      return Error(attribute, absl::StrCat("prefix length ", lengths[i], " does not fall below ",
                                           lengths[i - 1], "; give the longest first"));
    }
  }
  std::vector<std::vector<std::string>> rows;
  for (const std::string& value : values) {
    const std::vector<std::string> characters = Characters(value);
    std::vector<std::string> row = {value};
    for (const size_t length : lengths) {
      std::string label;
      for (size_t i = 0; i < characters.size(); ++i) {
        label += i < length ? characters[i] : "*";
      }
      row.push_back(label.empty() ? "missing" : label);
    }
    row.push_back("*");
    rows.push_back(std::move(row));
  }
  std::vector<std::string> names = {"value"};
  for (const size_t length : lengths) names.push_back(absl::StrCat("prefix ", length));
  names.push_back("all");
  return Hierarchy::Make(std::move(attribute), rows, names);
}

absl::StatusOr<Hierarchy> MappingHierarchy(
    std::string attribute, const std::vector<std::pair<std::string, std::string>>& mapping) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [value, label] : mapping) rows.push_back({value, label, "*"});
  return Hierarchy::Make(std::move(attribute), rows, {"value", "group", "all"});
}

absl::StatusOr<Hierarchy> SuppressionHierarchy(std::string attribute,
                                               const std::vector<std::string>& values) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& value : values) rows.push_back({value, "*"});
  return Hierarchy::Make(std::move(attribute), rows, {"value", "all"});
}

}  // namespace oboro::sdc
