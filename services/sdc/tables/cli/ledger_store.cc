#include "services/sdc/tables/cli/ledger_store.h"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "absl/strings/str_cat.h"
#include "services/sdc/tables/cli/input.h"

namespace oboro::sdc::cli {
namespace {

using Json = nlohmann::ordered_json;

Json ToJson(const StoredRelease& r) {
  Json dims = Json::array();
  for (const StoredRelease::Dim& dim : r.dims) {
    Json nodes = Json::array();
    for (const StoredRelease::Node& node : dim.nodes) {
      Json n = {{"label", node.label}};
      if (node.total) {
        n["total"] = true;
      } else {
        n["leaves"] = node.leaves;
      }
      nodes.push_back(std::move(n));
    }
    dims.push_back({{"name", dim.name}, {"filter", dim.filter}, {"nodes", std::move(nodes)}});
  }
  Json cells = Json::array();
  for (size_t i = 0; i < r.cells.size(); ++i) {
    Json cell = {{"at", r.cells[i]}, {"status", CellStatusName(r.statuses[i])}};
    if (!IsUnknown(r.statuses[i])) cell["value"] = r.values[i];
    cells.push_back(std::move(cell));
  }
  Json json = {{"id", r.id},
               {"as_of", r.as_of},
               {"measure", r.measure},
               {"threshold", r.threshold},
               {"zeros_shown", r.zeros_shown},
               {"elsewhere", r.elsewhere},
               {"amounts", r.amounts},
               {"dims", std::move(dims)},
               {"cells", std::move(cells)}};
  for (const auto& x : r.intervals) json["intervals"].push_back({x.cell, x.low, x.high});
  for (const auto& x : r.means) json["means"].push_back({x.cell, x.mean, x.decimals});
  if (!r.means.empty()) json["mean_of"] = r.mean_of;
  for (const auto& x : r.ranges) json["ranges"].push_back({x.cell, x.up, x.down});
  return json;
}

CellStatus StatusNamed(const std::string& name) {
  for (CellStatus s :
       {CellStatus::kSuppressedPrimary, CellStatus::kSuppressedSecondary, CellStatus::kRounded}) {
    if (name == CellStatusName(s)) return s;
  }
  return CellStatus::kValue;
}

StoredRelease FromJson(const Json& json) {
  StoredRelease r;
  r.id = json.at("id");
  r.as_of = json.at("as_of");
  r.threshold = json.at("threshold");
  r.zeros_shown = json.at("zeros_shown");
  r.measure = json.value("measure", "");
  r.mean_of = json.value("mean_of", "");
  r.elsewhere = json.value("elsewhere", false);
  r.amounts = json.value("amounts", false);
  for (const Json& d : json.at("dims")) {
    StoredRelease::Dim dim{d.at("name"), {}, d.at("filter")};
    for (const Json& n : d.at("nodes")) {
      StoredRelease::Node node{n.at("label"), n.contains("total"), {}};
      if (!node.total) node.leaves = n.at("leaves").get<std::vector<std::string>>();
      dim.nodes.push_back(std::move(node));
    }
    r.dims.push_back(std::move(dim));
  }
  for (const Json& c : json.at("cells")) {
    r.cells.push_back(c.at("at").get<std::vector<uint32_t>>());
    r.statuses.push_back(StatusNamed(c.at("status")));
    r.values.push_back(c.contains("value") ? c.at("value").get<int64_t>() : 0);
  }
  for (const Json& x : json.value("intervals", Json::array())) {
    r.intervals.push_back({x.at(0), x.at(1), x.at(2)});
  }
  for (const Json& x : json.value("means", Json::array())) {
    r.means.push_back({x.at(0), x.at(1), x.at(2)});
  }
  for (const Json& x : json.value("ranges", Json::array())) {
    r.ranges.push_back({x.at(0), x.at(1), x.at(2)});
  }
  return r;
}

// One attribute over all releases: its categories, and every group that a release shows.
absl::StatusOr<Dimension> MergeDimension(const std::string& name,
                                         const std::vector<StoredRelease>& releases,
                                         std::map<std::string, uint32_t>* leaf_of) {
  std::set<std::string> leaves;
  bool only_filters = true;
  for (const StoredRelease& r : releases) {
    for (const StoredRelease::Dim& dim : r.dims) {
      if (dim.name != name) continue;
      for (const StoredRelease::Node& n : dim.nodes) {
        leaves.insert(n.leaves.begin(), n.leaves.end());
        only_filters = only_filters && !n.total;  // a total covers every category there is
      }
    }
  }
  if (only_filters || leaves.empty()) leaves.insert(kOtherCategory);
  std::vector<std::string> list(leaves.begin(), leaves.end());
  for (uint32_t i = 0; i < list.size(); ++i) (*leaf_of)[list[i]] = i;
  return Dimension::Flat(name, std::move(list));
}

std::vector<uint32_t> LeafIds(const StoredRelease::Node& node,
                              const std::map<std::string, uint32_t>& leaf_of) {
  std::vector<uint32_t> ids;
  for (const std::string& leaf : node.leaves) ids.push_back(leaf_of.at(leaf));
  std::sort(ids.begin(), ids.end());
  return ids;
}

// The node of the grid's dimension that covers the same categories.
uint32_t FindNode(const Dimension& dim, const std::vector<uint32_t>& leaves) {
  for (uint32_t node = 0; node < dim.node_count(); ++node) {
    const auto under = dim.leaves_under(node);
    if (std::equal(under.begin(), under.end(), leaves.begin(), leaves.end())) return node;
  }
  return dim.total();
}

}  // namespace

absl::StatusOr<std::vector<StoredRelease>> ReadLedger(const std::string& folder) {
  std::vector<std::string> paths;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() == ".json") paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<StoredRelease> releases;
  for (const std::string& path : paths) {
    std::ifstream file(path);
    try {
      releases.push_back(FromJson(Json::parse(file)));
    } catch (const nlohmann::json::exception& e) {
      return absl::DataLossError(absl::StrCat(path, " is no release of a ledger: ", e.what()));
    }
  }
  return releases;
}

