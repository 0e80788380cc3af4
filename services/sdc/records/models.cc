#include "services/sdc/records/models.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

Model Make(ModelKind kind, Rational parameter, size_t sensitive) {
  Model model;
  model.kind = kind;
  model.parameter = parameter;
  model.sensitive = sensitive;
  return model;
}

int Bits(uint64_t x) { return std::bit_width(x); }

}  // namespace

Model Model::KAnonymity(uint64_t k) {
  return Make(ModelKind::kKAnonymity, Rational::Of(static_cast<int64_t>(k)), 0);
}
Model Model::DistinctL(uint64_t l, size_t s) {
  return Make(ModelKind::kDistinctL, Rational::Of(static_cast<int64_t>(l)), s);
}
Model Model::EntropyL(Rational l, size_t s) { return Make(ModelKind::kEntropyL, l, s); }
Model Model::RecursiveCL(Rational c, uint64_t l, size_t s) {
  Model model = Make(ModelKind::kRecursiveCL, c, s);
  model.recursive_l = l;
  return model;
}
Model Model::TEqual(Rational t, size_t s) { return Make(ModelKind::kTEqual, t, s); }
Model Model::TOrdered(Rational t, size_t s) { return Make(ModelKind::kTOrdered, t, s); }
Model Model::THierarchical(Rational t, size_t s) { return Make(ModelKind::kTHierarchical, t, s); }
Model Model::DeltaDisclosure(Rational d, size_t s) {
  return Make(ModelKind::kDeltaDisclosure, d, s);
}
Model Model::BetaLikeness(Rational b, size_t s) { return Make(ModelKind::kBetaLikeness, b, s); }
Model Model::EnhancedBeta(Rational b, size_t s) { return Make(ModelKind::kEnhancedBeta, b, s); }

std::string Model::Name() const {
  switch (kind) {
    case ModelKind::kKAnonymity:
      return "k-anonymity";
    case ModelKind::kDistinctL:
      return "distinct-l-diversity";
    case ModelKind::kEntropyL:
      return "entropy-l-diversity";
    case ModelKind::kRecursiveCL:
      return "recursive-cl-diversity";
    case ModelKind::kTEqual:
      return "t-closeness-equal";
    case ModelKind::kTOrdered:
      return "t-closeness-ordered";
    case ModelKind::kTHierarchical:
      return "t-closeness-hierarchical";
    case ModelKind::kDeltaDisclosure:
      return "delta-disclosure";
    case ModelKind::kBetaLikeness:
      return "beta-likeness";
    case ModelKind::kEnhancedBeta:
      return "enhanced-beta-likeness";
  }
  return "";
}

absl::Status Model::Check() const {
  const auto error = [&](const char* rule) {
    return absl::InvalidArgumentError(
        absl::StrCat(Name(), ": the parameter ", parameter.ToString(), " is out of range; ", rule));
  };
  const double p = parameter.ToDouble();
  switch (kind) {
    case ModelKind::kKAnonymity:
      if (p < 1) return error("k is at least 1");
      break;
    case ModelKind::kDistinctL:
      if (p < 1) return error("l is at least 1");
      break;
    case ModelKind::kEntropyL:
      if (p < 1) return error("l is at least 1");
      break;
    case ModelKind::kRecursiveCL:
      if (p <= 0) return error("c is above 0");
      if (recursive_l < 1) return error("l is at least 1");
      break;
    case ModelKind::kTEqual:
    case ModelKind::kTOrdered:
    case ModelKind::kTHierarchical:
      if (p < 0 || p > 1) return error("t lies between 0 and 1");
      break;
    case ModelKind::kDeltaDisclosure:
    case ModelKind::kBetaLikeness:
    case ModelKind::kEnhancedBeta:
      if (p <= 0) return error("it is above 0");
      break;
  }
  return absl::OkStatus();
}

std::vector<uint32_t> ValueOrder(const std::vector<std::string>& values) {
  std::vector<uint32_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::vector<double> numbers(values.size());
  bool numeric = !values.empty();
  for (size_t i = 0; i < values.size() && numeric; ++i) {
    const char* end = values[i].data() + values[i].size();
    const auto [at, error] = std::from_chars(values[i].data(), end, numbers[i]);
    numeric = error == std::errc() && at == end && std::isfinite(numbers[i]);
  }
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    if (numeric && numbers[a] != numbers[b]) return numbers[a] < numbers[b];
    return values[a] < values[b];
  });
  return order;
}

