#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "services/aggregation/ledger_check.h"

namespace oboro::aggregation {

// What a child that made a table together with the ledger answers about it.

// For 個人情報保護: the verdict, cells hidden for the sake of earlier statistics, how many were
// attacked together with it, and which one asked the same question before.
nlohmann::json LedgerEvidence(const Ledgered& ledgered);

// The whole answer of a child whose table must not leave: {"refused": {"because"}}.
std::string RefusedResult(const Ledgered& ledgered);

// True of a RefusedResult.
bool IsRefused(const nlohmann::json& result);
// The earlier statistics of a RefusedResult.
std::string BecauseOf(const nlohmann::json& refused);

}  // namespace oboro::aggregation
