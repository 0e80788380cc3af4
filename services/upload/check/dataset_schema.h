#pragma once

#include "services/civic/layout/dataset_schema.h"

// The layout of a dataset's files is known to abstraction too (its previews), and lives in civic.
namespace oboro::upload {

using civic::CheckDigitRule;
using civic::ColumnSchema;
using civic::ColumnType;
using civic::DatasetSchema;
using civic::ParseDatasetSchema;

}  // namespace oboro::upload
