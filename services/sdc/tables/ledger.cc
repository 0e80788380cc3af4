#include "services/sdc/tables/ledger.h"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/sdc/tables/attack.h"
#include "services/sdc/tables/attack_system.h"
#include "services/sdc/tables/box_search.h"
#include "services/sdc/tables/interval_solver.h"
#include "services/sdc/tables/knowledge_solver.h"
#include "services/sdc/tables/ledger_layers.h"
#include "services/sdc/tables/prepared.h"

namespace oboro::sdc {
namespace {

constexpr int64_t kCellCost = int64_t{1} << 24;
constexpr uint64_t kMaxPrograms = 400;  // joint programs of one check
constexpr size_t kMostCulprits = 4;
constexpr uint64_t kMaxAttackWork = 400'000'000;  // AttackOptions::max_work: some seconds
constexpr int kMends = 4;                         // rounds of further suppressions in one check
constexpr size_t kFewClaims = 8;                  // in haste culprits are found for so many

// A target of one layer.
struct Claim {
  size_t layer;
  Target target;
  bool operator<(const Claim& o) const {
    return std::pair(layer, target.cell) < std::pair(o.layer, o.target.cell);
  }
};

// What the releases ask by themselves (LedgerRelease::targets), by cell and cell to keep: of
// several requests for one the strongest.
std::map<CellId, std::map<CellId, Target>> GivenTargets(const LedgerLayer& layer) {
  std::map<CellId, std::map<CellId, Target>> given;
  for (const LedgerRelease* r : layer.releases) {
    for (const Target& t : r->targets) {
      Target& have = given[t.cell].try_emplace(t.keep, t).first->second;
      have.up = std::max(have.up, t.up);
      have.down = std::max(have.down, t.down);
      if (have.exempt != t.exempt) have.exempt = -1;
    }
  }
  return given;
}

// The highest threshold of a layer's counts.
int64_t LeastOf(const LedgerLayer& layer) {
  int64_t least = 0;
  for (const LedgerRelease* r : layer.releases) {
    if (!r->amounts && !r->elsewhere) least = std::max(least, r->threshold);
  }
  return least;
}

// What must stay possible for the cells of a layer. Without the true base a cell that no table
// shows may be small whatever that base says of it.
std::vector<Target> TargetsOf(const Grid& grid, const LedgerLayer& layer, bool base_is_true) {
  const std::map<CellId, std::map<CellId, Target>> given = GivenTargets(layer);
  const int64_t least = LeastOf(layer);
  std::vector<Target> targets;
  const auto add = [&](Target t) {
    const CellId c = t.cell;
    const int64_t value = layer.base[c];
    // What others have published cannot be hidden any more.
    if (!layer.elsewhere.empty() && layer.elsewhere[c] < value + std::max<int64_t>(t.up, 1)) {
      t.up = layer.elsewhere[c] - value;
      if (t.up <= 0 && t.down <= 0 && layer.lower[c] >= value) return;
    }
    targets.push_back(t);
  };
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    const CellStatus status = layer.statuses[c];
    if (!IsUnknown(status)) continue;
    const int64_t value = layer.base[c];
    // A primary whose base value reaches the threshold already only must not be certain.
    const bool primary = status == CellStatus::kSuppressedPrimary;
    const int64_t up = primary ? std::max<int64_t>(0, layer.threshold[c] - value) : 0;
    const auto at = given.find(c);
    if (at != given.end()) {
      for (const auto& [keep, t] : at->second) add(t);
      if (up > 0) add({c, up, 0});  // of a release that has a threshold only
    } else if (status != CellStatus::kHidden) {
      add({c, up, 0});
    } else if ((value > 0 || !base_is_true) && value < least && grid.is_finest(c)) {
      // A small count that no table shows must not follow from those that are shown either: the
      // difference of two filters, a piece of a town in one mesh.
      add({c, least - value, 0});
    }
  }
  return targets;
}

// One question: these releases, these bases, this policy.
class Check {
 public:
  Check(const Grid& grid, const ReleaseList& releases, std::span<const LedgerBase> bases,
        const LedgerOptions& options)
      : grid_(grid), releases_(releases), bases_(bases), options_(options) {}

