// Applies a node of the lattice to the records and writes what may leave.
#pragma once

#include <array>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/search.h"

namespace oboro::sdc {

// Which records a node keeps, with the counts that prove it.
struct AppliedNode {
  LevelVector levels;
  std::vector<uint8_t> kept;  // one byte for each record: 1 kept, 0 suppressed
  uint64_t kept_records = 0;
  uint64_t classes = 0;
  uint64_t min_class = 0;
};

// Evaluates the node anew, from the records and not from anything that a search remembers.
// INVALID_ARGUMENT for levels out of range.
absl::StatusOr<AppliedNode> ApplyNode(const SearchInput& input, const LevelVector& levels,
                                      int threads);

struct WriteOptions {
  char delimiter = ',';
  // Further columns of the table to write as they are, beside the sensitive ones.
  std::vector<size_t> keep;
  // Secret: whoever knows it can undo the shuffling of the rows. 32 bytes from a random source.
  std::array<uint8_t, 32> seed{};
};

// Writes header and kept records as UTF-8 CSV with LF: quasi-identifiers on their levels, sensitive
// and kept columns, in the order of the table, in random row order (Fisher-Yates under ChaCha20 of
// the seed). Suppressed records and other columns are not written. Memory: 4 bytes a kept record.
// DATA_LOSS if the stream fails.
absl::Status WriteAnonymized(const SearchInput& input, const AppliedNode& node,
                             const WriteOptions& options, std::ostream& out);

}  // namespace oboro::sdc
