#include "services/tenancy/cost_shares.h"

#include <cstddef>

namespace oboro::tenancy {

std::vector<double> CostShares(const std::vector<Consumption>& tenants) {
  Consumption sum;
  for (const Consumption& tenant : tenants) {
    sum.bytes += tenant.bytes;
    sum.seconds += tenant.seconds;
  }
  const int kinds = (sum.bytes > 0 ? 1 : 0) + (sum.seconds > 0 ? 1 : 0);
  std::vector<double> shares(tenants.size(), 0.0);
  for (std::size_t i = 0; i < tenants.size() && kinds > 0; ++i) {
    if (sum.bytes > 0) shares[i] += tenants[i].bytes / sum.bytes / kinds;
    if (sum.seconds > 0) shares[i] += tenants[i].seconds / sum.seconds / kinds;
  }
  return shares;
}

}  // namespace oboro::tenancy
