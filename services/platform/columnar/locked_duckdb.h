#pragma once

#include <duckdb.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace oboro::platform {

// A file without a name, in memory (memfd). DuckDB opens it by `path`.
class MemoryFile {
 public:
  static absl::StatusOr<MemoryFile> Make();
  MemoryFile(MemoryFile&& other) noexcept;
  MemoryFile& operator=(MemoryFile&&) = delete;
  ~MemoryFile();
  std::string path() const;
  // Appends.
  absl::Status Write(absl::string_view bytes);
  // Hands out everything from the start in pieces of 1 MiB.
  absl::Status Send(const std::function<absl::Status(absl::string_view)>& sink) const;

 private:
  explicit MemoryFile(int fd) : fd_(fd) {}
  int fd_;
};

// `name` as an identifier in SQL, quoted. INVALID_ARGUMENT for names that are empty, longer than
// 255 bytes, not UTF-8 or hold a control character.
absl::StatusOr<std::string> QuoteIdentifier(absl::string_view name);

bool IsValidUtf8(absl::string_view text);

// Two names that DuckDB takes for one.
absl::Status CheckDistinct(const std::vector<std::string>& names);

// An in-memory DuckDB that reads and writes nothing but memfds, loads no extension, spills to no
// disk, and whose configuration nobody can change (design.md 6). Not thread-safe.
class LockedDuckDb {
 public:
  struct Options {
    int threads = 1;
    int64_t memory_limit_bytes = int64_t{1} << 30;
  };
  static absl::StatusOr<std::unique_ptr<LockedDuckDb>> Open(const Options& options);
  ~LockedDuckDb();
  LockedDuckDb(const LockedDuckDb&) = delete;

  // Runs one statement whose text is ours: values come in `bound`, names by QuoteIdentifier.
  absl::Status Run(const std::string& sql);
  // Runs a query and hands its rows over chunk by chunk, flat; `start` sees the result first, to
  // check its columns.
  using OnStart = std::function<absl::Status(duckdb_result*)>;
  using OnChunk = std::function<absl::Status(duckdb_data_chunk, idx_t rows)>;
  absl::Status Query(const std::string& sql, const std::vector<std::string>& bound,
                     const OnStart& start, const OnChunk& chunk);
  duckdb_connection connection() const { return connection_; }

 private:
  LockedDuckDb() = default;
  duckdb_database database_ = nullptr;
  duckdb_connection connection_ = nullptr;
};

}  // namespace oboro::platform
