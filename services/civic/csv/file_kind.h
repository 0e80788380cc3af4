#pragma once

#include <string_view>

namespace oboro::civic {

/// Kinds of file that are no text although they may be named .csv.
enum class FileKind { kText, kGzip, kZip, kXlsx, kZstd, kXz, kBzip2, kXls, kPdf, kUtf16 };

/// Guesses from the first bytes (256 are plenty) what a file is. A zip whose first entry is named
/// as in an Office document is kXlsx. kText means only: none of the others.
FileKind DetectFileKind(std::string_view head);

/// "gzip", "Excel (xlsx)" ...
std::string_view FileKindName(FileKind kind);

}  // namespace oboro::civic
