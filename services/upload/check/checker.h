#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "services/civic/csv/table_reader.h"
#include "services/civic/layout/table_profile.h"
#include "services/upload/check/dataset_schema.h"
#include "services/upload/check/positions.h"
#include "services/upload/check/rules.h"
#include "services/upload/check/sip_hash.h"

namespace oboro::upload {

/// One error or alert. `value` is personal: it is stored encrypted, never logged.
struct Finding {
  uint64_t row = 0;     ///< record number, 1 for the first after the header
  uint64_t line = 0;    ///< line of the file, as an editor counts
  uint32_t column = 0;  ///< 1-based; 0 for the record as a whole
  std::string column_name;
  Rule rule = Rule::kRequiredMissing;
  Severity severity = Severity::kError;
  std::string value;  ///< at most 256 bytes, cut at a character
};

/// Why a snapshot is refused: one clear error. Holds positions and names, never a value.
struct Refusal {
  Rule rule = Rule::kFileEmpty;
  uint64_t row = 0;     ///< 0: the header or the file as a whole
  uint64_t line = 0;    ///< 0: not known
  uint32_t column = 0;  ///< 0: not known
  uint64_t offset = 0;  ///< byte in the file, for encoding faults
  std::string message_en;
  std::string message_ja;
};

struct CheckReport {
  uint64_t records = 0;  ///< without the header
  uint64_t bytes = 0;
  uint64_t errors = 0;
  uint64_t alerts = 0;
  std::array<uint64_t, kRuleCount> counts = {};  ///< exact, by rule
  std::vector<Finding> findings;                 ///< by row and column; bounded
  uint64_t findings_left_out = 0;                ///< counted, but not listed
  /// Where all findings about records stand, by rule and column of the schema; only if asked for.
  std::map<std::pair<Rule, size_t>, PositionWriter> positions;
  bool positions_left_out = false;  ///< there were more than `max_position_bytes` hold
  std::optional<Refusal> refusal;

  bool accepted() const { return !refusal.has_value(); }
  uint64_t count(Rule rule) const { return counts[static_cast<size_t>(rule)]; }
};

struct CheckOptions {
  Hash128 hash_key = {};  ///< secret and fresh for each check
  size_t max_findings_per_rule = 200;
  size_t max_position_bytes = 0;  ///< 0: positions are not kept
  /// How the file is read where it is not written as the schema says. Findings name the schema's
  /// columns.
  std::optional<civic::TableProfile> profile;
  civic::CsvOptions limits;  ///< the delimiter is the schema's
};

/// Checks a snapshot against its dataset's schema as its bytes arrive. Memory: one record, the
/// bounded findings, and 17 to 34 bytes a key. A fault of the file's structure stops it at once;
/// findings about records are counted to the end, so that a steward sees all of them.
class SnapshotChecker {
 public:
  /// `schema` must outlive the checker.
  SnapshotChecker(const DatasetSchema& schema, const CheckOptions& options);

  SnapshotChecker(const SnapshotChecker&) = delete;
  SnapshotChecker& operator=(const SnapshotChecker&) = delete;

  /// Takes the next bytes. False once the snapshot is refused: more need not be sent.
  bool Push(std::string_view bytes);

  /// Ends the file. To be called once, also after Push answered false.
  const CheckReport& Finish();

  /// Ends the beginning of a file instead: a cut last record does not count, and neither does the
  /// number of errors.
  const CheckReport& FinishPart();

  /// What is known so far (for progress).
  const CheckReport& report() const { return report_; }

 private:
  bool OnRecord(const civic::CsvRecord& record);
  bool CheckHeader(const civic::CsvRecord& record);
  bool BindHeader(const civic::CsvRecord& record);
  void SortFindings();
  void CheckKey(const civic::CsvRecord& record);
  void Add(const civic::CsvRecord& record, size_t column, Rule rule, std::string_view value);
  void AddPosition(uint64_t row, size_t column, Rule rule);
  void Refuse(Rule rule, uint64_t record, uint64_t line, uint32_t column,
              std::string_view detail_en, std::string_view detail_ja);
  void RefuseForFault(const civic::TableFault& fault);
  void RefuseForCsv(const civic::CsvFault& fault);

  const DatasetSchema& schema_;
  CheckOptions options_;
  std::optional<civic::RecordMapper> mapper_;
  civic::TableReader reader_;
  absl::flat_hash_set<Hash128> keys_;
  std::array<size_t, kRuleCount> listed_ = {};
  std::string key_buffer_;
  size_t position_bytes_ = 0;
  CheckReport report_;
  bool finished_ = false;
};

}  // namespace oboro::upload
