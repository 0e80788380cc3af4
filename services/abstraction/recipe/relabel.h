#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "services/abstraction/recipe/recipe.h"

namespace oboro::abstraction {

/// The value without ASCII and full-width blanks around it.
std::string_view TrimBlanks(std::string_view value);

/// The label of the band that holds `value`: "20未満", "20-29", "30" (a band of one), "90以上",
/// each followed by the unit ("20歳未満", "20-29歳", "90歳以上"). nullopt below an open-less
/// bottom.
std::optional<std::string> BandLabel(const OutputColumn& column, int64_t value);

/// What `value` (trimmed, not blank) becomes under the column's transform; nullopt when it cannot
/// be read. Not for link numbers. `reference` must be set for age bands.
std::optional<std::string> Relabel(const OutputColumn& column, std::string_view value,
                                   const std::optional<civic::CivilDate>& reference);

}  // namespace oboro::abstraction
