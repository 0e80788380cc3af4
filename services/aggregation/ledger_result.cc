#include "services/aggregation/ledger_result.h"

namespace oboro::aggregation {

nlohmann::json LedgerEvidence(const Ledgered& ledgered) {
  return {{"verdict", ledgered.verdict == sdc::LedgerVerdict::kSafe ? "SAFE" : "SAFE_WITH_FURTHER"},
          {"further", ledgered.further},
          {"releases", ledgered.releases},
          {"repeats", ledgered.repeats},
          {"work", ledgered.work}};
}

std::string RefusedResult(const Ledgered& ledgered) {
  return nlohmann::json({{"refused", {{"because", ledgered.because}}}}).dump();
}

bool IsRefused(const nlohmann::json& result) { return result.contains("refused"); }

std::string BecauseOf(const nlohmann::json& refused) {
  return refused.at("refused").at("because").get<std::string>();
}

}  // namespace oboro::aggregation
