#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/ledger_witness.h"
#include "services/aggregation/records.h"
#include "services/aggregation/table_request.h"
#include "services/aggregation/table_shape.h"
#include "services/platform/columnar/parquet.h"
#include "services/sdc/tables/amounts.h"
#include "services/sdc/tables/distinct.h"
#include "services/sdc/tables/protect.h"

namespace oboro::aggregation {

// One table behind what is shown: a mean stands on two of them, its sum and its counts.
struct Part {
  std::string measure;  // Of the ledger: "" for records, else as "households:世帯".
  bool amounts = false;
  std::vector<int64_t> values;     // By the engine's cells, margins included.
  sdc::AmountTable contributions;  // Of amounts only.
  // Where persons or households count in several cells, so that margins are no sums.
  std::optional<sdc::DistinctTable> distinct;
};

// Most cells of a table whose margins are no sums.
inline constexpr int64_t kMaxDistinctCells = 50'000;

// What was counted, true values included: it never leaves the job's child.
struct Counted {
  TableShape shape;
  MeasureKind kind = MeasureKind::kRecords;
  std::vector<Part> parts;
};

// A table and what was hidden of it, by the engine's cells.
struct Protected {
  std::vector<sdc::CellStatus> statuses;  // Of the table as it is shown.
  std::vector<sdc::ProtectedTable> parts;
  KeptWitnesses witnesses;  // Of its counts, for the ledger.
};

// Counts `records` as `request` says. MEASURE_NOT_ADDITIVE when persons or households count in
// several cells of a table that is too large to be proven safe then (kMaxDistinctCells).
absl::StatusOr<Counted> Count(const Records& records, const TableRequest& request);

// Marks what the policy never shows and hides what would give it away (services/sdc/tables, level
// P). Nothing of it is shown while `parts` are exposed; a cell of a mean is shown where its sum and
// its count may be.
//
// With `hints`, one a part, also what earlier statistics ask (ledger_check.h).
struct ProtectHints {
  std::vector<sdc::CellId> fixed;   // Known already: hiding them protects nothing.
  std::vector<sdc::CellId> hidden;  // Hidden by an earlier statistic.
};
absl::StatusOr<Protected> Protect(const Counted& counted, const TableRequest& request,
                                  const std::vector<ProtectHints>& hints = {});

sdc::AmountPolicy AmountPolicyOf(const TableRequest& request);

// OK when every part is proven safe; else PROTECTION_INCOMPLETE.
absl::Status CheckProven(const Protected& table);

// The value that a cell shows; none for the mean of nobody.
std::optional<int64_t> ShownValue(const Counted& counted, sdc::CellId cell);

// The table as columns to be stored, in shown order: one a dimension, then "value" (empty where
// suppressed: the true value is not in it) and "status".
platform::ColumnBatch ToColumns(const Counted& counted, const Protected& table);

// How many cells are suppressed.
struct Suppressions {
  int64_t primary = 0, secondary = 0;
};
Suppressions CountSuppressed(const Protected& table);

// "suppression".
const char* MethodName();

}  // namespace oboro::aggregation
