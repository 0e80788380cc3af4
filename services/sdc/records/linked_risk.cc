#include "services/sdc/records/linked_risk.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/partition.h"
#include "services/sdc/records/row_keys.h"

namespace oboro::sdc {
namespace {

struct Item {
  uint64_t hash;
  uint32_t row;
};

// Records sorted by class. Calls fn(first, last) for each class, from several threads.
template <typename Fn>
absl::Status ForEachClass(const CodedTable& table, std::span<const size_t> columns, int threads,
                          Fn&& fn) {
  if (table.rows() >> 32) {
    return absl::ResourceExhaustedError("this measure takes up to 2^32 records");
  }
  auto keys = RowKeys::Make(table, columns, threads);
  if (!keys.ok()) return keys.status();
  const uint64_t n = table.rows();
  constexpr int kBits = 8;
  const auto for_rows = [&](auto each) {
    std::vector<uint64_t> block(4096);
    for (uint64_t b = 0; b < n; b += block.size()) {
      const uint64_t m = std::min<uint64_t>(block.size(), n - b);
      keys->Fill(b, m, block.data());
      for (uint64_t i = 0; i < m; ++i) each(b + i, block[i] * kHashMultiplier);
    }
  };
  std::vector<uint64_t> begin((1 << kBits) + 1, 0);
  for_rows([&](uint64_t, uint64_t hash) { ++begin[(hash >> (64 - kBits)) + 1]; });
  for (int p = 0; p < 1 << kBits; ++p) begin[p + 1] += begin[p];
  std::vector<uint64_t> at(begin.begin(), begin.end() - 1);
  std::vector<Item> items(n);
  for_rows([&](uint64_t row, uint64_t hash) {
    items[at[hash >> (64 - kBits)]++] = {hash, static_cast<uint32_t>(row)};
  });
  RunDynamic(threads, 1 << kBits, [&](int t, uint64_t p) {
    const auto first = items.begin() + begin[p], last = items.begin() + begin[p + 1];
    std::sort(first, last, [](const Item& a, const Item& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.row < b.row;
    });
    for (auto i = first; i != last;) {
      auto j = i;
      while (j != last && j->hash == i->hash) ++j;
      fn(t, &*i, &*i + (j - i));
      i = j;
    }
  });
  return absl::OkStatus();
}

// A column of the population in the codes of the sample; values that the sample lacks share one
// code more, which no record of the sample has.
CodedColumn Joined(const CodedColumn& sample, const CodedColumn& population) {
  std::unordered_map<std::string, uint32_t> index;
  for (uint32_t c = 0; c < sample.distinct(); ++c) index.emplace(sample.dictionary()[c], c);
  std::vector<uint32_t> map;
  for (const std::string& v : population.dictionary()) {
    const auto it = index.find(v);
    map.push_back(it == index.end() ? sample.distinct() : it->second);
  }
  std::vector<std::string> dictionary = sample.dictionary();
  // Never looked at; only its number of entries matters to the keys.
  dictionary.emplace_back("\x01 elsewhere");
  CodeArray codes(sample.size() + population.size(), CodeWidth(dictionary.size()));
  for (uint64_t i = 0; i < sample.size(); ++i) codes.Set(i, sample.code(i));
  for (uint64_t i = 0; i < population.size(); ++i) {
    codes.Set(sample.size() + i, map[population.code(i)]);
  }
  return CodedColumn(sample.name(), std::move(dictionary), std::move(codes));
}

}  // namespace

absl::StatusOr<std::vector<uint32_t>> ClassSizes(const CodedTable& table,
                                                 std::span<const size_t> quasi_identifiers,
                                                 int threads) {
  std::vector<uint32_t> sizes(table.rows(), 0);
  const absl::Status ok = ForEachClass(table, quasi_identifiers, ThreadCount(threads),
                                       [&](int, const Item* first, const Item* last) {
                                         for (const Item* i = first; i != last; ++i) {
                                           sizes[i->row] = static_cast<uint32_t>(last - first);
                                         }
                                       });
  if (!ok.ok()) return ok;
  return sizes;
}

absl::StatusOr<HouseholdMeasure> MeasureHouseholds(std::span<const double> risk,
                                                   const CodedColumn& household) {
  if (risk.size() != household.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("there are ", risk.size(), " risks for ", household.size(), " records"));
  }
  HouseholdMeasure measure;
  measure.households = household.distinct();
  std::vector<double> safe(household.distinct(), 1.0);
  measure.highest_member.assign(household.distinct(), 0.0);
  for (uint64_t i = 0; i < risk.size(); ++i) {
    const uint32_t h = household.code(i);
    safe[h] *= 1.0 - risk[i];
    measure.highest_member[h] = std::max(measure.highest_member[h], risk[i]);
  }
  for (const double r : measure.highest_member) {
    measure.highest_member_max = std::max(measure.highest_member_max, r);
    measure.highest_member_mean += r;
  }
  for (const double s : safe) {
    measure.risk.push_back(1.0 - s);
    measure.max = std::max(measure.max, measure.risk.back());
    measure.mean += measure.risk.back();
  }
  for (uint64_t i = 0; i < risk.size(); ++i) measure.record_mean += measure.risk[household.code(i)];
  if (!risk.empty()) measure.record_mean /= static_cast<double>(risk.size());
  if (measure.households > 0) {
    measure.mean /= static_cast<double>(measure.households);
    measure.highest_member_mean /= static_cast<double>(measure.households);
  }
  return measure;
}

