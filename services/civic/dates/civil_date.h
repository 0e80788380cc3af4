#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oboro::civic {

/// A calendar date (proleptic Gregorian, which is what Japanese registers use since 1873).
struct CivilDate {
  int year = 0;
  int month = 0;  ///< 1-12
  int day = 0;    ///< 1-31

  friend auto operator<=>(const CivilDate&, const CivilDate&) = default;
};

/// Days in a month; 29 for February of leap years.
int DaysInMonth(int year, int month);

/// True for a date of the calendar.
bool IsValid(const CivilDate& date);

/// Days since 1970-01-01, and back (H. Hinnant's era arithmetic). O(1).
int64_t ToDays(const CivilDate& date);
CivilDate FromDays(int64_t days);

/// "2025-04-01".
std::string FormatIso(const CivilDate& date);

/// Exactly "YYYY-MM-DD", a date of the calendar.
std::optional<CivilDate> ParseIsoDate(std::string_view text);

/// The eras that living or recently dead residents were born in.
enum class Era { kMeiji = 1, kTaisho = 2, kShowa = 3, kHeisei = 4, kReiwa = 5 };

/// "昭和55年3月2日", first years as 元年; ISO form before 1868. Days of an era change carry the new
/// era's name.
std::string FormatWareki(const CivilDate& date);

/// How much of a date is known.
enum class DatePrecision {
  kUnknown,      ///< 年月日不詳, or nothing that can be read as a date
  kYear,         ///< 昭和12年頃, 令和3年月日不詳
  kMonth,        ///< 令和3年5月頃, 令和3年5月上旬, 令和3年5月不詳
  kDay,          ///< a date of the calendar
  kNonCalendar,  ///< fully written but no date of the calendar: 2/29 in a common year
};

/// A date as registers hold it: never refused, always with what was written.
struct RegisterDate {
  DatePrecision precision = DatePrecision::kUnknown;
  /// Known parts; the unknown ones are 0. For kNonCalendar the parts as written.
  CivilDate date;
  /// True when the text is one of the recognised forms; false when it is something else ("abc",
  /// an era year that the era does not have), which is an error of the file, not an unknown date.
  bool recognised = false;
};

/// Reads the forms of the resident register: 和暦 (昭和55年3月2日, 元年, S55.3.2, S55/3/2,
/// 3550302), 西暦 (1980-03-02, 1980/3/2, 1980.3.2, 1980年3月2日, 19800302), each also in full-width
/// digits, and the uncertain forms 頃, 上旬/中旬/下旬, 不詳 (年月日不詳, 不詳, 令和3年月日不詳,
/// 令和3年5月日不詳). An era is accepted on both days of its changes (明治45年7月30日,
/// 大正15年12月25日). O(size). Sources: 住民記録システム標準仕様書 (see the project's domain
/// notes 2.1, 2.5).
RegisterDate ParseRegisterDate(std::string_view text);

/// When a person's age goes up.
enum class AgeRule {
  kBirthday,     ///< on the birthday: everyday reckoning and most statistics
  kBirthdayEve,  ///< at the end of the day before: 年齢計算ニ関スル法律
};

/// Completed years at the end of `on`; nullopt when not yet born. Those born on 29 February age on
/// 1 March in common years under kBirthday and on 28 February under kBirthdayEve.
std::optional<int> AgeAt(const CivilDate& birth, const CivilDate& on, AgeRule rule);

/// The five-year band of an age as national forms print it: "0-4歳" ... "95-99歳", "100歳以上".
std::string FiveYearBand(int age);

}  // namespace oboro::civic
