// Command-line flags of `oboro sdc`: --name value, --name=value, and switches.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/sdc/records/exact.h"

namespace oboro::sdc {

class Flags {
 public:
  // INVALID_ARGUMENT for a flag that is not among `valued` or `switches`, one given twice, or a
  // value that is missing.
  static absl::StatusOr<Flags> Parse(int argc, char** argv, const std::set<std::string>& valued,
                                     const std::set<std::string>& switches);

  bool Has(const std::string& name) const { return values_.count(name) > 0; }
  std::string Get(const std::string& name, const std::string& otherwise = "") const;
  absl::StatusOr<std::string> Need(const std::string& name) const;
  // Comma-separated names; a name that holds a comma stands in double quotation marks.
  absl::StatusOr<std::vector<std::string>> List(const std::string& name) const;
  absl::StatusOr<std::optional<Rational>> Decimal(const std::string& name) const;
  absl::StatusOr<std::optional<uint64_t>> Whole(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace oboro::sdc
