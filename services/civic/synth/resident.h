#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "services/civic/dates/civil_date.h"
#include "services/civic/synth/household.h"
#include "services/civic/synth/random.h"
#include "services/civic/synth/towns.h"

namespace oboro::civic {

/// The columns of the register, in the order of the file.
enum RegisterColumn : size_t {
  kPersonNumber,
  kHouseholdNumber,
  kName,
  kKana,
  kBirthDate,
  kSexCode,
  kRelation,
  kResidentKind,
  kCountry,
  kTownCode,
  kTownName,
  kAddress,
  kResidentSince,
  kEvent,
  kEventDate,
  kRegisterColumnCount,
};

using ResidentRow = std::array<std::string, kRegisterColumnCount>;

/// Issues numbers of ten digits with M11W2-7 check digits, each once, in an order that tells
/// nothing (an affine walk modulo a prime over the nine-digit bodies).
class NumberIssuer {
 public:
  explicit NumberIssuer(SynthRandom* random);
  std::string Next();

 private:
  uint64_t step_;
  uint64_t next_;
};

/// Fills the rows of one household: numbers, names, dates, place, events. O(members).
class ResidentMaker {
 public:
  ResidentMaker(const SynthCity& city, const CivilDate& as_of, SynthRandom* random);

  /// Rows come back in the order of `members`.
  void Fill(const std::vector<Member>& members, std::vector<ResidentRow>* rows);

  uint64_t uncertain_birth_dates() const { return uncertain_birth_dates_; }

 private:
  struct Shared;  // what the members of a household share

  const Town& PickTown();
  std::string MakeAddress(const Town& town, bool alone);
  void FillNames(const Member& member, const Shared& shared, int birth_year, ResidentRow* row);
  void FillDates(const Shared& shared, const CivilDate& birth, ResidentRow* row);
  std::string BirthText(const CivilDate& birth, bool foreign);

  const SynthCity& city_;
  CivilDate as_of_;
  SynthRandom* random_;
  NumberIssuer persons_;
  NumberIssuer households_;
  std::vector<uint64_t> cumulative_;
  uint64_t uncertain_birth_dates_ = 0;
};

}  // namespace oboro::civic
