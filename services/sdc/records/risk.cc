#include "services/sdc/records/risk.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/class_sizes.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/partition.h"
#include "services/sdc/records/row_keys.h"

namespace oboro::sdc {
namespace {

// What one class says of a sensitive attribute, from its value counts (sorted ascending so that the
// floating-point sums do not depend on the order of values).
class SensitiveAccumulator {
 public:
  void SetGlobal(std::vector<uint64_t> counts, uint64_t records) {
    global_ = std::move(counts);
    records_ = records;
  }
  void AddClass(const std::vector<std::pair<uint32_t, uint64_t>>& values, uint64_t size) {
    distinct_ = std::min<uint64_t>(distinct_, values.size());
    scratch_.clear();
    for (const auto& [code, count] : values) scratch_.push_back(count);
    std::sort(scratch_.begin(), scratch_.end());
    double entropy = 0;
    for (uint64_t count : scratch_) {
      const double p = static_cast<double>(count) / static_cast<double>(size);
      entropy -= p * std::log(p);
    }
    entropy_ = std::min(entropy_, entropy);
    // Half the L1 distance is the sum of what the class has above the table, exact in integers:
    // sum max(0, count * N - global * size) / (size * N).
    unsigned __int128 above = 0;
    for (const auto& [code, count] : values) {
      const auto mine = static_cast<unsigned __int128>(count) * records_;
      const auto all = static_cast<unsigned __int128>(global_[code]) * size;
      if (mine > all) above += mine - all;
    }
    distance_ = std::max(distance_, static_cast<double>(above) / static_cast<double>(size) /
                                        static_cast<double>(records_));
  }
  void Merge(const SensitiveAccumulator& other) {
    distinct_ = std::min(distinct_, other.distinct_);
    entropy_ = std::min(entropy_, other.entropy_);
    distance_ = std::max(distance_, other.distance_);
  }
  SensitiveMeasure Result(std::string name) const {
    if (distinct_ == UINT64_MAX) return {std::move(name), 0, 0, 0};
    return {std::move(name), distinct_, std::exp(entropy_), distance_};
  }

 private:
  std::vector<uint64_t> global_;
  uint64_t records_ = 0;
  uint64_t distinct_ = UINT64_MAX;
  double entropy_ = INFINITY;
  double distance_ = 0;
  std::vector<uint64_t> scratch_;
};

std::vector<uint64_t> ValueCounts(const CodedColumn& column) {
  std::vector<uint64_t> counts(column.distinct(), 0);
  column.codes().Visit([&](const auto* codes) {
    for (uint64_t i = 0; i < column.size(); ++i) ++counts[codes[i]];
  });
  return counts;
}

// Records are partitioned by a hash of their class, then sorted by (class, value) part by part.
SensitiveMeasure MeasureSensitive(const CodedTable& table, const RowKeys& keys, size_t column,
                                  int threads) {
  struct Item {
    uint64_t hash;
    uint32_t code;
  };
  const CodedColumn& sensitive = table.column(column);
  const int bits = HashPartBits(keys.rows());
  const auto parts = ScatterByHash<Item>(
      keys, bits, threads,
      [&sensitive](uint64_t hash, uint64_t row) { return Item{hash, sensitive.code(row)}; });
  SensitiveAccumulator start;
  start.SetGlobal(ValueCounts(sensitive), keys.rows());
  std::vector<SensitiveAccumulator> accumulators(threads, start);
  RunDynamic(threads, uint64_t{1} << bits, [&](int t, uint64_t p) {
    std::vector<Item> items;
    parts.ForEachPiece(p, [&items](std::span<const Item> piece) {
      items.insert(items.end(), piece.begin(), piece.end());
    });
    std::sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
      return a.hash != b.hash ? a.hash < b.hash : a.code < b.code;
    });
    std::vector<std::pair<uint32_t, uint64_t>> values;
    for (auto i = items.begin(); i != items.end();) {
      values.clear();
      uint64_t size = 0;
      auto j = i;
      for (; j != items.end() && j->hash == i->hash; ++j, ++size) {
        if (values.empty() || values.back().first != j->code) values.emplace_back(j->code, 0);
        ++values.back().second;
      }
      accumulators[t].AddClass(values, size);
      i = j;
    }
  });
  for (int t = 1; t < threads; ++t) accumulators[0].Merge(accumulators[t]);
  return accumulators[0].Result(sensitive.name());
}