  absl::Status Prepare() {
    absl::StatusOr<std::vector<LedgerLayer>> layers =
        MergeLayers(grid_, releases_, bases_, options_);
    if (!layers.ok()) return layers.status();
    layers_ = std::move(*layers);
    linked_ = AreLinked(layers_, options_);
    if (absl::Status s = PlaceBases(grid_, bases_, options_, &layers_); !s.ok()) return s;
    attackers_ = options_.attackers;
    if (options_.tenant_dimension >= 0) {
      for (auto& cells : TenantInsiders(grid_, static_cast<size_t>(options_.tenant_dimension))) {
        attackers_.push_back({"tenant", std::move(cells), {}});
      }
    }
    return absl::OkStatus();
  }

  // Claims that nothing has shown safe, of all layers; with `only`, none but these are asked.
  absl::StatusOr<std::vector<Claim>> Exposed(const std::vector<Claim>* only) {
    std::vector<Claim> open;
    for (size_t i = 0; i < layers_.size(); ++i) {
      SuppressionProblem p = ProblemOf(i);
      p.targets = TargetsOf(grid_, layers_[i], options_.base_is_true);
      if (only != nullptr) Restrict(i, *only, &p.targets, &open);
      targets_ += p.targets.size();
      for (CellId c : layers_[i].bare) {
        if (only == nullptr) open.push_back({i, {c, 0, 0}});
      }
      if (p.targets.empty()) continue;
      // Without the true base most of what a short search does not reach may be zero.
      p.quick = p.quick || !options_.base_is_true;
      absl::StatusOr<ProtectedTable> table = ProtectPrepared(p);
      if (!table.ok()) return table.status();
      work_ += table->work;
      if (only == nullptr && i == LayerOfFresh()) KeepProofs(&*table);
      if (!options_.base_is_true) {
        absl::StatusOr<std::vector<Target>> left = SearchOn(i, p, std::move(table->exposed));
        if (!left.ok()) return left.status();
        table->exposed = std::move(*left);
      }
      for (const Target& t : table->exposed) open.push_back({i, t});
    }
    AskPrograms(&open);
    return open;
  }

  // Suppresses further cells of the last release; true if nothing stays open. What is suppressed in
  // one round must itself not be certain for anybody, so another round asks for it.
  absl::StatusOr<bool> Mend(std::vector<Claim> open, std::vector<CellId>* further) {
    const size_t i = LayerOfFresh();
    LedgerLayer& layer = layers_[i];
    const std::vector<CellStatus> before = layer.statuses;
    bool settled = false;
    for (int round = 0; round < kMends && !settled; ++round) {
      SuppressionProblem p = ProblemOf(i);
      PriceFresh(i, &p);
      p.targets = TargetsOf(grid_, layer, options_.base_is_true);
      p.known.insert(p.known.end(), proofs_.begin(), proofs_.end());
      if (!HideBare(layer, &p)) return false;
      absl::StatusOr<ProtectedTable> table = ProtectPrepared(p);
      if (!table.ok()) return table.status();
      work_ += table->work;
      if (!options_.base_is_true) DropPossibleZeros(i, &table->exposed);
      std::erase_if(open, [&](const Claim& claim) { return claim.layer == i; });
      for (const Target& t : table->exposed) open.push_back({i, t});
      if (options_.quick && !linked_ && !open.empty()) return false;
      settled = table->statuses == p.statuses;
      layer.statuses = table->statuses;
      layer.bare.clear();
      KeepProofs(&*table);
    }
    if (!settled) return false;
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (before[c] == CellStatus::kValue && IsSuppressed(layer.statuses[c])) further->push_back(c);
    }
    AskPrograms(&open);
    return open.empty();
  }

  const std::vector<LedgerLayer>& layers() const { return layers_; }
  // Of the last release's layer, as it was proven last.
  std::vector<Witness> TakeProofs() { return std::move(proofs_); }
  uint64_t work() const { return work_; }
  uint64_t targets() const { return targets_; }
  uint64_t programs() const { return programs_; }

 private:
  // Cells hidden by an earlier release and shown by the new one only become primaries; false if one
  // of them is out.
  static bool HideBare(const LedgerLayer& layer, SuppressionProblem* p) {
    for (CellId c : layer.bare) {
      if (p->cost[c] == kFixedCell) return false;
      p->statuses[c] = CellStatus::kSuppressedPrimary;
      p->targets.push_back({c, std::max<int64_t>(0, layer.threshold[c] - layer.base[c]), 0});
      for (const LedgerRelease* r : layer.releases) {
        for (const Target& t : r->targets) {
          if (t.cell == c) p->targets.push_back(t);
        }
      }
    }
    return true;
  }

