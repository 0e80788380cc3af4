#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/time/time.h"
#include "oboro/operation/v1/operation.pb.h"

namespace oboro::cli {

// One line on standard error that is drawn over while work goes on. Draws nothing where standard
// error is no terminal, so that logs stay readable.
class ProgressBar {
 public:
  ProgressBar(std::ostream& err, bool enabled);
  ~ProgressBar() { Clear(); }
  // `total` 0 while unknown.
  void Show(const std::string& label, int64_t done, int64_t total);
  void Clear();

 private:
  std::ostream& err_;
  bool enabled_;
  bool drawn_ = false;
  absl::Time last_ = absl::InfinitePast();
};

// "  12.3 s  780,000 件  63,414 件/s  最大 512 MB" for one stage of an operation.
std::string StageLine(const operation::v1::StageReport& stage);

}  // namespace oboro::cli
