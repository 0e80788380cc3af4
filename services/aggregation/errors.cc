#include "services/aggregation/errors.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

using platform::ReasonedError;

absl::Status Refusal(const char* name, std::string message, std::string message_ja,
                     std::map<std::string, std::string> metadata = {}) {
  return ReasonedError(absl::StatusCode::kFailedPrecondition,
                       {name, std::move(message), std::move(message_ja), std::move(metadata)});
}

absl::Status Invalid(const char* name, std::string message, std::string message_ja) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {name, std::move(message), std::move(message_ja), {}});
}

}  // namespace

absl::Status InvalidField(absl::string_view field, absl::string_view want,
                          absl::string_view want_ja) {
  return Invalid("INVALID_FIELD", absl::StrCat(field, ": ", want, "."),
                 absl::StrCat(field, "：", want_ja, "。"));
}

absl::Status UnknownDimension(absl::string_view column, bool is_link_number) {
  return is_link_number ? Invalid("DIMENSION_IS_LINK_NUMBER",
                                  absl::StrCat("A table cannot be made by the link number ", column,
                                               ". Choose a column of values."),
                                  absl::StrCat("連結番号 ", column,
                                               " では集計できません。別の列を選んでください。"))
                        : Invalid("UNKNOWN_DIMENSION",
                                  absl::StrCat("The abstraction has no column ", column,
                                               ". See its columns: oboro abstraction get."),
                                  absl::StrCat("抽象化データに列 ", column,
                                               " はありません。列の一覧を確かめてください。"));
}

absl::Status VerdictInvalid(absl::string_view what, absl::string_view what_ja) {
  return Refusal(
      "VERDICT_INVALID",
      absl::StrCat("The verdict cannot let this abstraction out: ", what,
                   ". Verify the abstraction again."),
      absl::StrCat("この検証結果では集計できません（", what_ja, "）。もう一度検証してください。"));
}

absl::Status VerdictRefuses(absl::string_view tier_ja, const std::vector<std::string>& rules) {
  const std::string names = absl::StrJoin(rules, ", ");
  return Refusal("VERDICT_REFUSES",
                 absl::StrCat("The verdict refuses this tier by: ", names,
                              ". Make the abstraction coarser and verify it again."),
                 absl::StrCat("検証結果が「", tier_ja, "」の基準を満たしていません（", names,
                              "）。抽象化を粗くして、もう一度検証してください。"),
                 {{"rules", names}});
}

absl::Status TierNotInPolicy(absl::string_view tier_ja) {
  return Refusal("TIER_NOT_IN_POLICY",
                 "The policy says nothing about this tier, so nothing may reach it.",
                 absl::StrCat("方針に「", tier_ja, "」の基準がないため、提供できません。"));
}

absl::Status JointStatisticRequired() {
  return Refusal("JOINT_STATISTIC_REQUIRED",
                 "A table for the joint tier is made together with the other municipalities. Ask "
                 "for a joint statistic.",
                 "「圏域」向けの表は、参加団体の共同統計として作成してください。");
}

absl::Status CountsNotAllowed() {
  return Refusal("COUNTS_NOT_ALLOWED",
                 "The policy allows no counts of persons for a municipality of this size.",
                 "この人口規模の自治体では、人数の表を作成できません（方針）。");
}

absl::Status LedgerRefused() {
  return Refusal("LEDGER_REFUSED",
                 "Together with earlier statistics of this dataset, figures that must stay hidden "
                 "could be worked out. Choose coarser dimensions, or the categories and filters of "
                 "an earlier statistic.",
                 "このデータセットの過去の統計と組み合わせると秘匿した値が分かるおそれがあるため、"
                 "作成できません。次元を粗くするか、過去の統計と同じ区分・条件にしてください。");
}

absl::Status LedgerRefusalsExhausted() {
  return ReasonedError(
      absl::StatusCode::kResourceExhausted,
      {"LEDGER_REFUSALS_EXHAUSTED",
       "Too many statistics were refused in the last hour. Wait, or ask the privacy officer which "
       "tables can be made.",
       "直近1時間に作成できなかった統計が多いため、受け付けられません。時間をおくか、"
       "個人情報保護の担当者に相談してください。",
       {}});
}

absl::Status LedgerBasisDiffers() {
  return Refusal("LEDGER_BASIS_DIFFERS",
                 "Earlier statistics of this dataset and reference date are of other records or "
                 "columns, so that the two cannot be proven safe together. Use the abstraction of "
                 "the earlier statistics, or one with the same columns.",
                 "同じデータセット・時点の過去の統計と、記録または列が異なるため、合わせて安全で"
                 "あることを証明できません。過去の統計と同じ抽象化データか、同じ列を持つものを"
                 "使ってください。");
}

absl::Status LedgerTooLarge() {
  return Refusal("LEDGER_TOO_LARGE",
                 "The statistics of this dataset have too many dimensions together to be proven "
                 "safe. Use the dimensions and filters of earlier statistics, or coarser ones.",
                 "このデータセットの統計を合わせた次元が多すぎるため、安全を証明できません。"
                 "過去の統計で使った次元・条件にするか、粗くしてください。");
}

