#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace oboro::upload {

/// How grave a finding is (domain words of the register's specification).
enum class Severity {
  kError,  ///< エラー: cannot be right
  kAlert,  ///< アラート: can be right, needs a look
};

/// Everything that can be found wrong with a snapshot. Record rules come first, then the faults of
/// the file as a whole, each of which refuses the snapshot.
enum class Rule {
  kRequiredMissing,
  kTooLong,
  kNotDigits,
  kNotInteger,
  kNotDecimal,
  kDateUnreadable,
  kDateNotInCalendar,
  kDateUncertain,
  kCodeNotInList,
  kCodeRetired,
  kRelationInvalid,
  kEventInvalid,
  kCheckDigitMismatch,
  kPrivateUseCharacter,
  kDuplicateKey,
  kErrorLimitExceeded,
  kFileEmpty,
  kFileNotText,
  kEncodingInvalid,
  kEncodingTruncated,
  kHeaderMismatch,
  kCsvUnbalancedQuote,
  kCsvStrayQuote,
  kCsvTextAfterQuote,
  kCsvRaggedRow,
  kCsvNulByte,
  kCsvBareCr,
  kCsvFieldTooLarge,
  kCsvRecordTooLarge,
  kCsvTooManyColumns,
  kRuleCount,
};

constexpr size_t kRuleCount = static_cast<size_t>(Rule::kRuleCount);

/// What a rule is called and what it tells people: what is wrong and how to mend it.
struct RuleInfo {
  std::string_view name;  ///< registered UPPER_SNAKE
  Severity severity;
  std::string_view en;
  std::string_view ja;
  std::string_view remedy_en;
  std::string_view remedy_ja;
};

const RuleInfo& InfoOf(Rule rule);

/// The rule with this name.
std::optional<Rule> FindRule(std::string_view name);

/// One sentence with the remedy: "a required value is missing: fill it in" and its Japanese twin.
std::string MessageEn(Rule rule);
std::string MessageJa(Rule rule);

}  // namespace oboro::upload
