#include "services/platform/base/crc32c.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace oboro::platform {
namespace {

// RFC 3720 B.4 prints the examples' CRCs byte by byte, least significant first.
TEST(Crc32c, ExamplesOfRfc3720) {
  EXPECT_EQ(Crc32c(std::string(32, '\0')), 0x8A9136AAu);
  EXPECT_EQ(Crc32c(std::string(32, '\xFF')), 0x62A8AB43u);
  std::string up, down;
  for (int i = 0; i < 32; ++i) {
    up.push_back(static_cast<char>(i));
    down.push_back(static_cast<char>(31 - i));
  }
  EXPECT_EQ(Crc32c(up), 0x46DD794Eu);
  EXPECT_EQ(Crc32c(down), 0x113FDB5Cu);
  EXPECT_EQ(Crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(Crc32c(""), 0u);
}

TEST(Crc32c, TableAndInstructionAgreeAndContinue) {
  std::mt19937_64 random(7);
  for (size_t size : {1u, 7u, 8u, 9u, 63u, 64u, 1000u, 65537u}) {
    std::string bytes(size, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const uint32_t whole = Crc32c(bytes);
    EXPECT_EQ(whole, crc32c_internal::ByTable(bytes, 0));
    const size_t cut = random() % (size + 1);
    EXPECT_EQ(Crc32c(bytes.substr(cut), Crc32c(bytes.substr(0, cut))), whole);
  }
}

}  // namespace
}  // namespace oboro::platform
