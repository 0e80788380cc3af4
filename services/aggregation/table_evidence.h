#pragma once

#include "services/aggregation/detail.h"
#include "services/aggregation/table.h"

namespace oboro::aggregation {

// What a statistic's row keeps of its making: the labels, and the evidence (docs/methods.md).
// "outside" of each part is what anybody may know (services/sdc/tables/evidence.h): method, level,
// threshold, how many cells are hidden. The rest is for 個人情報保護 alone: rules hit, the interval
// of every suppressed cell, what was lost, seeds. It names cells and figures of the inside, never
// records. The search for intervals costs a fixed amount of work, since someone waits.
Detail MakeDetail(const Counted& counted, const Protected& table, const TableRequest& request);

}  // namespace oboro::aggregation
