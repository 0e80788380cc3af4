#include "services/civic/synth/towns.h"

namespace oboro::civic {
namespace {

constexpr Town kTsukuba[] = {
#include "services/civic/synth/towns_082201.inc"
};

constexpr Town kHamamatsu[] = {
#include "services/civic/synth/towns_221309.inc"
};

// Shares of foreign households are assumptions of plausible size.
constexpr SynthCity kCities[] = {
    {"082201", "茨城県つくば市", 55, kTsukuba},
    {"221309", "静岡県浜松市", 38, kHamamatsu},
};

}  // namespace

const SynthCity* FindSynthCity(std::string_view municipality) {
  for (const SynthCity& city : kCities) {
    if (city.code == municipality) return &city;
  }
  return nullptr;
}

const PyramidBands& NationalPyramid() {
  static constexpr PyramidBands kBands = {
#include "services/civic/synth/pyramid.inc"
  };
  return kBands;
}

}  // namespace oboro::civic
