// Texts of files on their way to a terminal.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace oboro::sdc::cli {

// Control characters (C0, DEL, C1), line and paragraph separators, and marks that turn the
// direction of writing, as \u001b; bytes that are no UTF-8 as \xff. Everything else as it is. A
// terminal obeys none of what is left.
std::string Visible(const std::string& text);

// The same JSON in two spaces' indentation; in its strings what Visible shows is escaped, so that
// it reads back as it was.
std::string VisibleJson(const nlohmann::ordered_json& json);

}  // namespace oboro::sdc::cli
