#include "services/sdc/tables/knowledge.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {

void Knowledge::AddEquation(std::vector<Term> sum, int64_t value, std::string source) {
  AddBound(std::move(sum), value, value, std::move(source));
}

void Knowledge::AddBound(std::vector<Term> sum, int64_t low, int64_t high, std::string source) {
  rows_.push_back({std::move(sum), low, high, std::move(source)});
}

void Knowledge::AddInequality(std::vector<Term> lesser, std::vector<Term> greater, int64_t slack,
                              std::string source) {
  for (const Term& t : greater) lesser.push_back({t.var, -t.factor});
  AddBound(std::move(lesser), INT64_MIN, slack, std::move(source));
}

void Knowledge::AddMean(const std::vector<Term>& sum, const std::vector<Term>& count, int64_t mean,
                        int decimals, const std::string& source) {
  int64_t unit = 2;
  for (int i = 0; i < decimals; ++i) unit *= 10;
  std::vector<Term> least, most;
  for (const Term& t : sum) {
    least.push_back({t.var, unit * t.factor});
    most.push_back({t.var, unit * t.factor});
  }
  for (const Term& t : count) {
    least.push_back({t.var, -(2 * mean - 1) * t.factor});
    most.push_back({t.var, -(2 * mean + 1) * t.factor});
  }
  AddBound(std::move(least), 0, INT64_MAX, source);
  AddBound(std::move(most), INT64_MIN, -1, source);
}

absl::Status CheckTable(const Knowledge& knowledge, std::span<const int64_t> table) {
  if (table.size() != knowledge.variables()) {
    return absl::FailedPreconditionError("the table has another number of cells");
  }
  for (int64_t x : table) {
    if (x < 0) return absl::FailedPreconditionError("a count is negative");
  }
  for (const Knowledge::Row& row : knowledge.rows()) {
    __int128 sum = 0;
    for (const Knowledge::Term& t : row.terms) {
      sum += static_cast<__int128>(t.factor) * table[t.var];
    }
    if (sum < row.low || sum > row.high) {
      return absl::FailedPreconditionError(absl::StrCat(row.source, " does not hold"));
    }
  }
  return absl::OkStatus();
}

}  // namespace oboro::sdc
