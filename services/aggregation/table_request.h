#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace oboro::aggregation {

// A dimension to build: the column of the finest level and the coarser ones in which its values
// nest, finest first.
struct AxisSpec {
  std::string column;
  std::vector<std::string> within;
  bool operator==(const AxisSpec&) const = default;
};

// Only records whose column has one of these values (ascending, distinct).
struct FilterSpec {
  std::string column;
  std::vector<std::string> values;
  bool operator==(const FilterSpec&) const = default;
};

enum class MeasureKind { kRecords, kPersons, kHouseholds, kSum, kMean };

struct MeasureSpec {
  MeasureKind kind = MeasureKind::kRecords;
  std::string column;  // The link number or amount column; empty for records.
  bool operator==(const MeasureSpec&) const = default;
};

// RECORDS, PERSONS, HOUSEHOLDS, SUM or MEAN.
const char* MeasureName(MeasureKind kind);
bool IsAmount(MeasureKind kind);
bool IsDistinct(MeasureKind kind);

// What a table shows, whoever asks: the part of a request that the ledger keeps.
struct TableSpec {
  std::vector<AxisSpec> axes;
  MeasureSpec measure;
  std::vector<FilterSpec> filters;  // By column.
  // For amounts the link number column whose values are contributors; empty: each record is one.
  std::string contributor;

  // Every column that the table is made from, in order, none twice.
  std::vector<std::string> Columns() const;
  bool operator==(const TableSpec&) const = default;
};

nlohmann::json ToJson(const TableSpec& spec);
absl::StatusOr<TableSpec> SpecFromJson(const nlohmann::json& json);

// The policy's rules for amounts; a rule with 0 is off.
struct AmountRules {
  int64_t p_percent = 0;
  int64_t dominance_n = 0, dominance_k = 0;
  int64_t min_contributors = 0;
  bool operator==(const AmountRules&) const = default;
};

// What the engine is asked for.
struct TableRequest {
  TableSpec spec;
  int64_t min_count = 0;  // Counts 1 .. min_count - 1 are never shown; from the policy.
  bool zeros_protected = false;
  AmountRules amounts;
  int64_t flow_bound = -1;  // The policy's, between reference dates; -1: dates are not linked.
  int threads = 2;
};

nlohmann::json ToJson(const AmountRules& rules);
AmountRules AmountRulesFromJson(const nlohmann::json& json);

// The parameters of the job's child. INTERNAL when they are no request: without a threshold
// nothing would be protected, so that it is never a default.
absl::StatusOr<TableRequest> ParseRequest(const std::string& text);
std::string RequestText(const TableRequest& request);

}  // namespace oboro::aggregation