  // The layer as a suppression problem in which nothing may be suppressed.
  SuppressionProblem ProblemOf(size_t i) const {
    const LedgerLayer& layer = layers_[i];
    SuppressionProblem p;
    p.grid = &grid_;
    p.values = layer.base;
    p.statuses = layer.statuses;
    p.bounds = layer.bounds;
    p.cost.assign(grid_.cell_count(), kFixedCell);
    p.work_limit = 2'000'000;
    p.quick = options_.quick;
    for (const Attacker& a : attackers_) p.insiders.push_back(a.cells);
    if (options_.base_is_true) {
      for (const LedgerRelease* r : layer.releases) {
        p.known.insert(p.known.end(), r->witnesses.begin(), r->witnesses.end());
      }
    }
    return p;
  }

  void KeepProofs(ProtectedTable* table) {
    proofs_.clear();
    for (ProvenTarget& proof : table->proofs) proofs_.push_back(std::move(proof.witness));
  }

  size_t LayerOfFresh() const {
    size_t i = 0;
    while (layers_[i].measure != releases_.back()->measure ||
           layers_[i].as_of != releases_.back()->as_of) {
      ++i;
    }
    return i;
  }

  // Cells that only the last release shows may still be suppressed; what is out stays out.
  void PriceFresh(size_t i, SuppressionProblem* p) const {
    const LedgerRelease& fresh = *releases_.back();
    std::vector<uint8_t> out(grid_.cell_count(), 0);
    for (const LedgerRelease* r : layers_[i].releases) {
      if (r == &fresh) continue;
      for (size_t k = 0; k < r->cells.size(); ++k) {
        if (r->statuses[k] == CellStatus::kValue) out[r->cells[k]] = 1;
      }
    }
    for (CellId c : fresh.cells) {
      if (out[c] || layers_[i].statuses[c] != CellStatus::kValue) continue;
      const bool zero = layers_[i].base[c] == 0;
      // Among as many cells the smaller ones go: margins stay where they can.
      p->cost[c] = zero ? (fresh.zeros_shown ? kFixedCell : 3 * kCellCost)
                        : kCellCost + std::min(layers_[i].base[c], kCellCost >> 8);
    }
  }

  // Keeps the targets that `only` names, as it names them; what is known outright is open.
  void Restrict(size_t i, const std::vector<Claim>& only, std::vector<Target>* targets,
                std::vector<Claim>* open) const {
    targets->clear();
    for (const Claim& claim : only) {
      if (claim.layer != i) continue;
      if (IsUnknown(layers_[i].statuses[claim.target.cell])) {
        targets->push_back(claim.target);
      } else {
        open->push_back(claim);
      }
    }
  }

  // What is exposed of `open` after a longer search, without the true base.
  absl::StatusOr<std::vector<Target>> SearchOn(size_t i, SuppressionProblem p,
                                               std::vector<Target> open) {
    DropPossibleZeros(i, &open);
    if (open.empty() || options_.quick) return open;
    p.quick = false;
    p.targets = std::move(open);
    absl::StatusOr<ProtectedTable> table = ProtectPrepared(p);
    if (!table.ok()) return table.status();
    work_ += table->work;
    DropPossibleZeros(i, &table->exposed);
    DropByAttack(i, &table->exposed);
    DropPossibleZeros(i, &table->exposed);
    return std::move(table->exposed);
  }

