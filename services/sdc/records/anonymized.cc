#include "services/sdc/records/anonymized.h"

#include <algorithm>
#include <unordered_set>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/evaluate.h"
#include "services/sdc/records/group_table.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/random_order.h"
#include "services/sdc/records/search_space.h"

namespace oboro::sdc {
namespace {

struct KeyHash {
  size_t operator()(Key128 key) const {
    const uint64_t folded =
        static_cast<uint64_t>(key) ^ (static_cast<uint64_t>(key >> 64) * 0xC2B2AE3D27D4EB4Full);
    return static_cast<size_t>((folded * 0x9E3779B97F4A7C15ull) >> 17);
  }
};

// Marks the records whose class is kept. A record's key is looked up among the fewer: suppressed or
// kept classes.
template <typename Key>
void MarkRecords(const SearchSpace& space, int threads, AppliedNode* node) {
  const Lattice& lattice = space.lattice;
  GroupTable<Key> table;
  {
    const GroupTable<Key> base =
        BaseGroups<Key>(lattice, space.joint.codes, space.joint.distinct, threads);
    RollUp<Key> roll_up;
    roll_up.Run(lattice, base, node->levels, &table);
  }
  Evaluator evaluator(lattice, space.judge, space.joint);
  std::unordered_set<Key, KeyHash> kept, suppressed;
  node->min_class = 0;
  for (size_t i = 0; i < table.groups(); ++i) {
    if (!evaluator.Keeps(table, i)) {
      suppressed.insert(table.keys[i]);
      continue;
    }
    kept.insert(table.keys[i]);
    node->kept_records += table.sizes[i];
    ++node->classes;
    node->min_class =
        node->min_class == 0 ? table.sizes[i] : std::min<uint64_t>(node->min_class, table.sizes[i]);
  }
  const bool by_kept = kept.size() < suppressed.size();
  const auto& set = by_kept ? kept : suppressed;
  std::vector<std::vector<Key>> digit(lattice.dimensions());
  for (size_t d = 0; d < digit.size(); ++d) {
    const LatticeAttribute& a = lattice.attribute(d);
    for (const uint32_t n : a.node_of_code[node->levels[d]]) {
      digit[d].push_back(a.digit_mask == 0 ? Key{0} : static_cast<Key>(n) << a.shift);
    }
  }
  node->kept.assign(lattice.records(), 0);
  RunThreads(threads, [&](int t) {
    const auto [begin, end] = SplitRange(lattice.records(), threads, t);
    std::vector<Key> keys(4096);
    for (uint64_t b = begin; b < end; b += keys.size()) {
      const uint64_t n = std::min<uint64_t>(keys.size(), end - b);
      std::fill(keys.begin(), keys.end(), Key{0});
      for (size_t d = 0; d < digit.size(); ++d) {
        lattice.table().column(lattice.attribute(d).column).codes().Visit([&](const auto* codes) {
          for (uint64_t i = 0; i < n; ++i) keys[i] |= digit[d][codes[b + i]];
        });
      }
      for (uint64_t i = 0; i < n; ++i) {
        node->kept[b + i] = (set.find(keys[i]) != set.end()) == by_kept;
      }
    }
  });
}

std::string CsvField(const std::string& value, char delimiter) {
  const bool quote = value.find_first_of(std::string("\"\r\n") + delimiter) != std::string::npos;
  if (!quote) return value;
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

// A column to write: its codes and the text of each code.
struct Field {
  size_t column;
  std::vector<std::string> text;
};

std::vector<Field> MakeFields(const SearchInput& input, const LevelVector& levels,
                              const WriteOptions& options) {
  std::vector<Field> fields;
  const auto plain = [&](size_t column) {
    Field f{column, {}};
    for (const std::string& v : input.table->column(column).dictionary()) {
      f.text.push_back(CsvField(v, options.delimiter));
    }
    fields.push_back(std::move(f));
  };
  for (size_t d = 0; d < levels.size(); ++d) {
    const size_t column = input.quasi_identifiers[d];
    const Hierarchy& h = *input.hierarchies[d];
    const Hierarchy::Level& level = h.level(levels[d]);
    Field f{column, {}};
    for (const std::string& v : input.table->column(column).dictionary()) {
      f.text.push_back(
          CsvField(level.labels[level.node_of_leaf[*h.FindLeaf(v)]], options.delimiter));
    }
    fields.push_back(std::move(f));
  }
  for (const size_t column : input.sensitive) plain(column);
  for (const size_t column : options.keep) plain(column);
  std::sort(fields.begin(), fields.end(),
            [](const Field& a, const Field& b) { return a.column < b.column; });
  return fields;
}

}  // namespace

absl::StatusOr<AppliedNode> ApplyNode(const SearchInput& input, const LevelVector& levels,
                                      int threads) {
  SearchInput pinned = input;
  if (levels.size() != input.quasi_identifiers.size()) {
    return absl::InvalidArgumentError(absl::StrCat("there are ", levels.size(), " levels for ",
                                                   input.quasi_identifiers.size(),
                                                   " quasi-identifiers"));
  }
  pinned.level_bounds.clear();
  for (const int level : levels) pinned.level_bounds.emplace_back(level, level);
  auto space = SearchSpace::Make(pinned);
  if (!space.ok()) return space.status();
  AppliedNode node;
  node.levels = levels;
  if (space->wide) {
    MarkRecords<Key128>(*space, ThreadCount(threads), &node);
  } else {
    MarkRecords<Key64>(*space, ThreadCount(threads), &node);
  }
  return node;
}

absl::Status WriteAnonymized(const SearchInput& input, const AppliedNode& node,
                             const WriteOptions& options, std::ostream& out) {
  const std::vector<Field> fields = MakeFields(input, node.levels, options);
  for (size_t i = 1; i < fields.size(); ++i) {
    if (fields[i].column == fields[i - 1].column) {
      return absl::InvalidArgumentError(
          absl::StrCat("column \"", input.table->column(fields[i].column).name(),
                       "\" is to be kept and has another part already; name it once"));
    }
  }
  std::vector<uint32_t> rows;
  rows.reserve(node.kept_records);
  for (uint64_t r = 0; r < node.kept.size(); ++r) {
    if (node.kept[r]) rows.push_back(static_cast<uint32_t>(r));
  }
  SeededRandom random(options.seed);
  Shuffle(random, rows);

  std::string buffer;
  for (size_t f = 0; f < fields.size(); ++f) {
    if (f > 0) buffer += options.delimiter;
    buffer += CsvField(input.table->column(fields[f].column).name(), options.delimiter);
  }
  buffer += '\n';
  for (const uint32_t r : rows) {
    for (size_t f = 0; f < fields.size(); ++f) {
      if (f > 0) buffer += options.delimiter;
      buffer += fields[f].text[input.table->column(fields[f].column).code(r)];
    }
    buffer += '\n';
    if (buffer.size() >= (1u << 20)) {
      out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
      buffer.clear();
    }
  }
  out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  out.flush();
  if (!out) return absl::DataLossError("writing the anonymised table failed; is the disk full?");
  return absl::OkStatus();
}

}  // namespace oboro::sdc
