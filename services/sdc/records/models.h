// Privacy models: what a class of records must satisfy to be released. Decisions are exact.
//
// Notation: a class has n records, v of them with sensitive value s; the table has N and G. A
// conjunction of models holds if each does; records of classes where it fails are suppressed.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/exact.h"
#include "services/sdc/records/hierarchy.h"

namespace oboro::sdc {

enum class ModelKind {
  kKAnonymity,     // n >= k (Sweeney 2002)
  kDistinctL,      // at least l values (Machanavajjhala et al. 2007)
  kEntropyL,       // -sum (v/n) ln (v/n) >= ln l (ibid.); decided as n^n >= l^n prod v^v
  kRecursiveCL,    // r1 < c (r_l + ... + r_m), r descending counts (ibid.)
  kTEqual,         // half the L1 distance to the table's distribution <= t (Li et al. 2007)
  kTOrdered,       // sum |cumulated difference| / (m - 1) <= t (ibid.)
  kTHierarchical,  // earth mover's distance over a hierarchy, moving costs height / H, <= t (ibid.)
  kDeltaDisclosure,  // |log2((v/n) / (G/N))| < delta for every value of the class (Brickell and
                     // Shmatikov 2008; base 2 and values that occur, as ARX has it)
  kBetaLikeness,     // (v/n - G/N) / (G/N) <= beta (Cao and Karras 2012)
  kEnhancedBeta,     // the same <= min(beta, -ln(G/N)) (ibid.)
};

struct Model {
  ModelKind kind = ModelKind::kKAnonymity;
  // k, l (entropy: rational), c, t, delta or beta.
  Rational parameter;
  // l of kRecursiveCL.
  uint64_t recursive_l = 0;
  // Position among the problem's sensitive attributes; not used by k-anonymity.
  size_t sensitive = 0;

  static Model KAnonymity(uint64_t k);
  static Model DistinctL(uint64_t l, size_t sensitive = 0);
  static Model EntropyL(Rational l, size_t sensitive = 0);
  static Model RecursiveCL(Rational c, uint64_t l, size_t sensitive = 0);
  static Model TEqual(Rational t, size_t sensitive = 0);
  static Model TOrdered(Rational t, size_t sensitive = 0);
  static Model THierarchical(Rational t, size_t sensitive = 0);
  static Model DeltaDisclosure(Rational delta, size_t sensitive = 0);
  static Model BetaLikeness(Rational beta, size_t sensitive = 0);
  static Model EnhancedBeta(Rational beta, size_t sensitive = 0);

  // INVALID_ARGUMENT for parameters outside their range.
  absl::Status Check() const;
  bool NeedsSensitive() const { return kind != ModelKind::kKAnonymity; }
  // Whether a class that satisfies it still does after any records join it. Only then can no finer
  // node suppress fewer records.
  bool GrowsMonotone() const {
    return kind == ModelKind::kKAnonymity || kind == ModelKind::kDistinctL;
  }
  // Whether the union of satisfying classes satisfies it.
  bool UnionMonotone() const { return kind != ModelKind::kDeltaDisclosure; }
  std::string Name() const;  // "k-anonymity", "entropy-l-diversity" ...
};

// A sensitive attribute as models see it.
struct SensitiveAttribute {
  std::string name;
  std::vector<std::string> values;  // by code
  std::vector<uint64_t> counts;     // G by code
  // Codes in the order of their values, for kTOrdered: as numbers if all are, else by bytes.
  std::vector<uint32_t> order;
  // For kTHierarchical; its leaves must cover `values`.
  const Hierarchy* hierarchy = nullptr;
};

// Codes of values in ascending order: numerically if every value is a decimal number, else
// bytewise.
std::vector<uint32_t> ValueOrder(const std::vector<std::string>& values);

// Decides classes. Immutable after Make, shared by threads; each thread brings a Scratch.
class ClassJudge {
 public:
  using ValueCount = std::pair<uint32_t, uint64_t>;  // (code, v), each code once, v > 0
  struct Scratch {
    std::vector<uint64_t> sorted;
    std::vector<LogTerm> logs;
    std::vector<uint64_t> dense;
    std::vector<__int128> extra;
  };

  static absl::StatusOr<ClassJudge> Make(std::vector<Model> models,
                                         std::vector<SensitiveAttribute> sensitive,
                                         uint64_t records);

  // The largest k of the k-anonymity models, at least 1; and the largest distinct l by attribute.
  uint64_t min_size() const { return min_size_; }
  bool needs_sensitive() const { return needs_sensitive_; }
  // All models satisfied by any superset of a satisfying class (k-anonymity, distinct l).
  bool grows_monotone() const { return grows_monotone_; }
  bool union_monotone() const { return union_monotone_; }
  // Records that every satisfying class must have, by k and by l (l values need l records).
  uint64_t least_records() const { return least_records_; }
  const std::vector<Model>& models() const { return models_; }
  const std::vector<SensitiveAttribute>& sensitive() const { return sensitive_; }

  // Whether a class of n records with the given value counts per sensitive attribute satisfies
  // every model. O(values) but for kTOrdered and kTHierarchical, which are O(values of the
  // attribute).
  bool Satisfies(uint64_t n, std::span<const std::vector<ValueCount>> values,
                 Scratch& scratch) const;
  // The same for the models that grow monotone only.
  bool SatisfiesMonotone(uint64_t n, std::span<const std::vector<ValueCount>> values) const;

 private:
  struct Tree;
  bool Holds(const Model& model, uint64_t n, const std::vector<ValueCount>& values,
             Scratch& scratch) const;
  bool Entropy(const Model& m, uint64_t n, const std::vector<ValueCount>& v, Scratch& s) const;
  bool Recursive(const Model& m, const std::vector<ValueCount>& v, Scratch& s) const;
  bool TEqual(const Model& m, uint64_t n, const std::vector<ValueCount>& v) const;
  bool TOrdered(const Model& m, uint64_t n, const std::vector<ValueCount>& v, Scratch& s) const;
  bool THierarchical(const Model& m, uint64_t n, const std::vector<ValueCount>& v,
                     Scratch& s) const;
  bool Delta(const Model& m, uint64_t n, const std::vector<ValueCount>& v, Scratch& s) const;
  bool Beta(const Model& m, uint64_t n, const std::vector<ValueCount>& v, Scratch& s) const;

  std::vector<Model> models_;
  std::vector<SensitiveAttribute> sensitive_;
  std::vector<std::shared_ptr<const Tree>> trees_;
  std::vector<double> n_log_n_;  // v ln v for small v
  uint64_t records_ = 0;
  uint64_t min_size_ = 1;
  uint64_t least_records_ = 1;
  bool needs_sensitive_ = false;
  bool grows_monotone_ = true;
  bool union_monotone_ = true;
};

}  // namespace oboro::sdc
