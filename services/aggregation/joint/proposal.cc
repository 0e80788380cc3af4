#include "services/aggregation/joint/proposal.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/joint/joint_table.h"
#include "services/aggregation/sharing_errors.h"
#include "services/aggregation/table_spec.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

constexpr size_t kMostAxes = 7;  // The participants are one more.
constexpr size_t kMostParticipants = 16;

bool IsCode(const std::string& code) {
  return code.size() == 6 && std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
}

bool IsDate(const std::string& text) {
  absl::CivilDay day;
  return text.size() == 10 && absl::ParseCivilTime(text, &day) &&
         absl::FormatCivilTime(day) == text;
}

absl::StatusOr<std::set<std::string>> CodesOf(const v1::JointProposal& proposal,
                                              const std::string& own_code) {
  std::set<std::string> codes(proposal.municipality_codes().begin(),
                              proposal.municipality_codes().end());
  codes.insert(own_code);
  if (!std::all_of(codes.begin(), codes.end(), IsCode) || codes.size() < 2 ||
      codes.size() > kMostParticipants) {
    return InvalidField("municipality_codes", "one to 15 other municipalities by six digits",
                        "相手の団体コード（6桁）を1〜15件指定してください");
  }
  return codes;
}

}  // namespace

absl::StatusOr<std::string> ProposalOf(const v1::JointProposal& proposal,
                                       const std::string& own_code) {
  RETURN_IF_ERROR(CheckText("display_name", proposal.display_name(), 100, true));
  RETURN_IF_ERROR(CheckText("purpose", proposal.purpose(), 500, true));
  RETURN_IF_ERROR(CheckText("dataset_kind", proposal.dataset_kind(), 100, true));
  if (!IsDate(proposal.reference_date())) {
    return InvalidField("reference_date", "a date as 2026-10-01", "2026-10-01 の形の日付です");
  }
  v1::CreateStatisticRequest request;
  *request.mutable_axes() = proposal.axes();
  ASSIGN_OR_RETURN(const TableSpec spec, SpecOf(request));
  // Each column once: what nests in what is then one question for each column.
  size_t named = 1;
  std::set<std::string> columns = {kTenantColumn};
  for (const AxisSpec& axis : spec.axes) {
    named += 1 + axis.within.size();
    columns.insert(axis.column);
    columns.insert(axis.within.begin(), axis.within.end());
  }
  if (spec.axes.size() > kMostAxes || columns.size() != named) {
    return InvalidField(
        "axes", absl::StrCat("one to seven, no column twice and none called ", kTenantColumn),
        "1〜7個で、同じ列や「団体」という列は使えません");
  }
  ASSIGN_OR_RETURN(const std::set<std::string> codes, CodesOf(proposal, own_code));
  return nlohmann::json({{"display_name", proposal.display_name()},
                         {"purpose", proposal.purpose()},
                         {"dataset_kind", proposal.dataset_kind()},
                         {"reference_date", proposal.reference_date()},
                         {"axes", ToJson(spec)["axes"]},
                         {"municipality_codes", codes}})
      .dump();
}

v1::JointProposal ToProto(const nlohmann::json& proposal) {
  v1::JointProposal out;
  out.set_display_name(proposal.at("display_name").get<std::string>());
  out.set_purpose(proposal.at("purpose").get<std::string>());
  out.set_dataset_kind(proposal.at("dataset_kind").get<std::string>());
  out.set_reference_date(proposal.at("reference_date").get<std::string>());
  for (const auto& axis : proposal.at("axes")) {
    v1::Axis* to = out.add_axes();
    to->set_column(axis.at("column").get<std::string>());
    for (const auto& level : axis.at("within")) to->add_within(level.get<std::string>());
  }
  for (const auto& code : proposal.at("municipality_codes")) {
    out.add_municipality_codes(code.get<std::string>());
  }
  return out;
}

absl::StatusOr<TableSpec> SpecOfProposal(const nlohmann::json& proposal) {
  return SpecFromJson({{"axes", proposal.at("axes")},
                       {"measure", {{"kind", "RECORDS"}, {"column", ""}}},
                       {"filters", nlohmann::json::array()},
                       {"contributor", ""}});
}

absl::Status CheckJointSize(const abstraction::v1::Abstraction& abstraction, const TableSpec& spec,
                            size_t participants) {
  int64_t cells = static_cast<int64_t>(participants) + 1;
  for (const AxisSpec& axis : spec.axes) {
    for (const auto& column : abstraction.columns()) {
      if (column.name() != axis.column) continue;
      // Its margin is one more, where there is anything to add up.
      const int64_t values = std::max<int64_t>(column.distinct_values(), 1);
      cells *= values + (values > 1 ? 1 : 0);
    }
    if (cells > kMaxJointCells) return TableTooLarge(cells, kMaxJointCells);
  }
  return absl::OkStatus();
}

}  // namespace oboro::aggregation
