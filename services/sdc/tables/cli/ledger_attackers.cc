// Who is inside: --tenant-dimension, --attackers.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/cli/ledger_input.h"

namespace oboro::sdc::cli {
namespace {

using Place = std::map<std::string, std::string>;

absl::StatusOr<std::vector<int64_t>> NodesAt(const Place& place, const Grid& grid) {
  std::vector<int64_t> nodes(grid.rank(), -1);
  for (const auto& [name, label] : place) {
    bool known = false;
    for (size_t d = 0; d < grid.rank(); ++d) {
      if (grid.dim(d).name() != name) continue;
      known = true;
      nodes[d] = label == "*" ? grid.dim(d).total() : grid.dim(d).Find(label);
      if (nodes[d] < 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("--attackers: \"", label, "\" is no category or group of ", name));
      }
    }
    if (!known) {
      return absl::InvalidArgumentError(
          absl::StrCat("--attackers: ", name, " is no dimension of the ledger"));
    }
  }
  return nodes;
}

// One cell; dimensions that are not named stand at their total.
CellId CellAt(const std::vector<int64_t>& nodes, const Grid& grid) {
  CellId cell = 0;
  for (size_t d = 0; d < grid.rank(); ++d) {
    cell += static_cast<CellId>(nodes[d] < 0 ? grid.dim(d).total() : nodes[d]) * grid.stride(d);
  }
  return cell;
}

// Every cell there, whatever stands in the dimensions that are not named.
void CellsUnder(const std::vector<int64_t>& nodes, const Grid& grid, std::vector<CellId>* cells) {
  for (CellId c = 0; c < grid.cell_count(); ++c) {
    bool in = true;
    for (size_t d = 0; d < grid.rank() && in; ++d) in = nodes[d] < 0 || grid.node(c, d) == nodes[d];
    if (in) cells->push_back(c);
  }
}

absl::StatusOr<Attacker> ReadAttacker(const YAML::Node& yaml, const Grid& grid) {
  Attacker attacker;
  attacker.name = yaml["name"].as<std::string>();
  for (const YAML::Node& node : yaml["knows"]) {
    absl::StatusOr<std::vector<int64_t>> nodes = NodesAt(node.as<Place>(), grid);
    if (!nodes.ok()) return nodes.status();
    attacker.cells.push_back(CellAt(*nodes, grid));
  }
  for (const YAML::Node& node : yaml["knows_all_of"]) {
    absl::StatusOr<std::vector<int64_t>> nodes = NodesAt(node.as<Place>(), grid);
    if (!nodes.ok()) return nodes.status();
    CellsUnder(*nodes, grid, &attacker.cells);
  }
  for (const YAML::Node& node : yaml["parts"]) {
    absl::StatusOr<std::vector<int64_t>> nodes = NodesAt(node["cell"].as<Place>(), grid);
    if (!nodes.ok()) return nodes.status();
    const std::string measure = node["measure"] ? node["measure"].as<std::string>() : "counts";
    attacker.parts.push_back(
        {CellAt(*nodes, grid), node["at_least"].as<int64_t>(), measure == "counts" ? "" : measure});
  }
  std::sort(attacker.cells.begin(), attacker.cells.end());
  return attacker;
}

absl::Status ReadFile(const std::string& path, const Grid& grid, std::vector<Attacker>* attackers) {
  try {
    for (const YAML::Node& yaml : YAML::LoadFile(path)["attackers"]) {
      std::vector<Attacker> members;
      for (const YAML::Node& name : yaml["members"]) {
        const auto at = std::find_if(attackers->begin(), attackers->end(), [&](const Attacker& a) {
          return a.name == name.as<std::string>();
        });
        if (at == attackers->end()) {
          return absl::InvalidArgumentError(
              absl::StrCat(path, ": no attacker above is called ", name.as<std::string>()));
        }
        members.push_back(*at);
      }
      absl::StatusOr<Attacker> attacker = ReadAttacker(yaml, grid);
      if (!attacker.ok()) return attacker.status();
      if (!members.empty()) {
        members.push_back(*attacker);
        const std::string name = attacker->name;
        *attacker = Coalition(members);
        attacker->name = name;
      }
      attackers->push_back(std::move(*attacker));
    }
  } catch (const YAML::Exception& e) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", e.what()));
  }
  if (attackers->empty())
    return absl::InvalidArgumentError(absl::StrCat(path, " lists no attackers"));
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadAttackers(const Args& args, const Grid& grid, LedgerOptions* options) {
  if (args.Has("attackers")) {
    if (absl::Status s = ReadFile(args.Get("attackers"), grid, &options->attackers); !s.ok()) {
      return s;
    }
  }
  if (!args.Has("tenant-dimension")) return absl::OkStatus();
  for (size_t d = 0; d < grid.rank(); ++d) {
    if (grid.dim(d).name() == args.Get("tenant-dimension")) {
      options->tenant_dimension = static_cast<int>(d);
    }
  }
  if (options->tenant_dimension >= 0) return absl::OkStatus();
  return absl::InvalidArgumentError("--tenant-dimension is no dimension of the ledger");
}

}  // namespace oboro::sdc::cli
