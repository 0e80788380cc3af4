#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/status/statusor.h"
#include "services/aggregation/ledger_witness.h"
#include "services/aggregation/records.h"
#include "services/aggregation/table_request.h"
#include "services/aggregation/table_shape.h"
#include "services/sdc/tables/grid.h"
#include "services/sdc/tables/tabulate.h"

namespace oboro::aggregation {

// Most cells of the grid on which statistics are attacked together.
inline constexpr int64_t kMaxLedgerCells = 3'000'000;

// The grid over the finest categories of every column that any of several tables uses, and where
// each of these tables lies on it.
//
// Columns that hang together are one dimension, whose categories are the combinations that occur: a
// town and the wards, districts or meshes that it lies in. Two columns hang together when one
// follows from the other, or when few of the possible pairs occur. An attacker is thereby taken to
// know which pairs occur, which in a place's geography he does; to take him to know more than he
// does is never unsafe. A column in which all records are alike says nothing and has no dimension.
class LedgerGrid {
 public:
  struct Table {
    const TableSpec* spec;
    const TableShape* shape;
  };

  // Of `records` for these tables; nothing of the arguments is kept. LEDGER_TOO_LARGE when there
  // are too many dimensions or cells to be attacked together. O(rows x columns^2).
  static absl::StatusOr<LedgerGrid> Make(const Records& records, const std::vector<Table>& tables);

  const sdc::Grid& grid() const { return *grid_; }
  // The records' codes for each dimension of the grid; they live as long as the grid.
  std::vector<sdc::CodeSpan> spans() const;

  // For every cell of table `i` in shown order its cell of the grid; kNoCell for one that no record
  // can fall into: its members have no record in common, or the filters keep none of them.
  const std::vector<sdc::CellId>& Place(size_t i) const { return places_[i]; }

  // Kept witnesses of any tables of these records, by their finest cells here. Where this grid
  // knows more columns, each goes where most records are; one that finds no room is left out.
  std::vector<FinestChanges> Lift(const KeptWitnesses& kept,
                                  const std::vector<int64_t>& base) const;
  // Witnesses on this grid, as the ledger keeps them; those in `known` are kept already.
  KeptWitnesses Keep(std::span<const sdc::Witness> witnesses, std::set<FinestChanges> known) const;

  // Whether a table alone needs no such grid, since its own cells say the same: nothing is filtered
  // and no column hangs together with another.
  static absl::StatusOr<bool> IsPlain(const Records& records, const TableSpec& spec);

 private:
  using Leaves = std::vector<uint32_t>;  // Ascending.

  // Columns that hang together.
  struct Component {
    std::vector<std::string> columns;
    std::vector<uint32_t> codes;  // One a record.
    uint32_t leaf_count = 0;
    std::map<std::string, std::vector<uint32_t>> code_of_leaf;
    std::map<Leaves, uint32_t> node_of;
    std::vector<std::pair<uint32_t, Leaves>> groups;  // In order of their nodes.
  };

  // Where a table's cells lie in one component: by the indices of its members of the axes that are
  // here, as one number.
  struct Cut {
    std::vector<size_t> axes;
    std::unordered_map<uint64_t, uint32_t> node;
  };

  absl::Status Group(const Records& records, const std::vector<Table>& tables);
  static absl::Status Combine(const Records& records, Component* component);
  absl::StatusOr<Cut> CutOf(const Records& records, const Table& table, Component* component) const;
  static uint32_t NodeOf(Component* component, const Leaves& leaves);
  absl::Status Build();
  absl::Status PlaceTable(const Records& records, const Table& table, const std::vector<Cut>& cuts);

  std::vector<Component> components_;
  std::vector<std::vector<sdc::CellId>> places_;
  std::shared_ptr<const sdc::Grid> grid_;
};

}  // namespace oboro::aggregation
