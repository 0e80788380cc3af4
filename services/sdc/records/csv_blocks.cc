#include "services/sdc/records/csv_blocks.h"

#include <cstring>

#include "services/sdc/records/text_encoding.h"

namespace oboro::sdc {
namespace {

// Follows records byte by byte. A quote opens only at the start of a field and is doubled inside.
class RecordScanner {
 public:
  explicit RecordScanner(const CsvDialect& dialect) : dialect_(dialect) {}
  // Takes text[i]; returns true when it ends a record. Two-byte characters advance i past both.
  bool Take(const char* text, size_t size, size_t& i) {
    const char c = text[i];
    if (dialect_.cp932 && IsCp932Lead(static_cast<unsigned char>(c)) && i + 1 < size &&
        text[i + 1] != '\n') {
      ++i;
      if (state_ != kQuoted) state_ = kPlain;
      return false;
    }
    switch (state_) {
      case kQuoted:
        if (c == dialect_.quote) state_ = kQuoteInQuoted;
        return false;
      case kQuoteInQuoted:
        if (c == dialect_.quote) {
          state_ = kQuoted;
          return false;
        }
        break;
      case kFieldStart:
        if (c == dialect_.quote) {
          state_ = kQuoted;
          return false;
        }
        break;
      case kPlain:
        break;
    }
    state_ = c == dialect_.delimiter || c == '\n' ? kFieldStart : kPlain;
    return c == '\n';
  }

 private:
  enum State { kFieldStart, kPlain, kQuoted, kQuoteInQuoted };
  const CsvDialect& dialect_;
  State state_ = kFieldStart;
};

}  // namespace

size_t RecordEnd(const CsvDialect& dialect, const char* text, size_t size, size_t begin) {
  RecordScanner scanner(dialect);
  for (size_t i = begin; i < size; ++i) {
    if (scanner.Take(text, size, i)) return i + 1;
  }
  return std::string::npos;
}

size_t CsvBlocks::LastRecordEnd(const char* text, size_t size, bool* has_quote) const {
  *has_quote = std::memchr(text, dialect_.quote, size) != nullptr;
  if (!*has_quote) {
    const void* last = ::memrchr(text, '\n', size);
    return last == nullptr ? 0 : static_cast<const char*>(last) - text + 1;
  }
  RecordScanner scanner(dialect_);
  size_t end = 0;
  for (size_t i = 0; i < size; ++i) {
    if (scanner.Take(text, size, i)) end = i + 1;
  }
  return end;
}

absl::Status CsvBlocks::Fill(std::vector<char>& bytes, size_t& size, size_t want) {
  if (bytes.size() < want + kSlack + 1) bytes.resize(want + kSlack + 1);
  while (!ended_ && size < want) {
    auto n = source_.Read({bytes.data() + size, want - size});
    if (!n.ok()) return n.status();
    if (*n == 0) ended_ = true;
    size += *n;
    bytes_read_ += *n;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> CsvBlocks::Header() {
  size_t size = 0;
  size_t want = kBlockBytes;
  for (;;) {
    if (absl::Status ok = Fill(carry_, size, want); !ok.ok()) return ok;
    size_t skip = 0;
    if (!dialect_.cp932 && size >= 3 && std::memcmp(carry_.data(), "\xEF\xBB\xBF", 3) == 0)
      skip = 3;
    size_t end = RecordEnd(dialect_, carry_.data(), size, skip);
    if (end == std::string::npos) {
      if (!ended_ && want < kMaxRecordBytes) {
        want *= 2;
        continue;
      }
      if (!ended_) {
        return absl::InvalidArgumentError(
            "the header line is longer than 64 MiB; is a quotation mark not closed, or is this not "
            "a CSV file?");
      }
      end = size;
    }
    size_t stop = end;
    if (stop > skip && carry_[stop - 1] == '\n') --stop;
    if (stop > skip && carry_[stop - 1] == '\r') --stop;
    std::string header(carry_.data() + skip, stop - skip);
    carry_.erase(carry_.begin(), carry_.begin() + end);
    carry_.resize(size - end);
    if (header.empty()) {
      return absl::InvalidArgumentError(
          "the file has no header; its first line must name the columns");
    }
    return header;
  }
}

absl::StatusOr<bool> CsvBlocks::Next(CsvBlock& block) {
  std::lock_guard<std::mutex> lock(mutex_);
  size_t want = std::max(kBlockBytes, carry_.size());
  if (block.bytes.size() < want + kSlack + 1) block.bytes.resize(want + kSlack + 1);
  if (!carry_.empty()) std::memcpy(block.bytes.data(), carry_.data(), carry_.size());
  size_t size = carry_.size();
  carry_.clear();
  for (;;) {
    if (absl::Status ok = Fill(block.bytes, size, want); !ok.ok()) return ok;
    if (size == 0) return false;
    size_t end = LastRecordEnd(block.bytes.data(), size, &block.has_quote);
    if (ended_) {
      // What follows the last line end is a record too; a quote left open is found by the parser.
      if (end < size) block.bytes[size++] = '\n';
      end = size;
    }
    if (end > 0) {
      carry_.assign(block.bytes.begin() + end, block.bytes.begin() + size);
      std::memset(block.bytes.data() + end, 0, kSlack);
      block.size = end;
      block.index = next_index_++;
      return true;
    }
    if (want >= kMaxRecordBytes) {
      return absl::InvalidArgumentError(
          "a record is longer than 64 MiB; a quotation mark was opened and not closed");
    }
    want *= 2;
  }
}

}  // namespace oboro::sdc
