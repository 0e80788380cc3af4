// Cuts a CSV stream into blocks that end where a record ends, so that threads can parse them apart.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/sdc/records/byte_source.h"

namespace oboro::sdc {

// How the bytes of a file are to be read.
struct CsvDialect {
  char delimiter = ',';
  char quote = '"';
  // Two-byte characters whose second byte may equal the delimiter (CP932).
  bool cp932 = false;
  // The quick parser needs delimiters that no second byte can equal.
  bool DelimiterIsAmbiguous() const {
    return cp932 && static_cast<unsigned char>(delimiter) >= 0x40;
  }
};

// Where the record that starts at `begin` ends: one past its '\n'; npos when the text ends first.
size_t RecordEnd(const CsvDialect& dialect, const char* text, size_t size, size_t begin);

struct CsvBlock {
  uint64_t index = 0;
  // Whole records, the last one ended by '\n' whatever the file had, and kSlack readable bytes
  // more.
  std::vector<char> bytes;
  size_t size = 0;
  bool has_quote = false;
};

// Hands out blocks in the order of the stream; safe to call from several threads.
class CsvBlocks {
 public:
  static constexpr size_t kSlack = 16;
  static constexpr size_t kBlockBytes = 256 * 1024;
  // A record longer than this is a quote that was never closed.
  static constexpr size_t kMaxRecordBytes = 64 * 1024 * 1024;

  CsvBlocks(ByteSource& source, CsvDialect dialect) : source_(source), dialect_(dialect) {}

  // The first record (the header), without its line end, with a byte order mark removed. Call once,
  // before Next. INVALID_ARGUMENT for an empty stream.
  absl::StatusOr<std::string> Header();
  // Fills `block`; false at the end.
  absl::StatusOr<bool> Next(CsvBlock& block);
  uint64_t bytes_read() const { return bytes_read_; }

 private:
  absl::Status Fill(std::vector<char>& bytes, size_t& size, size_t want);
  size_t LastRecordEnd(const char* text, size_t size, bool* has_quote) const;

  std::mutex mutex_;
  ByteSource& source_;
  CsvDialect dialect_;
  std::vector<char> carry_;
  bool ended_ = false;
  uint64_t next_index_ = 0;
  uint64_t bytes_read_ = 0;
};

}  // namespace oboro::sdc
