// What the search and the frontier share: lattice, judge and the sensitive columns of one input.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "services/sdc/records/evaluate.h"
#include "services/sdc/records/lattice.h"
#include "services/sdc/records/models.h"
#include "services/sdc/records/search.h"

namespace oboro::sdc {

struct SearchSpace {
  Lattice lattice;
  ClassJudge judge;
  JointSensitive joint;
  std::unique_ptr<CodeArray> joint_codes;  // owns joint.codes where several columns were merged
  bool wide = false;                       // keys need 128 bits

  static absl::StatusOr<SearchSpace> Make(const SearchInput& input);
};

}  // namespace oboro::sdc
