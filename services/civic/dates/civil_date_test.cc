#include "services/civic/dates/civil_date.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <ctime>
#include <string>

#include "services/civic/testing/fixed_seed.h"

namespace oboro::civic {
namespace {

TEST(RegisterDateTest, ReadsFullDatesInEveryForm) {
  const struct {
    const char* text;
    CivilDate date;
  } kCases[] = {
      {"R6.1.2", {2024, 1, 2}},
      {"令和6年1月2日", {2024, 1, 2}},
      {"5060102", {2024, 1, 2}},
      {"20240102", {2024, 1, 2}},
      {"2024/01/02", {2024, 1, 2}},
      {"2024-1-2", {2024, 1, 2}},
      {"2024年1月2日", {2024, 1, 2}},
      {"昭和５５年３月２日", {1980, 3, 2}},
      {"s55/3/2", {1980, 3, 2}},
      {"平成元年1月8日", {1989, 1, 8}},
      {"昭和64年1月7日", {1989, 1, 7}},
      {"明治45年7月30日", {1912, 7, 30}},
      {"大正元年7月30日", {1912, 7, 30}},
      {"大正15年12月25日", {1926, 12, 25}},
      {"昭和元年12月25日", {1926, 12, 25}},
      {"令和元年5月1日", {2019, 5, 1}},
      {"平成31年4月30日", {2019, 4, 30}},
      {"昭和 9年 1月 3日", {1934, 1, 3}},
      {"令和6年2月29日", {2024, 2, 29}},
  };
  for (const auto& c : kCases) {
    const RegisterDate date = ParseRegisterDate(c.text);
    EXPECT_EQ(date.precision, DatePrecision::kDay) << c.text;
    EXPECT_EQ(FormatIso(date.date), FormatIso(c.date)) << c.text;
  }
}

TEST(RegisterDateTest, KeepsWhatIsKnownOfUncertainDates) {
  const struct {
    const char* text;
    DatePrecision precision;
    CivilDate date;
  } kCases[] = {
      {"昭和12年頃", DatePrecision::kYear, {1937, 0, 0}},
      {"令和3年月日不詳", DatePrecision::kYear, {2021, 0, 0}},
      {"令和3年 月日不詳", DatePrecision::kYear, {2021, 0, 0}},
      {"令和3年5月頃", DatePrecision::kMonth, {2021, 5, 0}},
      {"令和3年5月上旬", DatePrecision::kMonth, {2021, 5, 0}},
      {"令和3年5月日不詳", DatePrecision::kMonth, {2021, 5, 0}},
      {"年月日不詳", DatePrecision::kUnknown, {}},
      {"不詳", DatePrecision::kUnknown, {}},
      {"令和5年2月29日", DatePrecision::kNonCalendar, {2023, 2, 29}},
      {"2023-02-30", DatePrecision::kNonCalendar, {2023, 2, 30}},
  };
  for (const auto& c : kCases) {
    const RegisterDate date = ParseRegisterDate(c.text);
    EXPECT_TRUE(date.recognised) << c.text;
    EXPECT_EQ(date.precision, c.precision) << c.text;
    EXPECT_EQ(date.date, c.date) << c.text;
  }
}

TEST(RegisterDateTest, RecognisesNothingElse) {
  for (const char* text :
       {"", "abc", "昭和70年1月1日", "昭和64年1月8日", "平成元年1月7日", "令和0年1月1日",
        "2024-13-01", "2024/01-02", "20241301", "9060102", "202401", "昭和", "昭和55年3月2日生",
        "大正15年12月26日", "1980年0月1日"}) {
    EXPECT_FALSE(ParseRegisterDate(text).recognised) << text;
  }
}

TEST(CivilDateTest, CountsDaysAsTheSystemCalendarDoes) {
  for (int64_t day = -40000; day < 60000; day += 7) {
    const std::time_t seconds = day * 86400;
    std::tm tm;
    gmtime_r(&seconds, &tm);
    const CivilDate date = FromDays(day);
    ASSERT_EQ(date, (CivilDate{tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday}));
    ASSERT_EQ(ToDays(date), day);
  }
}

TEST(CivilDateTest, WarekiReadsBack) {
  rc::check("every day since Meiji", [] {
    const CivilDate date = FromDays(*rc::gen::inRange<int64_t>(ToDays({1868, 1, 25}), 30000));
    RC_ASSERT(ParseRegisterDate(FormatWareki(date)).date == date);
    RC_ASSERT(ParseIsoDate(FormatIso(date)) == date);
  });
}

TEST(AgeTest, TurnsOnTheBirthdayOrItsEve) {
  const CivilDate birth = {2018, 4, 1};
  EXPECT_EQ(AgeAt(birth, {2025, 3, 31}, AgeRule::kBirthday), 6);
  EXPECT_EQ(AgeAt(birth, {2025, 3, 31}, AgeRule::kBirthdayEve), 7);  // why 4月1日生まれ is 早生まれ
  EXPECT_EQ(AgeAt(birth, {2025, 4, 1}, AgeRule::kBirthday), 7);
  EXPECT_EQ(AgeAt(birth, {2018, 3, 31}, AgeRule::kBirthday), std::nullopt);
  EXPECT_EQ(AgeAt(birth, birth, AgeRule::kBirthdayEve), 0);
  const CivilDate leap = {2004, 2, 29};
  EXPECT_EQ(AgeAt(leap, {2025, 2, 28}, AgeRule::kBirthday), 20);
  EXPECT_EQ(AgeAt(leap, {2025, 3, 1}, AgeRule::kBirthday), 21);
  EXPECT_EQ(AgeAt(leap, {2025, 2, 28}, AgeRule::kBirthdayEve), 21);
  EXPECT_EQ(AgeAt(leap, {2024, 2, 28}, AgeRule::kBirthdayEve), 20);
}

TEST(AgeTest, BandsHaveNoGaps) {
  EXPECT_EQ(FiveYearBand(0), "0-4歳");
  EXPECT_EQ(FiveYearBand(4), "0-4歳");
  EXPECT_EQ(FiveYearBand(5), "5-9歳");
  EXPECT_EQ(FiveYearBand(99), "95-99歳");
  EXPECT_EQ(FiveYearBand(100), "100歳以上");
  EXPECT_EQ(FiveYearBand(119), "100歳以上");
}

}  // namespace
}  // namespace oboro::civic
