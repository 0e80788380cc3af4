#include "services/sdc/records/cli/common.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/csv_load.h"

namespace oboro::sdc {
namespace {

class File {
 public:
  explicit File(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

class DigestingSource : public ByteSource {
 public:
  DigestingSource(ByteSource& source, Digest* digest) : source_(source), digest_(digest) {}
  absl::StatusOr<size_t> Read(std::span<char> buffer) override {
    auto n = source_.Read(buffer);
    if (n.ok() && digest_ != nullptr) digest_->AddBytes(buffer.data(), *n);
    return n;
  }

 private:
  ByteSource& source_;
  Digest* digest_;
};

}  // namespace

uint64_t PeakBytes() {
  // VmHWM is of this process image; ru_maxrss would count what it was forked from.
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmHWM:", 0) == 0) return std::strtoull(line.c_str() + 6, nullptr, 10) * 1024;
  }
  return 0;
}

std::set<std::string> InputFlags() {
  return {"in", "delimiter", "encoding", "quasi-identifiers", "sensitive", "threads", "k"};
}

std::set<std::string> ModelFlags() {
  return {"hierarchies", "distinct-l",     "entropy-l",        "recursive-cl", "t-equal",
          "t-ordered",   "t-hierarchical", "delta-disclosure", "beta",         "enhanced-beta",
          "weights",     "levels",         "deadline",         "keep",         "digest-key-file"};
}

absl::StatusOr<FileFormat> FormatOf(const Flags& flags) {
  FileFormat format;
  const std::string delimiter = flags.Get("delimiter", ",");
  if (delimiter == "\\t" || delimiter == "tab") {
    format.delimiter = '\t';
  } else if (delimiter.size() == 1) {
    format.delimiter = delimiter[0];
  } else {
    return absl::InvalidArgumentError(
        absl::StrCat("--delimiter: \"", delimiter, "\" is not one character (or tab)"));
  }
  auto encoding = ParseTextEncoding(flags.Get("encoding", "utf-8"));
  if (!encoding.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--encoding: ", encoding.status().message()));
  }
  format.encoding = *encoding;
  return format;
}

absl::StatusOr<int> ThreadsOf(const Flags& flags) {
  auto threads = flags.Whole("threads");
  if (!threads.ok()) return threads.status();
  if (*threads && **threads > 256) {
    return absl::InvalidArgumentError(
        absl::StrCat("--threads: ", **threads, " is out of range; give 1 to 256, or 0 for all"));
  }
  return *threads ? static_cast<int>(**threads) : 0;
}

absl::Status CheckNamedOnce(
    const std::vector<std::pair<std::string, const std::vector<std::string>*>>& lists) {
  std::map<std::string, std::string> part;
  for (const auto& [flag, names] : lists) {
    for (const std::string& name : *names) {
      const auto [at, added] = part.emplace(name, flag);
      if (added) continue;
      return absl::InvalidArgumentError(
          at->second == flag
              ? absl::StrCat(flag, ": column \"", name, "\" is named twice; name it once")
              : absl::StrCat("column \"", name, "\" is named by ", at->second, " and by ", flag,
                             "; a column has one part, so leave it out of one of them"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::function<bool()>> DeadlineOf(const Flags& flags) {
  auto deadline = flags.Decimal("deadline");
  if (!deadline.ok()) return deadline.status();
  if (!*deadline) return std::function<bool()>();
  if ((*deadline)->num <= 0) {
    return absl::InvalidArgumentError(absl::StrCat("--deadline: \"", flags.Get("deadline"),
                                                   "\" is not a number of seconds above 0"));
  }
  return std::function<bool()>([seconds = (*deadline)->ToDouble(), watch = Stopwatch()] {
    return watch.Seconds() > seconds;
  });
}

absl::StatusOr<CodedTable> LoadFile(const std::string& path, const FileFormat& format,
                                    const std::vector<std::string>& columns, int threads,
                                    Digest* digest) {
  const File file(path);
  if (file.fd() < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("file \"", path, "\" cannot be opened: ", std::strerror(errno)));
  }
  FdSource source(file.fd());
  DigestingSource digesting(source, digest);
  CsvOptions options;
  options.delimiter = format.delimiter;
  options.encoding = format.encoding;
  options.columns = columns;
  options.threads = threads;
  auto table = LoadCsv(digesting, options);
  if (!table.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("file \"", path, "\": ", table.status().message()));
  }
  if (table->rows() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "file \"", path, "\": there are no records below the header; is it the right file?"));
  }
  return table;
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::InvalidArgumentError(
        absl::StrCat("file \"", path, "\" cannot be read: it is a folder; name a file in it"));
  }
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  if (in) text << in.rdbuf();
  if (!in) {
    return absl::InvalidArgumentError(
        absl::StrCat("file \"", path, "\" cannot be read: ", std::strerror(errno)));
  }
  return text.str();
}

int Fail(const absl::Status& status, std::ostream& err) {
  err << "oboro sdc: " << std::string(status.message()) << "\n";
  return status.code() == absl::StatusCode::kDataLoss ? 1 : 2;
}

}  // namespace oboro::sdc
