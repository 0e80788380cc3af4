#include "services/civic/text/encoding.h"

#include <algorithm>
#include <cstring>

#include "services/civic/text/cp932_table.h"

namespace oboro::civic {
namespace {

constexpr std::string_view kBom = "\xEF\xBB\xBF";
constexpr std::string_view kGeta = "\x81\xAC";  // 〓

// True when the eight bytes at `p` are all ASCII.
inline bool EightAscii(const char* p) {
  uint64_t word;
  std::memcpy(&word, p, 8);
  return (word & 0x8080808080808080ull) == 0;
}

// Length of the well-formed UTF-8 character at [p, end): 1-4, 0 when ill-formed, -1 when the bytes
// at hand are a proper beginning and the rest is missing (Unicode 15, table 3-7).
int Utf8Length(const unsigned char* p, const unsigned char* end) {
  const unsigned char lead = *p;
  if (lead < 0x80) return 1;
  int length;
  unsigned char low = 0x80, high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  for (int i = 1; i < length; ++i) {
    if (p + i == end) return -1;
    if (p[i] < low || p[i] > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

// U+E000-F8FF in UTF-8: EE 80 80 .. EF A3 BF.
inline bool IsPrivateUse(unsigned char first, unsigned char second) {
  return first == 0xEE || (first == 0xEF && second <= 0xA3);
}

uint32_t CodePoint(const unsigned char* p, int length) {
  switch (length) {
    case 1:
      return p[0];
    case 2:
      return (p[0] & 0x1Fu) << 6 | (p[1] & 0x3Fu);
    case 3:
      return (p[0] & 0x0Fu) << 12 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);
    default:
      return (p[0] & 0x07u) << 18 | (p[1] & 0x3Fu) << 12 | (p[2] & 0x3Fu) << 6 | (p[3] & 0x3Fu);
  }
}

}  // namespace

std::string_view EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "utf-8";
    case Encoding::kUtf8Bom:
      return "utf-8-bom";
    case Encoding::kCp932:
      return "cp932";
  }
  return "";
}

std::optional<Encoding> ParseEncoding(std::string_view name) {
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf8Bom, Encoding::kCp932}) {
    if (name == EncodingName(encoding)) return encoding;
  }
  return std::nullopt;
}

std::string_view ByteOrderMark(Encoding encoding) {
  return encoding == Encoding::kUtf8Bom ? kBom : std::string_view();
}

TextDecoder::TextDecoder(Encoding encoding) : encoding_(encoding) {
  if (encoding_ == Encoding::kCp932) GetCp932Table();
}

bool TextDecoder::Fail(DecodeRule rule, uint64_t offset) {
  fault_ = {rule, offset};
  return false;
}

bool TextDecoder::Decode(std::string_view bytes, std::string* out) {
  if (fault_.rule != DecodeRule::kNone) return false;
  return encoding_ == Encoding::kCp932 ? DecodeCp932(bytes, out) : DecodeUtf8(bytes, out);
}

bool TextDecoder::Finish() {
  if (fault_.rule != DecodeRule::kNone) return false;
  if (pending_size_ > 0) return Fail(DecodeRule::kTruncated, offset_ - pending_size_);
  return true;
}

