#include "services/sdc/records/text_encoding.h"

#include <unicode/ucnv.h>
#include <unicode/utf8.h>

#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace oboro::sdc {
namespace {

struct CloseConverter {
  void operator()(UConverter* c) const { ucnv_close(c); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

// Never substitutes: an undefined sequence stops the conversion with an error.
Converter OpenCp932() {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open("ibm-943_P15A-2003", &error));
  if (U_FAILURE(error)) return nullptr;
  ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  return U_FAILURE(error) ? nullptr : std::move(converter);
}

// ICU's table follows IBM for these seven characters, Windows (and so every file that a Windows
// program wrote, and Python's and iconv's cp932) maps them so.
UChar AsWindows(UChar c) {
  switch (c) {
    case 0x2014:
      return 0x2015;  // 815C
    case 0x301C:
      return 0xFF5E;  // 8160
    case 0x2016:
      return 0x2225;  // 8161
    case 0x2212:
      return 0xFF0D;  // 817C
    case 0x00A2:
      return 0xFFE0;  // 8191
    case 0x00A3:
      return 0xFFE1;  // 8192
    case 0x00AC:
      return 0xFFE2;  // 81CA
    default:
      return c;
  }
}

}  // namespace

absl::StatusOr<TextEncoding> ParseTextEncoding(const std::string& name) {
  const std::string lower = absl::AsciiStrToLower(name);
  if (lower == "utf-8" || lower == "utf8") return TextEncoding::kUtf8;
  if (lower == "utf-8-sig") return TextEncoding::kUtf8Sig;
  if (lower == "cp932" || lower == "shift_jis" || lower == "sjis" || lower == "windows-31j") {
    return TextEncoding::kCp932;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("encoding \"", name, "\" is not known; use utf-8, utf-8-sig or cp932"));
}

std::optional<size_t> InvalidUtf8At(std::string_view text) {
  const auto* s = reinterpret_cast<const uint8_t*>(text.data());
  const int32_t n = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < n;) {
    const int32_t at = i;
    UChar32 c;
    U8_NEXT(s, i, n, c);
    if (c < 0) return static_cast<size_t>(at);
  }
  return std::nullopt;
}

std::optional<std::string> Cp932ToUtf8(std::string_view text) {
  bool ascii = true;
  for (const char c : text) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (ascii) return std::string(text);
  thread_local const Converter converter = OpenCp932();
  if (converter == nullptr) return std::nullopt;
  ucnv_reset(converter.get());
  std::vector<UChar> wide(text.size() + 1);
  UErrorCode error = U_ZERO_ERROR;
  const int32_t n = ucnv_toUChars(converter.get(), wide.data(), static_cast<int32_t>(wide.size()),
                                  text.data(), static_cast<int32_t>(text.size()), &error);
  if (U_FAILURE(error)) return std::nullopt;
  std::string out;
  for (int32_t i = 0; i < n;) {
    UChar32 c;
    U16_NEXT(wide.data(), i, n, c);
    if (c <= 0xFFFF) c = AsWindows(static_cast<UChar>(c));
    if (c == 0xFFFD) return std::nullopt;
    uint8_t bytes[4];
    int32_t length = 0;
    U8_APPEND_UNSAFE(bytes, length, c);
    out.append(reinterpret_cast<const char*>(bytes), length);
  }
  return out;
}

}  // namespace oboro::sdc
