#pragma once

#include <map>
#include <set>
#include <string>

namespace oboro::testing {

// One row of expected.txt.
struct Expectation {
  std::string resource;  // "-", "*" or what follows tenants/{tenant}/.
  // OPERATOR, ADMINISTRATOR ... -> ok or role.
  std::map<std::string, std::string> roles;
  std::string outside;  // ok, role or gone.
  std::set<std::string> services;

  bool has_tenant() const { return resource != "*"; }
  // The resource's name in a tenant; empty for methods without one.
  std::string Name(const std::string& tenant) const;
};

// "/oboro.tenancy.v1.TenantService/CreateTenant" -> row. Fails the test on a line it cannot read.
std::map<std::string, Expectation> ReadExpected(const std::string& path);

}  // namespace oboro::testing
