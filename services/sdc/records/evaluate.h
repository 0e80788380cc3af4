// Evaluates one node: which classes are kept, how many records are suppressed, what is lost.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "services/sdc/records/group_table.h"
#include "services/sdc/records/lattice.h"
#include "services/sdc/records/metric.h"
#include "services/sdc/records/models.h"

namespace oboro::sdc {

// The sensitive columns as one code per record: `component[a][joint]` is the code of attribute a.
struct JointSensitive {
  const CodeArray* codes = nullptr;  // nullptr when no model asks
  uint64_t distinct = 0;
  std::vector<std::vector<uint32_t>> component;
};

// One for each thread; keeps its buffers.
class Evaluator {
 public:
  Evaluator(const Lattice& lattice, const ClassJudge& judge, const JointSensitive& joint);

  // Facts of a node from its table. Stops (complete = false) once the monotone models alone
  // suppress more than `limit` records, unless `whole`.
  template <typename Key>
  NodeFacts Evaluate(const GroupTable<Key>& table, uint64_t limit, bool whole);

  // Whether class i of the table is kept.
  template <typename Key>
  bool Keeps(const GroupTable<Key>& table, size_t i);

 private:
  template <typename Key>
  void ReadValues(const GroupTable<Key>& table, size_t i);
  template <typename Key>
  void AddGap(Key key, uint64_t size, std::vector<uint64_t>& sum) const;
  void PrepareGaps(const LevelVector& levels);

  struct Gap {
    int shift;
    uint64_t mask;
    size_t attribute;
    std::vector<uint64_t> of_digit;  // size - leaves
  };
  const Lattice& lattice_;
  const ClassJudge& judge_;
  const JointSensitive& joint_;
  bool only_sizes_;
  std::vector<Gap> gaps_;
  std::vector<std::vector<ClassJudge::ValueCount>> values_;
  std::vector<std::vector<uint64_t>> dense_;
  ClassJudge::Scratch scratch_;
};

}  // namespace oboro::sdc
