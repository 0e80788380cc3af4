#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace oboro::civic {

/// The character encodings in which municipalities hand over extracts.
enum class Encoding {
  kUtf8,     ///< UTF-8; a byte order mark at the start is tolerated and dropped.
  kUtf8Bom,  ///< UTF-8 that our own writers begin with a byte order mark (what Excel opens).
  kCp932,    ///< Windows-31J: Shift_JIS with NEC row 13, NEC/IBM extensions and the user area.
};

/// "utf-8", "utf-8-bom" or "cp932".
std::string_view EncodingName(Encoding encoding);

/// The inverse of EncodingName; exact names only.
std::optional<Encoding> ParseEncoding(std::string_view name);

/// Why decoding stopped.
enum class DecodeRule {
  kNone,
  kInvalidBytes,  ///< Bytes that the encoding does not assign.
  kTruncated,     ///< The input ends inside a multibyte character.
};

/// Where and why decoding stopped. `offset` counts bytes from the start of the whole input and
/// names the first byte of the offending character.
struct DecodeFault {
  DecodeRule rule = DecodeRule::kNone;
  uint64_t offset = 0;
};

/// Streaming decoder to UTF-8. Characters may straddle chunks. O(bytes), memory independent of the
/// input (the tables, 256 KiB, are shared and built once from ICU's ibm-943_P15A-2003, which is
/// Windows-31J). After a fault the decoder stays stopped.
class TextDecoder {
 public:
  explicit TextDecoder(Encoding encoding);

  /// Appends the UTF-8 form of `bytes` to `*out`. False after a fault; what was decoded before the
  /// fault has been appended.
  bool Decode(std::string_view bytes, std::string* out);

  /// Tells that the input has ended. False when a character is incomplete.
  bool Finish();

  const DecodeFault& fault() const { return fault_; }

  /// Bytes consumed so far.
  uint64_t offset() const { return offset_; }

  /// How many characters of the user-defined area (外字, U+E000-F8FF) were met.
  uint64_t private_use_count() const { return private_use_; }

 private:
  bool DecodeUtf8(std::string_view bytes, std::string* out);
  bool DecodeCp932(std::string_view bytes, std::string* out);
  bool Fail(DecodeRule rule, uint64_t offset);

  Encoding encoding_;
  DecodeFault fault_;
  uint64_t offset_ = 0;
  uint64_t private_use_ = 0;
  unsigned char pending_[4] = {};
  size_t pending_size_ = 0;
  bool at_start_ = true;
};

/// What an encoder does with a character that CP932 lacks.
enum class Unmappable {
  kFail,        ///< Stop and say where.
  kSubstitute,  ///< Write 〓 (the customary mark of a missing glyph) and count it.
};

/// Encodes UTF-8 text. Appends to `*out`; false with the byte offset in `*bad_offset` (may be null)
/// when `text` is not UTF-8 or, under kFail, cannot be expressed. The Unicode twins of seven JIS
/// symbols (〜 ‖ − ¢ £ ¬ —) are accepted for the Windows ones. kUtf8Bom writes no mark here: a mark
/// belongs to the start of a file (ByteOrderMark).
bool EncodeText(Encoding encoding, std::string_view text, Unmappable mode, std::string* out,
                size_t* bad_offset, uint64_t* substituted);

/// The bytes a file of this encoding starts with ("" or EF BB BF).
std::string_view ByteOrderMark(Encoding encoding);

/// True when `text` is well-formed UTF-8 (no surrogates, no overlong forms).
bool IsUtf8(std::string_view text);

}  // namespace oboro::civic
