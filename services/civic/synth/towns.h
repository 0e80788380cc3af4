#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace oboro::civic {

/// One town (町丁目) of the two shipped municipalities.
struct Town {
  std::string_view ward;  ///< first five digits of the ward's (or city's) code, since 2024-01-01
  std::string_view old_ward;   ///< the same before that day
  std::string_view code;       ///< seven digits: 大字 4 + 丁目 3
  std::string_view ward_name;  ///< "中央区"; "" in a city without wards
  std::string_view name;
  int32_t latitude_e6;
  int32_t longitude_e6;
  int32_t weight;  ///< residents per 100,000 of the city, roughly
};

/// A municipality the generator knows.
struct SynthCity {
  std::string_view code;    ///< 全国地方公共団体コード
  std::string_view prefix;  ///< what addresses begin with: "茨城県つくば市"
  int foreign_permille;     ///< households whose head is a foreign resident
  std::span<const Town> towns;
};

/// The city with this code, or null.
const SynthCity* FindSynthCity(std::string_view municipality);

/// Japan's population of 2020 by sex (0 male, 1 female) and five-year band (21 of them).
using PyramidBands = int64_t[2][21];
const PyramidBands& NationalPyramid();

}  // namespace oboro::civic