absl::Status LedgerMeasure() {
  return Refusal("LEDGER_MEASURE",
                 "Persons or households beside other statistics of one dataset, and a second table "
                 "of sums or means of one column, cannot be proven safe together yet. Count "
                 "records, or put the sums into one table.",
                 "人数・世帯数の表とほかの統計、または同じ列の合計・平均の2つ目の表は、合わせて"
                 "安全であることを証明できません。件数を集計するか、金額は1つの表にまとめて"
                 "ください。");
}

absl::Status LedgerZeros() {
  return Refusal(
      "LEDGER_ZEROS",
      "Where the policy protects zeros, several different statistics of one dataset "
      "cannot be proven safe together yet. Make one table with all dimensions.",
      "0 も秘匿する方針では、1つのデータの異なる統計を合わせて安全であることを証明できません。"
      "必要な次元を1つの表にまとめてください。");
}

absl::Status LedgerDatesLinked() {
  return Refusal("LEDGER_DATES_LINKED",
                 "The policy links reference dates (flow_bound), and statistics of several dates "
                 "cannot be proven safe together yet. Use a policy version without flow_bound.",
                 "方針が時点間の変動幅（flow_bound）を定めているため、別の時点の統計と合わせて"
                 "安全であることを証明できません。flow_bound のない版の方針で検証してください。");
}

absl::Status LedgerIncomplete() {
  return Refusal("LEDGER_INCOMPLETE",
                 "An earlier statistic of this dataset was made before the ledger was kept, so "
                 "that nothing can be proven. Use another reference date.",
                 "公表台帳より前に作られた統計があるため、安全を証明できません。別の時点のデータで"
                 "作成してください。");
}

absl::Status NotNested(absl::string_view column, absl::string_view value, absl::string_view coarser,
                       absl::string_view first, absl::string_view second) {
  return Invalid(
      "NOT_NESTED",
      absl::StrCat("The value ", value, " of ", column, " lies in both ", first, " and ", second,
                   " of ", coarser, ". A level must hold each value as a whole: leave out ",
                   coarser, ", or make it a dimension of its own."),
      absl::StrCat(column, "の「", value, "」が", coarser, "の「", first, "」と「", second,
                   "」の両方にあります。階層にせず、", coarser, "を別の次元にしてください。"));
}

absl::Status MeasureNotAdditive(absl::string_view column) {
  return Refusal(
      "MEASURE_NOT_ADDITIVE",
      absl::StrCat("Some ", column,
                   " would count in several cells of this table, so that its margins "
                   "are no sums. Such a table is proven safe only without filters, with "
                   "dimensions of which none follows from another, and of at most "
                   "50,000 cells. Leave out the others, or those in which members of "
                   "one differ."),
      absl::StrCat("同じ", column,
                   "が複数のセルに数えられ、計が内訳の和になりません。このような表の安全を"
                   "証明できるのは、条件がなく、互いに決まり合う次元がなく、5万セル以下の"
                   "場合だけです。ほかの次元と条件、または世帯員ごとに異なる次元を外して"
                   "ください。"));
}

absl::Status ColumnNotAmount(absl::string_view column) {
  return Invalid("COLUMN_NOT_AMOUNT",
                 absl::StrCat("The column ", column,
                              " has values that are no whole numbers from 0. Choose an amount."),
                 absl::StrCat("列 ", column,
                              " には0以上の整数でない値があります。金額などの列を"
                              "選んでください。"));
}

absl::Status ColumnNotLinkNumber(absl::string_view column) {
  return Invalid(
      "COLUMN_NOT_LINK_NUMBER",
      absl::StrCat("Persons and households are counted by a link number; ", column, " is none."),
      absl::StrCat("人や世帯は連結番号の列で数えます。", column, " は連結番号ではありません。"));
}

absl::Status AmountsNotAllowed() {
  return Refusal("AMOUNTS_NOT_ALLOWED",
                 "The policy has no rules for amounts in this tier, so none may leave. Add "
                 "`amounts` to its tables (docs/policies.md).",
                 "方針にこの提供先の金額の基準がないため、金額の表は作成できません。");
}

absl::Status NoRecords() {
  return Refusal("NO_RECORDS", "The abstraction has no records to count.",
                 "集計する記録がありません。");
}

absl::Status TableTooLarge(int64_t cells, int64_t limit) {
  return Invalid("TABLE_TOO_LARGE",
                 absl::StrCat("The table would have ", cells, " cells; at most ", limit,
                              " are allowed. Choose fewer or coarser dimensions."),
                 absl::StrCat("表のセル数 ", cells, " が上限 ", limit,
                              " を超えます。次元を減らすか粗くしてください。"));
}

absl::Status ProtectionIncomplete(int64_t exposed) {
  return Refusal("PROTECTION_INCOMPLETE",
                 absl::StrCat(exposed,
                              " cells could not be proven safe, so nothing was stored. Choose "
                              "coarser dimensions."),
                 absl::StrCat("安全を証明できないセルが ", exposed,
                              " あるため保存しませんでした。次元を粗くしてください。"));
}

}  // namespace oboro::aggregation
