#include "services/aggregation/ledger_check.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "services/aggregation/errors.h"
#include "services/aggregation/ledger_grid.h"
#include "services/platform/base/status.h"
#include "services/sdc/tables/amounts.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::aggregation {
namespace {

using sdc::CellId;
using sdc::CellStatus;
using sdc::LedgerRelease;
using sdc::LedgerVerdict;

constexpr char kThis[] = "this table";
constexpr size_t kLargest = 8;
constexpr int kRounds = 4;
constexpr double kMostParts = 6e7;
// On larger grids nobody waits for what might yet be shown safe after a long search.
constexpr sdc::CellId kQuickCells = 5'000;

CellStatus StatusOf(char mark) {
  switch (mark) {
    case 'V':
      return CellStatus::kValue;
    case 'P':
      return CellStatus::kSuppressedPrimary;
    case 'S':
      return CellStatus::kSuppressedSecondary;
    default:
      return CellStatus::kHidden;
  }
}

bool IsSum(const std::string& measure) { return measure.rfind("sum:", 0) == 0; }

// What was proven for the entry's rules is proven for the request's.
bool NoStricter(const TableRequest& request, const LedgerEntry& entry) {
  return request.min_count <= entry.min_count &&
         (entry.zeros_protected || !request.zeros_protected);
}

bool SameQuestion(const LedgerEntry& entry, const TableRequest& request) {
  return entry.spec == request.spec && NoStricter(request, entry) &&
         entry.amounts == request.amounts;
}

// The table that an earlier statistic shows.
absl::StatusOr<Ledgered> Repeat(const Counted& counted, const LedgerEntry& entry) {
  Ledgered out;
  out.repeats = entry.statistic;
  const std::vector<CellId> order = counted.shape.ShownOrder();
  out.table.statuses.assign(order.size(), CellStatus::kValue);
  for (size_t i = 0; i < counted.parts.size(); ++i) {
    if (entry.parts.size() != counted.parts.size() || entry.parts[i].marks.size() != order.size()) {
      return absl::DataLossError("an entry of the ledger has another number of cells");
    }
    const std::string& marks = entry.parts[i].marks;
    sdc::ProtectedTable part;
    part.statuses.assign(order.size(), CellStatus::kValue);
    for (size_t at = 0; at < order.size(); ++at) {
      const CellStatus status = StatusOf(marks[at]);
      if (!sdc::IsSuppressed(status)) continue;
      part.statuses[order[at]] = status;
      ++(status == CellStatus::kSuppressedPrimary ? part.primary : part.secondary);
      CellStatus& shown = out.table.statuses[order[at]];
      if (shown != CellStatus::kSuppressedPrimary) shown = status;
    }
    out.table.parts.push_back(std::move(part));
  }
  return out;
}

// A statistic on the ledger's grid: the new one or an earlier one.
struct Placed {
  std::string id;
  const TableSpec* spec;
  std::vector<LedgerEntry::PartMarks> parts;
  int64_t min_count;
  AmountRules amounts;
};

Placed PlacedOf(const LedgerEntry& entry) {
  return {entry.statistic, &entry.spec, entry.parts, entry.min_count, entry.amounts};
}

// Witnesses of a table of counts by itself.
KeptWitnesses KeptOf(const Counted& counted, const TableRequest& request, const Protected& table) {
  if (!counted.parts[0].measure.empty()) return {};
  const sdc::Grid& grid = counted.shape.grid;
  std::vector<std::string> columns;
  for (const AxisSpec& axis : request.spec.axes) columns.push_back(axis.column);
  std::vector<sdc::Witness> witnesses;
  for (const auto& proof : table.parts[0].proofs) witnesses.push_back(proof.witness);
  return KeepWitnesses(
      grid, std::move(columns),
      [&](CellId cell, std::vector<uint32_t>* codes) {  // A leaf is its value's code.
        for (size_t d = 0; d < grid.rank(); ++d) codes->push_back(grid.node(cell, d));
      },
      witnesses);
}

// Attacks statistics together. The true tables are made once for each measure.
class Attack {
 public:
  Attack(const Records& records, const LedgerGrid& grid, int threads)
      : records_(records), grid_(grid) {
    options_.threads = threads;
  }

