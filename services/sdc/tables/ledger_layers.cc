#include "services/sdc/tables/ledger_layers.h"

#include <algorithm>
#include <map>
#include <unordered_set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/attack_system.h"

namespace oboro::sdc {
namespace {

class Merger {
 public:
  Merger(const Grid& grid, LedgerLayer* layer) : grid_(grid), m_(*layer) {
    const CellId n = grid.cell_count();
    m_.statuses.assign(n, CellStatus::kHidden);
    m_.values.assign(n, 0);
    m_.threshold.assign(n, 0);
    m_.lower.assign(n, 0);
    m_.shown_by.assign(n, 0);
  }

  absl::Status Run() {
    for (uint32_t i = 0; i < m_.releases.size(); ++i) {
      if (absl::Status s = Add(i); !s.ok()) return s;
    }
    std::vector<uint8_t> sensitive(grid_.cell_count(), 0);
    for (const LedgerRelease* r : m_.releases) {
      for (const Target& t : r->targets) sensitive[t.cell] = 1;
    }
    for (CellId c = 0; c < grid_.cell_count(); ++c) {
      if (m_.statuses[c] != CellStatus::kValue) continue;
      const bool small = m_.values[c] < m_.threshold[c] && m_.values[c] > 0;
      if ((small || sensitive[c]) && !IsElsewhere(c)) m_.bare.push_back(c);
      m_.lower[c] = 0;
      if (!m_.upper.empty()) m_.upper[c] = kNoUpperBound;
    }
    return absl::OkStatus();
  }

 private:
  bool IsElsewhere(CellId c) const {
    return !m_.elsewhere.empty() && m_.elsewhere[c] <= m_.values[c];
  }

  absl::Status Outside(const LedgerRelease& r) const {
    return absl::InvalidArgumentError(absl::StrCat("release ", r.id, " lies outside the grid"));
  }

  absl::Status Add(uint32_t index) {
    const LedgerRelease& r = *m_.releases[index];
    targeted_.clear();
    for (const Target& t : r.targets) targeted_.insert(t.cell);
    if (r.values.size() != r.cells.size() || r.statuses.size() != r.cells.size()) {
      return absl::InvalidArgumentError(absl::StrCat("release ", r.id, " is incomplete"));
    }
    for (size_t i = 0; i < r.cells.size(); ++i) {
      if (r.cells[i] >= grid_.cell_count()) return Outside(r);
      if (absl::Status s = AddCell(r, i, index); !s.ok()) return s;
    }
    for (const Target& t : r.targets) {
      if (t.cell >= grid_.cell_count()) return Outside(r);
    }
    for (const LedgerMean& mean : r.means) {
      if (mean.cell >= grid_.cell_count()) return Outside(r);
    }
    for (const LedgerInterval& interval : r.intervals) {
      if (interval.cell >= grid_.cell_count()) return Outside(r);
      Narrow(interval.cell, interval.low, interval.high, r.elsewhere);
    }
    return absl::OkStatus();
  }

  void Narrow(CellId c, int64_t low, int64_t high, bool elsewhere) {
    if (m_.upper.empty()) m_.upper.assign(grid_.cell_count(), kNoUpperBound);
    m_.lower[c] = std::max(m_.lower[c], low);
    m_.upper[c] = std::min(m_.upper[c], high);
    if (elsewhere) MarkElsewhere(c, high);
  }

  void MarkElsewhere(CellId c, int64_t high) {
    if (m_.elsewhere.empty()) m_.elsewhere.assign(grid_.cell_count(), kNoUpperBound);
    m_.elsewhere[c] = std::min(m_.elsewhere[c], high);
  }

  absl::Status AddCell(const LedgerRelease& r, size_t i, uint32_t index) {
    const CellId c = r.cells[i];
    CellStatus& status = m_.statuses[c];
    if (r.statuses[i] == CellStatus::kValue) {
      if (status == CellStatus::kValue && m_.values[c] != r.values[i]) {
        return absl::FailedPreconditionError(
            absl::StrCat("releases ", m_.releases[m_.shown_by[c]]->id, " and ", r.id,
                         " show different values for ", CellLabel(grid_, c)));
      }
      status = CellStatus::kValue;
      m_.values[c] = r.values[i];
      m_.shown_by[c] = index;
      if (r.elsewhere) MarkElsewhere(c, r.values[i]);
    } else if (IsSuppressed(r.statuses[i])) {
      // A release's own targets stand in place of its threshold, not of that of others.
      if (!r.amounts && !targeted_.contains(c)) {
        m_.threshold[c] = std::max(m_.threshold[c], r.threshold);
      }
      if (r.zeros_shown) m_.lower[c] = std::max<int64_t>(m_.lower[c], 1);
      if (status == CellStatus::kHidden ||
          (status != CellStatus::kValue && r.statuses[i] == CellStatus::kSuppressedPrimary)) {
        status = r.statuses[i];
      }
    }
    // Rounded and merged cells are neither: what they tell stands in `intervals`.
    return absl::OkStatus();
  }

