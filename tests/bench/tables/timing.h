// Time of a piece of work, by the clock and by the processor.
#pragma once

#include <functional>

namespace oboro::sdc {

struct Timing {
  double seconds;    // by the clock
  double processor;  // of all threads; what a loaded machine does not change
};

// Medians of five runs.
Timing Median(const std::function<void()>& work);

}  // namespace oboro::sdc
