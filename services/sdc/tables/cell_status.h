// The explicit statuses of a cell of a table (design.md 5.11).
#pragma once

#include <cstdint>

namespace oboro::sdc {

// Inside the service a suppressed cell keeps its reason; outside there is one mark for both
// suppressions, because to show which ones are primary makes some of them computable.
enum class CellStatus : uint8_t {
  kValue = 0,
  kRounded = 1,
  kSuppressedPrimary = 2,
  kSuppressedSecondary = 3,
  kMerged = 4,
  // Not part of the table: a cell of the common grid that no table of the release shows. The
  // attacker does not see it, and nobody has to protect it.
  kHidden = 5,
};

inline bool IsSuppressed(CellStatus s) {
  return s == CellStatus::kSuppressedPrimary || s == CellStatus::kSuppressedSecondary;
}

// True where the attacker does not see the value.
inline bool IsUnknown(CellStatus s) { return IsSuppressed(s) || s == CellStatus::kHidden; }

// VALUE, ROUNDED, SUPPRESSED_PRIMARY, SUPPRESSED_SECONDARY, MERGED or HIDDEN.
inline const char* CellStatusName(CellStatus s) {
  switch (s) {
    case CellStatus::kValue:
      return "VALUE";
    case CellStatus::kRounded:
      return "ROUNDED";
    case CellStatus::kSuppressedPrimary:
      return "SUPPRESSED_PRIMARY";
    case CellStatus::kSuppressedSecondary:
      return "SUPPRESSED_SECONDARY";
    case CellStatus::kMerged:
      return "MERGED";
    case CellStatus::kHidden:
      return "HIDDEN";
  }
  return "UNKNOWN";
}

}  // namespace oboro::sdc
