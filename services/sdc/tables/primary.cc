#include "services/sdc/tables/primary.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/protect.h"

namespace oboro::sdc {
namespace {

// Collects the targets of one table.
class Marker {
 public:
  Marker(const TablePolicy& policy, SuppressionProblem* problem, std::vector<RuleHit>* hits)
      : policy_(policy), grid_(*problem->grid), p_(*problem), hits_(*hits) {}

  absl::Status Run() {
    if (absl::Status s = Check(); !s.ok()) return s;
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (!Shown(c)) p_.statuses[c] = CellStatus::kHidden;
    }
    MarkSmall();
    MarkUnits();
    for (size_t d : policy_.attributes.all_in_one) MarkGroups(d, true);
    for (size_t d : policy_.attributes.all_but_zero) MarkGroups(d, false);
    for (CellId c : policy_.extra_primary) {
      CountHit("given", &hits_);
      if (!IsSuppressed(p_.statuses[c])) Mark({c, 0, 0});
    }
    for (const Target& t : policy_.given_targets) {
      CountHit("given", &hits_);
      if (!Shown(t.cell)) continue;
      if (t.down > 0 && AtP()) Mark({t.cell, 0, t.down, t.exempt, t.keep});
      Raise(t.cell, t.up);
    }
    for (const auto& [cell, up] : up_) p_.targets.push_back({cell, up, 0});
    return absl::OkStatus();
  }

 private:
  absl::Status Check() const {
    const size_t cells = grid_.cell_count();
    if (!policy_.given_min_count.empty() && policy_.given_min_count.size() != cells) {
      return absl::InvalidArgumentError("a given minimum must be given for every cell");
    }
    const AttributeRules& rules = policy_.attributes;
    for (const auto* dims : {&rules.all_in_one, &rules.all_but_zero}) {
      for (size_t d : *dims) {
        if (d >= grid_.rank()) return absl::InvalidArgumentError("no such attribute dimension");
      }
      if (!dims->empty() && policy_.zeros == ZeroPolicy::kShown) {
        return absl::InvalidArgumentError(
            "attribute disclosure cannot be kept from where every zero is shown");
      }
    }
    if (!policy_.shown.empty() && policy_.shown.size() != cells) {
      return absl::InvalidArgumentError("which cells are shown must be given for every cell");
    }
    return CheckUnitRules(policy_.units, cells);
  }

  bool AtP() const { return policy_.level == ProtectionLevel::kP; }

  bool Shown(CellId c) const { return policy_.shown.empty() || policy_.shown[c] != 0; }

  // One target a cell for "at least so much more", whatever rules ask for it.
  void Raise(CellId c, int64_t up) {
    if (Shown(c)) p_.statuses[c] = CellStatus::kSuppressedPrimary;
    int64_t& most = up_.try_emplace(c, 0).first->second;
    if (AtP()) most = std::max(most, up);
  }

  void Mark(const Target& target) {
    p_.statuses[target.cell] = CellStatus::kSuppressedPrimary;
    p_.targets.push_back(target);
  }

  void MarkSmall() {
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      const int64_t least =
          policy_.given_min_count.empty() ? policy_.min_count : policy_.given_min_count[c];
      if (p_.values[c] >= least) continue;
      if (p_.values[c] == 0 && policy_.zeros != ZeroPolicy::kProtected) continue;
      if (!Shown(c) && !(AtP() && p_.values[c] > 0 && grid_.is_finest(c))) continue;
      CountHit("minimum count", &hits_);
      Raise(c, least - p_.values[c]);
    }
  }

  void MarkUnits() {
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (!Shown(c) && !grid_.is_finest(c)) continue;
      const int64_t missing = MissingUnits(policy_.units, c, &hits_);
      if (missing > 0) Raise(c, missing);
    }
  }

  // Looks at every group of the dimension, at every place in the others.
  void MarkGroups(size_t d, bool all_in_one) {
    const Dimension& dim = grid_.dim(d);
    for (CellId margin = 0; margin < grid_.cell_count(); ++margin) {
      if (p_.values[margin] == 0) continue;
      const uint32_t node = grid_.node(margin, d);
      for (uint32_t g : dim.groups_of(node)) {
        const Dimension::Group& group = dim.groups()[g];
        if (group.parent != node || group.children.size() < 2) continue;
        for (uint32_t child : group.children) {
          const CellId c = margin + (child - node) * grid_.stride(d);
          if (!Shown(c)) continue;
          if (all_in_one && p_.values[c] == p_.values[margin]) {
            CountHit("all in one", &hits_);
            Mark({c, 0, 1, -1, margin});
          } else if (!all_in_one && p_.values[c] == 0) {
            CountHit("all but zero", &hits_);
            Raise(c, 1);
            up_[c] = std::max<int64_t>(up_[c], 1);  // at level R too: certain is what it is now
          }
        }
      }
    }
  }

  const TablePolicy& policy_;
  const Grid& grid_;
  SuppressionProblem& p_;
  std::vector<RuleHit>& hits_;
  std::map<CellId, int64_t> up_;
};

}  // namespace

void CountHit(std::string_view rule, std::vector<RuleHit>* hits) {
  auto at = std::find_if(hits->begin(), hits->end(),
                         [&](const RuleHit& hit) { return hit.rule == rule; });
  if (at == hits->end()) {
    hits->push_back({std::string(rule), 1});
  } else {
    ++at->cells;
  }
}

absl::Status CheckUnitRules(std::span<const UnitRule> rules, size_t cells) {
  for (const UnitRule& rule : rules) {
    if (rule.units.size() != cells) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the rule on ", rule.name, " has ", rule.units.size(), " numbers for ", cells, " cells"));
    }
  }
  return absl::OkStatus();
}

int64_t MissingUnits(std::span<const UnitRule> rules, CellId cell, std::vector<RuleHit>* hits) {
  int64_t missing = 0;
  for (const UnitRule& rule : rules) {
    if (rule.units[cell] <= 0 || rule.units[cell] >= rule.minimum) continue;
    missing = std::max(missing, rule.minimum - rule.units[cell]);
    CountHit(rule.name, hits);
  }
  return missing;
}

absl::Status MarkPrimaries(const TablePolicy& policy, SuppressionProblem* problem,
                           std::vector<RuleHit>* hits) {
  return Marker(policy, problem, hits).Run();
}

}  // namespace oboro::sdc
