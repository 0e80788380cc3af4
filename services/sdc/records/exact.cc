#include "services/sdc/records/exact.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

// Unsigned fixed point: three integer words above `fraction` words.
class Fixed {
 public:
  static constexpr int kIntegerWords = 3;
  explicit Fixed(int fraction, uint64_t integer = 0) : words_(fraction + kIntegerWords, 0) {
    words_[fraction] = integer;
  }
  void Multiply(uint64_t factor) {
    unsigned __int128 carry = 0;
    for (uint64_t& word : words_) {
      carry += static_cast<unsigned __int128>(word) * factor;
      word = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
  }
  void Divide(uint64_t divisor) {  // truncates: less than one unit in the last place
    unsigned __int128 rest = 0;
    for (size_t i = words_.size(); i-- > 0;) {
      rest = (rest << 64) | words_[i];
      words_[i] = static_cast<uint64_t>(rest / divisor);
      rest %= divisor;
    }
  }
  void Add(const Fixed& other) {
    unsigned __int128 carry = 0;
    for (size_t i = 0; i < words_.size(); ++i) {
      carry += static_cast<unsigned __int128>(words_[i]) + other.words_[i];
      words_[i] = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
  }
  bool IsZero() const {
    return std::all_of(words_.begin(), words_.end(), [](uint64_t w) { return w == 0; });
  }
  bool operator<(const Fixed& other) const {
    return std::lexicographical_compare(words_.rbegin(), words_.rend(), other.words_.rbegin(),
                                        other.words_.rend());
  }
  // Whether this - other (not negative) exceeds `units` in the last place.
  bool ExceedsBy(const Fixed& other, uint64_t units) const {
    unsigned __int128 borrow = 0;
    bool high = false;
    uint64_t low = 0;
    for (size_t i = 0; i < words_.size(); ++i) {
      const unsigned __int128 take = static_cast<unsigned __int128>(other.words_[i]) + borrow;
      borrow = words_[i] < take ? 1 : 0;
      const uint64_t word = words_[i] - static_cast<uint64_t>(take);
      if (i == 0) {
        low = word;
      } else {
        high = high || word != 0;
      }
    }
    return high || low > units;
  }

 private:
  std::vector<uint64_t> words_;
};

// 2 atanh(a / s) = ln((s + a) / (s - a)) from its series, an underestimate by at most *units.
Fixed TwiceAtanh(uint64_t a, uint64_t s, int fraction, uint64_t* units) {
  Fixed sum(fraction);
  Fixed power(fraction, 1);
  power.Multiply(a);
  power.Divide(s);
  uint64_t terms = 0;
  for (uint64_t i = 1; !power.IsZero(); i += 2, ++terms) {
    Fixed term = power;
    term.Divide(i);
    sum.Add(term);
    for (int twice = 0; twice < 2; ++twice) {
      power.Multiply(a);
      power.Divide(s);
    }
  }
  sum.Multiply(2);
  // A power is off by less than 3 units (each truncation shrinks by at least 3 afterwards), its
  // quotient by 4, doubled; what is cut off behind the last term is below one unit each.
  *units = 8 * terms + 8;
  return sum;
}

// ln(base): base = 2^k * m with 1 <= m < 2, ln m = 2 atanh((base - 2^k) / (base + 2^k)).
Fixed Log(uint64_t base, int fraction, uint64_t* units) {
  const int k = std::bit_width(base) - 1;
  const uint64_t power = uint64_t{1} << k;
  uint64_t two_units = 0;
  Fixed log = TwiceAtanh(1, 3, fraction, &two_units);
  log.Multiply(k);
  *units = two_units * k;
  if (base != power) {
    uint64_t rest_units = 0;
    log.Add(TwiceAtanh(base - power, base + power, fraction, &rest_units));
    *units += rest_units;
  }
  return log;
}

// Whether the product of base^exponent is 1, by splitting bases along their common divisors.
bool ProductIsOne(std::span<const LogTerm> logs) {
  std::vector<LogTerm> base, todo(logs.begin(), logs.end());
  while (!todo.empty()) {
    const LogTerm b = todo.back();
    todo.pop_back();
    if (b.base == 1 || b.exponent == 0) continue;
    bool split = false;
    for (size_t i = 0; i < base.size() && !split; ++i) {
      const uint64_t g = std::gcd(base[i].base, b.base);
      if (g == 1) continue;
      const LogTerm a = base[i];
      base.erase(base.begin() + i);
      todo.push_back({g, a.exponent + b.exponent});
      todo.push_back({a.base / g, a.exponent});
      todo.push_back({b.base / g, b.exponent});
      split = true;
    }
    if (!split) base.push_back(b);
  }
  return base.empty();
}

int RefinedSign(std::span<const LogTerm> logs, std::span<const RationalTerm> rationals) {
  for (int fraction = 2;; fraction *= 2) {
    Fixed plus(fraction), minus(fraction);
    uint64_t units = 0;
    for (const LogTerm& t : logs) {
      if (t.base == 1 || t.exponent == 0) continue;
      uint64_t log_units = 0;
      const auto exponent = static_cast<uint64_t>(std::llabs(t.exponent));
      Fixed term = Log(t.base, fraction, &log_units);
      term.Multiply(exponent);
      // Far below 2^64 units for exponents below 2^50; beyond, the next precision settles it.
      units += log_units * exponent;
      (t.exponent > 0 ? plus : minus).Add(term);
    }
    for (const RationalTerm& t : rationals) {
      Fixed term(fraction, 1);
      for (const uint64_t m : t.mul) term.Multiply(m);
      for (const uint64_t d : t.div) term.Divide(d);
      units += t.div.size();
      if (t.sign != 0) (t.sign > 0 ? plus : minus).Add(term);
    }
    if (minus < plus ? plus.ExceedsBy(minus, units) : minus.ExceedsBy(plus, units)) {
      return minus < plus ? 1 : -1;
    }
  }
}

}  // namespace

Rational Rational::Of(int64_t num, int64_t den) {
  if (den < 0) {
    num = -num;
    den = -den;
  }
  const int64_t g = std::gcd(num, den);
  return g == 0 ? Rational{0, 1} : Rational{num / g, den / g};
}

absl::StatusOr<Rational> Rational::Parse(const std::string& text) {
  const auto error = [&] {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is not a decimal number of at most 15 digits, such as 0.05"));
  };
  size_t i = 0;
  bool negative = false;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) negative = text[i++] == '-';
  int64_t num = 0;
  int digits = 0, significant = 0, scale = 0;
  bool point = false;
  for (; i < text.size(); ++i) {
    if (text[i] == '.' && !point) {
      point = true;
      continue;
    }
    if (text[i] < '0' || text[i] > '9') break;
    ++digits;
    if (point) ++scale;
    if (significant > 0 || text[i] != '0') ++significant;
    if (significant > 15) return error();
    num = num * 10 + (text[i] - '0');
  }
  if (digits == 0) return error();
  if (i < text.size()) {
    if (text[i] != 'e' && text[i] != 'E') return error();
    ++i;
    bool down = false;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) down = text[i++] == '-';
    int exponent = 0;
    if (i == text.size()) return error();
    for (; i < text.size(); ++i) {
      if (text[i] < '0' || text[i] > '9' || exponent > 20) return error();
      exponent = exponent * 10 + (text[i] - '0');
    }
    scale += down ? exponent : -exponent;
  }
  int64_t den = 1;
  while (scale > 0 && num % 10 == 0 && num != 0) {
    num /= 10;
    --scale;
  }
  if (num == 0) return Rational{0, 1};
  if (scale > 15 || scale < -15) return error();
  for (; scale > 0; --scale) den *= 10;
  for (; scale < 0; ++scale) {
    if (num > INT64_MAX / 10) return error();
    num *= 10;
  }
  return Of(negative ? -num : num, den);
}

