#include "services/upload/check/positions.h"

namespace oboro::upload {

void PositionWriter::Add(uint64_t row) {
  uint64_t distance = row - last_;
  last_ = row;
  ++count_;
  while (distance >= 0x80) {
    bytes_ += static_cast<char>(distance | 0x80);
    distance >>= 7;
  }
  bytes_ += static_cast<char>(distance);
}

std::string EncodePositions(const std::vector<int64_t>& rows) {
  PositionWriter writer;
  for (const int64_t row : rows) writer.Add(static_cast<uint64_t>(row));
  return writer.bytes();
}

absl::StatusOr<std::vector<int64_t>> DecodePositions(std::string_view bytes, int64_t last_record,
                                                     size_t most) {
  const auto bad = [] { return absl::DataLossError("stored positions are not readable"); };
  std::vector<int64_t> rows;
  uint64_t row = 0, distance = 0;
  int shift = 0;
  for (const char c : bytes) {
    if (rows.size() == most) return rows;
    const auto byte = static_cast<uint8_t>(c);
    if (shift > 56) return bad();
    distance |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) != 0) {
      shift += 7;
      continue;
    }
    if (byte == 0 && shift > 0) return bad();  // A longer form of a shorter number.
    row += distance;
    if (distance == 0 || row > static_cast<uint64_t>(last_record)) return bad();
    rows.push_back(static_cast<int64_t>(row));
    distance = 0;
    shift = 0;
  }
  if (shift != 0 && rows.size() < most) return bad();
  return rows;
}

}  // namespace oboro::upload
