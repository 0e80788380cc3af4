#include "services/upload/review/finding_review.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "services/upload/check/rules.h"

namespace oboro::upload {
namespace {

constexpr std::array<std::string_view, 3> kWords = {"ACCEPTED", "EXCLUDED", "RETURNED"};

// Rules that say of a value that it is none of its column's type, or that there is none where there
// must be one (a recipe may read a blank as 該当なし, which this is not). DUPLICATE_KEY is about
// the record.
bool ValueUnreadable(const std::string& name) {
  const std::optional<Rule> rule = FindRule(name);
  if (!rule.has_value()) return false;
  switch (*rule) {
    case Rule::kRequiredMissing:
    case Rule::kTooLong:
    case Rule::kNotDigits:
    case Rule::kNotInteger:
    case Rule::kNotDecimal:
    case Rule::kDateUnreadable:
    case Rule::kCodeNotInList:
    case Rule::kRelationInvalid:
    case Rule::kEventInvalid:
      return true;
    default:
      return false;
  }
}

void SortUnique(std::vector<int64_t>* rows) {
  std::sort(rows->begin(), rows->end());
  rows->erase(std::unique(rows->begin(), rows->end()), rows->end());
}

}  // namespace

std::string_view DecisionWord(Decision::Kind kind) { return kWords[static_cast<size_t>(kind)]; }

std::optional<Decision::Kind> ParseDecisionWord(std::string_view word) {
  for (size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i] == word) return static_cast<Decision::Kind>(i);
  }
  return std::nullopt;
}

FindingReview::FindingReview(std::vector<FindingGroup> groups) {
  for (FindingGroup& group : groups) {
    std::vector<uint32_t> decided(group.rows.size(), 0);
    groups_.push_back({std::move(group), std::move(decided)});
  }
}

bool FindingReview::SameWords(uint32_t decided, const Decision& decision) const {
  if (decided == 0) return false;
  const Decision& earlier = decisions_[decided - 1];
  return earlier.kind == decision.kind && earlier.reason == decision.reason;
}

int64_t FindingReview::ApplyTo(Group* group, uint32_t number) {
  const Decision& decision = decisions_[number - 1];
  int64_t changed = 0;
  const auto decide = [&](size_t i) {
    uint32_t& decided = group->decided[i];
    if (decided == number || SameWords(decided, decision)) return;
    if (decision.only_open && decided != 0) return;
    decided = number;
    ++changed;
  };
  const std::vector<int64_t>& rows = group->findings.rows;
  if (!decision.rows.has_value()) {
    for (size_t i = 0; i < rows.size(); ++i) decide(i);
    return changed;
  }
  auto at = rows.begin();
  for (const int64_t row : *decision.rows) {
    at = std::lower_bound(at, rows.end(), row);
    if (at == rows.end()) break;
    if (*at == row) decide(static_cast<size_t>(at - rows.begin()));
  }
  return changed;
}

int64_t FindingReview::Apply(Decision decision) {
  decisions_.push_back(std::move(decision));
  const auto number = static_cast<uint32_t>(decisions_.size());
  const std::string rule = decisions_.back().rule;
  int64_t changed = 0;
  for (Group& group : groups_) {
    if (rule.empty() || group.findings.rule == rule) changed += ApplyTo(&group, number);
  }
  decisions_.back().rows.reset();
  return changed;
}

bool FindingReview::Concerns(const Decision& decision) const {
  return std::any_of(groups_.begin(), groups_.end(), [&](const Group& group) {
    if (!decision.rule.empty() && group.findings.rule != decision.rule) return false;
    if (!decision.rows.has_value()) return !group.findings.rows.empty();
    return std::any_of(decision.rows->begin(), decision.rows->end(), [&](int64_t row) {
      return std::binary_search(group.findings.rows.begin(), group.findings.rows.end(), row);
    });
  });
}

FindingReview::Counts FindingReview::Count(std::string_view rule) const {
  std::array<int64_t, 4> counts = {};  // Open, then by kind.
  for (const Group& group : groups_) {
    if (!rule.empty() && group.findings.rule != rule) continue;
    for (const uint32_t decided : group.decided) {
      ++counts[decided == 0 ? 0 : 1 + static_cast<size_t>(decisions_[decided - 1].kind)];
    }
  }
  return {counts[0], counts[1], counts[2], counts[3]};
}

std::optional<const Decision*> FindingReview::Of(std::string_view rule, std::string_view column,
                                                 int64_t row) const {
  for (const Group& group : groups_) {
    if (group.findings.rule != rule || group.findings.column != column) continue;
    const std::vector<int64_t>& rows = group.findings.rows;
    const auto at = std::lower_bound(rows.begin(), rows.end(), row);
    if (at == rows.end() || *at != row) return std::nullopt;
    const uint32_t decided = group.decided[static_cast<size_t>(at - rows.begin())];
    return decided == 0 ? nullptr : &decisions_[decided - 1];
  }
  return std::nullopt;
}

std::vector<int64_t> FindingReview::ExcludedRows() const {
  std::vector<int64_t> out;
  for (const Group& group : groups_) {
    for (size_t i = 0; i < group.decided.size(); ++i) {
      const uint32_t decided = group.decided[i];
      if (decided != 0 && decisions_[decided - 1].kind == Decision::Kind::kExcluded) {
        out.push_back(group.findings.rows[i]);
      }
    }
  }
  SortUnique(&out);
  return out;
}

std::vector<std::pair<std::string, std::vector<int64_t>>> FindingReview::UnreadableCells() const {
  const std::vector<int64_t> excluded = ExcludedRows();
  std::map<std::string, std::vector<int64_t>> by_column;
  for (const Group& group : groups_) {
    if (!group.findings.error || !ValueUnreadable(group.findings.rule)) continue;
    for (size_t i = 0; i < group.decided.size(); ++i) {
      const uint32_t decided = group.decided[i];
      const int64_t row = group.findings.rows[i];
      if (decided == 0 || decisions_[decided - 1].kind != Decision::Kind::kAccepted) continue;
      if (std::binary_search(excluded.begin(), excluded.end(), row)) continue;
      by_column[group.findings.column].push_back(row);
    }
  }
  std::vector<std::pair<std::string, std::vector<int64_t>>> out(by_column.begin(), by_column.end());
  for (auto& [column, rows] : out) SortUnique(&rows);
  return out;
}

}  // namespace oboro::upload