  // Cells that no table shows and that are not shown to reach the threshold are exposed, unless
  // they may all be zero at once: then nobody can be certain that there is somebody in any of them,
  // or in any of them together, as in the difference of two filters. Nor in one of them together
  // with a suppressed cell: such a zero is asked for no more than not to be certain, and so has to
  // be possible at the same time where that cell cannot reach the threshold either.
  void DropPossibleZeros(size_t i, std::vector<Target>* exposed) {
    const LedgerLayer& layer = layers_[i];
    const auto hidden = [&](const Target& t) {
      return layer.statuses[t.cell] == CellStatus::kHidden;
    };
    std::vector<CellId> zeros;
    for (const Target& t : *exposed) {
      if (hidden(t)) zeros.push_back(t.cell);
    }
    if (zeros.empty()) return;
    std::vector<CellId> fillers;
    const int64_t least = LeastOf(layer);
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      const bool asked = layer.statuses[c] == CellStatus::kSuppressedPrimary &&
                         layer.threshold[c] >= least;  // a target itself
      if (IsSuppressed(layer.statuses[c]) && !asked && layer.base[c] < least &&
          grid_.is_finest(c)) {
        fillers.push_back(c);
      }
    }
    bool possible = MayBeZero(i, zeros, fillers);
    if (!possible && !fillers.empty() && !linked_ && attackers_.empty()) {
      const absl::StatusOr<AttackResult> attack = AttackCells(i, fillers);
      if (!attack.ok()) return;
      std::erase_if(fillers, [&](CellId c) {
        const CellInterval* x = IntervalOf(*attack, c);
        return x != nullptr && x->high >= least;
      });
      possible = MayBeZero(i, zeros, fillers);
    }
    if (possible) std::erase_if(*exposed, hidden);
  }

  // Whether some table that agrees with the layer has nobody in any of these cells, for an outsider
  // and for each insider, but for the cells that he knows.
  bool MayBeZero(size_t i, const std::vector<CellId>& zeros, const std::vector<CellId>& more) {
    const LedgerLayer& layer = layers_[i];
    for (int k = -1; k < static_cast<int>(attackers_.size()); ++k) {
      std::vector<uint8_t> known(grid_.cell_count(), 0);
      if (k >= 0) {
        for (CellId c : attackers_[k].cells) known[c] = 1;
      }
      LedgerRelease told;
      for (CellId c = 0; c < grid_.cell_count(); ++c) {
        const int64_t high = layer.bounds.upper.empty() ? kNoUpperBound : layer.bounds.upper[c];
        if (layer.statuses[c] == CellStatus::kValue || known[c] != 0) {
          told.cells.push_back(c);
          told.values.push_back(layer.base[c]);
          told.statuses.push_back(CellStatus::kValue);
        } else if (layer.bounds.lower[c] > 0 || high < kNoUpperBound) {
          told.intervals.push_back({c, layer.bounds.lower[c], high});
        }
      }
      for (const auto* cells : {&zeros, &more}) {
        for (CellId c : *cells) {
          if (known[c] == 0) told.intervals.push_back({c, 0, 0});
        }
      }
      if (!ConsistentTable(grid_, std::span(&told, 1)).ok()) return false;
    }
    return true;
  }

  // The exact intervals of cells of a layer, from what is shown of it.
  absl::StatusOr<AttackResult> AttackCells(size_t i, const std::vector<CellId>& cells) {
    const LedgerLayer& layer = layers_[i];
    std::vector<CellStatus> statuses = layer.statuses;
    for (CellStatus& s : statuses) s = IsSuppressed(s) ? CellStatus::kHidden : s;
    for (CellId c : cells) statuses[c] = CellStatus::kSuppressedPrimary;
    AttackOptions options;
    options.max_work = kMaxAttackWork;
    absl::StatusOr<AttackResult> attack =
        Attack(grid_, layer.values, statuses, layer.bounds, options);
    if (attack.ok()) programs_ += attack->programs;
    return attack;
  }

  // None if no table was found that attains it.
  static const CellInterval* IntervalOf(const AttackResult& attack, CellId cell) {
    const auto x =
        std::lower_bound(attack.intervals.begin(), attack.intervals.end(), cell,
                         [](const CellInterval& interval, CellId c) { return interval.cell < c; });
    const bool found = x != attack.intervals.end() && x->cell == cell && x->low <= x->high;
    return found ? &*x : nullptr;
  }

  // Without true figures witnesses are sought from some table that agrees, which may lie at an edge
  // of all of them. What they did not reach is decided by exact intervals, which that table has no
  // part in.
  void DropByAttack(size_t i, std::vector<Target>* exposed) {
    const LedgerLayer& layer = layers_[i];
    if (linked_ || !attackers_.empty() || exposed->empty()) return;
    std::vector<CellId> cells;
    for (const Target& t : *exposed) cells.push_back(t.cell);
    const absl::StatusOr<AttackResult> attack = AttackCells(i, cells);
    if (!attack.ok()) return;
    std::erase_if(*exposed, [&](const Target& t) {
      const CellInterval* x = IntervalOf(*attack, t.cell);
      if (x == nullptr) return false;
      if (t.down > 0 || t.keep != Target::kNoKeep) return false;
      const bool reached = x->high >= layer.base[t.cell] + t.up;
      return reached && (layer.statuses[t.cell] == CellStatus::kHidden || x->low < x->high);
    });
  }

  // Asks integer programs over all layers for what boxes within one layer did not reach.
  void AskPrograms(std::vector<Claim>* open) {
    std::sort(open->begin(), open->end());
    if (!linked_ || open->empty()) return;
    const Knowledge outside = JointKnowledge(grid_, layers_, options_);
    std::vector<int64_t> base;
    for (const LedgerLayer& layer : layers_) {
      base.insert(base.end(), layer.base.begin(), layer.base.end());
    }
    std::vector<uint8_t> failed(open->size(), 0);
    for (int k = -1; k < static_cast<int>(attackers_.size()); ++k) {  // -1: from outside
      const Knowledge knowledge = k < 0 ? outside : Inside(outside, attackers_[k]);
      KnowledgeSolver solver(knowledge, base);
      for (size_t c = 0; c < open->size(); ++c) {
        const Claim& claim = (*open)[c];
        if (failed[c] || Excused(claim.target, k)) continue;
        failed[c] = IsUnknown(layers_[claim.layer].statuses[claim.target.cell])
                        ? !AskOne(claim, &solver)
                        : 1;
      }
      programs_ += solver.programs();
    }
    std::vector<Claim> left;
    for (size_t c = 0; c < open->size(); ++c) {
      if (failed[c]) left.push_back((*open)[c]);
    }
    *open = std::move(left);
  }

  bool Excused(const Target& target, int k) const {
    if (k < 0) return false;
    const auto& cells = attackers_[k].cells;
    return cells.empty() || target.exempt == k ||
           std::find(cells.begin(), cells.end(), target.cell) != cells.end();
  }

  // What an insider knows: the values of his cells in every layer.
  Knowledge Inside(Knowledge knowledge, const Attacker& attacker) const {
    for (size_t i = 0; i < layers_.size(); ++i) {
      for (CellId c : attacker.cells) {
        std::vector<Knowledge::Term> sum;
        for (uint32_t v : FinestUnder(grid_, c, i)) sum.push_back({v, 1});
        knowledge.AddEquation(std::move(sum), layers_[i].base[c], attacker.name);
      }
    }
    return knowledge;
  }

  bool AskOne(const Claim& claim, KnowledgeSolver* solver) const {
    const Target& t = claim.target;
    if (t.keep != Target::kNoKeep) return false;  // the programs cannot keep a cell
    const std::vector<uint32_t> goal = FinestUnder(grid_, t.cell, claim.layer);
    const auto reach = [&](int sign, int64_t amount) {
      return programs_ + solver->programs() < kMaxPrograms &&
             solver->Find(goal, sign, amount).has_value();
    };
    if (t.up <= 0 && t.down <= 0) return reach(1, 1) || reach(-1, 1);
    return (t.up <= 0 || reach(1, t.up)) && (t.down <= 0 || reach(-1, t.down));
  }

  const Grid& grid_;
  const ReleaseList& releases_;
  std::span<const LedgerBase> bases_;
  const LedgerOptions& options_;
  std::vector<LedgerLayer> layers_;
  std::vector<Attacker> attackers_;
  std::vector<Witness> proofs_;
  bool linked_ = false;
  uint64_t work_ = 0, targets_ = 0, programs_ = 0;
};