absl::StatusOr<JournalistMeasure> MeasureJournalist(const CodedTable& table,
                                                    std::span<const size_t> quasi_identifiers,
                                                    const CodedTable& population,
                                                    std::span<const size_t> population_columns,
                                                    int threads) {
  if (quasi_identifiers.size() != population_columns.size()) {
    return absl::InvalidArgumentError(
        "name as many columns of the population as quasi-identifiers");
  }
  std::vector<CodedColumn> columns;
  std::vector<size_t> all;
  for (size_t q = 0; q < quasi_identifiers.size(); ++q) {
    columns.push_back(
        Joined(table.column(quasi_identifiers[q]), population.column(population_columns[q])));
    all.push_back(q);
  }
  auto joined = CodedTable::Make(std::move(columns));
  if (!joined.ok()) return joined.status();
  struct Sums {
    // Classes by their size F: an exact count, so that the sum does not depend on the order.
    std::unordered_map<uint64_t, uint64_t> records_by_size;
    uint64_t beyond = 0;
  };
  const int count = ThreadCount(threads);
  std::vector<Sums> sums(count);
  const absl::Status ok =
      ForEachClass(*joined, all, count, [&](int t, const Item* first, const Item* last) {
        uint64_t mine = 0;
        for (const Item* i = first; i != last; ++i) mine += i->row < table.rows();
        if (mine == 0) return;
        const uint64_t theirs = static_cast<uint64_t>(last - first) - mine;
        if (theirs < mine) sums[t].beyond += mine;
        sums[t].records_by_size[std::max(mine, theirs)] += mine;
      });
  if (!ok.ok()) return ok;
  JournalistMeasure measure;
  std::map<uint64_t, uint64_t> sizes;
  for (const Sums& s : sums) {
    measure.records_beyond_population += s.beyond;
    for (const auto& [size, records] : s.records_by_size) sizes[size] += records;
  }
  for (const auto& [size, records] : sizes) {
    measure.mean += static_cast<double>(records) / static_cast<double>(size);
  }
  if (!sizes.empty()) measure.max = 1.0 / static_cast<double>(sizes.begin()->first);
  if (table.rows() > 0) measure.mean /= static_cast<double>(table.rows());
  return measure;
}

}  // namespace oboro::sdc
