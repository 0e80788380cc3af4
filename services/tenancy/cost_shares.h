#pragma once

#include <vector>

namespace oboro::tenancy {

// What a tenant has used up.
struct Consumption {
  double bytes = 0;    // Stored now.
  double seconds = 0;  // Of job work since it was made.
};

// Each tenant's share of the instance's cost, 0 to 1: the mean of its share of bytes and its share
// of seconds. Of what nobody uses nothing is shared, so that the shares add up to 1 as soon as
// anybody uses anything; all 0 before. O(n).
std::vector<double> CostShares(const std::vector<Consumption>& tenants);

}  // namespace oboro::tenancy
