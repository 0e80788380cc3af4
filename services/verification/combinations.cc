#include "services/verification/combinations.h"

#include <algorithm>
#include <map>

#include "services/platform/base/status.h"
#include "services/sdc/records/risk.h"

namespace oboro::verification {
namespace {

constexpr size_t kMaxSets = 300;
constexpr size_t kListed = 10;

using Set = std::vector<size_t>;  // ascending positions among the quasi-identifiers

// All sets of 1 to `largest` of `n`, smaller ones first, each size in lexicographic order.
std::vector<Set> SetsUpTo(size_t n, size_t largest) {
  std::vector<Set> sets = {{}};
  size_t begin = 0;
  for (size_t size = 1; size <= largest; ++size) {
    const size_t end = sets.size();
    for (size_t i = begin; i < end; ++i) {
      for (size_t next = sets[i].empty() ? 0 : sets[i].back() + 1; next < n; ++next) {
        Set longer = sets[i];
        longer.push_back(next);
        sets.push_back(std::move(longer));
      }
    }
    begin = end;
  }
  sets.erase(sets.begin());
  return sets;
}

std::vector<Set> SetsToTry(size_t n) {
  for (size_t largest = std::min<size_t>(n, 3); largest > 1; --largest) {
    std::vector<Set> sets = n > 24 ? std::vector<Set>() : SetsUpTo(n, largest);
    if (sets.size() <= kMaxSets) return sets;
  }
  return SetsUpTo(n, n > 24 ? 0 : 1);
}

// Whether some part of `set`, one column smaller, has `below` records too.
bool TellsNothingNew(const Set& set, int64_t below, const std::map<Set, int64_t>& known) {
  for (size_t out = 0; out < set.size(); ++out) {
    Set part = set;
    part.erase(part.begin() + static_cast<ptrdiff_t>(out));
    const auto found = known.find(part);
    if (found != known.end() && found->second >= below) return true;
  }
  return false;
}

std::vector<std::string> Names(const Set& set, const std::vector<std::string>& of) {
  std::vector<std::string> names;
  for (const size_t at : set) names.push_back(of[at]);
  return names;
}

absl::StatusOr<Combination> Count(const sdc::CodedTable& table, std::vector<std::string> columns,
                                  int64_t k, int threads) {
  ASSIGN_OR_RETURN(const sdc::ClassMeasure measured,
                   sdc::MeasureClasses(table, columns, {}, {.threads = threads}));
  Combination out{std::move(columns), measured.classes, measured.uniques, 0};
  for (const auto& [size, classes] : measured.histogram) {
    if (size < k) out.below += size * classes;
  }
  return out;
}

}  // namespace

absl::StatusOr<Combinations> FindCombinations(const sdc::CodedTable& table,
                                              const std::vector<std::string>& quasi_identifiers,
                                              int64_t k, int threads) {
  Combinations out;
  std::map<Set, int64_t> known;
  for (const Set& set : SetsToTry(quasi_identifiers.size())) {
    ASSIGN_OR_RETURN(Combination counted, Count(table, Names(set, quasi_identifiers), k, threads));
    known[set] = counted.below;
    if (counted.below == 0 || TellsNothingNew(set, counted.below, known)) continue;
    out.worst.push_back(std::move(counted));
  }
  // Stable: smaller sets were made first.
  std::stable_sort(out.worst.begin(), out.worst.end(),
                   [](const auto& a, const auto& b) { return a.below > b.below; });
  if (out.worst.size() > kListed) out.worst.resize(kListed);
  if (quasi_identifiers.size() < 2) return out;
  for (const std::string& left_out : quasi_identifiers) {
    std::vector<std::string> others = quasi_identifiers;
    others.erase(std::find(others.begin(), others.end(), left_out));
    ASSIGN_OR_RETURN(Combination counted, Count(table, std::move(others), k, threads));
    counted.columns = {left_out};
    out.without.push_back(std::move(counted));
  }
  return out;
}

}  // namespace oboro::verification
