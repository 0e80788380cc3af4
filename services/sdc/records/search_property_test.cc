// The search and the frontier against the naive reference and against themselves.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <mutex>

#include "services/sdc/records/frontier.h"
#include "services/sdc/records/random_case.h"

namespace oboro::sdc {
namespace {

using testing::FixPropertySeed;
using testing::RandomCase;

const Metric kMetrics[] = {Metric::kLoss, Metric::kLossArithmetic, Metric::kAecs,
                           Metric::kDiscernibility, Metric::kDiscernibilityAll};

SearchOptions OptionsOf(const RandomCase& c, Metric metric, int threads = 1) {
  SearchOptions options;
  options.suppression_limit = c.limit;
  options.metric = metric;
  options.weights = c.weights;
  options.threads = threads;
  return options;
}

void ExpectSame(const SearchResult& a, const SearchResult& b) {
  RC_ASSERT(a.found == b.found);
  RC_ASSERT(a.levels == b.levels);
  RC_ASSERT(a.score == b.score);
  RC_ASSERT(a.suppressed == b.suppressed);
  RC_ASSERT(a.classes == b.classes);
  RC_ASSERT(a.min_class == b.min_class);
}

class SearchPropertyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { FixPropertySeed("seed=20261121 max_success=1500"); }
};

TEST_F(SearchPropertyTest, AgreesWithTheNaiveReference) {
  EXPECT_TRUE(rc::check("optimum of a random case", [](uint64_t seed) {
    RandomCase c(seed);
    if (c.models.empty()) return;
    const auto loaded = c.Load(c.reference.rows);
    for (const Metric metric : kMetrics) {
      const auto result = FindOptimum(loaded->input, OptionsOf(c, metric));
      RC_ASSERT(result.ok());
      naive::Node best;
      const bool found = naive::Optimum(c.reference, c.rules, MetricName(metric),
                                        c.reference_weights, c.limit_records, &best);
      RC_ASSERT(result->found == found);
      RC_ASSERT(result->complete);
      if (!found) continue;
      RC_ASSERT(result->levels == best.levels);
      RC_ASSERT(result->suppressed == static_cast<uint64_t>(best.suppressed));
      RC_ASSERT(result->classes == static_cast<uint64_t>(best.classes));
      RC_ASSERT(std::abs(result->score - best.score) <= 1e-12L * (1 + best.score));
    }
  }));
}

TEST_F(SearchPropertyTest, PruningLosesNothing) {
  EXPECT_TRUE(rc::check("exhaustive and pruned", [](uint64_t seed) {
    RandomCase c(seed);
    const auto loaded = c.Load(c.reference.rows);
    for (const Metric metric : kMetrics) {
      SearchOptions options = OptionsOf(c, metric);
      const auto pruned = FindOptimum(loaded->input, options);
      options.exhaustive = true;
      const auto whole = FindOptimum(loaded->input, options);
      RC_ASSERT(pruned.ok() && whole.ok());
      ExpectSame(*pruned, *whole);
      options.exhaustive = false;
      options.paths = true;
      const auto by_paths = FindOptimum(loaded->input, options);
      RC_ASSERT(by_paths.ok());
      ExpectSame(*by_paths, *whole);
      RC_ASSERT(whole->evaluated_nodes == whole->lattice_nodes);
    }
  }));
}

TEST_F(SearchPropertyTest, ThreadsAndRowOrderDoNotMatter) {
  EXPECT_TRUE(rc::check("threads, permuted rows", [](uint64_t seed) {
    RandomCase c(seed);
    const auto loaded = c.Load(c.reference.rows);
    auto rows = c.reference.rows;
    std::shuffle(rows.begin(), rows.end(), std::mt19937_64(seed));
    const auto permuted = c.Load(rows);
    const Metric metric = kMetrics[c.Pick(5)];
    const auto one = FindOptimum(loaded->input, OptionsOf(c, metric, 1));
    RC_ASSERT(one.ok());
    for (const int threads : {2, 8}) {
      const auto many = FindOptimum(loaded->input, OptionsOf(c, metric, threads));
      RC_ASSERT(many.ok());
      ExpectSame(*one, *many);
      RC_ASSERT(one->evaluated_nodes == many->evaluated_nodes);
    }
    const auto other = FindOptimum(permuted->input, OptionsOf(c, metric, 2));
    RC_ASSERT(other.ok());
    ExpectSame(*one, *other);
    RC_ASSERT(one->evaluated_nodes == other->evaluated_nodes);
  }));
}

TEST_F(SearchPropertyTest, FrontierRowsAreSingleRuns) {
  EXPECT_TRUE(rc::check("frontier", [](uint64_t seed) {
    RandomCase c(seed);
    std::erase_if(c.models, [](const Model& m) { return m.kind == ModelKind::kKAnonymity; });
    const auto loaded = c.Load(c.reference.rows);
    FrontierOptions options;
    options.k_low = 1;
    options.k_high = 5;
    options.threads = 2;
    if (c.Pick(2) == 0) options.weights = c.weights;
    const auto frontier = FindFrontier(loaded->input, options);
    RC_ASSERT(frontier.ok());
    RC_ASSERT(frontier->rows.size() == 5u * 5 * 5);
    for (int i = 0; i < 12; ++i) {
      const FrontierRow& row = frontier->rows[c.Pick(static_cast<int>(frontier->rows.size()))];
      SearchInput input = loaded->input;
      input.models.push_back(Model::KAnonymity(row.k));
      SearchOptions single;
      single.suppression_limit = row.suppression_limit;
      single.metric = row.metric;
      single.weights = options.weights;
      single.threads = 1;
      const auto result = FindOptimum(input, single);
      RC_ASSERT(result.ok());
      RC_ASSERT(result->found == row.found);
      if (!row.found) continue;
      RC_ASSERT(result->levels == row.levels);
      RC_ASSERT(result->score == row.score);
      RC_ASSERT(result->suppressed == row.suppressed);
      RC_ASSERT(result->classes == row.classes);
    }
  }));
}

TEST_F(SearchPropertyTest, StoppedSearchesBoundTheOptimum) {
  EXPECT_TRUE(rc::check("anytime", [](uint64_t seed) {
    RandomCase c(seed);
    const auto loaded = c.Load(c.reference.rows);
    for (const Metric metric : kMetrics) {
      const auto whole = FindOptimum(loaded->input, OptionsOf(c, metric));
      RC_ASSERT(whole.ok());
      SearchOptions options = OptionsOf(c, metric);
      int batches = c.Pick(4);
      options.stop = [&batches] { return --batches < 0; };
      const auto stopped = FindOptimum(loaded->input, options);
      RC_ASSERT(stopped.ok());
      if (stopped->optimal()) ExpectSame(*stopped, *whole);
      if (!whole->found) {
        RC_ASSERT(!stopped->found);
        continue;
      }
      RC_ASSERT(stopped->bound <= whole->score * (1 + 1e-9) + 1e-9);
      if (stopped->found) RC_ASSERT(stopped->score >= whole->score);
    }
  }));
}

}  // namespace
}  // namespace oboro::sdc