absl::Status CheckColumns(const CodedTable& table, std::span<const size_t> quasi_identifiers,
                          std::span<const size_t> sensitive) {
  if (quasi_identifiers.empty()) {
    return absl::InvalidArgumentError("name at least one quasi-identifier");
  }
  std::vector<size_t> seen;
  for (size_t c : quasi_identifiers) {
    if (c >= table.columns().size()) {
      return absl::InvalidArgumentError(absl::StrCat("quasi-identifier ", c, " of a table of ",
                                                     table.columns().size(), " columns"));
    }
    if (std::find(seen.begin(), seen.end(), c) != seen.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("quasi-identifier \"", table.column(c).name(), "\" is named twice"));
    }
    seen.push_back(c);
  }
  for (size_t c : sensitive) {
    if (c >= table.columns().size()) {
      return absl::InvalidArgumentError(absl::StrCat("sensitive column ", c, " of a table of ",
                                                     table.columns().size(), " columns"));
    }
    if (std::find(seen.begin(), seen.end(), c) != seen.end()) {
      return absl::InvalidArgumentError(absl::StrCat("column \"", table.column(c).name(),
                                                     "\" is named as a quasi-identifier and as "
                                                     "sensitive; name it once"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

uint64_t ClassMeasure::RecordsBelow(uint64_t k) const {
  uint64_t below = 0;
  for (const auto& [size, count] : histogram) {
    if (size >= k) break;
    below += size * count;
  }
  return below;
}

double ClassMeasure::ProsecutorMax() const {
  return min_class == 0 ? 0.0 : 1.0 / static_cast<double>(min_class);
}

double ClassMeasure::ProsecutorMean() const {
  return records == 0 ? 0.0 : static_cast<double>(classes) / static_cast<double>(records);
}

absl::StatusOr<ClassMeasure> MeasureClasses(const CodedTable& table,
                                            std::span<const size_t> quasi_identifiers,
                                            std::span<const size_t> sensitive,
                                            const MeasureOptions& options) {
  if (absl::Status ok = CheckColumns(table, quasi_identifiers, sensitive); !ok.ok()) return ok;
  const int threads = ThreadCount(options.threads);
  auto keys = RowKeys::Make(table, quasi_identifiers, threads);
  if (!keys.ok()) return keys.status();
  ClassMeasure measure;
  measure.records = table.rows();
  measure.histogram = CountClasses(*keys, threads).Histogram();
  for (const auto& [size, count] : measure.histogram) measure.classes += count;
  if (!measure.histogram.empty()) {
    measure.min_class = measure.histogram.front().first;
    measure.max_class = measure.histogram.back().first;
  }
  measure.uniques = measure.RecordsBelow(2);
  for (size_t column : sensitive) {
    measure.sensitive.push_back(MeasureSensitive(table, *keys, column, threads));
  }
  return measure;
}

absl::StatusOr<ClassMeasure> MeasureClasses(const CodedTable& table,
                                            const std::vector<std::string>& quasi_identifiers,
                                            const std::vector<std::string>& sensitive,
                                            const MeasureOptions& options) {
  auto qi = table.FindAll(quasi_identifiers);
  if (!qi.ok()) return qi.status();
  auto sa = table.FindAll(sensitive);
  if (!sa.ok()) return sa.status();
  return MeasureClasses(table, *qi, *sa, options);
}

}  // namespace oboro::sdc
