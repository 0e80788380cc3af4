// Encodings of the files that municipalities hand over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace oboro::sdc {

enum class TextEncoding {
  kUtf8,     // with or without a byte order mark
  kUtf8Sig,  // the same; the name that some tools give to UTF-8 with a mark
  kCp932,    // Windows code page 932 (Shift_JIS as Windows has it)
};

// "utf-8", "utf-8-sig", "cp932" (also "shift_jis", "sjis", "windows-31j"), in any case.
absl::StatusOr<TextEncoding> ParseTextEncoding(const std::string& name);

// Position of the first byte that is not valid UTF-8 (surrogates and overlong forms are not), if
// any.
std::optional<size_t> InvalidUtf8At(std::string_view text);

// CP932 to UTF-8 as Windows maps it. nullopt for a byte sequence that CP932 does not define.
std::optional<std::string> Cp932ToUtf8(std::string_view text);

// First byte of a CP932 pair; the second byte can look like an ASCII letter or '|', '\\', '~'.
constexpr bool IsCp932Lead(unsigned char c) {
  return (c >= 0x81 && c <= 0x9F) || (c >= 0xE0 && c <= 0xFC);
}

}  // namespace oboro::sdc
