#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "services/civic/dates/civil_date.h"
#include "services/civic/text/encoding.h"

namespace oboro::civic {

/// What can be put wrong with a row on purpose. Names as in the manifest (DefectName).
enum class Defect {
  kDuplicateKey,     ///< DUPLICATE_KEY: the row is written twice
  kDateUnknown,      ///< DATE_UNKNOWN: 生年月日 is 年月日不詳
  kRelationInvalid,  ///< RELATION_INVALID: a 続柄 that the grammar does not know (孫, 祖父 ...)
  kOldWardCode,  ///< OLD_WARD_CODE: 町字コード with the ward code of before 2024 (Hamamatsu only)
  kGaiji,        ///< GAIJI: a user-defined character in 氏名
  kCheckDigit,   ///< CHECK_DIGIT: the last digit of 世帯番号 is wrong
  kMissingRequired,  ///< MISSING_REQUIRED: 性別 is blank
  kBrokenBytes,      ///< BROKEN_BYTES: 氏名 holds a byte that the encoding does not assign
};

std::string_view DefectName(Defect defect);
std::optional<Defect> ParseDefect(std::string_view name);

/// What register to make. The same options give the same bytes everywhere.
struct SynthOptions {
  std::string municipality = "082201";  ///< 082201 (つくば市) or 221309 (浜松市)
  uint64_t population = 10000;          ///< 1 to 20,000,000 residents (duplicates come on top)
  CivilDate as_of = {2025, 4, 1};       ///< the 時点 (1990 to 2100); nothing happens after it
  uint64_t seed = 1;
  Encoding encoding = Encoding::kCp932;
  double defect_rate = 0;  ///< share of rows with a defect, 0 to 0.5
  /// Kinds to inject, each alike often; empty: all but kBrokenBytes, since a file with that is
  /// refused at its first broken byte and nothing else in it would be found.
  std::vector<Defect> defects;
};

/// One defect as injected.
struct InjectedDefect {
  uint64_t row;  ///< record number, 1 for the first after the header
  Defect defect;
  std::string_view column;
};

/// The truth about a register.
struct SynthSummary {
  uint64_t rows = 0;  ///< without the header
  uint64_t residents = 0;
  uint64_t households = 0;
  uint64_t bytes = 0;
  uint64_t uncertain_birth_dates = 0;  ///< natural ones, not injected
  uint64_t pyramid_moves = 0;          ///< residents whose age departs from the pyramid
  std::vector<InjectedDefect> defects;
};

/// Receives the file in pieces of about 64 KiB; an error stops the writing and is returned.
using SynthSink = std::function<absl::Status(absl::string_view)>;

/// Writes the synthetic resident register (columns: services/civic/synth/README.md) to `sink`.
/// Memory is flat but for the list of injected defects. About 2 microseconds a resident.
/// InvalidArgument for options outside their ranges.
absl::Status WriteRegister(const SynthOptions& options, const SynthSink& sink,
                           SynthSummary* summary);

/// The manifest as JSON: options, totals, counts by kind, and every defect with row and column.
std::string ManifestJson(const SynthOptions& options, const SynthSummary& summary);

/// The header names, in order.
const std::vector<std::string_view>& RegisterColumns();

}  // namespace oboro::civic
