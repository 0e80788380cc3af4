#pragma once

#include <string_view>

#include "services/civic/synth/age_pool.h"
#include "services/civic/synth/random.h"

namespace oboro::civic {

/// A name part with its reading in katakana.
struct NamePart {
  std::string_view text;
  std::string_view kana;
};

/// Family names and given names common in Japan, listed by us; any likeness to a resident is
/// chance.
const NamePart& PickSurname(SynthRandom* random);

/// A given name that suits the sex and the year of birth (three generations of fashion).
const NamePart& PickGivenName(Sex sex, int birth_year, SynthRandom* random);

/// A foreign nationality with names used there, in the Latin capitals registers write.
struct ForeignOrigin {
  std::string_view country;
  int share;  ///< of all foreign households, per mille
  NamePart surnames[6];
  NamePart given[2][6];  ///< by sex
};

const ForeignOrigin& PickOrigin(std::string_view municipality, SynthRandom* random);

}  // namespace oboro::civic
