// Who is inside: --tenant-dimension, --attackers.
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/cli/ledger_input.h"

namespace oboro::sdc::cli {
namespace {

using Place = std::map<std::string, std::string>;

// A YAML file, with errors that name it.
struct Source {
  const std::string& path;
  const Grid& grid;
  const std::set<std::string>& measures;

  absl::Status Wrong(const std::string& what) const {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
  }

  // A map with some of these keys, each once: what is read over would leave the attacker weaker.
  absl::Status CheckKeys(const YAML::Node& map, const std::string& where,
                         const std::vector<std::string>& keys) const {
    if (!map.IsMap()) return Wrong(absl::StrCat(where, " is no list of keys and values"));
    std::set<std::string> seen;
    for (const auto& item : map) {
      const std::string key = item.first.as<std::string>();
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        return Wrong(absl::StrCat("unknown key ", key, " in ", where));
      }
      if (!seen.insert(key).second) return Wrong(absl::StrCat(key, " twice in ", where));
    }
    return absl::OkStatus();
  }

  absl::Status CheckList(const YAML::Node& list, const std::string& where) const {
    if (list.IsSequence() && list.size() > 0) return absl::OkStatus();
    return Wrong(absl::StrCat(where, " is no list, or an empty one"));
  }
};

absl::StatusOr<std::vector<int64_t>> NodesAt(const Source& source, const YAML::Node& yaml) {
  const Grid& grid = source.grid;
  std::vector<std::string> names;
  for (const Dimension& dim : grid.dims()) names.push_back(dim.name());
  if (absl::Status s =
          source.CheckKeys(yaml, "a cell (its keys are dimensions of the ledger)", names);
      !s.ok()) {
    return s;
  }
  std::vector<int64_t> nodes(grid.rank(), -1);
  for (const auto& [name, label] : yaml.as<Place>()) {
    const size_t d =
        static_cast<size_t>(std::find(names.begin(), names.end(), name) - names.begin());
    nodes[d] = label == "*" ? grid.dim(d).total() : grid.dim(d).Find(label);
    if (nodes[d] < 0) {
      return source.Wrong(absl::StrCat("\"", label, "\" is no category or group of ", name));
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

absl::Status ReadPart(const Source& source, const YAML::Node& yaml, const std::string& who,
                      Attacker* attacker) {
  const std::string where = absl::StrCat("a part of ", who);
  if (absl::Status s = source.CheckKeys(yaml, where, {"cell", "at_least", "measure"}); !s.ok()) {
    return s;
  }
  if (!yaml["cell"] || !yaml["at_least"]) {
    return source.Wrong(absl::StrCat(where, " needs the keys cell and at_least"));
  }
  absl::StatusOr<std::vector<int64_t>> nodes = NodesAt(source, yaml["cell"]);
  if (!nodes.ok()) return nodes.status();
  std::string measure = yaml["measure"] ? yaml["measure"].as<std::string>() : "counts";
  const auto at_least = yaml["at_least"].as<int64_t>();
  if (at_least < 1 || at_least > kMaxNumber) {
    return source.Wrong(absl::StrCat("at_least of ", where, " must be from 1 to ", kMaxNumber));
  }
  if (!source.measures.contains(measure == "counts" ? "" : measure)) {
    return source.Wrong(absl::StrCat("measure of ", where, ": nothing is released of ", measure));
  }
  if (measure == "counts") measure.clear();
  attacker->parts.push_back({CellAt(*nodes, source.grid), at_least, std::move(measure)});
  return absl::OkStatus();
}

// One attacker; `above` are those that his members may be.
absl::StatusOr<Attacker> ReadAttacker(const Source& source, const YAML::Node& yaml,
                                      const std::vector<Attacker>& above) {
  absl::Status keys =
      source.CheckKeys(yaml, "an attacker", {"name", "knows", "knows_all_of", "parts", "members"});
  if (!keys.ok()) return keys;
  if (!yaml["name"]) return source.Wrong("an attacker has no name");
  Attacker attacker;
  attacker.name = yaml["name"].as<std::string>();
  for (const Attacker& other : above) {
    if (other.name == attacker.name) {
      return source.Wrong(absl::StrCat("two attackers are called ", attacker.name));
    }
  }
  for (const char* key : {"knows", "knows_all_of", "parts", "members"}) {
    if (!yaml[key]) continue;
    absl::Status s = source.CheckList(yaml[key], absl::StrCat(key, " of ", attacker.name));
    if (!s.ok()) return s;
  }
  for (const char* key : {"knows", "knows_all_of"}) {
    for (const YAML::Node& node : yaml[key]) {
      absl::StatusOr<std::vector<int64_t>> nodes = NodesAt(source, node);
      if (!nodes.ok()) return nodes.status();
      if (std::string_view(key) == "knows") {
        attacker.cells.push_back(CellAt(*nodes, source.grid));
      } else {
        CellsUnder(*nodes, source.grid, &attacker.cells);
      }
    }
  }
  for (const YAML::Node& node : yaml["parts"]) {
    if (absl::Status s = ReadPart(source, node, attacker.name, &attacker); !s.ok()) return s;
  }
  std::sort(attacker.cells.begin(), attacker.cells.end());
  std::vector<Attacker> members;
  for (const YAML::Node& node : yaml["members"]) {
    const auto name = node.as<std::string>();
    const auto at =
        std::find_if(above.begin(), above.end(), [&](const Attacker& a) { return a.name == name; });
    if (at == above.end()) {
      return source.Wrong(absl::StrCat("no attacker above is called ", name));
    }
    members.push_back(*at);
  }
  if (!members.empty()) {
    members.push_back(attacker);
    const std::string name = attacker.name;
    attacker = Coalition(members);
    attacker.name = name;
  }
  if (attacker.cells.empty() && attacker.parts.empty()) {
    return source.Wrong(absl::StrCat(attacker.name, " knows nothing"));
  }
  return attacker;
}

absl::Status ReadFile(const Source& source, std::vector<Attacker>* attackers) {
  try {
    const YAML::Node file = YAML::LoadFile(source.path);
    if (absl::Status s = source.CheckKeys(file, "the file", {"attackers"}); !s.ok()) return s;
    const YAML::Node list = file["attackers"];
    if (!list) return source.Wrong("the key attackers is missing");
    if (absl::Status s = source.CheckList(list, "attackers"); !s.ok()) return s;
    for (const YAML::Node& yaml : list) {
      absl::StatusOr<Attacker> attacker = ReadAttacker(source, yaml, *attackers);
      if (!attacker.ok()) return attacker.status();
      attackers->push_back(std::move(*attacker));
    }
  } catch (const YAML::Exception& e) {
    return source.Wrong(e.what());
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status ReadAttackers(const Args& args, const Grid& grid,
                           const std::set<std::string>& measures, LedgerOptions* options) {
  if (args.Has("attackers")) {
    const std::string path = args.Get("attackers");
    if (absl::Status s = ReadFile({path, grid, measures}, &options->attackers); !s.ok()) return s;
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
