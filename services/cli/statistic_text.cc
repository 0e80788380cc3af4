#include "services/cli/statistic_text.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "services/cli/files.h"
#include "services/cli/text.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

using aggregation::v1::Cell;
using aggregation::v1::Statistic;

constexpr char kSuppressed[] = "秘匿";

std::string CellText(const Cell& cell) {
  return cell.has_value() ? Grouped(cell.value()) : kSuppressed;
}

// The cells whose first member index is below `rows`, in the table's order.
absl::StatusOr<std::vector<Cell>> ReadCells(Session& session, const Statistic& statistic,
                                            int rows) {
  aggregation::v1::ReadStatisticRequest request;
  request.set_name(statistic.name());
  ASSIGN_OR_RETURN(const auto context, session.NewContext());
  aggregation::v1::StatisticService::Stub stub(session.channel());
  const auto reader = stub.ReadStatistic(context.get(), request);
  std::vector<Cell> cells;
  aggregation::v1::ReadStatisticResponse response;
  while (reader->Read(&response)) {
    for (const Cell& cell : response.cells()) {
      if (cell.members(0) < rows) cells.push_back(cell);
    }
  }
  RETURN_IF_ERROR(platform::FromGrpc(reader->Finish()));
  return cells;
}

// Labels of all dimensions but the last.
std::vector<std::string> RowLabels(const Statistic& statistic, const Cell& cell) {
  std::vector<std::string> labels;
  for (int d = 0; d + 1 < statistic.dimensions_size(); ++d) {
    labels.push_back(statistic.dimensions(d).members(cell.members(d)));
  }
  return labels;
}

}  // namespace

absl::StatusOr<verification::v1::Tier> ParseTier(const std::string& name) {
  if (name == "internal" || name == "庁内") return verification::v1::TIER_INTERNAL;
  if (name == "joint" || name == "圏域") return verification::v1::TIER_JOINT;
  if (name == "public" || name == "公表") return verification::v1::TIER_PUBLIC;
  return InvalidInput("--tier must be internal, joint or public.",
                      "--tier は internal（庁内）、joint（圏域）、public（公表）のいずれかです。");
}

std::string TierText(verification::v1::Tier tier) {
  switch (tier) {
    case verification::v1::TIER_INTERNAL:
      return "庁内";
    case verification::v1::TIER_JOINT:
      return "圏域";
    case verification::v1::TIER_PUBLIC:
      return "公表";
    default:
      return "?";
  }
}

std::string OutcomeText(verification::v1::Outcome outcome) {
  switch (outcome) {
    case verification::v1::OUTCOME_PASS:
      return "適合 PASS";
    case verification::v1::OUTCOME_WARN:
      return "注意 WARN";
    case verification::v1::OUTCOME_REFUSE:
      return "不可 REFUSE";
    default:
      return "?";
  }
}

absl::StatusOr<std::string> StatisticHead(Session& session, const Statistic& statistic, int rows) {
  const int dimensions = statistic.dimensions_size();
  const bool flat = dimensions == 1;
  ASSIGN_OR_RETURN(const auto cells, ReadCells(session, statistic, rows));
  std::vector<std::string> header;
  for (int d = 0; d + (flat ? 0 : 1) < dimensions; ++d) {
    header.push_back(statistic.dimensions(d).column());
  }
  const auto& across = statistic.dimensions(dimensions - 1);
  if (flat) {
    header.push_back("人数");
  } else {
    header.insert(header.end(), across.members().begin(), across.members().end());
  }
  std::vector<std::vector<std::string>> table;
  for (const Cell& cell : cells) {
    if (flat) {
      table.push_back({across.members(cell.members(0)), CellText(cell)});
      continue;
    }
    // The last dimension is fastest: its first member begins a row.
    if (cell.members(dimensions - 1) == 0) table.push_back(RowLabels(statistic, cell));
    table.back().push_back(CellText(cell));
  }
  return FormatTable(header, table);
}

std::string StatisticSummary(const Statistic& statistic) {
  std::string split;
  if (statistic.primary_suppressions() + statistic.secondary_suppressions() > 0) {
    split = absl::StrCat(" = 一次 ", Grouped(statistic.primary_suppressions()), " + 二次 ",
                         Grouped(statistic.secondary_suppressions()));
  }
  return absl::StrCat("セル ", Grouped(statistic.cells()), "（うち秘匿 ",
                      Grouped(statistic.suppressed()), split, "）");
}

std::string VerdictText(const verification::v1::Verdict& verdict) {
  const auto& figures = verdict.figures();
  std::string text =
      absl::StrCat("準識別子 ", absl::StrJoin(figures.quasi_identifiers(), ","), ": 記録 ",
                   Grouped(figures.records()), "、同値類 ", Grouped(figures.classes()),
                   "、k = ", figures.k(), "、一意 ", Grouped(figures.uniques()), "\n");
  for (const auto& diversity : figures.diversities()) {
    absl::StrAppend(&text, "  l-多様性 ", diversity.column(), ": ", diversity.distinct_l(), "\n");
  }
  for (const auto& tier : verdict.tiers()) {
    absl::StrAppend(&text, "  ", TierText(tier.tier()), ": ", OutcomeText(tier.outcome()), "\n");
    for (const auto& rule : tier.rules()) {
      if (rule.outcome() == verification::v1::OUTCOME_PASS) continue;
      absl::StrAppend(&text, "    ", OutcomeText(rule.outcome()), " ", rule.rule(), ": ",
                      rule.message(), "\n");
    }
  }
  return text;
}

}  // namespace oboro::cli