  const Grid& grid_;
  LedgerLayer& m_;
  std::unordered_set<CellId> targeted_;  // by the release being added
};

// Own parts of attackers are lower bounds. All of them are given to every attacker at once, which
// makes him stronger.
absl::Status AddParts(const Grid& grid, const LedgerOptions& options, LedgerLayer* layer) {
  for (const Attacker& attacker : options.attackers) {
    for (const Attacker::Part& part : attacker.parts) {
      if (part.cell >= grid.cell_count()) {
        return absl::InvalidArgumentError(
            absl::StrCat("attacker ", attacker.name, " knows a cell outside the grid"));
      }
      if (part.measure == layer->measure && layer->statuses[part.cell] != CellStatus::kValue) {
        layer->lower[part.cell] = std::max(layer->lower[part.cell], part.at_least);
      }
    }
  }
  return absl::OkStatus();
}

const LedgerLayer* FindLayer(std::span<const LedgerLayer> layers, const std::string& measure,
                             const std::string& as_of) {
  for (const LedgerLayer& layer : layers) {
    if (layer.measure == measure && layer.as_of == as_of) return &layer;
  }
  return nullptr;
}

// Calls use(lesser layer, greater layer) for each link that joins two layers.
template <typename Use>
void ForEachLink(std::span<const LedgerLayer> layers, const LedgerOptions& options,
                 const Use& use) {
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const MeasureLink& link : options.links) {
      if (layers[i].measure != link.lesser) continue;
      const LedgerLayer* greater = FindLayer(layers, link.greater, layers[i].as_of);
      if (greater != nullptr) use(i, static_cast<size_t>(greater - layers.data()));
    }
  }
}

// Calls use(one date, the next) for each pair of layers that the flow bound joins: layers are in
// order of measure and date, so the next date is the next layer.
template <typename Use>
void ForEachFlow(std::span<const LedgerLayer> layers, const LedgerOptions& options,
                 const Use& use) {
  if (!options.flow_bound) return;
  for (size_t i = 0; i + 1 < layers.size(); ++i) {
    if (layers[i].measure == layers[i + 1].measure) use(i, i + 1);
  }
}

template <typename Use>
void ForEachMean(std::span<const LedgerLayer> layers, const Use& use) {
  for (size_t i = 0; i < layers.size(); ++i) {
    for (const LedgerRelease* r : layers[i].releases) {
      for (const LedgerMean& mean : r->means) {
        const LedgerLayer* count = FindLayer(layers, mean.count_of, layers[i].as_of);
        if (count != nullptr) use(i, static_cast<size_t>(count - layers.data()), mean);
      }
    }
  }
}

void Tighten(CellId c, int64_t low, int64_t high, const Grid& grid, CellBounds* bounds) {
  if (bounds->upper.empty()) bounds->upper.assign(grid.cell_count(), kNoUpperBound);
  bounds->lower[c] = std::max(bounds->lower[c], low);
  bounds->upper[c] = std::min(bounds->upper[c], high);
}

int64_t FloorDiv(__int128 a, __int128 b) {
  return static_cast<int64_t>(std::min<__int128>(a / b - (a % b < 0 ? 1 : 0), kNoUpperBound));
}
int64_t CeilDiv(__int128 a, __int128 b) { return -FloorDiv(-a, b); }

// Bounds of the sum and of the count by a mean, each with the other at its true value (AddMean).
void TightenMean(const Grid& grid, const LedgerMean& mean, LedgerLayer* sum, LedgerLayer* count) {
  __int128 unit = 2;
  for (int i = 0; i < mean.decimals; ++i) unit *= 10;
  const __int128 s = sum->base[mean.cell], n = count->base[mean.cell], m = mean.mean;
  Tighten(mean.cell, CeilDiv((2 * m - 1) * n, unit), FloorDiv((2 * m + 1) * n - 1, unit), grid,
          &sum->bounds);
  const int64_t most = m > 0 ? FloorDiv(unit * s, 2 * m - 1) : kNoUpperBound;
  Tighten(mean.cell, CeilDiv(unit * s + 1, 2 * m + 1), most, grid, &count->bounds);
}

