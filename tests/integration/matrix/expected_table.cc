#include "tests/integration/matrix/expected_table.h"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

#include "absl/strings/str_split.h"

namespace oboro::testing {

std::string Expectation::Name(const std::string& tenant) const {
  if (!has_tenant()) return "";
  return "tenants/" + tenant + (resource == "-" ? "" : "/" + resource);
}

std::map<std::string, Expectation> ReadExpected(const std::string& path) {
  constexpr std::array<const char*, 6> kRoles = {"OPERATOR", "ADMINISTRATOR",   "STEWARD",
                                                 "ANALYST",  "PRIVACY_OFFICER", "AUDITOR"};
  std::map<std::string, Expectation> table;
  std::ifstream file(path);
  EXPECT_TRUE(file.good()) << path;
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string method, services, more;
    Expectation row;
    words >> method >> row.resource;
    for (const char* role : kRoles) words >> row.roles[role];
    words >> row.outside >> services;
    EXPECT_TRUE(!words.fail() && !(words >> more)) << line;
    if (services != "-") {
      for (const auto& service : absl::StrSplit(services, ',')) {
        row.services.insert(std::string(service));
      }
    }
    EXPECT_TRUE(table.emplace("/oboro." + method, row).second) << line;
  }
  return table;
}

}  // namespace oboro::testing
