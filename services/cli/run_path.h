#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "oboro/operation/v1/operation.pb.h"
#include "services/cli/app.h"
#include "services/cli/session.h"

namespace oboro::cli {

// Who does what on the way: the three may be one person with three roles.
struct Actors {
  Session* steward = nullptr;
  Session* privacy_officer = nullptr;
  Session* analyst = nullptr;
};

// The whole path of one file: dataset, recipe and policy are made or brought up to date, the file
// is uploaded and checked, abstracted, verified, aggregated and exported.
struct RunSpec {
  std::string tenant;          // tenants/{tenant}
  std::string file;            // CSV.
  std::string reference_date;  // 時点
  std::string dataset_id;
  std::string dataset_title;
  std::string department_id;
  std::string schema_file;
  std::string recipe_id;
  std::string recipe_file;
  std::string policy_id;
  std::string policy_file;
  std::string statistic_title;
  std::vector<std::string> dimensions;
  std::string export_file;    // Empty: no export.
  bool show_refusal = false;  // Also ask for the public tier, to show the refusal.
  int head_rows = 1;          // Members of the first dimension that are printed.
};

// One line of the closing table.
struct StageRecord {
  std::string title;
  double seconds = 0;
  int64_t records = 0;  // Records, or cells of a table.
  int64_t peak_memory_bytes = 0;
};

// What a run made; with --json it is printed as one document.
struct RunOutcome {
  std::string snapshot, abstraction, verdict, statistic;
  int64_t records = 0, cells = 0, suppressed = 0, primary = 0, secondary = 0;
  std::string refusal_reason;
  std::vector<StageRecord> stages;
};

absl::StatusOr<RunOutcome> RunPath(App& app, const Actors& actors, const RunSpec& spec);

// Stage, seconds, records, records per second, peak memory.
std::string StageTable(const std::vector<StageRecord>& stages);

// Peak resident memory of this process, in bytes.
int64_t PeakMemory();

}  // namespace oboro::cli
