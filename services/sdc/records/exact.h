// Exact decisions. Every yes/no of the engine is settled in integers or, where logarithms occur, by
// an interval that is refined until zero lies outside it, after an algebraic test for equality.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace oboro::sdc {

// A rational number in lowest terms, den > 0. Thresholds are decimals, kept as they were written:
// "0.2" is 1/5 and not a binary fraction near it.
struct Rational {
  int64_t num = 0;
  int64_t den = 1;

  // "12", "0.05", "-1.5", "1e-3"; at most 15 significant digits and 15 after the point.
  // INVALID_ARGUMENT otherwise.
  static absl::StatusOr<Rational> Parse(const std::string& text);
  static Rational Of(int64_t num, int64_t den = 1);
  double ToDouble() const { return static_cast<double>(num) / static_cast<double>(den); }
  std::string ToString() const;  // "1/5", "3"
  friend bool operator==(const Rational&, const Rational&) = default;
};

// floor(limit * n) without rounding error, for limit >= 0.
uint64_t FloorOfProduct(const Rational& limit, uint64_t n);

// A natural number of any size; only what exact comparison needs.
class BigNatural {
 public:
  BigNatural() = default;
  explicit BigNatural(unsigned __int128 value);
  BigNatural& Multiply(uint64_t factor);
  BigNatural& Add(const BigNatural& other);
  std::strong_ordering operator<=>(const BigNatural& other) const;
  bool operator==(const BigNatural& other) const = default;

 private:
  void Trim();
  std::vector<uint64_t> words_;  // little end first, no leading zeros
};

// exponent * ln(base), base >= 1 and below 2^63.
struct LogTerm {
  uint64_t base;
  int64_t exponent;
};
// sign * (product of mul) / (product of div), for instance -3 * 7 / 2.
struct RationalTerm {
  int sign;
  std::vector<uint64_t> mul;
  std::vector<uint64_t> div;
};

// Sign (-1, 0, 1) of the sum of the log terms and of the rational terms, exactly. Equality is
// decided over a coprime base (logarithms of pairwise coprime integers are linearly independent
// over the rationals) when the rational terms cancel; otherwise the sum cannot be zero unless both
// parts are, since e to a rational power other than 0 is transcendental (Lindemann). Typical cost:
// one floating-point pass; the rest runs only within 1e-12 of a tie.
int SignOfLogSum(std::span<const LogTerm> logs, std::span<const RationalTerm> rationals = {});

}  // namespace oboro::sdc
