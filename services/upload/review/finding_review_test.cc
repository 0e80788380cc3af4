#include "services/upload/review/finding_review.h"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <random>
#include <set>
#include <tuple>

namespace oboro::upload {
namespace {

using Kind = Decision::Kind;

FindingReview Small() {
  return FindingReview({{"CODE_NOT_IN_LIST", "性別", true, {2, 5, 9}},
                        {"DUPLICATE_KEY", "番号", true, {5}},
                        {"DATE_UNCERTAIN", "生年月日", false, {1, 2}}});
}

TEST(FindingReview, DecidesByRuleAndRow) {
  FindingReview review = Small();
  EXPECT_EQ(review.Count("").open, 6);
  EXPECT_EQ(review.Apply({Kind::kAccepted, "確認済み", "DATE_UNCERTAIN", std::nullopt}), 2);
  EXPECT_EQ(review.Apply({Kind::kExcluded, "誤り", "", std::vector<int64_t>{5, 7}}), 2);
  EXPECT_EQ(review.Count("").open, 2);
  EXPECT_EQ(review.Count("CODE_NOT_IN_LIST").excluded, 1);
  EXPECT_EQ(review.ExcludedRows(), std::vector<int64_t>{5});
  // The same again changes nothing; another word or another reason does.
  EXPECT_EQ(review.Apply({Kind::kExcluded, "誤り", "", std::vector<int64_t>{5}}), 0);
  EXPECT_EQ(review.Apply({Kind::kExcluded, "重複", "DUPLICATE_KEY", std::nullopt}), 1);
  EXPECT_EQ(review.Apply({Kind::kAccepted, "原本どおり", "CODE_NOT_IN_LIST", std::nullopt}), 3);
  EXPECT_EQ(review.ExcludedRows(), std::vector<int64_t>{5});
  ASSERT_TRUE(review.Of("CODE_NOT_IN_LIST", "性別", 9).has_value());
  EXPECT_EQ((*review.Of("CODE_NOT_IN_LIST", "性別", 9))->reason, "原本どおり");
  EXPECT_FALSE(review.Of("CODE_NOT_IN_LIST", "性別", 3).has_value());
  // Values that cannot be read become 不明, but not of a record that is left out, nor what is only
  // a second record of a key.
  const auto cells = review.UnreadableCells();
  ASSERT_EQ(cells.size(), 1u);
  EXPECT_EQ(cells[0].first, "性別");
  EXPECT_EQ(cells[0].second, (std::vector<int64_t>{2, 9}));
}

TEST(FindingReview, WhatWasDecidedStaysWhereOnlyOpenOnesAreMeant) {
  FindingReview review = Small();
  EXPECT_EQ(review.Apply({Kind::kExcluded, "誤り", "CODE_NOT_IN_LIST", std::vector<int64_t>{5}}),
            1);
  const Decision rest = {Kind::kAccepted, "確認済み", "CODE_NOT_IN_LIST", std::nullopt, true};
  EXPECT_EQ(review.Apply(rest), 2);
  EXPECT_EQ(review.Apply(rest), 0);
  EXPECT_EQ((*review.Of("CODE_NOT_IN_LIST", "性別", 5))->reason, "誤り");
  EXPECT_EQ((*review.Of("CODE_NOT_IN_LIST", "性別", 9))->reason, "確認済み");
  EXPECT_EQ(review.Apply({Kind::kReturned, "見直し", "", std::vector<int64_t>{5}, true}), 1);
  EXPECT_EQ(review.Count("DUPLICATE_KEY").returned, 1);
  EXPECT_EQ(review.Count("").open, 2);
}

TEST(FindingReview, KnowsWhatADecisionIsAbout) {
  const FindingReview review = Small();
  EXPECT_TRUE(review.Concerns({Kind::kAccepted, "x", "", std::nullopt}));
  EXPECT_TRUE(review.Concerns({Kind::kAccepted, "x", "", std::vector<int64_t>{3, 9}}));
  EXPECT_FALSE(review.Concerns({Kind::kAccepted, "x", "NOT_DIGITS", std::nullopt}));
  EXPECT_FALSE(review.Concerns({Kind::kAccepted, "x", "DUPLICATE_KEY", std::vector<int64_t>{2}}));
  EXPECT_FALSE(FindingReview({}).Concerns({Kind::kAccepted, "x", "", std::nullopt}));
}

// Against a map from finding to decision that is written one by one.
TEST(FindingReview, AgreesWithOneByOne) {
  std::mt19937 random(5);
  const std::vector<std::string> rules = {"CODE_NOT_IN_LIST", "NOT_DIGITS", "DATE_UNCERTAIN"};
  for (int round = 0; round < 100; ++round) {
    std::vector<FindingGroup> groups;
    std::map<std::tuple<std::string, std::string, int64_t>, std::pair<Kind, std::string>> decided;
    std::set<std::tuple<std::string, std::string, int64_t>> all;
    for (const std::string& rule : rules) {
      for (const char* column : {"a", "b"}) {
        std::set<int64_t> rows;
        for (uint32_t n = random() % 20; n > 0; --n) rows.insert(1 + random() % 30);
        groups.push_back({rule, column, rule != "DATE_UNCERTAIN", {rows.begin(), rows.end()}});
        for (const int64_t row : rows) all.insert({rule, column, row});
      }
    }
    FindingReview review(groups);
    for (int step = 0; step < 12; ++step) {
      Decision decision;
      decision.kind = static_cast<Kind>(random() % 3);
      decision.reason = random() % 2 == 0 ? "甲" : "乙";
      decision.only_open = random() % 3 == 0;
      if (random() % 3 != 0) decision.rule = rules[random() % rules.size()];
      std::set<int64_t> rows;
      for (uint32_t n = random() % 5; n > 0; --n) rows.insert(1 + random() % 30);
      if (!rows.empty()) decision.rows.emplace(rows.begin(), rows.end());
      int64_t changed = 0;
      for (const auto& finding : all) {
        const auto& [rule, column, row] = finding;
        if (!decision.rule.empty() && decision.rule != rule) continue;
        if (!rows.empty() && !rows.contains(row)) continue;
        const std::pair<Kind, std::string> words{decision.kind, decision.reason};
        const auto found = decided.find(finding);
        if (found != decided.end() && (decision.only_open || found->second == words)) continue;
        decided[finding] = words;
        ++changed;
      }
      ASSERT_EQ(review.Apply(decision), changed);
      ASSERT_EQ(review.Count("").open, static_cast<int64_t>(all.size() - decided.size()));
      std::set<int64_t> excluded;
      for (const auto& [finding, words] : decided) {
        if (words.first == Kind::kExcluded) excluded.insert(std::get<2>(finding));
      }
      ASSERT_EQ(review.ExcludedRows(), std::vector<int64_t>(excluded.begin(), excluded.end()));
    }
  }
}

}  // namespace
}  // namespace oboro::upload
