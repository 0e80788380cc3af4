#pragma once

#include <optional>
#include <string_view>

#include "services/civic/csv/table_reader.h"
#include "services/upload/check/dataset_schema.h"

namespace oboro::upload {

/// How the file seems to be written whose beginning is `head` (it may end anywhere); what is given
/// is taken as given.
///  - Encoding: a byte order mark tells; else text that is UTF-8 and not only ASCII; else whichever
///    of UTF-8 and CP932 reads further; the schema's where nothing tells.
///  - Delimiter: of the schema's, comma, tab, semicolon and bar the one by which the first record
///    has most of the schema's columns, then most columns at all.
/// O(bytes).
civic::TableFormat DetectFormat(std::string_view head, const DatasetSchema& schema,
                                std::optional<civic::Encoding> encoding,
                                std::optional<char> delimiter);

/// Whether both name the same bytes; a byte order mark is not part of the encoding.
bool SameEncoding(civic::Encoding a, civic::Encoding b);

}  // namespace oboro::upload
