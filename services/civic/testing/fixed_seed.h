#pragma once

#include <cstdlib>

namespace oboro::civic {

/// Included by property tests: gives rapidcheck a fixed seed (it would else take a new one at every
/// run), unless RC_PARAMS asks for another.
inline const int kRapidcheckSeedIsFixed = setenv("RC_PARAMS", "seed=20250401", 0);

}  // namespace oboro::civic