  // Table `index` of the grid with its marks, as a release for each of its parts.
  absl::Status Add(const Placed& table, size_t index, std::vector<LedgerRelease>* releases) {
    const std::vector<CellId>& places = grid_.Place(index);
    for (const auto& part : table.parts) {
      if (part.marks.size() != places.size()) {
        return absl::DataLossError("an entry of the ledger has another number of cells");
      }
      ASSIGN_OR_RETURN(const std::vector<int64_t>* base, Base(part.measure));
      LedgerRelease release;
      release.id = table.id;
      release.measure = part.measure;
      release.threshold = table.min_count;
      for (size_t at = 0; at < places.size(); ++at) {
        if (places[at] == sdc::kNoCell || part.marks[at] == '-') continue;
        release.cells.push_back(places[at]);
        release.values.push_back((*base)[places[at]]);
        release.statuses.push_back(StatusOf(part.marks[at]));
      }
      if (IsSum(part.measure)) {
        release.amounts = true;
        RETURN_IF_ERROR(AddTargets(table, &release));
        RETURN_IF_ERROR(AddEmpty(places, &release, releases));
      }
      releases->push_back(std::move(release));
    }
    return absl::OkStatus();
  }

  // The witnesses kept with an earlier statistic, for its own first release of counts.
  absl::Status AddWitnesses(const LedgerEntry& entry, std::vector<LedgerRelease>* releases) {
    if (entry.witnesses.witnesses.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const std::vector<int64_t>* base, Base(""));
    const auto at = std::find_if(releases->begin(), releases->end(), [&](const auto& release) {
      return release.id == entry.statistic && release.measure.empty();
    });
    if (at == releases->end()) return absl::OkStatus();
    for (FinestChanges& changes : grid_.Lift(entry.witnesses, *base)) {
      at->witnesses.push_back(WitnessOf(grid_.grid(), changes));
      known_.insert(std::move(changes));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<std::vector<sdc::Witness>> Lift(const KeptWitnesses& kept) {
    ASSIGN_OR_RETURN(const std::vector<int64_t>* base, Base(""));
    std::vector<sdc::Witness> witnesses;
    for (const FinestChanges& changes : grid_.Lift(kept, *base)) {
      witnesses.push_back(WitnessOf(grid_.grid(), changes));
    }
    return witnesses;
  }

  // What is new of `witnesses`.
  KeptWitnesses Keep(std::span<const sdc::Witness> witnesses) const {
    return grid_.Keep(witnesses, known_);
  }

  // `fresh` together with all others.
  absl::StatusOr<sdc::LedgerAnswer> Check(const std::vector<LedgerRelease>& others,
                                          const LedgerRelease& fresh) const {
    sdc::LedgerOptions options;
    options.quick = grid_.grid().cell_count() > kQuickCells;
    std::vector<sdc::LedgerBase> bases;
    for (const auto& [measure, values] : bases_) {
      bases.push_back({measure, "", values});
      // Whoever is counted has a record.
      if (measure.rfind("distinct:", 0) == 0) options.links.push_back({measure, ""});
    }
    return sdc::CheckLedger(grid_.grid(), others, fresh, bases, options);
  }

  absl::StatusOr<const std::vector<int64_t>*> Base(const std::string& measure) {
    const auto known = bases_.find(measure);
    if (known != bases_.end()) return &known->second;
    std::vector<int64_t> values;
    if (measure.empty()) {
      ASSIGN_OR_RETURN(values, sdc::TabulateCounts(grid_.grid(), grid_.spans(), options_));
    } else if (measure.rfind("distinct:", 0) == 0) {
      ASSIGN_OR_RETURN(values, FirstRecords(measure.substr(9)));
    } else {
      ASSIGN_OR_RETURN(const std::vector<int64_t> amounts, records_.Amounts(measure.substr(4)));
      ASSIGN_OR_RETURN(values, sdc::TabulateSums(grid_.grid(), grid_.spans(), amounts, options_));
    }
    return &bases_.emplace(measure, std::move(values)).first->second;
  }

 private:
  // Each person or household once, where its first record lies: in every table that counted them
  // all its records lie in one cell, so that this is the table of all of them.
  absl::StatusOr<std::vector<int64_t>> FirstRecords(const std::string& column) const {
    ASSIGN_OR_RETURN(const std::span<const uint32_t> ids, records_.Ids(column));
    ASSIGN_OR_RETURN(const std::vector<CellId> cells,
                     sdc::FinestCells(grid_.grid(), grid_.spans(), options_));
    std::vector<int64_t> values(grid_.grid().cell_count(), 0);
    const uint32_t most = ids.empty() ? 0 : *std::max_element(ids.begin(), ids.end());
    std::vector<uint8_t> seen(size_t{most} + 1, 0);
    for (size_t row = 0; row < ids.size(); ++row) {
      if (seen[ids[row]]++ == 0) ++values[cells[row]];
      seen[ids[row]] = 1;
    }
    grid_.grid().FillMargins(values);
    return values;
  }

  // What must stay possible of the sums: for each cell that is hidden, and for the finest ones.
  absl::Status AddTargets(const Placed& table, LedgerRelease* release) const {
    ASSIGN_OR_RETURN(const std::vector<int64_t> amounts,
                     records_.Amounts(release->measure.substr(4)));
    std::span<const uint32_t> contributors;
    if (!table.spec->contributor.empty()) {
      ASSIGN_OR_RETURN(contributors, records_.Ids(table.spec->contributor));
    }
    double margins = 1;
    for (const sdc::Dimension& dim : grid_.grid().dims()) {
      size_t most = 0;
      for (uint32_t leaf = 0; leaf < dim.leaf_count(); ++leaf) {
        most = std::max(most, dim.nodes_over(leaf).size());
      }
      margins *= static_cast<double>(most);
    }
    // Every contribution is looked at in every margin over it.
    if (margins * static_cast<double>(amounts.size()) > kMostParts) return LedgerTooLarge();
    ASSIGN_OR_RETURN(const sdc::AmountTable sums,
                     sdc::TabulateAmounts(grid_.grid(), grid_.spans(), amounts, contributors,
                                          kLargest, options_));
    TableRequest rules;
    rules.amounts = table.amounts;
    const sdc::AmountPolicy policy = AmountPolicyOf(rules);
    std::vector<uint8_t> hidden(grid_.grid().cell_count(), 0);
    for (size_t i = 0; i < release->cells.size(); ++i) {
      if (sdc::IsSuppressed(release->statuses[i])) hidden[release->cells[i]] = 1;
    }
    for (CellId cell = 0; cell < hidden.size(); ++cell) {
      if (hidden[cell] == 0 && !grid_.grid().is_finest(cell)) continue;
      const sdc::Sensitivity judged = sdc::JudgeCell(sums.cells[cell], sums.values[cell], policy);
      if (judged.primary) release->targets.push_back({cell, judged.up, judged.down});
    }
    return absl::OkStatus();
  }

  // What sums and counts tell of each other. Where nobody is, sums are 0: the attacker is taken to
  // know every such cell. And a cell of a sum that is shown as more than 0, or is hidden at all (a
  // cell of nobody never is), has somebody.
  absl::Status AddEmpty(const std::vector<CellId>& places, LedgerRelease* sums,
                        std::vector<LedgerRelease>* releases) {
    ASSIGN_OR_RETURN(const std::vector<int64_t>* counts, Base(""));
    LedgerRelease people;
    people.id = sums->id;
    people.threshold = 1;  // It hides nothing itself.
    for (const CellId cell : places) {
      if (cell != sdc::kNoCell && (*counts)[cell] > 0) {
        people.intervals.push_back({cell, 1, sdc::kNoUpperBound});
      }
    }
    for (CellId cell = 0; cell < counts->size(); ++cell) {
      if ((*counts)[cell] != 0) continue;
      sums->cells.push_back(cell);
      sums->values.push_back(0);
      sums->statuses.push_back(CellStatus::kValue);
    }
    releases->push_back(std::move(people));
    return absl::OkStatus();
  }

  const Records& records_;
  const LedgerGrid& grid_;
  sdc::TabulateOptions options_;
  std::map<std::string, std::vector<int64_t>> bases_;
  std::set<FinestChanges> known_;
};

// What of a measure is out, and what is hidden, by cells of the grid. A cell can be both.
struct Known {
  std::vector<uint8_t> out, hidden;
};

Known KnownOf(const LedgerGrid& grid, const std::vector<LedgerRelease>& earlier,
              const std::string& measure) {
  const size_t cells = grid.grid().cell_count();
  Known known{std::vector<uint8_t>(cells, 0), std::vector<uint8_t>(cells, 0)};
  for (const LedgerRelease& release : earlier) {
    if (release.measure != measure) continue;
    for (size_t i = 0; i < release.cells.size(); ++i) {
      const bool shown = release.statuses[i] == CellStatus::kValue;
      (shown ? known.out : known.hidden)[release.cells[i]] = 1;
    }
  }
  return known;
}

// What earlier statistics ask of a table's own protection: a cell that is out protects nothing, nor
// does one that no record can fall into; one that is hidden stays hidden.
std::vector<ProtectHints> HintsOf(const Counted& counted, const LedgerGrid& grid,
                                  const std::vector<LedgerRelease>& earlier) {
  const std::vector<CellId> order = counted.shape.ShownOrder();
  const std::vector<CellId>& places = grid.Place(0);
  std::vector<ProtectHints> hints;
  for (const Part& part : counted.parts) {
    const Known known = KnownOf(grid, earlier, part.measure);
    ProtectHints& hint = hints.emplace_back();
    for (size_t at = 0; at < order.size(); ++at) {
      const CellId place = places[at];
      if (place == sdc::kNoCell || known.out[place] != 0) {
        hint.fixed.push_back(order[at]);
      } else if (known.hidden[place] != 0) {
        hint.hidden.push_back(order[at]);
      }
    }
  }
  return hints;
}

// A table of counts every cell of which is out or hidden already, as a margin of an earlier one is:
// it shows what is out and hides the rest, so whoever has the earlier ones could write it himself.
// Nothing where a cell is new, is out and yet too small for this table's rules, or where an earlier
// one was proven for laxer rules: its hidden cells need not reach this table's threshold.
std::optional<Ledgered> ToldBefore(const Counted& counted, const TableRequest& request,
                                   const std::vector<LedgerEntry>& entries, const LedgerGrid& grid,
                                   const std::vector<LedgerRelease>& earlier) {
  const bool proven = std::all_of(entries.begin(), entries.end(), [&](const LedgerEntry& entry) {
    return NoStricter(request, entry);
  });
  if (!proven) return std::nullopt;
  if (counted.parts.size() != 1 || !counted.parts[0].measure.empty()) return std::nullopt;
  const std::vector<int64_t>& values = counted.parts[0].values;
  const std::vector<CellId> order = counted.shape.ShownOrder();
  const std::vector<CellId>& places = grid.Place(0);
  const Known known = KnownOf(grid, earlier, "");
  sdc::ProtectedTable part;
  part.statuses.assign(order.size(), CellStatus::kValue);
  for (size_t at = 0; at < order.size(); ++at) {
    const int64_t value = values[order[at]];
    const bool small = value == 0 ? request.zeros_protected : value < request.min_count;
    const bool out = places[at] == sdc::kNoCell || known.out[places[at]] != 0;
    if (out && small) return std::nullopt;
    if (out) continue;
    if (known.hidden[places[at]] == 0) return std::nullopt;
    part.statuses[order[at]] =
        small ? CellStatus::kSuppressedPrimary : CellStatus::kSuppressedSecondary;
    ++(small ? part.primary : part.secondary);
  }
  Ledgered told;
  told.table.statuses = part.statuses;
  told.table.parts.push_back(std::move(part));
  return told;
}

// Hides further cells of a part; the cells of the grid, ascending.
int64_t Hide(const Counted& counted, const std::vector<CellId>& places,
             const std::vector<CellId>& further, size_t part, Protected* table) {
  const std::vector<CellId> order = counted.shape.ShownOrder();
  int64_t hidden = 0;
  for (size_t at = 0; at < order.size(); ++at) {
    if (!std::binary_search(further.begin(), further.end(), places[at])) continue;
    CellStatus& own = table->parts[part].statuses[order[at]];
    if (own != CellStatus::kValue) continue;
    own = CellStatus::kSuppressedSecondary;
    ++table->parts[part].secondary;
    CellStatus& shown = table->statuses[order[at]];
    if (shown == CellStatus::kValue) shown = CellStatus::kSuppressedSecondary;
    ++hidden;
  }
  return hidden;
}

// Attacks the new table with all others until nothing follows any more, or refuses it.
absl::Status Settle(const Counted& counted, const TableRequest& request, const LedgerGrid& grid,
                    const std::vector<LedgerRelease>& earlier, const Placed& fresh, Attack* attack,
                    Ledgered* out) {
  const std::vector<CellId> order = counted.shape.ShownOrder();
  std::vector<std::vector<sdc::Witness>> proofs(counted.parts.size());
  for (size_t i = 0; i < proofs.size(); ++i) {
    if (counted.parts[i].measure.empty()) {
      ASSIGN_OR_RETURN(proofs[i], attack->Lift(KeptOf(counted, request, out->table)));
    }
  }
  for (int round = 0; round < kRounds; ++round) {
    Placed now = fresh;
    for (size_t i = 0; i < counted.parts.size(); ++i) {
      now.parts.push_back({counted.parts[i].measure, MarksOf(out->table, i, order)});
    }
    std::vector<LedgerRelease> own;
    RETURN_IF_ERROR(attack->Add(now, 0, &own));
    bool safe = true;
    for (size_t i = 0; i < counted.parts.size() && safe; ++i) {
      std::vector<LedgerRelease> others = earlier;
      LedgerRelease* part = nullptr;
      for (LedgerRelease& one : own) {
        if (one.measure == counted.parts[i].measure && !one.cells.empty()) {
          part = &one;
        } else {
          others.push_back(one);
        }
      }
      if (part == nullptr) continue;  // It shows and hides nothing: no record can be in it.
      part->witnesses = proofs[i];
      ASSIGN_OR_RETURN(sdc::LedgerAnswer answer, attack->Check(others, *part));
      out->work += answer.work;
      out->targets += answer.targets;
      proofs[i] = std::move(answer.witnesses);
      if (answer.verdict == LedgerVerdict::kSafe) continue;
      safe = false;
      out->verdict = answer.verdict;
      out->because = answer.because;
      if (answer.verdict == LedgerVerdict::kRefused) return absl::OkStatus();
      std::vector<CellId> further = answer.further;
      std::sort(further.begin(), further.end());
      const int64_t hidden = Hide(counted, grid.Place(0), further, i, &out->table);
      out->further += hidden;
      if (hidden == 0) round = kRounds;  // Nothing of this table is left to hide.
    }
    if (!safe) continue;
    for (size_t i = 0; i < proofs.size(); ++i) {
      if (counted.parts[i].measure.empty()) out->table.witnesses = attack->Keep(proofs[i]);
    }
    return absl::OkStatus();
  }
  out->verdict = LedgerVerdict::kRefused;
  return absl::OkStatus();
}

// What is attacked together yet: counts, and of each amount one table of sums, since whoever
// contributes alone to a cell would have to be an attacker across several. Persons and households
// beside other tables are not: their small finest cells are no figures of anything.
absl::Status CheckMeasures(const Counted& counted, const std::vector<LedgerEntry>& earlier) {
  if (earlier.empty()) return absl::OkStatus();
  std::set<std::string> sums;
  const auto check = [&](const std::string& measure) {
    return measure.empty() || (IsSum(measure) && sums.insert(measure).second);
  };
  bool all = true;
  for (const Part& part : counted.parts) all = check(part.measure) && all;
  for (const LedgerEntry& entry : earlier) {
    for (const auto& part : entry.parts) all = check(part.measure) && all;
  }
  return all ? absl::OkStatus() : LedgerMeasure();
}

bool ProtectsZeros(const TableRequest& request, const std::vector<LedgerEntry>& earlier) {
  return request.zeros_protected ||
         std::any_of(earlier.begin(), earlier.end(),
                     [](const LedgerEntry& entry) { return entry.zeros_protected; });
}

// Tables that say the same are attacked once. What proved them came with the one that was made
// first, which need not be the one that is left.
void Unify(std::vector<LedgerEntry>* entries) {
  std::stable_sort(entries->begin(), entries->end(),
                   [](const auto& a, const auto& b) { return a.statistic < b.statistic; });
  std::vector<LedgerEntry> left;
  for (LedgerEntry& entry : *entries) {
    const auto known = std::find_if(left.begin(), left.end(), [&](const LedgerEntry& other) {
      return other.spec == entry.spec && other.parts == entry.parts &&
             other.min_count >= entry.min_count && other.amounts == entry.amounts &&
             (other.zeros_protected || !entry.zeros_protected);
    });
    if (known == left.end()) {
      left.push_back(std::move(entry));
    } else if (known->witnesses.witnesses.empty()) {
      known->witnesses = std::move(entry.witnesses);
    }
  }
  *entries = std::move(left);
}

}  // namespace

absl::StatusOr<Ledgered> ProtectWithLedger(const Records& records, const TableRequest& request,
                                           const Counted& counted,
                                           std::vector<LedgerEntry> earlier) {
  RETURN_IF_ERROR(CheckSameBasis(earlier, records));
  Unify(&earlier);
  for (const LedgerEntry& entry : earlier) {
    if (SameQuestion(entry, request)) return Repeat(counted, entry);
  }
  ASSIGN_OR_RETURN(const bool plain, LedgerGrid::IsPlain(records, request.spec));
  if (earlier.empty() && plain) {
    Ledgered first;
    ASSIGN_OR_RETURN(first.table, Protect(counted, request));
    RETURN_IF_ERROR(CheckProven(first.table));
    first.table.witnesses = KeptOf(counted, request, first.table);
    return first;
  }
  RETURN_IF_ERROR(CheckMeasures(counted, earlier));
  // The ledger's grid knows sums only.
  for (const Part& part : counted.parts) {
    if (part.distinct) return MeasureNotAdditive(request.spec.measure.column);
  }
  std::vector<TableShape> shapes;
  shapes.reserve(earlier.size());
  std::vector<LedgerGrid::Table> tables = {{&request.spec, &counted.shape}};
  for (const LedgerEntry& entry : earlier) {
    ASSIGN_OR_RETURN(TableShape shape, ShapeOf(records, entry.spec));
    shapes.push_back(std::move(shape));
    tables.push_back({&entry.spec, &shapes.back()});
  }
  Ledgered out;
  out.releases = static_cast<int64_t>(earlier.size());
  ASSIGN_OR_RETURN(const LedgerGrid grid, LedgerGrid::Make(records, tables));
  Attack attack(records, grid, request.threads);
  std::vector<LedgerRelease> releases;
  for (size_t i = 0; i < earlier.size(); ++i) {
    RETURN_IF_ERROR(attack.Add(PlacedOf(earlier[i]), i + 1, &releases));
    RETURN_IF_ERROR(attack.AddWitnesses(earlier[i], &releases));
  }
  if (std::optional<Ledgered> told = ToldBefore(counted, request, earlier, grid, releases)) {
    told->releases = out.releases;
    return *std::move(told);
  }
  // That a difference of two tables has nobody is no target of the ledger's attack.
  if (!earlier.empty() && ProtectsZeros(request, earlier)) return LedgerZeros();
  ASSIGN_OR_RETURN(out.table, Protect(counted, request, HintsOf(counted, grid, releases)));
  const Placed fresh{kThis, &request.spec, {}, request.min_count, request.amounts};
  // The sole contributor of an amount is an attacker whom only the table's own proof knows, and the
  // grid knows no protected zero where no record can be.
  for (const Part& part : counted.parts) {
    if (part.amounts || request.zeros_protected) RETURN_IF_ERROR(CheckProven(out.table));
  }
  RETURN_IF_ERROR(Settle(counted, request, grid, releases, fresh, &attack, &out));
  return out;
}

absl::StatusOr<sdc::LedgerAnswer> AttackSet(const Records& records,
                                            const std::vector<LedgerEntry>& entries, int threads) {
  RETURN_IF_ERROR(CheckSameBasis(entries, records));
  std::vector<TableShape> shapes;
  shapes.reserve(entries.size());
  std::vector<LedgerGrid::Table> tables;
  for (const LedgerEntry& entry : entries) {
    ASSIGN_OR_RETURN(TableShape shape, ShapeOf(records, entry.spec));
    shapes.push_back(std::move(shape));
    tables.push_back({&entry.spec, &shapes.back()});
  }
  ASSIGN_OR_RETURN(const LedgerGrid grid, LedgerGrid::Make(records, tables));
  Attack attack(records, grid, threads);
  std::vector<LedgerRelease> releases;
  for (size_t i = 0; i < entries.size(); ++i) {
    RETURN_IF_ERROR(attack.Add(PlacedOf(entries[i]), i, &releases));
    RETURN_IF_ERROR(attack.AddWitnesses(entries[i], &releases));
  }
  if (releases.empty()) return absl::InvalidArgumentError("no statistics to attack");
  const LedgerRelease fresh = std::move(releases.back());
  releases.pop_back();
  return attack.Check(releases, fresh);
}

}  // namespace oboro::aggregation
