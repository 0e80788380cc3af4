// Arguments of the table commands: --name value, and flags.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace oboro::sdc::cli {

class Args {
 public:
  // `options` take a value (also as --name=value), `flags` take none; at most `words` positional
  // words are kept. Errors: InvalidArgument for an unknown name, a missing value, an option given
  // twice or a word too many.
  static absl::StatusOr<Args> Parse(int argc, char** argv, const std::vector<std::string>& options,
                                    const std::vector<std::string>& flags, size_t words = 0);

  bool Has(const std::string& name) const { return values_.contains(name); }
  std::string Get(const std::string& name, const std::string& fallback = "") const;
  absl::StatusOr<std::string> Need(const std::string& name) const;
  // Errors: InvalidArgument unless it is a whole number from 0 to kMaxNumber.
  absl::StatusOr<int64_t> Number(const std::string& name, int64_t fallback) const;
  std::vector<std::string> List(const std::string& name) const;
  // The dimensions that an option names. Errors: InvalidArgument for none, for an empty name and
  // for one given twice.
  absl::StatusOr<std::vector<std::string>> Dims(const std::string& name) const;
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::map<std::string, std::string> values_;
  std::vector<std::string> words_;
};

// No threshold or other number of an option is larger.
inline constexpr int64_t kMaxNumber = 1'000'000'000'000;
// No figure of a file is larger in its smallest unit, and all of one file together are not above
// kMaxTotal, so that sums stay far from the limits of int64.
inline constexpr int64_t kMaxFigure = int64_t{1} << 56;
inline constexpr int64_t kMaxTotal = int64_t{1} << 60;
// No rule's percentage is larger.
inline constexpr int64_t kMaxPercent = 1000;

std::vector<std::string> SplitText(const std::string& text, char separator);

}  // namespace oboro::sdc::cli
