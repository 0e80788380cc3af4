#include "services/upload/check/rules.h"

#include <array>

#include "services/civic/csv/csv_parser.h"

namespace oboro::upload {
namespace {

using civic::CsvRule;

constexpr size_t kFirstCsv = static_cast<size_t>(Rule::kCsvUnbalancedQuote);

constexpr std::array<RuleInfo, kFirstCsv> kOwn = {{
    {"REQUIRED_MISSING", Severity::kError, "a required value is missing", "必須の項目が空です",
     "fill the value in at the source", "元の台帳で値を補ってください"},
    {"TOO_LONG", Severity::kError, "the value is longer than the schema allows",
     "文字数が上限を超えています", "shorten the value or raise max_length in the schema",
     "値を短くするか、スキーマのmax_lengthを見直してください"},
    {"NOT_DIGITS", Severity::kError, "the value must be digits only, of the given length",
     "決められた桁数の半角数字ではありません", "write half-width digits and keep leading zeros",
     "半角数字で、先頭の0を落とさずに出力してください"},
    {"NOT_INTEGER", Severity::kError, "the value is no whole number", "整数ではありません",
     "write half-width digits without separators or units",
     "桁区切りや単位を付けず、半角数字で書いてください"},
    {"NOT_DECIMAL", Severity::kError, "the value is no decimal number", "数値ではありません",
     "write half-width digits with a point and no separators or units",
     "桁区切りや単位を付けず、半角数字と小数点で書いてください"},
    {"DATE_UNREADABLE", Severity::kError, "the value is no date in any known form",
     "日付として読めません", "write 和暦 (昭和55年3月2日) or 西暦 (1980-03-02)",
     "和暦（昭和55年3月2日）か西暦（1980-03-02）で書いてください"},
    {"DATE_NOT_IN_CALENDAR", Severity::kAlert, "the date is not in the calendar",
     "暦にない日付です", "check it against the register", "台帳の記載を確かめてください"},
    {"DATE_UNCERTAIN", Severity::kAlert, "the date is not fully known",
     "日付に不詳の部分があります", "nothing to do if the register says so",
     "台帳が不詳であればこのままで構いません"},
    {"CODE_NOT_IN_LIST", Severity::kError, "the value is not in the code list",
     "コード表にない値です", "correct the value or add the code to the schema",
     "値を直すか、スキーマのコード表に加えてください"},
    {"CODE_RETIRED", Severity::kAlert, "the code is no longer in force", "廃止されたコードです",
     "export with the codes in force at the reference date",
     "時点で有効なコードで出力してください"},
    {"RELATION_INVALID", Severity::kError, "the 続柄 is not of the official grammar",
     "続柄が定められた書き方ではありません",
     "write it as the register specification does (孫 is 子の子)",
     "住民記録の仕様に沿って書いてください（孫は「子の子」）"},
    {"EVENT_INVALID", Severity::kError, "the 異動事由 is not in the official list",
     "異動事由が一覧にありません", "use a reason of the register specification",
     "住民記録の仕様にある異動事由を使ってください"},
    {"CHECK_DIGIT_MISMATCH", Severity::kAlert, "the check digit does not fit",
     "検査数字が合いません", "check the number; numbers issued long ago may lack a check digit",
     "番号を確かめてください。古い番号には検査数字がないことがあります"},
    {"PRIVATE_USE_CHARACTER", Severity::kAlert, "the value holds a user-defined character",
     "外字が含まれています", "replace it by a standard character where one exists",
     "標準の文字がある場合は置き換えてください"},
    {"DUPLICATE_KEY", Severity::kError, "another record has the same key",
     "同じキーのレコードが既にあります", "remove the duplicate at the source",
     "元の抽出で重複を取り除いてください"},
    {"ERROR_LIMIT_EXCEEDED", Severity::kError, "the file has more errors than the dataset allows",
     "エラーの件数がデータセットの上限を超えています", "mend the findings and upload again",
     "検出されたエラーを直して、もう一度アップロードしてください"},
    {"FILE_EMPTY", Severity::kError, "the file holds no records", "ファイルにレコードがありません",
     "export again and check the size", "抽出をやり直し、大きさを確かめてください"},
    {"FILE_NOT_TEXT", Severity::kError, "the file is no text file",
     "テキストファイルではありません", "unpack or export it as CSV text",
     "展開するか、CSVテキストとして出力してください"},
    {"ENCODING_INVALID", Severity::kError, "bytes that the encoding does not know",
     "文字コードとして正しくないバイト列があります", "export in the encoding of the dataset",
     "データセットの文字コードで出力してください"},
    {"ENCODING_TRUNCATED", Severity::kError, "the file ends inside a character",
     "ファイルが文字の途中で終わっています", "the file was cut; export and upload it again",
     "ファイルが途中で切れています。出力とアップロードをやり直してください"},
    {"HEADER_MISMATCH", Severity::kError, "the header is not that of the dataset",
     "見出し行がデータセットの定義と異なります",
     "export exactly the columns of the schema, in its order, or map them by a profile",
     "スキーマのとおりの列名と順序で出力するか、読み取り設定で列を対応付けてください"},
}};

static_assert(static_cast<size_t>(Rule::kCsvTooManyColumns) - kFirstCsv ==
              static_cast<size_t>(CsvRule::kTooManyColumns) -
                  static_cast<size_t>(CsvRule::kUnbalancedQuote));

std::array<RuleInfo, kRuleCount> BuildAll() {
  std::array<RuleInfo, kRuleCount> all = {};
  for (size_t i = 0; i < kFirstCsv; ++i) all[i] = kOwn[i];
  for (size_t i = kFirstCsv; i < kRuleCount; ++i) {
    const civic::RuleText& text = civic::TextOf(static_cast<CsvRule>(i - kFirstCsv + 1));
    all[i] = {text.name, Severity::kError, text.en, text.ja, text.remedy_en, text.remedy_ja};
  }
  return all;
}

}  // namespace

const RuleInfo& InfoOf(Rule rule) {
  static const std::array<RuleInfo, kRuleCount> all = BuildAll();
  return all[static_cast<size_t>(rule)];
}

std::optional<Rule> FindRule(std::string_view name) {
  for (size_t i = 0; i < kRuleCount; ++i) {
    if (InfoOf(static_cast<Rule>(i)).name == name) return static_cast<Rule>(i);
  }
  return std::nullopt;
}

std::string MessageEn(Rule rule) {
  const RuleInfo& info = InfoOf(rule);
  return std::string(info.en) + ": " + std::string(info.remedy_en);
}

std::string MessageJa(Rule rule) {
  const RuleInfo& info = InfoOf(rule);
  return std::string(info.ja) + "。" + std::string(info.remedy_ja) + "。";
}

}  // namespace oboro::upload
