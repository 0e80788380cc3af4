// Sizes of the classes of equal keys: how many classes there are of each size.
#pragma once

#include <cstdint>
#include <optional>

#include "services/sdc/records/row_keys.h"
#include "services/sdc/records/size_counts.h"

namespace oboro::sdc {

// How keys are split for direct counters: part = key >> bits, number = the low `bits` bits. Parts
// are then counted one at a time with a counter for each of 2^bits numbers.
struct DirectPlan {
  int bits;
  uint64_t parts;
};

// Nothing where direct counters do not pay: too many possible keys for the number of records, or
// more than 2^35 at all.
std::optional<DirectPlan> PlanDirect(uint64_t domain, uint64_t rows);

// Three ways, by the number of possible keys: one 64-bit counter each up to 2^16; direct counters
// part by part (PlanDirect); a hash table for each part of the records beyond. The result does not
// depend on the way, the order of records or the threads. O(n q) time (expected, when hashing) for
// n records of q digits; memory up to 5 bytes a record, 9 when hashing, and 2^bits bytes a thread.
SizeCounts CountClasses(const RowKeys& keys, int threads);

// The three, for tests. CountByArray needs a small domain.
SizeCounts CountByArray(const RowKeys& keys, int threads);
SizeCounts CountDirectly(const RowKeys& keys, const DirectPlan& plan, int threads);
SizeCounts CountByHash(const RowKeys& keys, int threads);

}  // namespace oboro::sdc
