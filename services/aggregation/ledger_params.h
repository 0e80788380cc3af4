#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/ledger_entry.h"
#include "services/aggregation/records.h"
#include "services/aggregation/table_request.h"
#include "services/platform/jobs/job_function.h"

namespace oboro::aggregation {

// What a child that makes a table together with the ledger is given, whichever kind it is of.

// Its parameters: those of RequestText, and "ledger", the entries of what was made of the same
// records before, with as many of their witnesses as there is room for.
std::string LedgerParams(const TableRequest& request, const std::vector<LedgerEntry>& earlier);

// The entries in a child's parameters. INTERNAL without the list: nothing would be attacked, so
// that none is never a default.
absl::StatusOr<std::vector<LedgerEntry>> ParseLedger(const std::string& params);

// The columns of the request and of every earlier statistic, from input "abstraction" (Parquet).
absl::StatusOr<Records> ReadRecords(platform::JobIo& io, const TableRequest& request,
                                    const std::vector<LedgerEntry>& earlier);

}  // namespace oboro::aggregation
