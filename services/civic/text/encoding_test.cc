#include "services/civic/text/encoding.h"

#include <gtest/gtest.h>
#include <iconv.h>
#include <rapidcheck.h>

#include <cstring>
#include <string>
#include <vector>

#include "services/civic/testing/fixed_seed.h"
#include "services/civic/text/cp932_table.h"

namespace oboro::civic {
namespace {

// The independent oracle: glibc's own CP932 (its tables owe nothing to ICU's).
std::string Iconv(const char* to, const char* from, std::string text, bool* ok) {
  iconv_t handle = iconv_open(to, from);
  std::string out(text.size() * 4 + 16, '\0');
  char* in = text.data();
  size_t in_left = text.size();
  char* dst = out.data();
  size_t out_left = out.size();
  *ok = iconv(handle, &in, &in_left, &dst, &out_left) != static_cast<size_t>(-1) && in_left == 0;
  iconv_close(handle);
  out.resize(out.size() - out_left);
  return out;
}

std::string DecodeAll(Encoding encoding, std::string_view bytes, DecodeFault* fault,
                      size_t chunk = 1 << 20) {
  TextDecoder decoder(encoding);
  std::string out;
  bool ok = true;
  for (size_t at = 0; ok && at < bytes.size(); at += chunk) {
    ok = decoder.Decode(bytes.substr(at, chunk), &out);
  }
  if (ok) decoder.Finish();
  *fault = decoder.fault();
  return out;
}

TEST(Cp932Test, AgreesWithGlibcOnEverySequence) {
  int assigned = 0, extra = 0;
  for (int lead = 0; lead < 256; ++lead) {
    if (!IsCp932Lead(static_cast<unsigned char>(lead))) {
      const std::string bytes(1, static_cast<char>(lead));
      bool ok;
      const std::string expected = Iconv("UTF-8", "CP932", bytes, &ok);
      DecodeFault fault;
      const std::string actual = DecodeAll(Encoding::kCp932, bytes, &fault);
      const bool ours = lead < 0x80 || (lead >= 0xA1 && lead <= 0xDF);
      EXPECT_EQ(fault.rule == DecodeRule::kNone, ours) << lead;
      if (ours && ok) EXPECT_EQ(actual, expected) << lead;
      continue;
    }
    for (int trail = 0; trail < 256; ++trail) {
      const std::string bytes = {static_cast<char>(lead), static_cast<char>(trail)};
      bool ok;
      const std::string expected = Iconv("UTF-8", "CP932", bytes, &ok);
      DecodeFault fault;
      const std::string actual = DecodeAll(Encoding::kCp932, bytes, &fault);
      if (fault.rule != DecodeRule::kNone) {
        EXPECT_FALSE(ok) << std::hex << lead << trail;
        EXPECT_EQ(fault.offset, 0u);
        continue;
      }
      ++assigned;
      if (!ok) {
        ++extra;
        continue;
      }
      EXPECT_EQ(actual, expected) << std::hex << lead << " " << trail;
    }
  }
  // 6,879 JIS X 0208 + 83 NEC row 13 + 374 NEC selected + 388 IBM + 1,880 user-defined.
  EXPECT_EQ(assigned, 6879 + 83 + 374 + 388 + 1880);
  EXPECT_EQ(extra, 0);
}

TEST(Cp932Test, UserDefinedAreaIsPrivateUse) {
  TextDecoder decoder(Encoding::kCp932);
  std::string out;
  ASSERT_TRUE(decoder.Decode("\xF0\x40\xF9\xFC", &out));
  EXPECT_EQ(out, "\xEE\x80\x80\xEE\x9D\x97");  // U+E000, U+E757
  EXPECT_EQ(decoder.private_use_count(), 2u);
}

TEST(Cp932Test, NamesTheByteOfAFault) {
  DecodeFault fault;
  for (const size_t chunk : {1, 2, 3, 100}) {
    EXPECT_EQ(DecodeAll(Encoding::kCp932, "abc\x82\xA0\x81\x0A", &fault, chunk), "abcあ");
    EXPECT_EQ(fault.rule, DecodeRule::kInvalidBytes);
    EXPECT_EQ(fault.offset, 5u) << chunk;
    DecodeAll(Encoding::kCp932, "ab\x82\xA0\x82", &fault, chunk);
    EXPECT_EQ(fault.rule, DecodeRule::kTruncated);
    EXPECT_EQ(fault.offset, 4u) << chunk;
    DecodeAll(Encoding::kUtf8, "ab\xE3\x81", &fault, chunk);
    EXPECT_EQ(fault.rule, DecodeRule::kTruncated);
    EXPECT_EQ(fault.offset, 2u) << chunk;
    DecodeAll(Encoding::kUtf8, "あ\xED\xA0\x80", &fault, chunk);  // a surrogate
    EXPECT_EQ(fault.rule, DecodeRule::kInvalidBytes);
    EXPECT_EQ(fault.offset, 3u) << chunk;
  }
}

TEST(Utf8Test, DropsOneByteOrderMarkAtTheStartOnly) {
  DecodeFault fault;
  for (const size_t chunk : {1, 2, 3, 4, 100}) {
    EXPECT_EQ(DecodeAll(Encoding::kUtf8, "\xEF\xBB\xBF\xEF\xBB\xBFx\xEF\xBB\xBF", &fault, chunk),
              "\xEF\xBB\xBFx\xEF\xBB\xBF")
        << chunk;
    EXPECT_EQ(DecodeAll(Encoding::kUtf8, "a\xEF\xBB\xBF", &fault, chunk), "a\xEF\xBB\xBF");
  }
}

TEST(Utf8Test, RefusesOverlongAndOutOfRange) {
  for (const std::string bad : {"\xC0\x80", "\xE0\x80\x80", "\xF0\x80\x80\x80", "\xF4\x90\x80\x80",
                                "\x80", "\xFF", "\xF5\x80\x80\x80"}) {
    EXPECT_FALSE(IsUtf8(bad));
    DecodeFault fault;
    DecodeAll(Encoding::kUtf8, bad, &fault);
    EXPECT_EQ(fault.rule, DecodeRule::kInvalidBytes);
  }
  EXPECT_TRUE(IsUtf8("𠮷野家\xF4\x8F\xBF\xBF"));
}

TEST(EncodeTest, RoundTripsAndNamesWhatIsMissing) {
  std::string out;
  size_t bad = 0;
  uint64_t substituted = 0;
  ASSERT_TRUE(
      EncodeText(Encoding::kCp932, "つくば市①㈱ｱ髙～〜", Unmappable::kFail, &out, &bad, nullptr));
  DecodeFault fault;
  EXPECT_EQ(DecodeAll(Encoding::kCp932, out, &fault), "つくば市①㈱ｱ髙～～");
  out.clear();
  EXPECT_FALSE(EncodeText(Encoding::kCp932, "ab𠮷", Unmappable::kFail, &out, &bad, nullptr));
  EXPECT_EQ(bad, 2u);
  out.clear();
  EXPECT_TRUE(
      EncodeText(Encoding::kCp932, "𠮷é", Unmappable::kSubstitute, &out, &bad, &substituted));
  EXPECT_EQ(out, "\x81\xAC\x81\xAC");
  EXPECT_EQ(substituted, 2u);
}

TEST(EncodeTest, DecodingAnyAssignedPairAndEncodingAgainKeepsTheCharacter) {
  // 374 NEC-selected and a few doubled symbols come back as their canonical twins.
  int changed = 0;
  for (int lead = 0x81; lead <= 0xFC; ++lead) {
    for (int trail = 0x40; trail <= 0xFC; ++trail) {
      if (!IsCp932Lead(static_cast<unsigned char>(lead))) continue;
      const std::string bytes = {static_cast<char>(lead), static_cast<char>(trail)};
      DecodeFault fault;
      const std::string text = DecodeAll(Encoding::kCp932, bytes, &fault);
      if (fault.rule != DecodeRule::kNone) continue;
      std::string again;
      ASSERT_TRUE(EncodeText(Encoding::kCp932, text, Unmappable::kFail, &again, nullptr, nullptr));
      changed += again != bytes;
      EXPECT_EQ(DecodeAll(Encoding::kCp932, again, &fault), text);
    }
  }
  EXPECT_GT(changed, 374 - 20);
  EXPECT_LT(changed, 420);
}

TEST(DecoderProperty, ChunksNeverMatter) {
  rc::check("any bytes, any chunk size", [](const std::vector<uint8_t>& raw) {
    const std::string bytes(raw.begin(), raw.end());
    const auto chunk = *rc::gen::inRange<size_t>(1, 9);
    for (const Encoding encoding : {Encoding::kUtf8, Encoding::kCp932}) {
      DecodeFault whole, parts;
      const std::string one = DecodeAll(encoding, bytes, &whole);
      RC_ASSERT(one == DecodeAll(encoding, bytes, &parts, chunk));
      RC_ASSERT(whole.rule == parts.rule);
      RC_ASSERT(whole.offset == parts.offset);
      RC_ASSERT(IsUtf8(one));
    }
  });
}

}  // namespace
}  // namespace oboro::civic