// The earlier releases that expose one of the claims together with the new one: a least set in that
// none of them can be left out, found by halving (after Junker's QuickXplain, 2004). Its size is
// limited, and it depends on the names of the releases but not on their order.
class Culprits {
 public:
  Culprits(const Grid& grid, std::span<const LedgerRelease> earlier, const LedgerRelease& fresh,
           std::span<const LedgerBase> bases, const LedgerOptions& options,
           const std::vector<Claim>& claims)
      : grid_(grid), fresh_(fresh), bases_(bases), options_(options), claims_(claims) {
    for (const LedgerRelease& r : earlier) sorted_.push_back(&r);
    std::sort(sorted_.begin(), sorted_.end(),
              [](const LedgerRelease* a, const LedgerRelease* b) { return a->id < b->id; });
  }

  std::string Name() {
    if (Exposes({})) return "the new table by itself";
    ReleaseList blamed;
    size_t end = sorted_.size();
    while (blamed.size() < kMostCulprits) {
      size_t low = 0;
      size_t high = end;  // the first `high` releases suffice, the first `low` do not
      while (high - low > 1) {
        const size_t middle = (low + high) / 2;
        ReleaseList part(sorted_.begin(), sorted_.begin() + middle);
        part.insert(part.end(), blamed.begin(), blamed.end());
        (Exposes(part) ? high : low) = middle;
      }
      if (high == 0) break;
      blamed.push_back(sorted_[high - 1]);
      end = high - 1;
      if (Exposes(blamed)) break;
    }
    std::sort(blamed.begin(), blamed.end(),
              [](const LedgerRelease* a, const LedgerRelease* b) { return a->id < b->id; });
    return absl::StrJoin(blamed, ", ", [](std::string* out, const LedgerRelease* r) {
      absl::StrAppend(out, r->id);
    });
  }

