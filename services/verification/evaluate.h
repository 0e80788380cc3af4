#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/verification/v1/verification.pb.h"
#include "services/platform/policy/policy.h"

namespace oboro::verification {

// What is measured for one tier: columns that the abstraction has.
struct MeasurePlan {
  std::vector<std::string> quasi_identifiers;
  std::vector<std::string> sensitive;

  friend bool operator==(const MeasurePlan&, const MeasurePlan&) = default;
};

// The columns of a tier's policy that the abstraction has, or the recipe's own where none is named.
MeasurePlan PlanFor(const platform::TierPolicy& tier, const abstraction::v1::Abstraction& about);

struct MeasuredColumn {
  std::string name;
  std::string identifier;  // column_scan.h
  bool exact_dates = false;
};

struct MeasuredClasses {
  int64_t classes = 0;
  int64_t k = 0;
  int64_t uniques = 0;
  std::vector<std::pair<int64_t, int64_t>> histogram;       // (size, classes), ascending
  std::vector<std::pair<std::string, int64_t>> distinct_l;  // by sensitive column
};

// A set of columns and how well it singles records out (combinations.h).
struct MeasuredCombination {
  std::vector<std::string> columns;
  int64_t classes = 0;
  int64_t uniques = 0;
  int64_t below = 0;
};

// What the child answered; one entry in `classes` for each tier of the policy, in its order.
struct Measured {
  int64_t records = 0;
  std::vector<MeasuredColumn> columns;
  std::vector<MeasuredClasses> classes;
  std::vector<MeasuredCombination> worst;
  std::vector<MeasuredCombination> without;
};

// The largest k that a rule of any tier asks; 0 if none asks.
int64_t LargestK(const platform::Policy& policy);

// Parses RunMeasure's answer. INTERNAL for anything else.
absl::StatusOr<Measured> ParseMeasured(const std::string& json, size_t measures);

// Fills `figures` (those of the first tier) and `tiers` of the verdict: every rule with threshold,
// measure, outcome and a Japanese sentence that says what would mend it. Pure.
void Evaluate(const platform::Policy& policy, const std::vector<MeasurePlan>& plans,
              const Measured& measured, int64_t population, v1::Verdict* verdict);

}  // namespace oboro::verification