bool TextDecoder::DecodeUtf8(std::string_view bytes, std::string* out) {
  // A character cut by the chunk border is completed byte by byte.
  while (pending_size_ > 0 && !bytes.empty()) {
    pending_[pending_size_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    ++offset_;
    const int length = Utf8Length(pending_, pending_ + pending_size_);
    if (length == 0) return Fail(DecodeRule::kInvalidBytes, offset_ - pending_size_);
    if (length < 0) continue;
    const std::string_view character(reinterpret_cast<char*>(pending_), pending_size_);
    pending_size_ = 0;
    private_use_ += length == 3 && IsPrivateUse(pending_[0], pending_[1]);
    if (!(at_start_ && character == kBom)) out->append(character);
    at_start_ = false;
  }
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* const end = begin + bytes.size();
  const unsigned char* p = begin;
  const unsigned char* keep = begin;
  while (p < end) {
    while (end - p >= 8 && EightAscii(reinterpret_cast<const char*>(p))) p += 8;
    if (p == end) break;
    const int length = Utf8Length(p, end);
    if (length <= 0) {
      out->append(reinterpret_cast<const char*>(keep), static_cast<size_t>(p - keep));
      if (length == 0) {
        return Fail(DecodeRule::kInvalidBytes, offset_ + static_cast<uint64_t>(p - begin));
      }
      pending_size_ = static_cast<size_t>(end - p);
      std::memcpy(pending_, p, pending_size_);
      if (p > begin) at_start_ = false;
      offset_ += bytes.size();
      return true;
    }
    if (length == 3) {
      if (at_start_ && p == begin && std::memcmp(p, kBom.data(), 3) == 0) keep += 3;
      private_use_ += IsPrivateUse(p[0], p[1]);
    }
    p += length;
  }
  out->append(reinterpret_cast<const char*>(keep), static_cast<size_t>(p - keep));
  if (!bytes.empty()) at_start_ = false;
  offset_ += bytes.size();
  return true;
}

bool TextDecoder::DecodeCp932(std::string_view bytes, std::string* out) {
  const auto& decode = GetCp932Table().decode;
  const size_t before = out->size();
  // A single byte grows to three at most (half-width kana); four more since we store whole words.
  out->resize(before + (bytes.size() + 1) * 3 + 8);
  char* dst = out->data() + before;
  const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* const end = begin + bytes.size();
  const unsigned char* p = begin;
  DecodeFault fault;
  if (pending_size_ == 1 && p < end) {
    const uint32_t entry = decode[static_cast<size_t>(pending_[0]) << 8 | *p];
    if (entry == 0) {
      fault = {DecodeRule::kInvalidBytes, offset_ - 1};
    } else {
      std::memcpy(dst, &entry, 4);
      private_use_ += IsPrivateUse(entry & 0xFF, entry >> 8 & 0xFF);
      dst += entry >> 24;
      pending_size_ = 0;
      ++p;
    }
  }
  while (fault.rule == DecodeRule::kNone && p < end) {
    while (end - p >= 8 && EightAscii(reinterpret_cast<const char*>(p))) {
      std::memcpy(dst, p, 8);
      dst += 8;
      p += 8;
    }
    if (p == end) break;
    const unsigned char lead = *p;
    if (lead < 0x80) {
      *dst++ = static_cast<char>(lead);
      ++p;
      continue;
    }
    const bool pair = IsCp932Lead(lead);
    if (pair && p + 1 == end) {
      pending_[0] = lead;
      pending_size_ = 1;
      ++p;
      break;
    }
    const uint32_t entry = decode[pair ? static_cast<size_t>(lead) << 8 | p[1] : lead];
    if (entry == 0) {
      fault = {DecodeRule::kInvalidBytes, offset_ + static_cast<uint64_t>(p - begin)};
      break;
    }
    std::memcpy(dst, &entry, 4);
    private_use_ += IsPrivateUse(entry & 0xFF, entry >> 8 & 0xFF);
    dst += entry >> 24;
    p += pair ? 2 : 1;
  }
  out->resize(static_cast<size_t>(dst - out->data()));
  offset_ += static_cast<uint64_t>(p - begin);
  if (fault.rule != DecodeRule::kNone) return Fail(fault.rule, fault.offset);
  return true;
}

bool IsUtf8(std::string_view text) {
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = p + text.size();
  while (p < end) {
    const int length = Utf8Length(p, end);
    if (length <= 0) return false;
    p += length;
  }
  return true;
}

bool EncodeText(Encoding encoding, std::string_view text, Unmappable mode, std::string* out,
                size_t* bad_offset, uint64_t* substituted) {
  const auto& encode = GetCp932Table().encode;
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = begin + text.size();
  const unsigned char* p = begin;
  while (p < end) {
    const int length = Utf8Length(p, end);
    const uint32_t code = length > 0 ? CodePoint(p, length) : 0;
    uint16_t packed = 0;
    if (length > 0 && encoding == Encoding::kCp932) packed = code < 0x10000 ? encode[code] : 0;
    const bool missing = encoding == Encoding::kCp932 && packed == 0 && code != 0;
    if (length <= 0 || (missing && mode == Unmappable::kFail)) {
      if (bad_offset != nullptr) *bad_offset = static_cast<size_t>(p - begin);
      return false;
    }
    if (encoding != Encoding::kCp932) {
      out->append(reinterpret_cast<const char*>(p), static_cast<size_t>(length));
    } else if (missing) {
      out->append(kGeta);
      if (substituted != nullptr) ++*substituted;
    } else {
      if (packed > 0xFF) out->push_back(static_cast<char>(packed >> 8));
      out->push_back(static_cast<char>(packed & 0xFF));
    }
    p += length;
  }
  return true;
}

}  // namespace oboro::civic
