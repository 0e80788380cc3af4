#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "oboro/abstraction/v1/abstraction.pb.h"
#include "oboro/aggregation/v1/aggregation.pb.h"
#include "services/aggregation/table_request.h"

namespace oboro::aggregation {

// What is asked for, in one form whichever way it was said: columns as axes, filters by column with
// their values in order. INVALID_FIELD, naming the field.
absl::StatusOr<TableSpec> SpecOf(const v1::CreateStatisticRequest& request);

// The abstraction must have every column, as what it is used for: UNKNOWN_DIMENSION,
// DIMENSION_IS_LINK_NUMBER, COLUMN_NOT_LINK_NUMBER.
absl::Status CheckColumns(const abstraction::v1::Abstraction& abstraction, const TableSpec& spec);

// The link number column whose numbers are the fewest: who contributes to an amount is taken to be
// as large a unit as the records know, the household rather than the person. Empty: there is none.
std::string ContributorColumn(const abstraction::v1::Abstraction& abstraction);

}  // namespace oboro::aggregation
