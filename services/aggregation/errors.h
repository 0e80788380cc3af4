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
// Tiers beyond the municipality wait for the ledger of releases (ADR).
absl::Status LedgerRequired(absl::string_view tier_ja);
// Counts of persons are not allowed for a municipality of this population class.
absl::Status CountsNotAllowed();
// Until the ledger exists there is one table for each abstraction.
absl::Status OneTablePerAbstraction(absl::string_view statistic);
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
