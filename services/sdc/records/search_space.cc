#include "services/sdc/records/search_space.h"

#include <algorithm>
#include <bit>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

SensitiveAttribute MakeSensitive(const CodedColumn& column, const Hierarchy* hierarchy) {
  SensitiveAttribute s;
  s.name = column.name();
  s.values = column.dictionary();
  s.counts.assign(column.distinct(), 0);
  column.codes().Visit([&](const auto* codes) {
    for (uint64_t i = 0; i < column.size(); ++i) ++s.counts[codes[i]];
  });
  s.order = ValueOrder(s.values);
  s.hierarchy = hierarchy;
  return s;
}

// Several sensitive columns as one: a code for each combination that occurs.
void Join(const CodedTable& table, const std::vector<size_t>& columns, SearchSpace* space) {
  JointSensitive& joint = space->joint;
  joint.component.resize(columns.size());
  if (columns.size() == 1) {
    joint.codes = &table.column(columns[0]).codes();
    joint.distinct = table.column(columns[0]).distinct();
    return;
  }
  std::map<std::vector<uint32_t>, uint32_t> index;
  auto codes = std::make_unique<CodeArray>(table.rows(), 4);
  std::vector<uint32_t> tuple(columns.size());
  for (uint64_t r = 0; r < table.rows(); ++r) {
    for (size_t a = 0; a < columns.size(); ++a) tuple[a] = table.column(columns[a]).code(r);
    const auto [it, added] = index.emplace(tuple, static_cast<uint32_t>(index.size()));
    if (added) {
      for (size_t a = 0; a < columns.size(); ++a) joint.component[a].push_back(tuple[a]);
    }
    codes->Set(r, it->second);
  }
  joint.distinct = index.size();
  joint.codes = codes.get();
  space->joint_codes = std::move(codes);
}

}  // namespace

absl::StatusOr<SearchSpace> SearchSpace::Make(const SearchInput& input) {
  const CodedTable& table = *input.table;
  for (const size_t c : input.quasi_identifiers) {
    if (c >= table.columns().size()) return absl::InvalidArgumentError("no such column");
    if (std::count(input.quasi_identifiers.begin(), input.quasi_identifiers.end(), c) > 1) {
      return absl::InvalidArgumentError(
          absl::StrCat("quasi-identifier \"", table.column(c).name(), "\" is named twice"));
    }
    if (std::count(input.sensitive.begin(), input.sensitive.end(), c) > 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", table.column(c).name(),
                       "\" is named as a quasi-identifier and as sensitive; name it once"));
    }
  }
  auto lattice =
      Lattice::Make(table, input.quasi_identifiers, input.hierarchies, input.level_bounds);
  if (!lattice.ok()) return lattice.status();
  std::vector<SensitiveAttribute> sensitive;
  for (size_t a = 0; a < input.sensitive.size(); ++a) {
    const Hierarchy* hierarchy =
        a < input.sensitive_hierarchies.size() ? input.sensitive_hierarchies[a] : nullptr;
    sensitive.push_back(MakeSensitive(table.column(input.sensitive[a]), hierarchy));
  }
  auto judge = ClassJudge::Make(input.models, std::move(sensitive), table.rows());
  if (!judge.ok()) return judge.status();
  SearchSpace space{*std::move(lattice), *std::move(judge), {}, nullptr, false};
  int bits = space.lattice.key_bits();
  if (space.judge.needs_sensitive()) {
    Join(table, input.sensitive, &space);
    bits += std::bit_width(std::max<uint64_t>(space.joint.distinct, 1) - 1);
  }
  if (bits > 128) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a tuple of the quasi-identifiers (and sensitive attributes) takes ", bits,
                     " bits, at most 128 are searched; name fewer columns"));
  }
  space.wide = bits > 64;
  return space;
}

}  // namespace oboro::sdc
