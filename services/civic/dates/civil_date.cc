#include "services/civic/dates/civil_date.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace oboro::civic {
namespace {

struct EraSpan {
  std::string_view name;
  char letter;
  int base;         // year = base + era year
  CivilDate first;  // first day of the era
  CivilDate last;   // last day on which the era's name is accepted (the change day counts twice)
};

// The change days 1912-07-30 and 1926-12-25 belong to both eras; 1989-01-08 and 2019-05-01 began
// the day after the old era's last.
constexpr std::array<EraSpan, 5> kEras = {{
    {"明治", 'M', 1867, {1868, 1, 25}, {1912, 7, 30}},
    {"大正", 'T', 1911, {1912, 7, 30}, {1926, 12, 25}},
    {"昭和", 'S', 1925, {1926, 12, 25}, {1989, 1, 7}},
    {"平成", 'H', 1988, {1989, 1, 8}, {2019, 4, 30}},
    {"令和", 'R', 2018, {2019, 5, 1}, {9999, 12, 31}},
}};

bool Take(std::string_view* text, std::string_view word) {
  if (!text->starts_with(word)) return false;
  text->remove_prefix(word.size());
  return true;
}

// Between one and `max` decimal digits; -1 when there is none.
int TakeNumber(std::string_view* text, size_t max) {
  int value = -1;
  for (size_t n = 0; n < max && !text->empty() && text->front() >= '0' && text->front() <= '9';
       ++n) {
    value = (value < 0 ? 0 : value * 10) + (text->front() - '0');
    text->remove_prefix(1);
  }
  return value;
}

// Full-width digits, signs and blanks in their ASCII form. Registers mix both.
std::string Narrow(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    if (text[i] == ' ') {
      ++i;
    } else if (text.substr(i).starts_with("\u3000")) {
      i += 3;
    } else if (i + 2 < text.size() && text[i] == '\xEF' && text[i + 1] == '\xBC' &&
               static_cast<unsigned char>(text[i + 2]) >= 0x81) {
      out.push_back(static_cast<char>(static_cast<unsigned char>(text[i + 2]) - 0x80 + 0x20));
      i += 3;
    } else {
      out.push_back(text[i++]);
    }
  }
  return out;
}

// Whether Narrow would change anything: mostly not, and then it need not be called.
bool NeedsNarrow(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ' ' || text[i] == '\xEF') return true;
    if (text[i] == '\xE3' && text.substr(i).starts_with("\u3000")) return true;
  }
  return false;
}

RegisterDate Recognised(DatePrecision precision, CivilDate date = {}) {
  return {precision, date, true};
}

bool InEra(const EraSpan& era, const CivilDate& date) {
  return date >= era.first && date <= era.last;
}

// Whether an era has this year (and month, when known).
bool EraHas(const EraSpan& era, int year, int month) {
  if (year < era.first.year || year > era.last.year) return false;
  if (month == 0) return true;
  return std::pair(year, month) >= std::pair(era.first.year, era.first.month) &&
         std::pair(year, month) <= std::pair(era.last.year, era.last.month);
}

RegisterDate Full(const CivilDate& date, const EraSpan* era) {
  if (date.month < 1 || date.month > 12 || date.day < 1 || date.day > 31) return {};
  // 29 February of a common year and the like: real registers hold them.
  if (!IsValid(date)) return Recognised(DatePrecision::kNonCalendar, date);
  if (era != nullptr && !InEra(*era, date)) return {};
  return Recognised(DatePrecision::kDay, date);
}

// What may follow the year sign: month and day, or their uncertain forms.
RegisterDate AfterYear(std::string_view text, int year, const EraSpan* era) {
  if (year < 1800 || year > 9999 || (era != nullptr && !EraHas(*era, year, 0))) return {};
  if (text.empty() || text == "頃" || text == "月日不詳" || text == "不詳") {
    return Recognised(DatePrecision::kYear, {year, 0, 0});
  }
  const int month = TakeNumber(&text, 2);
  if (month < 1 || month > 12 || !Take(&text, "月")) return {};
  if (era != nullptr && !EraHas(*era, year, month)) return {};
  for (const std::string_view vague : {"", "頃", "上旬", "中旬", "下旬", "日不詳", "不詳"}) {
    if (text == vague) return Recognised(DatePrecision::kMonth, {year, month, 0});
  }
  const int day = TakeNumber(&text, 2);
  if (day < 0 || !Take(&text, "日") || !(text.empty() || text == "頃")) return {};
  return Full({year, month, day}, era);
}

// "55.3.2", "55/3/2", "55-3-2" after an era letter or with four digits of year.
RegisterDate Separated(std::string_view text, int year, const EraSpan* era) {
  if (text.empty()) return {};
  const char separator = text.front();
  if (separator != '.' && separator != '/' && separator != '-') return {};
  text.remove_prefix(1);
  const int month = TakeNumber(&text, 2);
  if (month < 0 || text.empty() || text.front() != separator) return {};
  text.remove_prefix(1);
  const int day = TakeNumber(&text, 2);
  if (day < 0 || !text.empty()) return {};
  return Full({year, month, day}, era);
}