 private:
  bool Exposes(ReleaseList releases) const {
    releases.push_back(&fresh_);
    Check check(grid_, releases, bases_, options_);
    if (!check.Prepare().ok()) return true;
    const auto open = check.Exposed(&claims_);
    return !open.ok() || !open->empty();
  }

  const Grid& grid_;
  const LedgerRelease& fresh_;
  std::span<const LedgerBase> bases_;
  const LedgerOptions& options_;
  const std::vector<Claim>& claims_;
  ReleaseList sorted_;
};

void ListExposed(const std::vector<Claim>& open, const std::vector<LedgerLayer>& layers,
                 LedgerAnswer* answer) {
  for (const Claim& claim : open) {
    if (!answer->exposed.empty() && answer->exposed.back() == claim.target.cell &&
        answer->exposed_layer.back() == layers[claim.layer].Name()) {
      continue;
    }
    answer->exposed.push_back(claim.target.cell);
    answer->exposed_layer.push_back(layers[claim.layer].Name());
  }
}

}  // namespace

absl::StatusOr<LedgerAnswer> CheckLedger(const Grid& grid, std::span<const LedgerRelease> earlier,
                                         const LedgerRelease& fresh,
                                         std::span<const LedgerBase> bases,
                                         const LedgerOptions& options) {
  ReleaseList all;
  for (const LedgerRelease& r : earlier) all.push_back(&r);
  all.push_back(&fresh);
  Check check(grid, all, bases, options);
  if (absl::Status s = check.Prepare(); !s.ok()) return s;
  LedgerAnswer answer;
  absl::StatusOr<std::vector<Claim>> open = check.Exposed(nullptr);
  if (!open.ok()) return open.status();
  ListExposed(*open, check.layers(), &answer);
  if (open->empty()) {
    answer.verdict = LedgerVerdict::kSafe;
  } else {
    absl::StatusOr<bool> mended = check.Mend(*open, &answer.further);
    if (!mended.ok()) return mended.status();
    if (*mended) {
      // What the first look did not reach may be reached by the second, with nothing hidden.
      answer.verdict =
          answer.further.empty() ? LedgerVerdict::kSafe : LedgerVerdict::kSafeWithFurther;
      if (answer.further.empty()) answer.exposed.clear(), answer.exposed_layer.clear();
    } else {
      answer.further.clear();
      if (options.quick && open->size() > kFewClaims) open->resize(kFewClaims, {});
      answer.because = Culprits(grid, earlier, fresh, bases, options, *open).Name();
    }
  }
  if (answer.verdict != LedgerVerdict::kRefused) answer.witnesses = check.TakeProofs();
  answer.work = check.work();
  answer.targets = check.targets();
  answer.programs = check.programs();
  return answer;
}

absl::StatusOr<LedgerAnswer> CheckRelease(const Grid& grid, std::span<const LedgerRelease> earlier,
                                          const LedgerRelease& fresh, std::span<const int64_t> base,
                                          const LedgerOptions& options) {
  const LedgerBase only{fresh.measure, fresh.as_of, {base.begin(), base.end()}};
  return CheckLedger(grid, earlier, fresh, std::span(&only, 1), options);
}

absl::StatusOr<Knowledge> LedgerKnowledge(const Grid& grid, std::span<const LedgerRelease> releases,
                                          std::span<const LedgerBase> bases,
                                          const LedgerOptions& options) {
  ReleaseList all;
  for (const LedgerRelease& r : releases) all.push_back(&r);
  absl::StatusOr<std::vector<LedgerLayer>> layers = MergeLayers(grid, all, bases, options);
  if (!layers.ok()) return layers.status();
  return JointKnowledge(grid, *layers, options);
}

}  // namespace oboro::sdc
