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
  // `options` take a value (also as --name=value), `flags` take none; positional words are kept.
  // Errors: InvalidArgument for an unknown name, a missing value or an option given twice.
  static absl::StatusOr<Args> Parse(int argc, char** argv, const std::vector<std::string>& options,
                                    const std::vector<std::string>& flags);

  bool Has(const std::string& name) const { return values_.contains(name); }
  std::string Get(const std::string& name, const std::string& fallback = "") const;
  absl::StatusOr<std::string> Need(const std::string& name) const;
  absl::StatusOr<int64_t> Number(const std::string& name, int64_t fallback) const;
  std::vector<std::string> List(const std::string& name) const;
  const std::vector<std::string>& words() const { return words_; }

 private:
  std::map<std::string, std::string> values_;
  std::vector<std::string> words_;
};

std::vector<std::string> SplitText(const std::string& text, char separator);

}  // namespace oboro::sdc::cli
