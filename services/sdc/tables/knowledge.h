// What an attacker knows beyond one additive table: equations, bounds and inequalities over several
// tables at once (households and persons, two reference dates, a mean and its count).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace oboro::sdc {

// A system over unknown whole numbers >= 0. Every kind of knowledge is kept as one form,
// low <= sum of factor * variable <= high, so that one short check (CheckTable) covers all of it.
class Knowledge {
 public:
  struct Term {
    uint32_t var;
    int64_t factor = 1;
  };
  struct Row {
    std::vector<Term> terms;
    int64_t low, high;  // INT64_MIN, INT64_MAX: none
    std::string source;
  };

  explicit Knowledge(uint32_t variables) : variables_(variables) {}

  // A published figure: the sum is `value`.
  void AddEquation(std::vector<Term> sum, int64_t value, std::string source);
  // A rounded or noisy figure, a figure from elsewhere, an own part: low <= sum <= high.
  void AddBound(std::vector<Term> sum, int64_t low, int64_t high, std::string source);
  // lesser <= greater + slack: households <= persons; with a slack the flow between two dates.
  void AddInequality(std::vector<Term> lesser, std::vector<Term> greater, int64_t slack,
                     std::string source);
  // A mean published as mean / 10^decimals, rounded half up: with u = 10^-decimals,
  // mean - u/2 <= sum / count < mean + u/2, in whole numbers
  // (2 mean - 1) count <= 2 10^decimals sum <= (2 mean + 1) count - 1.
  void AddMean(const std::vector<Term>& sum, const std::vector<Term>& count, int64_t mean,
               int decimals, const std::string& source);

  uint32_t variables() const { return variables_; }
  std::span<const Row> rows() const { return rows_; }

 private:
  uint32_t variables_;
  std::vector<Row> rows_;
};

// Says whether a table of whole numbers agrees with all that is known. Shares nothing with the
// search; exact in 128 bits. O(terms). Error: FailedPrecondition naming the source that fails.
absl::Status CheckTable(const Knowledge& knowledge, std::span<const int64_t> table);

}  // namespace oboro::sdc
