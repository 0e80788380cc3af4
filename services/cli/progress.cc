#include "services/cli/progress.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "services/cli/text.h"

namespace oboro::cli {
namespace {

constexpr int kWidth = 30;
constexpr absl::Duration kRedraw = absl::Milliseconds(100);

}  // namespace

ProgressBar::ProgressBar(std::ostream& err, bool enabled)
    : err_(err), enabled_(enabled && isatty(STDERR_FILENO) != 0) {}

void ProgressBar::Show(const std::string& label, int64_t done, int64_t total) {
  const absl::Time now = absl::Now();
  if (!enabled_ || (now - last_ < kRedraw && done != total)) return;
  last_ = now;
  drawn_ = true;
  std::string bar;
  if (total > 0) {
    const auto filled = static_cast<int>(kWidth * std::min(done, total) / total);
    for (int i = 0; i < kWidth; ++i) bar += i < filled ? "█" : "░";
    absl::StrAppend(&bar, absl::StrFormat(" %3d %%", 100 * std::min(done, total) / total));
  } else {
    bar = Grouped(done);
  }
  err_ << "\r\033[K  " << label << " " << bar << std::flush;
}

void ProgressBar::Clear() {
  if (drawn_) err_ << "\r\033[K" << std::flush;
  drawn_ = false;
}

std::string StageLine(const operation::v1::StageReport& stage) {
  const double rate = stage.seconds() > 0 ? stage.records() / stage.seconds() : 0;
  return absl::StrFormat("%8.2f s %14s 件 %14s 件/s   最大 %5d MB", stage.seconds(),
                         Grouped(stage.records()), Grouped(static_cast<int64_t>(rate)),
                         stage.peak_memory_bytes() >> 20);
}

}  // namespace oboro::cli
