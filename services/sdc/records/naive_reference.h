// The engine's definitions once more, on strings, node by node, without any of the engine's code or
// cleverness: for tests on small tables only. Comparisons use a tolerance far below the smallest
// difference that such tables can have and far above floating-point error.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace oboro::sdc::naive {

constexpr long double kTie = 1e-13L;

struct Table {
  std::vector<std::vector<std::string>> rows;  // quasi-identifiers, then the sensitive value
  // levels[q][value][l]
  std::vector<std::map<std::string, std::vector<std::string>>> hierarchy;
  std::map<std::string, std::vector<std::string>> sensitive_hierarchy;
};

struct Rules {
  int k = 1, distinct_l = 0, recursive_l = 0;
  long double entropy_l = 0, recursive_c = 0, t_equal = -1, t_ordered = -1, t_hierarchical = -1,
              delta = -1, beta = -1, enhanced_beta = -1;
};

struct Node {
  std::vector<int> levels;
  int suppressed = 0, classes = 0;
  long double score = 0;
};

using Counts = std::map<std::string, int>;

inline bool Satisfies(const Rules& r, const Table& t, const Counts& all, const Counts& v, int n) {
  const long double N = t.rows.size();
  const auto count = [&](const std::string& s) { return v.count(s) ? v.at(s) : 0; };
  if (n < r.k || static_cast<int>(v.size()) < r.distinct_l) return false;
  long double entropy = 0, equal = 0, ordered = 0, sum = 0;
  std::vector<int> sorted;
  for (const auto& [s, c] : v) {
    const long double p = static_cast<long double>(c) / n, q = all.at(s) / N;
    entropy -= p * std::log(p);
    sorted.push_back(c);
    if (r.delta >= 0 && std::abs(std::log2(p / q)) >= r.delta - kTie) return false;
    if (r.beta >= 0 && (p - q) / q > r.beta + kTie) return false;
    if (r.enhanced_beta >= 0 && (p - q) / q > std::min(r.enhanced_beta, -std::log(q)) + kTie) {
      return false;
    }
  }
  if (r.entropy_l > 0 && entropy < std::log(r.entropy_l) - kTie) return false;
  if (r.recursive_l > 0) {
    std::sort(sorted.rbegin(), sorted.rend());
    long double tail = 0;
    for (size_t i = r.recursive_l - 1; i < sorted.size(); ++i) tail += sorted[i];
    if (static_cast<int>(sorted.size()) < r.recursive_l ||
        sorted[0] >= r.recursive_c * tail - kTie) {
      return false;
    }
  }
  for (const auto& [s, c] : all) {  // a map: in the order of the values
    const long double d = static_cast<long double>(count(s)) / n - c / N;
    equal += std::abs(d) / 2;
    sum += d;
    ordered += std::abs(sum);
  }
  if (all.size() > 1) ordered /= all.size() - 1;
  if (r.t_equal >= 0 && equal > r.t_equal + kTie) return false;
  if (r.t_ordered >= 0 && ordered > r.t_ordered + kTie) return false;
  if (r.t_hierarchical >= 0) {
    // Li et al.: mass left over at the children of a node is moved between them as far as it meets.
    const int top = static_cast<int>(t.sensitive_hierarchy.begin()->second.size()) - 1;
    std::map<std::string, long double> extra;
    for (const auto& [s, c] : all) extra[s] = static_cast<long double>(count(s)) / n - c / N;
    long double cost = 0;
    for (int l = 1; l <= top; ++l) {
      std::map<std::string, std::pair<long double, long double>> parts;
      std::map<std::string, std::string> parent;
      for (const auto& [s, path] : t.sensitive_hierarchy) parent[path[l - 1]] = path[l];
      for (const auto& [s, e] : extra) {
        (e > 0 ? parts[parent.at(s)].first : parts[parent.at(s)].second) += std::abs(e);
      }
      extra.clear();
      for (const auto& [s, p] : parts) {
        cost += std::min(p.first, p.second) * l / top;
        extra[s] = p.first - p.second;
      }
    }
    if (cost > r.t_hierarchical + kTie) return false;
  }
  return true;
}

// One node under one metric: "loss", "loss-arithmetic", "aecs", "discernibility",
// "discernibility-all".
inline Node Evaluate(const Table& t, const Rules& rules, const std::string& metric,
                     const std::vector<long double>& weights, const std::vector<int>& levels) {
  const size_t q = t.hierarchy.size();
  const long double N = t.rows.size();
  Counts all;
  std::map<std::vector<std::string>, Counts> classes;
  for (const auto& row : t.rows) {
    std::vector<std::string> key;
    for (size_t d = 0; d < q; ++d) key.push_back(t.hierarchy[d].at(row[d])[levels[d]]);
    ++classes[key][row[q]];
    ++all[row[q]];
  }
  Node node;
  node.levels = levels;
  std::vector<long double> share(q, 0);
  long double dm = 0, dm_all = 0;
  for (const auto& [key, values] : classes) {
    int n = 0;
    for (const auto& [s, c] : values) n += c;
    dm_all += static_cast<long double>(n) * n;
    if (!Satisfies(rules, t, all, values, n)) {
      node.suppressed += n;
      dm += N * n;
      continue;
    }
    ++node.classes;
    dm += static_cast<long double>(n) * n;
    for (size_t d = 0; d < q; ++d) {
      int under = 0;
      for (const auto& [v, path] : t.hierarchy[d]) under += path[levels[d]] == key[d];
      share[d] += static_cast<long double>(n) * under / t.hierarchy[d].size();
    }
  }
  long double geometric = 0, arithmetic = 0, weight_sum = 0;
  for (size_t d = 0; d < q; ++d) {
    const long double size = t.hierarchy[d].size();
    long double loss = 0;
    if (size > 1) loss = (share[d] + node.suppressed - N / size) / (N - N / size);
    geometric += weights[d] * std::log(1 + loss);
    arithmetic += weights[d] * loss;
    weight_sum += weights[d];
  }
  node.score = metric == "loss"              ? std::exp(geometric / weight_sum) - 1
               : metric == "loss-arithmetic" ? arithmetic / weight_sum
               : metric == "aecs"            ? N / (node.classes + (node.suppressed > 0 ? 1 : 0))
               : metric == "discernibility"  ? dm
                                             : dm_all;
  return node;
}

// The best node within the limit, if any: score, then suppressed, then levels.
inline bool Optimum(const Table& t, const Rules& rules, const std::string& metric,
                    const std::vector<long double>& weights, int limit, Node* best) {
  bool found = false;
  std::vector<int> levels(t.hierarchy.size(), 0);
  for (;;) {
    const Node node = Evaluate(t, rules, metric, weights, levels);
    const long double tie = kTie * std::max(1.0L, best->score);
    if (node.suppressed <= limit &&
        (!found || node.score < best->score - tie ||
         (node.score < best->score + tie && node.suppressed < best->suppressed))) {
      *best = node;
      found = true;
    }
    size_t d = levels.size();
    while (d > 0 &&
           ++levels[d - 1] == static_cast<int>(t.hierarchy[d - 1].begin()->second.size())) {
      levels[--d] = 0;
    }
    if (d == 0) return found;
  }
}

}  // namespace oboro::sdc::naive
