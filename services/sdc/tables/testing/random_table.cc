#include "services/sdc/tables/testing/random_table.h"

#include <random>
#include <string>
#include <utility>

namespace oboro::sdc::testing {
namespace {

Dimension MakeDimension(const std::string& name, uint32_t leaves, uint32_t per_group) {
  std::vector<std::string> labels, groups;
  for (uint32_t i = 0; i < leaves; ++i) {
    labels.push_back(name + std::to_string(i));
    groups.push_back("g" + std::to_string(i / per_group));
  }
  if (per_group >= leaves) return *Dimension::Flat(name, labels);
  return *Dimension::Hierarchical(name, labels, {groups});
}

template <typename Draw>
RandomTable Fill(std::vector<Dimension> dims, const Draw& draw) {
  RandomTable t{*Grid::Make(std::move(dims)), {}};
  t.values.assign(t.grid.cell_count(), 0);
  for (CellId c = 0; c < t.grid.cell_count(); ++c) {
    if (t.grid.is_finest(c)) t.values[c] = draw();
  }
  t.grid.FillMargins(t.values);
  return t;
}

}  // namespace

RandomTable MakeRandomTable(uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Dimension> dims;
  const uint32_t rank = 1 + random() % 3;
  for (uint32_t d = 0; d < rank; ++d) {
    const uint32_t leaves = 2 + random() % 5;
    dims.push_back(
        MakeDimension(std::string(1, static_cast<char>('a' + d)), leaves, 2 + random() % 4));
  }
  const uint32_t range = 3 + random() % 40;
  return Fill(std::move(dims), [&]() -> int64_t {
    return random() % 4 == 0 ? 0 : static_cast<int64_t>(random() % range);
  });
}

RandomTable MakeSmallTable(uint32_t seed) {
  std::mt19937 random(seed);
  static constexpr uint32_t kShapes[][3] = {{2, 2, 3}, {2, 3, 2}, {2, 2, 2}, {3, 4, 0},
                                            {2, 6, 0}, {4, 3, 0}, {12, 0, 0}};
  std::vector<Dimension> dims;
  const auto& shape = kShapes[random() % 7];
  for (uint32_t d = 0; d < 3 && shape[d] > 0; ++d) {
    const uint32_t per_group = shape[d] >= 4 ? 2 : 9;
    dims.push_back(MakeDimension(std::string(1, static_cast<char>('a' + d)), shape[d], per_group));
  }
  return Fill(std::move(dims),
              [&]() -> int64_t { return static_cast<int64_t>(random() % (2 + random() % 6)); });
}

}  // namespace oboro::sdc::testing