RegisterDate WithEra(std::string_view text, const EraSpan& era, bool letter) {
  int number = -1;
  if (Take(&text, "元")) {
    number = 1;
  } else {
    number = TakeNumber(&text, 2);
  }
  if (number < 1) return {};
  const int year = era.base + number;
  if (Take(&text, "年")) return AfterYear(text, year, &era);
  return letter ? Separated(text, year, &era) : RegisterDate{};
}

RegisterDate Western(std::string_view text) {
  const bool all_digits =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (all_digits && text.size() == 8) {
    const int year = TakeNumber(&text, 4);
    const int month = TakeNumber(&text, 2);
    return Full({year, month, TakeNumber(&text, 2)}, nullptr);
  }
  if (all_digits && text.size() == 7 && text[0] >= '1' && text[0] <= '5') {
    const EraSpan& era = kEras[static_cast<size_t>(text[0] - '1')];
    text.remove_prefix(1);
    const int year = era.base + TakeNumber(&text, 2);
    const int month = TakeNumber(&text, 2);
    return Full({year, month, TakeNumber(&text, 2)}, &era);
  }
  const size_t before = text.size();
  const int year = TakeNumber(&text, 4);
  if (before - text.size() != 4) return {};
  if (Take(&text, "年")) return AfterYear(text, year, nullptr);
  return Separated(text, year, nullptr);
}

}  // namespace

int DaysInMonth(int year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap ? 1 : 0);
}

bool IsValid(const CivilDate& date) {
  return date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12 &&
         date.day >= 1 && date.day <= DaysInMonth(date.year, date.month);
}

int64_t ToDays(const CivilDate& date) {
  const int64_t y = date.month <= 2 ? date.year - 1 : date.year;
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year =
      (153 * (date.month > 2 ? date.month - 3 : date.month + 9) + 2) / 5 + date.day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + day_of_era - 719468;
}

CivilDate FromDays(int64_t days) {
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(shifted < 10 ? shifted + 3 : shifted - 9);
  return {static_cast<int>(year_of_era + era * 400) + (month <= 2 ? 1 : 0), month,
          static_cast<int>(day_of_year - (153 * shifted + 2) / 5 + 1)};
}

std::string FormatIso(const CivilDate& date) {
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02d-%02d", date.year, date.month, date.day);
  return text;
}

std::optional<CivilDate> ParseIsoDate(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  for (const size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  }
  const auto number = [&](size_t at, size_t size) {
    std::string_view part = text.substr(at, size);
    return TakeNumber(&part, size);
  };
  const CivilDate date = {number(0, 4), number(5, 2), number(8, 2)};
  if (!IsValid(date)) return std::nullopt;
  return date;
}

std::string FormatWareki(const CivilDate& date) {
  for (auto era = kEras.rbegin(); era != kEras.rend(); ++era) {
    if (date < era->first) continue;
    const int number = date.year - era->base;
    std::string out(era->name);
    out += number == 1 ? "元" : std::to_string(number);
    out += "年" + std::to_string(date.month) + "月" + std::to_string(date.day) + "日";
    return out;
  }
  return FormatIso(date);
}

RegisterDate ParseRegisterDate(std::string_view raw) {
  if (raw.size() > 128) return {};
  std::string narrowed;
  std::string_view text = raw;
  if (NeedsNarrow(raw)) {
    narrowed = Narrow(raw);
    text = narrowed;
  }
  if (text == "不詳" || text == "年月日不詳" || text == "生年月日不詳") {
    return Recognised(DatePrecision::kUnknown);
  }
  for (const EraSpan& era : kEras) {
    if (Take(&text, era.name)) return WithEra(text, era, false);
  }
  if (!text.empty()) {
    for (const EraSpan& era : kEras) {
      if (text.front() != era.letter && text.front() != era.letter - 'A' + 'a') continue;
      return WithEra(text.substr(1), era, true);
    }
  }
  return Western(text);
}

std::optional<int> AgeAt(const CivilDate& birth, const CivilDate& on, AgeRule rule) {
  if (on < birth) return std::nullopt;
  const CivilDate reached = rule == AgeRule::kBirthdayEve ? FromDays(ToDays(on) + 1) : on;
  const bool had_birthday =
      std::pair(reached.month, reached.day) >= std::pair(birth.month, birth.day);
  return std::max(0, reached.year - birth.year - (had_birthday ? 0 : 1));
}

std::string FiveYearBand(int age) {
  if (age >= 100) return "100歳以上";
  const int low = std::max(age, 0) / 5 * 5;
  return std::to_string(low) + "-" + std::to_string(low + 4) + "歳";
}

}  // namespace oboro::civic
