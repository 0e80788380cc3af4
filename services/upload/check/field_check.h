#pragma once

#include <optional>
#include <string_view>

#include "services/upload/check/dataset_schema.h"
#include "services/upload/check/rules.h"

namespace oboro::upload {

/// The value without ASCII and full-width blanks around it.
std::string_view TrimBlanks(std::string_view value);

/// Checks one value against its column: the first rule it breaks, or nothing. An empty value breaks
/// only kRequiredMissing. O(size).
std::optional<Rule> CheckField(const ColumnSchema& column, std::string_view value);

/// True when the value holds a character of U+E000-F8FF.
bool HasPrivateUse(std::string_view value);

}  // namespace oboro::upload
