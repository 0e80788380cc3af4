#include "services/verification/column_scan.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "services/civic/codes/check_digit.h"
#include "services/civic/dates/civil_date.h"

namespace oboro::verification {
namespace {

constexpr size_t kEnoughNumbers = 20;
constexpr int64_t kEnoughRecords = 100;

bool IsDigits(absl::string_view text, size_t size) {
  return text.size() == size &&
         std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
}

bool IsKeyedLink(absl::string_view text) {
  return text.empty() || (text.size() == 32 && std::all_of(text.begin(), text.end(), [](char c) {
                            return absl::ascii_isdigit(c) || (c >= 'a' && c <= 'f');
                          }));
}

// 個人番号: 12 digits, modulus 11 with weights 2..7, 2..6 from the right; remainders 0 and 1 give 0
// (番号法総務省令 第5条).
bool IsMyNumber(absl::string_view text) {
  if (!IsDigits(text, 12)) return false;
  int sum = 0;
  for (int n = 1; n <= 11; ++n) {
    const int weight = n <= 6 ? n + 1 : n - 5;
    sum += (text[11 - n] - '0') * weight;
  }
  const int remainder = sum % 11;
  return text[11] - '0' == (remainder <= 1 ? 0 : 11 - remainder);
}

bool IsRegisterNumber(absl::string_view text) {
  return IsDigits(text, 10) &&
         civic::HasMod11CheckDigit(std::string_view(text.data(), text.size()));
}

// Domestic numbers with separators: 029-883-1111, 090-1234-5678.
bool IsPhoneNumber(absl::string_view text) {
  if (text.size() < 11 || text.size() > 13 || text[0] != '0') return false;
  const size_t hyphens = std::count(text.begin(), text.end(), '-');
  const size_t digits =
      std::count_if(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
  return hyphens == 2 && digits + hyphens == text.size() && (digits == 10 || digits == 11);
}

bool IsMailAddress(absl::string_view text) {
  const size_t at = text.find('@');
  return at != absl::string_view::npos && at > 0 && text.find('.', at) != absl::string_view::npos &&
         text.find(' ') == absl::string_view::npos;
}

bool IsExactDate(const std::string& text, bool digits_only) {
  if (text.size() < 6 || text.size() > 48) return false;
  const bool digits =
      std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isdigit(c); });
  // Bare digits are codes far more often than dates; they are judged by the whole column.
  if (digits != digits_only) return false;
  if (digits && text.size() != 8) return false;
  return civic::ParseRegisterDate(text).precision == civic::DatePrecision::kDay;
}

template <typename Predicate>
bool AllOfEnough(const std::vector<const std::string*>& values, Predicate is) {
  return values.size() >= kEnoughNumbers &&
         std::all_of(values.begin(), values.end(), [&](const std::string* v) { return is(*v); });
}

}  // namespace

ColumnScan ScanColumn(const std::vector<std::string>& dictionary, int64_t records, bool link) {
  ColumnScan scan;
  if (link) {
    if (!std::all_of(dictionary.begin(), dictionary.end(),
                     [](const std::string& v) { return IsKeyedLink(v); })) {
      scan.identifier = "LINK_NOT_KEYED";
    }
    return scan;
  }
  // Labels such as 不詳 stand beside the values in any column: only what begins with a digit can be
  // a number.
  std::vector<const std::string*> numbers;
  size_t phones = 0, mails = 0;
  for (const std::string& value : dictionary) {
    if (value.empty()) continue;
    if (absl::ascii_isdigit(value[0])) numbers.push_back(&value);
    phones += IsPhoneNumber(value);
    mails += IsMailAddress(value);
    if (IsExactDate(value, false)) scan.exact_dates = true;
  }
  if (AllOfEnough(numbers, [](const std::string& v) { return IsExactDate(v, true); })) {
    scan.exact_dates = true;
  }
  if (AllOfEnough(numbers, IsMyNumber)) {
    scan.identifier = "MY_NUMBER";
  } else if (AllOfEnough(numbers, IsRegisterNumber)) {
    scan.identifier = "REGISTER_NUMBER";
  } else if (phones > 0) {
    scan.identifier = "PHONE_NUMBER";
  } else if (mails > 0) {
    scan.identifier = "MAIL_ADDRESS";
  } else if (records >= kEnoughRecords &&
             static_cast<int64_t>(dictionary.size()) * 10 > records * 9) {
    scan.identifier = "NEARLY_UNIQUE";
  }
  return scan;
}

}  // namespace oboro::verification
