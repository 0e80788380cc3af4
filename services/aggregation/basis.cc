#include "services/aggregation/basis.h"

#include <algorithm>
#include <thread>

#include "services/aggregation/errors.h"
#include "services/aggregation/table_spec.h"

namespace oboro::aggregation {

absl::StatusOr<TableRequest> RequestOf(const TableSpec& spec, const Basis& basis) {
  TableRequest request;
  request.spec = spec;
  if (IsAmount(spec.measure.kind)) {
    if (!basis.rules.amounts) return AmountsNotAllowed();
    request.amounts = {basis.rules.amounts->p_percent, basis.rules.amounts->dominance_n,
                       basis.rules.amounts->dominance_k, basis.rules.amounts->min_contributors};
    request.spec.contributor = ContributorColumn(basis.abstraction);
  }
  request.min_count = basis.min_count;
  request.zeros_protected = basis.rules.zeros == platform::Zeros::kProtected;
  request.flow_bound = basis.rules.flow_bound.value_or(-1);
  request.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return request;
}

}  // namespace oboro::aggregation
