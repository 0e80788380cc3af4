#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace oboro::aggregation {

// The errors that the service tells its callers; every reason is registered in docs/errors.md.

absl::Status InvalidField(absl::string_view field, absl::string_view want,
                          absl::string_view want_ja);
// The abstraction has no column of this name, or one that no table may have (a link number).
absl::Status UnknownDimension(absl::string_view column, bool is_link_number);
// The verdict is about another abstraction, other bytes of it, or not signed by the tenant's key.
absl::Status VerdictInvalid(absl::string_view what, absl::string_view what_ja);
// The policy's rules for the tier are not met; `rules` are the names of those that refuse.
absl::Status VerdictRefuses(absl::string_view tier_ja, const std::vector<std::string>& rules);
// The policy says nothing about the tier, so nothing may reach it.
absl::Status TierNotInPolicy(absl::string_view tier_ja);
// A table for the joint tier is made together with the others, never by one municipality alone.
absl::Status JointStatisticRequired();
// Counts of persons are not allowed for a municipality of this population class.
absl::Status CountsNotAllowed();
// Together with earlier statistics something could be worked out; no more is told outside.
absl::Status LedgerRefused();
// Too many refusals of one person in a time: refusals tell something too.
absl::Status LedgerRefusalsExhausted();
// Earlier statistics of the reference date are of other records, so that nothing can be proven.
absl::Status LedgerBasisDiffers();
// The finest cells of all statistics together are too many to attack.
absl::Status LedgerTooLarge();
// Measures that are not attacked together.
absl::Status LedgerMeasure();
// Protected zeros beside other statistics.
absl::Status LedgerZeros();
// The policy links reference dates (flow_bound), and there are statistics of another one.
absl::Status LedgerDatesLinked();
// An earlier statistic was made before the ledger was kept.
absl::Status LedgerIncomplete();
// `value` of an axis lies in two values of a coarser column.
absl::Status NotNested(absl::string_view column, absl::string_view value, absl::string_view coarser,
                       absl::string_view first, absl::string_view second);
// Persons or households that count in several cells.
absl::Status MeasureNotAdditive(absl::string_view column);
absl::Status ColumnNotAmount(absl::string_view column);
absl::Status ColumnNotLinkNumber(absl::string_view column);
// The policy has no rules for amounts.
absl::Status AmountsNotAllowed();
absl::Status NoRecords();
absl::Status TableTooLarge(int64_t cells, int64_t limit);
// No proof that nothing can be worked out was found: the table is not stored.
absl::Status ProtectionIncomplete(int64_t exposed);

}  // namespace oboro::aggregation
