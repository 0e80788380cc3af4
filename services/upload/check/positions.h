#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace oboro::upload {

/// Ascending record numbers as bytes: the distance of each from the one before (the first from 0)
/// in LEB128. One byte a record where findings stand close together, which is where there are many.
class PositionWriter {
 public:
  /// `row` must be greater than the one before and than 0. O(1).
  void Add(uint64_t row);

  uint64_t count() const { return count_; }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  uint64_t last_ = 0;
  uint64_t count_ = 0;
};

std::string EncodePositions(const std::vector<int64_t>& rows);

/// A position takes at most this many bytes.
inline constexpr size_t kMaxBytesPerPosition = 9;

/// The first `most` positions; what stands behind them is not looked at. DataLoss for bytes that no
/// PositionWriter writes or that name a record beyond `last_record`. O(bytes read).
absl::StatusOr<std::vector<int64_t>> DecodePositions(std::string_view bytes, int64_t last_record,
                                                     size_t most = SIZE_MAX);

}  // namespace oboro::upload
