#include "services/platform/columnar/locked_duckdb.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr size_t kPieceBytes = 1 << 20;
constexpr size_t kMaxNameBytes = 255;

struct ConfigDeleter {
  void operator()(duckdb_config config) const { duckdb_destroy_config(&config); }
};
using Config = std::unique_ptr<std::remove_pointer_t<duckdb_config>, ConfigDeleter>;

// A result that destroys itself.
struct Result {
  ~Result() { duckdb_destroy_result(&result); }
  duckdb_result result{};
};

absl::Status OutOfMemory() {
  return ReasonedError(
      absl::StatusCode::kResourceExhausted,
      {"JOB_OUT_OF_MEMORY",
       "The table needs more memory than one job may have. Split the dataset, or ask central "
       "operations for a higher limit.",
       "処理に必要なメモリが上限を超えました。データを分割するか、運営に上限の引き上げを依頼して"
       "ください。",
       {}});
}

// DuckDB's texts may quote values: they are looked at and not passed on.
absl::Status StatusOf(const char* error) {
  if (error != nullptr && absl::StartsWith(error, "Out of Memory")) return OutOfMemory();
  return absl::InvalidArgumentError("the columnar engine refused the table or query");
}

}  // namespace

absl::StatusOr<MemoryFile> MemoryFile::Make() {
  const int fd = memfd_create("oboro-columnar", MFD_CLOEXEC);
  if (fd < 0) return absl::ResourceExhaustedError("no memory for a columnar file");
  return MemoryFile(fd);
}

