#include "services/civic/text/cp932_table.h"

#include <unicode/ucnv.h>

#include <cstdlib>
#include <memory>

namespace oboro::civic {
namespace {

// ICU's converter that is Windows-31J byte for byte, under its canonical name: aliases such as
// "Shift_JIS" differ between platforms.
constexpr char kConverter[] = "ibm-943_P15A-2003";

uint32_t PackUtf8(uint32_t code) {
  if (code < 0x80) return code | 1u << 24;
  if (code < 0x800) {
    return (0xC0 | code >> 6) | (0x80 | (code & 0x3F)) << 8 | 2u << 24;
  }
  return (0xE0 | code >> 12) | (0x80 | (code >> 6 & 0x3F)) << 8 | (0x80 | (code & 0x3F)) << 16 |
         3u << 24;
}

uint32_t DecodePair(UConverter* converter, unsigned char lead, unsigned char trail) {
  UErrorCode status = U_ZERO_ERROR;
  const char bytes[2] = {static_cast<char>(lead), static_cast<char>(trail)};
  UChar out[4];
  const int32_t length = ucnv_toUChars(converter, out, 4, bytes, 2, &status);
  if (U_FAILURE(status) || length != 1 || out[0] == 0xFFFD) return 0;
  return out[0];
}

void FillDecode(UConverter* converter, Cp932Table* table) {
  table->decode.fill(0);
  // ASCII is the identity: the IBM table swaps three control characters, Windows does not.
  for (uint32_t byte = 0; byte < 0x80; ++byte) table->decode[byte] = PackUtf8(byte);
  for (uint32_t byte = 0xA1; byte <= 0xDF; ++byte) {
    table->decode[byte] = PackUtf8(0xFF61 + byte - 0xA1);
  }
  for (unsigned lead = 0x81; lead <= 0xFC; ++lead) {
    if (!IsCp932Lead(static_cast<unsigned char>(lead))) continue;
    for (unsigned trail = 0x40; trail <= 0xFC; ++trail) {
      if (trail == 0x7F) continue;
      const uint32_t code = DecodePair(converter, static_cast<unsigned char>(lead),
                                       static_cast<unsigned char>(trail));
      if (code != 0) table->decode[lead << 8 | trail] = PackUtf8(code);
    }
  }
}

void FillEncode(UConverter* converter, Cp932Table* table) {
  table->encode.fill(0);
  ucnv_setFallback(converter, false);
  for (uint32_t code = 0x80; code < 0x10000; ++code) {
    if (code >= 0xD800 && code < 0xE000) continue;
    UErrorCode status = U_ZERO_ERROR;
    const UChar unit = static_cast<UChar>(code);
    char bytes[8];
    const int32_t length = ucnv_fromUChars(converter, bytes, 8, &unit, 1, &status);
    if (U_FAILURE(status) || length < 1 || length > 2) continue;
    const auto first = static_cast<unsigned char>(bytes[0]);
    if (length == 1 && (first < 0xA1 || first > 0xDF)) continue;  // SUB and the like
    const uint16_t packed =
        length == 1 ? first : static_cast<uint16_t>(first << 8 | static_cast<uint8_t>(bytes[1]));
    if (table->decode[packed] != PackUtf8(code)) continue;  // substitution, not a mapping
    table->encode[code] = packed;
  }
  for (uint32_t code = 0; code < 0x80; ++code) table->encode[code] = static_cast<uint16_t>(code);
  // The JIS readings of seven symbols; texts made outside Windows carry these.
  constexpr struct {
    uint16_t code, bytes;
  } kTwins[] = {{0x301C, 0x8160}, {0x2016, 0x8161}, {0x2212, 0x817C}, {0x00A2, 0x8191},
                {0x00A3, 0x8192}, {0x00AC, 0x81CA}, {0x2014, 0x815C}};
  for (const auto& twin : kTwins) {
    if (table->encode[twin.code] == 0) table->encode[twin.code] = twin.bytes;
  }
}

const Cp932Table* Build() {
  UErrorCode status = U_ZERO_ERROR;
  UConverter* converter = ucnv_open(kConverter, &status);
  // ICU's data is part of the library; without it nothing Japanese can be read at all.
  if (U_FAILURE(status)) std::abort();
  auto table = std::make_unique<Cp932Table>();
  FillDecode(converter, table.get());
  FillEncode(converter, table.get());
  ucnv_close(converter);
  return table.release();
}

}  // namespace

const Cp932Table& GetCp932Table() {
  static const Cp932Table* const table = Build();
  return *table;
}

}  // namespace oboro::civic