// The hierarchy's nodes numbered level by level, leaves first, parents after their children.
struct ClassJudge::Tree {
  std::vector<uint32_t> node_of_value;
  std::vector<uint32_t> parent;  // UINT32_MAX at the root
  std::vector<uint32_t> height;
  std::vector<__int128> global;  // records under each node
  uint32_t top = 0;              // H, levels above the leaves
};

absl::StatusOr<ClassJudge> ClassJudge::Make(std::vector<Model> models,
                                            std::vector<SensitiveAttribute> sensitive,
                                            uint64_t records) {
  ClassJudge judge;
  judge.trees_.resize(models.size());
  judge.records_ = records;
  for (size_t i = 0; i < models.size(); ++i) {
    const Model& m = models[i];
    if (absl::Status ok = m.Check(); !ok.ok()) return ok;
    judge.grows_monotone_ &= m.GrowsMonotone();
    judge.union_monotone_ &= m.UnionMonotone();
    if (m.kind == ModelKind::kKAnonymity) {
      judge.min_size_ = std::max<uint64_t>(judge.min_size_, m.parameter.num);
      continue;
    }
    judge.needs_sensitive_ = true;
    if (m.sensitive >= sensitive.size()) {
      return absl::InvalidArgumentError(
          absl::StrCat(m.Name(), " needs a sensitive attribute; name one"));
    }
    const SensitiveAttribute& s = sensitive[m.sensitive];
    const int bits = 2 * Bits(records) + Bits(s.values.size()) + Bits(m.parameter.num) +
                     Bits(m.parameter.den) + 8;
    if (bits > 126 && m.kind != ModelKind::kDistinctL && m.kind != ModelKind::kEntropyL) {
      return absl::InvalidArgumentError(absl::StrCat(
          m.Name(), ": the parameter ", m.parameter.ToString(),
          " has too many digits for an exact decision over ", records, " records; round it"));
    }
    if (m.kind == ModelKind::kDistinctL) {
      judge.least_records_ = std::max<uint64_t>(judge.least_records_, m.parameter.num);
    }
    if (m.kind != ModelKind::kTHierarchical) continue;
    if (s.hierarchy == nullptr) {
      return absl::InvalidArgumentError(absl::StrCat(
          m.Name(), " needs the hierarchy of sensitive attribute \"", s.name, "\"; give one"));
    }
    auto leaves = s.hierarchy->Bind(s.values);
    if (!leaves.ok()) return leaves.status();
    auto tree = std::make_shared<Tree>();
    tree->node_of_value = *leaves;
    uint32_t begin = 0;
    for (uint32_t l = 0; l < s.hierarchy->level_count(); ++l) {
      const Hierarchy::Level& level = s.hierarchy->level(l);
      const uint32_t next = begin + static_cast<uint32_t>(level.labels.size());
      for (size_t n = 0; n < level.labels.size(); ++n) {
        tree->height.push_back(l);
        tree->parent.push_back(level.parent.empty() ? UINT32_MAX : next + level.parent[n]);
      }
      begin = next;
    }
    tree->top = static_cast<uint32_t>(s.hierarchy->level_count()) - 1;
    tree->global.assign(begin, 0);
    for (size_t v = 0; v < s.values.size(); ++v) {
      for (uint32_t n = (*leaves)[v]; n != UINT32_MAX; n = tree->parent[n]) {
        tree->global[n] += s.counts[v];
      }
    }
    const Hierarchy::Level& last = s.hierarchy->level(s.hierarchy->level_count() - 1);
    if (last.labels.size() != 1) {
      return absl::InvalidArgumentError(absl::StrCat(m.Name(), ": the hierarchy of \"", s.name,
                                                     "\" ends in ", last.labels.size(),
                                                     " groups; add a level with one"));
    }
    judge.trees_[i] = std::move(tree);
  }
  judge.least_records_ = std::max(judge.least_records_, judge.min_size_);
  judge.n_log_n_.resize(4096, 0.0);
  for (size_t v = 1; v < judge.n_log_n_.size(); ++v) {
    judge.n_log_n_[v] = static_cast<double>(v) * std::log(static_cast<double>(v));
  }
  judge.models_ = std::move(models);
  judge.sensitive_ = std::move(sensitive);
  return judge;
}