absl::Status CheckBase(const Grid& grid, const LedgerLayer& layer) {
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    const bool known = layer.statuses[c] == CellStatus::kValue;
    if (known && layer.base[c] != layer.values[c]) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the base table does not agree with what is released of ", CellLabel(grid, c)));
    }
    if (layer.base[c] < layer.bounds.lower[c] ||
        (!layer.bounds.upper.empty() && layer.base[c] > layer.bounds.upper[c])) {
      return absl::FailedPreconditionError(absl::StrCat("the base table of ", layer.Name(),
                                                        " breaks a bound, link or mean in ",
                                                        CellLabel(grid, c)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<std::vector<CellId>> TenantInsiders(const Grid& grid, size_t tenant_dimension) {
  std::vector<std::vector<CellId>> insiders(grid.dim(tenant_dimension).leaf_count());
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    const uint32_t node = grid.node(c, tenant_dimension);
    if (node < insiders.size()) insiders[node].push_back(c);
  }
  return insiders;
}

Attacker Coalition(std::span<const Attacker> members) {
  Attacker all;
  std::map<std::pair<std::string, CellId>, int64_t> parts;
  for (const Attacker& a : members) {
    absl::StrAppend(&all.name, all.name.empty() ? "" : " + ", a.name);
    all.cells.insert(all.cells.end(), a.cells.begin(), a.cells.end());
    for (const Attacker::Part& p : a.parts) parts[{p.measure, p.cell}] += p.at_least;
  }
  std::sort(all.cells.begin(), all.cells.end());
  all.cells.erase(std::unique(all.cells.begin(), all.cells.end()), all.cells.end());
  for (const auto& [key, part] : parts) all.parts.push_back({key.second, part, key.first});
  return all;
}

std::string LedgerLayer::Name() const {
  if (measure.empty() && as_of.empty()) return "counts";
  return absl::StrCat(measure.empty() ? "counts" : measure, as_of.empty() ? "" : " of ", as_of);
}

absl::StatusOr<std::vector<LedgerLayer>> MergeLayers(const Grid& grid, const ReleaseList& releases,
                                                     std::span<const LedgerBase> bases,
                                                     const LedgerOptions& options) {
  std::map<std::pair<std::string, std::string>, ReleaseList> by_layer;
  for (const LedgerBase& base : bases) by_layer[{base.measure, base.as_of}];
  for (const LedgerRelease* r : releases) {
    by_layer[{r->measure, r->as_of}].push_back(r);
    // A mean tells of its count even where no count was ever released.
    for (const LedgerMean& mean : r->means) by_layer[{mean.count_of, r->as_of}];
  }
  std::vector<LedgerLayer> layers;
  for (auto& [key, list] : by_layer) {
    LedgerLayer& layer = layers.emplace_back();
    layer.measure = key.first, layer.as_of = key.second;
    layer.releases = std::move(list);
    if (absl::Status s = Merger(grid, &layer).Run(); !s.ok()) return s;
    if (absl::Status s = AddParts(grid, options, &layer); !s.ok()) return s;
  }
  if (layers.size() * grid.cell_count() > UINT32_MAX) {
    return absl::ResourceExhaustedError("the ledger has more cells than 2^32");
  }
  return layers;
}

absl::Status PlaceBases(const Grid& grid, std::span<const LedgerBase> bases,
                        const LedgerOptions& options, std::vector<LedgerLayer>* layers) {
  for (LedgerLayer& layer : *layers) {
    for (const LedgerBase& base : bases) {
      if (base.measure == layer.measure && base.as_of == layer.as_of) layer.base = base.values;
    }
    if (layer.base.size() != grid.cell_count()) {
      return absl::InvalidArgumentError(absl::StrCat("the base table of ", layer.Name(),
                                                     " has another number of cells than the grid"));
    }
    layer.bounds = {layer.lower, layer.upper};
  }
  std::vector<LedgerLayer>& all = *layers;
  ForEachLink(all, options, [&](size_t lesser, size_t greater) {
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      Tighten(c, 0, all[greater].base[c], grid, &all[lesser].bounds);
      Tighten(c, all[lesser].base[c], kNoUpperBound, grid, &all[greater].bounds);
    }
  });
  ForEachFlow(all, options, [&](size_t a, size_t b) {
    const int64_t flow = *options.flow_bound;
    for (CellId c = 0; c < grid.cell_count(); ++c) {
      if (!grid.is_finest(c)) continue;
      Tighten(c, all[b].base[c] - flow, all[b].base[c] + flow, grid, &all[a].bounds);
      Tighten(c, all[a].base[c] - flow, all[a].base[c] + flow, grid, &all[b].bounds);
    }
  });
  ForEachMean(all, [&](size_t sum, size_t count, const LedgerMean& mean) {
    TightenMean(grid, mean, &all[sum], &all[count]);
  });
  for (const LedgerLayer& layer : all) {
    if (absl::Status s = CheckBase(grid, layer); !s.ok()) return s;
  }
  return absl::OkStatus();
}

std::vector<uint32_t> FinestUnder(const Grid& grid, CellId cell, size_t layer) {
  std::vector<uint32_t> cells = {static_cast<uint32_t>(layer * grid.cell_count())};
  for (size_t d = 0; d < grid.rank(); ++d) {
    std::vector<uint32_t> next;
    for (uint32_t c : cells) {
      for (uint32_t leaf : grid.dim(d).leaves_under(grid.node(cell, d))) {
        next.push_back(c + leaf * grid.stride(d));
      }
    }
    cells = std::move(next);
  }
  return cells;
}

bool AreLinked(std::span<const LedgerLayer> layers, const LedgerOptions& options) {
  bool linked = false;
  ForEachLink(layers, options, [&](size_t, size_t) { linked = true; });
  ForEachFlow(layers, options, [&](size_t, size_t) { linked = true; });
  ForEachMean(layers, [&](size_t, size_t, const LedgerMean&) { linked = true; });
  return linked;
}

Knowledge JointKnowledge(const Grid& grid, std::span<const LedgerLayer> layers,
                         const LedgerOptions& options) {
  const CellId n = grid.cell_count();
  Knowledge knowledge(static_cast<uint32_t>(layers.size()) * n);
  auto sum = [&](CellId cell, size_t layer) {
    std::vector<Knowledge::Term> terms;
    for (uint32_t v : FinestUnder(grid, cell, layer)) terms.push_back({v, 1});
    return terms;
  };
  for (size_t i = 0; i < layers.size(); ++i) {
    const LedgerLayer& layer = layers[i];
    for (CellId c = 0; c < n; ++c) {
      if (layer.statuses[c] == CellStatus::kValue) {
        knowledge.AddEquation(sum(c, i), layer.values[c], CellLabel(grid, c));
        continue;
      }
      const int64_t high = layer.upper.empty() ? kNoUpperBound : layer.upper[c];
      if (layer.lower[c] == 0 && high == kNoUpperBound) continue;
      knowledge.AddBound(sum(c, i), layer.lower[c], high == kNoUpperBound ? INT64_MAX : high,
                         absl::StrCat("the bound of ", CellLabel(grid, c)));
    }
  }
  auto at = [&](CellId c, size_t i) {
    return std::vector<Knowledge::Term>{{static_cast<uint32_t>(i * n + c), 1}};
  };
  auto for_finest = [&](const auto& use) {
    for (CellId c = 0; c < n; ++c) {
      if (grid.is_finest(c)) use(c);
    }
  };
  ForEachLink(layers, options, [&](size_t lesser, size_t greater) {
    for_finest([&](CellId c) {
      knowledge.AddInequality(at(c, lesser), at(c, greater), 0,
                              absl::StrCat(layers[lesser].Name(), " <= ", layers[greater].Name()));
    });
  });
  ForEachFlow(layers, options, [&](size_t a, size_t b) {
    for_finest([&](CellId c) {
      for (bool back : {false, true}) {
        knowledge.AddInequality(at(c, back ? b : a), at(c, back ? a : b), *options.flow_bound,
                                "the flow bound");
      }
    });
  });
  ForEachMean(layers, [&](size_t s, size_t count, const LedgerMean& mean) {
    knowledge.AddMean(sum(mean.cell, s), sum(mean.cell, count), mean.mean, mean.decimals,
                      absl::StrCat("the mean of ", CellLabel(grid, mean.cell)));
  });
  return knowledge;
}

}  // namespace oboro::sdc
