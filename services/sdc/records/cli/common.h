// What the commands share: loading, hierarchies, models, measures of the process.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/cli/flags.h"
#include "services/sdc/records/coded_table.h"
#include "services/sdc/records/digest.h"
#include "services/sdc/records/hierarchy.h"
#include "services/sdc/records/search.h"

namespace oboro::sdc {

using OrderedJson = nlohmann::ordered_json;

class Stopwatch {
 public:
  double Seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

// Peak resident memory of the process in bytes; 0 if unknown.
uint64_t PeakBytes();

// Flags of every command.
std::set<std::string> InputFlags();
// Flags that name models.
std::set<std::string> ModelFlags();

struct FileFormat {
  char delimiter = ',';
  TextEncoding encoding = TextEncoding::kUtf8;
};
absl::StatusOr<FileFormat> FormatOf(const Flags& flags);
absl::StatusOr<int> ThreadsOf(const Flags& flags);

// Each column has one part: INVALID_ARGUMENT tells the flags that name one twice.
absl::Status CheckNamedOnce(
    const std::vector<std::pair<std::string, const std::vector<std::string>*>>& lists);

// Loads the named columns of a file; `digest` (or nullptr) sees every byte. No records are an
// error.
absl::StatusOr<CodedTable> LoadFile(const std::string& path, const FileFormat& format,
                                    const std::vector<std::string>& columns, int threads,
                                    Digest* digest = nullptr);
absl::StatusOr<std::string> ReadSmallFile(const std::string& path);

// A job of the search or the frontier as the flags describe it.
struct Job {
  CodedTable table;
  std::vector<std::string> names;  // of the quasi-identifiers
  std::vector<std::unique_ptr<Hierarchy>> hierarchies;
  SearchInput input;
  std::vector<size_t> keep;
  std::vector<std::string> keep_names;
  std::vector<Rational> weights;
  // The rule that made each hierarchy out of the values; empty for those of files.
  std::vector<std::string> hierarchy_rules, sensitive_hierarchy_rules;
  FileFormat format;
  int threads = 0;
  double load_seconds = 0;
  std::string keyed_digest;  // empty without --digest-key-file
};
absl::StatusOr<std::unique_ptr<Job>> MakeJob(const Flags& flags);

// --deadline as a function that tells whether the time since now is over; empty without the flag.
absl::StatusOr<std::function<bool()>> DeadlineOf(const Flags& flags);

int RunRisk(const Flags& flags, std::ostream& out, std::ostream& err);
int RunAnonymize(const Flags& flags, std::ostream& out, std::ostream& err);
int RunFrontier(const Flags& flags, std::ostream& out, std::ostream& err);

// Prints one sentence and returns the exit code.
int Fail(const absl::Status& status, std::ostream& err);

}  // namespace oboro::sdc
