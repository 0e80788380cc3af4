#include "services/aggregation/joint/proposal.h"

#include <gtest/gtest.h>

#include "services/platform/base/status.h"
#include "services/platform/base/status_matchers.h"

namespace oboro::aggregation {
namespace {

using platform::HasReason;

v1::JointProposal Good() {
  v1::JointProposal proposal;
  proposal.set_display_name("圏域の年齢別人口");
  proposal.set_purpose("圏域計画");
  proposal.set_dataset_kind("住民基本台帳");
  proposal.set_reference_date("2026-04-01");
  v1::Axis* axis = proposal.add_axes();
  axis->set_column("town");
  axis->add_within("ward");
  proposal.add_municipality_codes("221309");
  return proposal;
}

TEST(ProposalTest, HasOneFormWhoeverIsNamed) {
  ASSERT_OK_AND_ASSIGN(const std::string text, ProposalOf(Good(), "082201"));
  v1::JointProposal with_own = Good();
  with_own.add_municipality_codes("082201");
  ASSERT_OK_AND_ASSIGN(const std::string same, ProposalOf(with_own, "082201"));
  EXPECT_EQ(text, same);
  ASSERT_OK_AND_ASSIGN(const TableSpec spec, SpecOfProposal(nlohmann::json::parse(text)));
  EXPECT_EQ(spec.axes, (std::vector<AxisSpec>{{"town", {"ward"}}}));
  EXPECT_EQ(spec.measure.kind, MeasureKind::kRecords);
}

TEST(ProposalTest, EveryRefusalIsTypedAndInJapanese) {
  std::vector<v1::JointProposal> bad(7, Good());
  bad[0].clear_display_name();
  bad[1].set_reference_date("2026-02-30");
  bad[2].mutable_axes(0)->add_within("town");
  bad[3].mutable_axes(0)->set_column("団体");
  bad[4].set_municipality_codes(0, "22130");
  bad[5].clear_municipality_codes();
  bad[6].clear_axes();
  for (const v1::JointProposal& proposal : bad) {
    const absl::Status refused = ProposalOf(proposal, "082201").status();
    EXPECT_THAT(refused, HasReason("INVALID_FIELD")) << proposal.DebugString();
    const std::string ja = platform::ReasonOf(refused).message_ja;
    EXPECT_NE(ja.find("。"), std::string::npos) << ja;
  }
}

TEST(ProposalTest, WhatIsTooLargeForOneIsRefusedAtItsConsent) {
  abstraction::v1::Abstraction abstraction;
  for (const auto& [name, values] :
       {std::pair<const char*, int>{"town", 551}, {"age", 20}, {"sex", 2}, {"alone", 1}}) {
    abstraction::v1::Column* column = abstraction.add_columns();
    column->set_name(name);
    column->set_distinct_values(values);
  }
  const auto spec = [](const std::vector<std::string>& columns) {
    TableSpec out;
    for (const std::string& column : columns) out.axes.push_back({column, {}});
    return out;
  };
  // 552 towns with their margin, 21 ages and 3 sexes; one municipality more for the margin.
  EXPECT_OK(CheckJointSize(abstraction, spec({"town", "age"}), 2));  // 34,776
  EXPECT_OK(CheckJointSize(abstraction, spec({"town", "age", "alone"}), 2));
  EXPECT_OK(CheckJointSize(abstraction, spec({"town", "age"}), 3));  // 46,368
  EXPECT_THAT(CheckJointSize(abstraction, spec({"town", "age"}), 4), HasReason("TABLE_TOO_LARGE"));
  EXPECT_THAT(CheckJointSize(abstraction, spec({"town", "age", "sex"}), 2),
              HasReason("TABLE_TOO_LARGE"));
}

}  // namespace
}  // namespace oboro::aggregation