absl::Status WriteRelease(const std::string& folder, const StoredRelease& release) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string path = absl::StrCat(folder, "/", release.id, ".json");
  if (std::filesystem::exists(path)) {
    return absl::InvalidArgumentError(absl::StrCat(release.id, " is in the ledger already"));
  }
  std::ofstream file(path + ".new", std::ios::binary);
  file << ToJson(release).dump() << "\n";
  file.close();
  if (!file) return absl::PermissionDeniedError(absl::StrCat("cannot write ", path));
  std::filesystem::rename(path + ".new", path, error);
  return error ? absl::PermissionDeniedError(error.message()) : absl::OkStatus();
}

absl::StatusOr<PlacedLedger> Place(const std::vector<StoredRelease>& releases) {
  std::set<std::string> names;
  for (const StoredRelease& r : releases) {
    for (const StoredRelease::Dim& dim : r.dims) names.insert(dim.name);
  }
  std::vector<Dimension> dims;
  std::vector<std::map<std::string, uint32_t>> leaf_of;
  for (const std::string& name : names) {
    leaf_of.emplace_back();
    absl::StatusOr<Dimension> dim = MergeDimension(name, releases, &leaf_of.back());
    if (!dim.ok()) return dim.status();
    for (const StoredRelease& r : releases) {
      for (const StoredRelease::Dim& d : r.dims) {
        if (d.name != name) continue;
        for (const StoredRelease::Node& node : d.nodes) {
          if (node.total || node.leaves.empty()) continue;
          if (auto s = dim->AddGroup(node.label, LeafIds(node, leaf_of.back())); !s.ok()) {
            return s.status();
          }
        }
      }
    }
    dims.push_back(std::move(*dim));
  }
  absl::StatusOr<Grid> grid = Grid::Make(std::move(dims));
  if (!grid.ok()) return grid.status();
  PlacedLedger placed{std::move(*grid), {}};
  for (const StoredRelease& r : releases) {
    LedgerRelease out;
    out.id = r.id;
    out.threshold = r.threshold;
    out.zeros_shown = r.zeros_shown;
    out.measure = r.measure, out.as_of = r.as_of;
    out.elsewhere = r.elsewhere, out.amounts = r.amounts;
    out.values = r.values;
    out.statuses = r.statuses;
    CellId rest = 0;  // attributes that the table does not use stand at their total
    std::vector<std::vector<CellId>> shift(r.dims.size());
    size_t d = 0;
    for (const std::string& name : names) {
      const Dimension& dim = placed.grid.dim(d);
      bool used = false;
      for (size_t k = 0; k < r.dims.size(); ++k) {
        if (r.dims[k].name != name) continue;
        used = true;
        for (const StoredRelease::Node& node : r.dims[k].nodes) {
          const uint32_t at = node.total ? dim.total() : FindNode(dim, LeafIds(node, leaf_of[d]));
          shift[k].push_back(at * placed.grid.stride(d));
        }
      }
      if (!used) rest += dim.total() * placed.grid.stride(d);
      ++d;
    }
    for (const std::vector<uint32_t>& at : r.cells) {
      CellId cell = rest;
      for (size_t k = 0; k < at.size(); ++k) cell += shift[k].at(at[k]);
      out.cells.push_back(cell);
    }
    for (const auto& x : r.intervals)
      out.intervals.push_back({out.cells.at(x.cell), x.low, x.high});
    for (const auto& x : r.means) {
      out.means.push_back({out.cells.at(x.cell), x.mean, x.decimals, r.mean_of});
    }
    for (const auto& x : r.ranges) out.targets.push_back({out.cells.at(x.cell), x.up, x.down});
    placed.releases.push_back(std::move(out));
  }
  return placed;
}

absl::Status LogRefusal(const std::string& folder, const std::string& line, int64_t limit) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const int64_t now = static_cast<int64_t>(std::time(nullptr));
  int64_t recent = 0;
  {
    std::ifstream file(folder + "/refusals.log");
    for (std::string old; std::getline(file, old);) {
      recent += std::strtoll(old.c_str(), nullptr, 10) > now - 86'400 ? 1 : 0;
    }
  }
  std::ofstream file(folder + "/refusals.log", std::ios::app);
  file << now << " " << line << "\n";
  if (recent >= limit) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "more than ", limit, " refusals in 24 hours; wait, or raise --max-refusals if you may"));
  }
  return absl::OkStatus();
}

}  // namespace oboro::sdc::cli