std::string Rational::ToString() const {
  return den == 1 ? absl::StrCat(num) : absl::StrCat(num, "/", den);
}

uint64_t FloorOfProduct(const Rational& limit, uint64_t n) {
  return static_cast<uint64_t>(static_cast<unsigned __int128>(limit.num) * n / limit.den);
}

BigNatural::BigNatural(unsigned __int128 value)
    : words_{static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64)} {
  Trim();
}

void BigNatural::Trim() {
  while (!words_.empty() && words_.back() == 0) words_.pop_back();
}

BigNatural& BigNatural::Multiply(uint64_t factor) {
  unsigned __int128 carry = 0;
  for (uint64_t& word : words_) {
    carry += static_cast<unsigned __int128>(word) * factor;
    word = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  if (carry != 0) words_.push_back(static_cast<uint64_t>(carry));
  Trim();
  return *this;
}

BigNatural& BigNatural::Add(const BigNatural& other) {
  if (words_.size() < other.words_.size()) words_.resize(other.words_.size(), 0);
  unsigned __int128 carry = 0;
  for (size_t i = 0; i < words_.size(); ++i) {
    carry += words_[i];
    if (i < other.words_.size()) carry += other.words_[i];
    words_[i] = static_cast<uint64_t>(carry);
    carry >>= 64;
  }
  if (carry != 0) words_.push_back(static_cast<uint64_t>(carry));
  return *this;
}

std::strong_ordering BigNatural::operator<=>(const BigNatural& other) const {
  if (words_.size() != other.words_.size()) return words_.size() <=> other.words_.size();
  for (size_t i = words_.size(); i-- > 0;) {
    if (words_[i] != other.words_[i]) return words_[i] <=> other.words_[i];
  }
  return std::strong_ordering::equal;
}

int SignOfLogSum(std::span<const LogTerm> logs, std::span<const RationalTerm> rationals) {
  double sum = 0, magnitude = 0;
  for (const LogTerm& t : logs) {
    const double term = static_cast<double>(t.exponent) * std::log(static_cast<double>(t.base));
    sum += term;
    magnitude += std::abs(term);
  }
  for (const RationalTerm& t : rationals) {
    double term = t.sign;
    for (const uint64_t m : t.mul) term *= static_cast<double>(m);
    for (const uint64_t d : t.div) term /= static_cast<double>(d);
    sum += term;
    magnitude += std::abs(term);
  }
  // Conversions, logarithm, products and n additions: each within 2^-52 of what it works on.
  const double count = static_cast<double>(logs.size() + rationals.size());
  const double bound = magnitude * (count + 16) * 0x1p-52;
  if (sum > bound) return 1;
  if (sum < -bound) return -1;
  if (ProductIsOne(logs)) {
    // Only rational terms remain: compare the positive with the negative ones over one denominator.
    BigNatural plus, minus;
    for (size_t i = 0; i < rationals.size(); ++i) {
      if (rationals[i].sign == 0) continue;
      BigNatural term(1);
      for (const uint64_t m : rationals[i].mul) term.Multiply(m);
      for (size_t j = 0; j < rationals.size(); ++j) {
        if (j == i) continue;
        for (const uint64_t d : rationals[j].div) term.Multiply(d);
      }
      (rationals[i].sign > 0 ? plus : minus).Add(term);
    }
    return plus > minus ? 1 : plus < minus ? -1 : 0;
  }
  return RefinedSign(logs, rationals);
}

}  // namespace oboro::sdc
