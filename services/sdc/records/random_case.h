// Random small tables, hierarchies and models for property tests, for the engine and for the naive
// reference alike.
#pragma once

#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "services/sdc/records/naive_reference.h"
#include "services/sdc/records/test_data.h"

namespace oboro::sdc::testing {

// Fixes rapidcheck's seed, so that a run is repeatable; RC_PARAMS in the environment overrides it.
inline void FixPropertySeed(const char* parameters) { ::setenv("RC_PARAMS", parameters, 0); }

class RandomCase {
 public:
  explicit RandomCase(uint64_t seed) : random_(seed) {
    MakeHierarchies();
    MakeRows();
    MakeRules();
  }

  naive::Table reference;
  naive::Rules rules;
  std::vector<Model> models;
  std::vector<Rational> weights;
  std::vector<long double> reference_weights;
  Rational limit;
  int limit_records = 0;

  int Pick(int n) { return static_cast<int>(random_() % n); }

  // The engine's input; rows in the given order, columns as `order` says.
  struct Loaded {
    CodedTable table;
    std::vector<std::unique_ptr<Hierarchy>> hierarchies;
    SearchInput input;
  };
  std::unique_ptr<Loaded> Load(const std::vector<std::vector<std::string>>& rows) const {
    auto loaded = std::make_unique<Loaded>();
    const size_t q = reference.hierarchy.size();
    std::vector<std::string> names;
    for (size_t d = 0; d <= q; ++d) names.push_back("c" + std::to_string(d));
    loaded->table = *TableFromRows(names, rows);
    SearchInput& input = loaded->input;
    input.table = &loaded->table;
    const auto add = [&](const auto& map) {
      std::vector<std::vector<std::string>> lines;
      for (const auto& [value, path] : map) lines.push_back(path);
      auto h = Hierarchy::Make("h", lines);
      EXPECT_TRUE(h.ok()) << h.status();
      loaded->hierarchies.push_back(std::make_unique<Hierarchy>(*std::move(h)));
    };
    for (size_t d = 0; d < q; ++d) {
      add(reference.hierarchy[d]);
      input.hierarchies.push_back(loaded->hierarchies.back().get());
      input.quasi_identifiers.push_back(d);
    }
    add(reference.sensitive_hierarchy);
    input.sensitive = {q};
    input.sensitive_hierarchies = {loaded->hierarchies.back().get()};
    input.models = models;
    return loaded;
  }

 private:
  // `values` names nested into ever fewer groups; sometimes not down to one.
  std::map<std::string, std::vector<std::string>> MakeHierarchy(int values, int levels, bool root) {
    std::map<std::string, std::vector<std::string>> out;
    std::vector<int> group(values);
    for (int v = 0; v < values; ++v) {
      group[v] = v;
      out["v" + std::to_string(v)].push_back("v" + std::to_string(v));
    }
    int groups = values;
    for (int l = 1; l < levels; ++l) {
      const bool last = l + 1 == levels && (root || Pick(4) > 0);
      const int next = last ? 1 : std::max(1, groups - Pick(groups));
      std::vector<int> map(groups);
      for (int g = 0; g < groups; ++g) map[g] = g < next ? g : Pick(next);
      for (int v = 0; v < values; ++v) {
        group[v] = map[group[v]];
        out["v" + std::to_string(v)].push_back("L" + std::to_string(l) + "." +
                                               std::to_string(group[v]));
      }
      groups = next;
    }
    return out;
  }

  void MakeHierarchies() {
    const int q = 1 + Pick(4);
    for (int d = 0; d < q; ++d) {
      reference.hierarchy.push_back(MakeHierarchy(1 + Pick(7), 1 + Pick(4), false));
    }
    reference.sensitive_hierarchy = MakeHierarchy(1 + Pick(5), 2 + Pick(2), true);
  }

  void MakeRows() {
    const int n = 1 + Pick(40);
    for (int i = 0; i < n; ++i) {
      std::vector<std::string> row;
      for (const auto& h : reference.hierarchy) {
        // Skewed, so that classes of several sizes occur.
        const int m = static_cast<int>(h.size());
        row.push_back("v" + std::to_string(std::min(Pick(m), Pick(m))));
      }
      const int m = static_cast<int>(reference.sensitive_hierarchy.size());
      row.push_back("v" + std::to_string(std::min(Pick(m), Pick(m))));
      reference.rows.push_back(row);
    }
  }

  void MakeRules() {
    static constexpr int kPercent[] = {0, 0, 5, 10, 20, 50, 100};
    const int percent = kPercent[Pick(7)];
    limit = Rational::Of(percent, 100);
    limit_records = percent * static_cast<int>(reference.rows.size()) / 100;
    if (Pick(3) > 0) {
      rules.k = 1 + Pick(6);
      models.push_back(Model::KAnonymity(rules.k));
    }
    const auto tenths = [&](int low, int high) { return low + Pick(high - low + 1); };
    const int more = models.empty() ? 1 + Pick(2) : Pick(3);
    for (int i = 0; i < more; ++i) AddModel(Pick(9), tenths(1, 9), tenths(5, 30));
    for (size_t d = 0; d < reference.hierarchy.size(); ++d) {
      const int w = Pick(3) > 0 ? 1 : 1 + Pick(4);
      weights.push_back(Rational::Of(w, 2));
      reference_weights.push_back(w / 2.0L);
    }
  }

  void AddModel(int kind, int tenths, int wide) {
    const Rational small = Rational::Of(tenths, 10), large = Rational::Of(wide, 10);
    switch (kind) {
      case 0:
        if (rules.distinct_l > 0) return;
        rules.distinct_l = 1 + tenths % 3;
        models.push_back(Model::DistinctL(rules.distinct_l));
        break;
      case 1:
        // A second model of a kind would need the stricter of two in the reference.
        if (rules.entropy_l > 0) return;
        rules.entropy_l = 1 + wide / 10;
        models.push_back(Model::EntropyL(Rational::Of(1 + wide / 10)));
        break;
      case 2:
        if (rules.recursive_l > 0) return;
        rules.recursive_l = 1 + tenths % 3;
        rules.recursive_c = wide / 10.0L;
        models.push_back(Model::RecursiveCL(large, rules.recursive_l));
        break;
      case 3:
        if (rules.t_equal >= 0) return;
        rules.t_equal = tenths / 10.0L;
        models.push_back(Model::TEqual(small));
        break;
      case 4:
        if (rules.t_ordered >= 0) return;
        rules.t_ordered = tenths / 10.0L;
        models.push_back(Model::TOrdered(small));
        break;
      case 5:
        if (rules.t_hierarchical >= 0) return;
        rules.t_hierarchical = tenths / 10.0L;
        models.push_back(Model::THierarchical(small));
        break;
      case 6:
        if (rules.delta >= 0) return;
        rules.delta = wide / 10.0L;
        models.push_back(Model::DeltaDisclosure(large));
        break;
      case 7:
        if (rules.beta >= 0) return;
        rules.beta = wide / 10.0L;
        models.push_back(Model::BetaLikeness(large));
        break;
      default:
        if (rules.enhanced_beta >= 0) return;
        rules.enhanced_beta = wide / 10.0L;
        models.push_back(Model::EnhancedBeta(large));
    }
  }

  std::mt19937_64 random_;
};

}  // namespace oboro::sdc::testing