bool ClassJudge::SatisfiesMonotone(uint64_t n,
                                   std::span<const std::vector<ValueCount>> values) const {
  if (n < min_size_) return false;
  for (const Model& m : models_) {
    if (m.kind == ModelKind::kDistinctL &&
        values[m.sensitive].size() < static_cast<uint64_t>(m.parameter.num)) {
      return false;
    }
  }
  return true;
}

bool ClassJudge::Satisfies(uint64_t n, std::span<const std::vector<ValueCount>> values,
                           Scratch& scratch) const {
  if (!SatisfiesMonotone(n, values)) return false;
  if (grows_monotone_) return true;
  for (const Model& m : models_) {
    if (!m.GrowsMonotone() && !Holds(m, n, values[m.sensitive], scratch)) return false;
  }
  return true;
}

bool ClassJudge::Holds(const Model& m, uint64_t n, const std::vector<ValueCount>& values,
                       Scratch& scratch) const {
  switch (m.kind) {
    case ModelKind::kEntropyL:
      return Entropy(m, n, values, scratch);
    case ModelKind::kRecursiveCL:
      return Recursive(m, values, scratch);
    case ModelKind::kTEqual:
      return TEqual(m, n, values);
    case ModelKind::kTOrdered:
      return TOrdered(m, n, values, scratch);
    case ModelKind::kTHierarchical:
      return THierarchical(m, n, values, scratch);
    case ModelKind::kDeltaDisclosure:
      return Delta(m, n, values, scratch);
    case ModelKind::kBetaLikeness:
    case ModelKind::kEnhancedBeta:
      return Beta(m, n, values, scratch);
    default:
      return true;
  }
}

bool ClassJudge::Entropy(const Model& m, uint64_t n, const std::vector<ValueCount>& values,
                         Scratch& scratch) const {
  // n ln n - sum v ln v >= n ln l; the quick sum decides unless it is within its error of zero.
  const auto x_log_x = [this](uint64_t v) {
    return v < n_log_n_.size() ? n_log_n_[v]
                               : static_cast<double>(v) * std::log(static_cast<double>(v));
  };
  double sum = x_log_x(n) - static_cast<double>(n) * std::log(m.parameter.ToDouble());
  for (const auto& [code, v] : values) sum -= x_log_x(v);
  const double bound = 4 * x_log_x(n + 2) * (static_cast<double>(values.size()) + 16) * 0x1p-52;
  if (sum > bound) return true;
  if (sum < -bound) return false;
  scratch.logs.clear();
  const auto exponent = static_cast<int64_t>(n);
  scratch.logs.push_back({n, exponent});
  scratch.logs.push_back({static_cast<uint64_t>(m.parameter.num), -exponent});
  scratch.logs.push_back({static_cast<uint64_t>(m.parameter.den), exponent});
  for (const auto& [code, v] : values) scratch.logs.push_back({v, -static_cast<int64_t>(v)});
  return SignOfLogSum(scratch.logs) >= 0;
}

bool ClassJudge::Recursive(const Model& m, const std::vector<ValueCount>& values,
                           Scratch& scratch) const {
  if (values.size() < m.recursive_l) return false;
  scratch.sorted.clear();
  for (const auto& [code, v] : values) scratch.sorted.push_back(v);
  std::sort(scratch.sorted.begin(), scratch.sorted.end(), std::greater<>());
  unsigned __int128 tail = 0;
  for (size_t i = m.recursive_l - 1; i < scratch.sorted.size(); ++i) tail += scratch.sorted[i];
  return static_cast<unsigned __int128>(scratch.sorted[0]) * m.parameter.den <
         tail * static_cast<uint64_t>(m.parameter.num);
}

bool ClassJudge::TEqual(const Model& m, uint64_t n, const std::vector<ValueCount>& values) const {
  const std::vector<uint64_t>& global = sensitive_[m.sensitive].counts;
  __int128 above = 0;
  for (const auto& [code, v] : values) {
    const __int128 d =
        static_cast<__int128>(v) * records_ - static_cast<__int128>(global[code]) * n;
    if (d > 0) above += d;
  }
  return above * m.parameter.den <= static_cast<__int128>(n) * records_ * m.parameter.num;
}