MemoryFile::MemoryFile(MemoryFile&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

MemoryFile::~MemoryFile() {
  if (fd_ >= 0) close(fd_);
}

std::string MemoryFile::path() const { return absl::StrCat("/proc/self/fd/", fd_); }

absl::Status MemoryFile::Write(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t wrote = write(fd_, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return OutOfMemory();
    bytes.remove_prefix(static_cast<size_t>(wrote));
  }
  return absl::OkStatus();
}

absl::Status MemoryFile::Send(const std::function<absl::Status(absl::string_view)>& sink) const {
  std::string buffer(kPieceBytes, '\0');
  off_t at = 0;
  while (true) {
    const ssize_t got = pread(fd_, buffer.data(), buffer.size(), at);
    if (got < 0) return absl::InternalError("a columnar file in memory cannot be read");
    if (got == 0) return absl::OkStatus();
    RETURN_IF_ERROR(sink(absl::string_view(buffer.data(), static_cast<size_t>(got))));
    at += got;
  }
}

bool IsValidUtf8(absl::string_view text) {
  const auto* at = reinterpret_cast<const uint8_t*>(text.data());
  const uint8_t* const end = at + text.size();
  while (at < end) {
    if (*at < 0x80) {
      ++at;
      continue;
    }
    const int more = (*at >> 5) == 6 ? 1 : (*at >> 4) == 14 ? 2 : (*at >> 3) == 30 ? 3 : 0;
    if (more == 0 || end - at <= more) return false;
    uint32_t point = *at++ & (0x3Fu >> more);
    for (int i = 0; i < more; ++i) {
      if ((*at & 0xC0) != 0x80) return false;
      point = point << 6 | (*at++ & 0x3F);
    }
    // Unicode table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
    constexpr uint32_t kLeast[] = {0, 0x80, 0x800, 0x10000};
    if (point < kLeast[more] || point > 0x10FFFF || (point >= 0xD800 && point < 0xE000)) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<std::string> QuoteIdentifier(absl::string_view name) {
  const bool control =
      std::any_of(name.begin(), name.end(), [](char c) { return absl::ascii_iscntrl(c); });
  if (name.empty() || name.size() > kMaxNameBytes || control || !IsValidUtf8(name)) {
    return absl::InvalidArgumentError(
        "a column's name has 1 to 255 bytes of UTF-8 without control characters");
  }
  return absl::StrCat("\"", absl::StrReplaceAll(name, {{"\"", "\"\""}}), "\"");
}

absl::Status CheckDistinct(const std::vector<std::string>& names) {
  std::set<std::string> seen;
  for (const std::string& name : names) {
    RETURN_IF_ERROR(QuoteIdentifier(name).status());
    if (!seen.insert(absl::AsciiStrToLower(name)).second) {
      return absl::InvalidArgumentError(absl::StrCat("two columns are named '", name, "'"));
    }
  }
  return names.empty() ? absl::InvalidArgumentError("a table has at least one column")
                       : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<LockedDuckDb>> LockedDuckDb::Open(const Options& options) {
  duckdb_config raw = nullptr;
  if (duckdb_create_config(&raw) != DuckDBSuccess) return OutOfMemory();
  const Config config(raw);
  const std::pair<const char*, std::string> settings[] = {
      {"threads", absl::StrCat(std::max(1, options.threads))},
      {"memory_limit", absl::StrCat(options.memory_limit_bytes >> 20, "MiB")},
      {"temp_directory", ""},  // Its default would spill plaintext to a disk.
      {"autoinstall_known_extensions", "false"},
      {"autoload_known_extensions", "false"},
      {"allow_community_extensions", "false"}};
  for (const auto& [name, value] : settings) {
    if (duckdb_set_config(config.get(), name, value.c_str()) != DuckDBSuccess) {
      return absl::InternalError(absl::StrCat("DuckDB does not know the setting ", name));
    }
  }
  std::unique_ptr<LockedDuckDb> duck(new LockedDuckDb());
  char* error = nullptr;
  if (duckdb_open_ext(nullptr, &duck->database_, config.get(), &error) != DuckDBSuccess) {
    duckdb_free(error);
    return absl::InternalError("DuckDB could not be opened");
  }
  if (duckdb_connect(duck->database_, &duck->connection_) != DuckDBSuccess) return OutOfMemory();
  // The order matters: what is locked cannot be set.
  for (const char* sql : {"SET allowed_directories = ['/proc/self/fd/']",
                          "SET enable_external_access = false", "SET lock_configuration = true"}) {
    RETURN_IF_ERROR(duck->Run(sql));
  }
  return duck;
}

LockedDuckDb::~LockedDuckDb() {
  if (connection_ != nullptr) duckdb_disconnect(&connection_);
  if (database_ != nullptr) duckdb_close(&database_);
}

absl::Status LockedDuckDb::Run(const std::string& sql) {
  Result result;
  if (duckdb_query(connection_, sql.c_str(), &result.result) == DuckDBSuccess) {
    return absl::OkStatus();
  }
  return StatusOf(duckdb_result_error(&result.result));
}

absl::Status LockedDuckDb::Query(const std::string& sql, const std::vector<std::string>& bound,
                                 const OnStart& start, const OnChunk& chunk) {
  duckdb_prepared_statement statement = nullptr;
  const auto prepared = duckdb_prepare(connection_, sql.c_str(), &statement);
  const std::unique_ptr<duckdb_prepared_statement, void (*)(duckdb_prepared_statement*)> owner(
      &statement, [](duckdb_prepared_statement* s) { duckdb_destroy_prepare(s); });
  if (prepared != DuckDBSuccess) return StatusOf(duckdb_prepare_error(statement));
  for (size_t i = 0; i < bound.size(); ++i) {
    if (duckdb_bind_varchar_length(statement, i + 1, bound[i].data(), bound[i].size()) !=
        DuckDBSuccess) {
      return absl::InvalidArgumentError("a value of the query cannot be bound");
    }
  }
  duckdb_pending_result pending = nullptr;
  Result result;
  bool ok = duckdb_pending_prepared_streaming(statement, &pending) == DuckDBSuccess;
  ok = ok && duckdb_execute_pending(pending, &result.result) == DuckDBSuccess;
  const absl::Status status =
      ok ? absl::OkStatus()
         : StatusOf(pending != nullptr ? duckdb_pending_error(pending) : nullptr);
  duckdb_destroy_pending(&pending);
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(start(&result.result));
  while (duckdb_data_chunk rows = duckdb_fetch_chunk(result.result)) {
    const idx_t size = duckdb_data_chunk_get_size(rows);
    const absl::Status taken = size > 0 ? chunk(rows, size) : absl::OkStatus();
    duckdb_destroy_data_chunk(&rows);
    RETURN_IF_ERROR(taken);
    if (size == 0) break;
  }
  const char* error = duckdb_result_error(&result.result);
  return error != nullptr && *error != '\0' ? StatusOf(error) : absl::OkStatus();
}

}  // namespace oboro::platform
