// One integer for each record's tuple of codes: the mixed-radix number of its codes. Two records
// have the same key if and only if they agree in every column.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"

namespace oboro::sdc {

// Columns as digits of a mixed-radix number. Holds references: the table must outlive it.
class RowKeys {
 public:
  // Columns whose key domain exceeds 2^64 are first merged into dense codes (equal tuples share
  // one), which needs 4 bytes a record for each merged column; RESOURCE_EXHAUSTED beyond 2^32
  // records.
  static absl::StatusOr<RowKeys> Make(const CodedTable& table, std::span<const size_t> columns,
                                      int threads);

  // Digits given by hand: key = sum of code * stride. The caller sees to it that keys are unique.
  explicit RowKeys(uint64_t rows) : rows_(rows) {}
  void AddDigit(const CodeArray& codes, uint64_t stride) { digits_.push_back({&codes, stride}); }

  // Number of possible keys, below 2^64 (of the digits that Make chose).
  uint64_t domain() const { return domain_; }
  uint64_t rows() const { return rows_; }

  // Keys of the rows [begin, begin + n). Key is uint32_t (if domain() fits) or uint64_t.
  template <typename Key>
  void Fill(uint64_t begin, uint64_t n, Key* out) const;

 private:
  struct Digit {
    const CodeArray* codes;
    uint64_t stride;
  };
  uint64_t rows_ = 0;
  uint64_t domain_ = 1;
  std::vector<Digit> digits_;
  // Merged columns live here; pointers into it stay valid when RowKeys moves.
  std::vector<std::unique_ptr<CodeArray>> merged_;
};

}  // namespace oboro::sdc
