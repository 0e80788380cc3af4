#pragma once

namespace oboro::sdc {

// Version of the engine, named by every verdict and statistic. Raised with every change that can
// change a figure or a suppression.
inline constexpr char kEngineVersion[] = "0.1.0";

}  // namespace oboro::sdc
