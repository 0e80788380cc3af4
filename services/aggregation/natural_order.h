#pragma once

#include "absl/strings/string_view.h"

namespace oboro::aggregation {

// True when `a` comes before `b` as people count: runs of digits by their number, the rest by bytes
// ("5-9歳" before "10-14歳").
bool NaturalLess(absl::string_view a, absl::string_view b);

}  // namespace oboro::aggregation