bool ClassJudge::TOrdered(const Model& m, uint64_t n, const std::vector<ValueCount>& values,
                          Scratch& scratch) const {
  const SensitiveAttribute& s = sensitive_[m.sensitive];
  scratch.dense.resize(std::max(scratch.dense.size(), s.counts.size()), 0);
  for (const auto& [code, v] : values) scratch.dense[code] = v;
  __int128 cumulated = 0, sum = 0;
  for (const uint32_t code : s.order) {
    cumulated += static_cast<__int128>(scratch.dense[code]) * records_ -
                 static_cast<__int128>(s.counts[code]) * n;
    sum += cumulated < 0 ? -cumulated : cumulated;
  }
  for (const auto& [code, v] : values) scratch.dense[code] = 0;
  const auto steps = static_cast<int64_t>(s.order.size()) - 1;
  return sum * m.parameter.den <= static_cast<__int128>(n) * records_ * m.parameter.num * steps;
}

bool ClassJudge::THierarchical(const Model& m, uint64_t n, const std::vector<ValueCount>& values,
                               Scratch& scratch) const {
  const Tree& tree = *trees_[&m - models_.data()];
  const size_t nodes = tree.parent.size();
  // extra[node] = N * (records of the class under it) - n * (records of the table under it); the
  // positive and negative parts of its children meet at the node.
  scratch.extra.assign(3 * nodes, 0);
  __int128* extra = scratch.extra.data();
  __int128* plus = extra + nodes;
  __int128* minus = plus + nodes;
  for (const auto& [code, v] : values) {
    extra[tree.node_of_value[code]] = static_cast<__int128>(v) * records_;
  }
  __int128 cost = 0;
  for (size_t node = 0; node < nodes; ++node) {
    const uint32_t parent = tree.parent[node];
    if (tree.height[node] > 0) {
      extra[node] = plus[node] - minus[node];
      cost += std::min(plus[node], minus[node]) * tree.height[node];
    } else {
      extra[node] -= tree.global[node] * n;
    }
    if (parent != UINT32_MAX) {
      (extra[node] > 0 ? plus[parent] : minus[parent]) +=
          extra[node] > 0 ? extra[node] : -extra[node];
    }
  }
  if (tree.top == 0) return true;
  return cost * m.parameter.den <= static_cast<__int128>(n) * records_ * m.parameter.num * tree.top;
}

bool ClassJudge::Delta(const Model& m, uint64_t n, const std::vector<ValueCount>& values,
                       Scratch& scratch) const {
  const std::vector<uint64_t>& global = sensitive_[m.sensitive].counts;
  const double delta = m.parameter.ToDouble();
  for (const auto& [code, v] : values) {
    const double ratio = (static_cast<double>(v) * static_cast<double>(records_)) /
                         (static_cast<double>(n) * static_cast<double>(global[code]));
    const double distance = std::abs(std::log2(ratio));
    if (distance < delta * (1 - 1e-12) - 1e-12) continue;
    if (distance > delta * (1 + 1e-12) + 1e-12) return false;
    // |den * log2(ratio)| < num, that is both num ln 2 - den ln(ratio) and num ln 2 + den ln(ratio)
    // are positive.
    const int64_t den = m.parameter.den;
    for (const int64_t e : {-den, den}) {
      scratch.logs = {{2, m.parameter.num}, {v, e}, {records_, e}, {n, -e}, {global[code], -e}};
      if (SignOfLogSum(scratch.logs) <= 0) return false;
    }
  }
  return true;
}

bool ClassJudge::Beta(const Model& m, uint64_t n, const std::vector<ValueCount>& values,
                      Scratch& scratch) const {
  const std::vector<uint64_t>& global = sensitive_[m.sensitive].counts;
  const Rational beta = m.parameter;
  for (const auto& [code, v] : values) {
    const auto mine = static_cast<__int128>(v) * records_;
    const auto all = static_cast<__int128>(global[code]) * n;
    if ((mine - all) * beta.den > all * beta.num) return false;
    if (m.kind == ModelKind::kBetaLikeness) continue;
    // v N / (n G) - 1 <= ln(N / G).
    scratch.logs = {{records_, 1}, {global[code], -1}};
    const RationalTerm terms[] = {{1, {}, {}}, {-1, {v, records_}, {n, global[code]}}};
    const double gap = std::log(static_cast<double>(records_) / static_cast<double>(global[code])) +
                       1 - static_cast<double>(mine) / static_cast<double>(all);
    if (gap > 1e-9 * (1 + static_cast<double>(mine) / static_cast<double>(all))) continue;
    if (SignOfLogSum(scratch.logs, terms) < 0) return false;
  }
  return true;
}

}  // namespace oboro::sdc
