#pragma once

#include "services/aggregation/detail.h"
#include "services/aggregation/table.h"

namespace oboro::aggregation {

// What a statistic's row keeps of its making: the labels, and the evidence for 個人情報保護
// (docs/methods.md): which rules hit how often, the level, what was lost, and how far every
// suppressed cell is known to be open. It names cells and figures of the inside, never records.
Detail MakeDetail(const Counted& counted, const Protected& table, const TableRequest& request);

}  // namespace oboro::aggregation
