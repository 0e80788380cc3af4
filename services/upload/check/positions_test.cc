#include "services/upload/check/positions.h"

#include <gtest/gtest.h>

#include <random>

namespace oboro::upload {
namespace {

TEST(Positions, ComeBack) {
  std::mt19937_64 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<int64_t> rows;
    int64_t row = 0;
    const int64_t widest = int64_t{1} << (random() % 40);
    for (uint64_t n = random() % 300; n > 0; --n) {
      rows.push_back(row += 1 + static_cast<int64_t>(random() % static_cast<uint64_t>(widest)));
    }
    const std::string bytes = EncodePositions(rows);
    const auto back = DecodePositions(bytes, row);
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, rows);
    if (row > 0) EXPECT_FALSE(DecodePositions(bytes, row - 1).ok());
  }
}

TEST(Positions, NeighboursCostOneByte) {
  std::vector<int64_t> rows;
  for (int64_t row = 1; row <= 100000; ++row) rows.push_back(row);
  EXPECT_EQ(EncodePositions(rows).size(), rows.size());
}

TEST(Positions, TheFirstOnesAreReadWithoutTheRest) {
  std::vector<int64_t> rows;
  for (int64_t row = 200; row <= 20000; row += 200) rows.push_back(row);
  const std::string bytes = EncodePositions(rows);
  const auto first =
      DecodePositions(std::string_view(bytes).substr(0, 7 * kMaxBytesPerPosition), 20000, 7);
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(*first, std::vector<int64_t>(rows.begin(), rows.begin() + 7));
  EXPECT_EQ(DecodePositions(bytes, 20000, 1000)->size(), rows.size());
  EXPECT_TRUE(DecodePositions(bytes, 20000, 0)->empty());
  EXPECT_FALSE(DecodePositions(std::string_view(bytes).substr(0, 3), 20000, 2).ok());
}

TEST(Positions, OnlyWhatTheWriterWritesIsRead) {
  using std::string;
  for (const string& bad : {string("\0", 1), string("\x80", 1), string("\x80\0", 2),
                            string(10, '\x80') + "\x01", string("\x01\0", 2)}) {
    EXPECT_FALSE(DecodePositions(bad, 1000).ok());
  }
  // Every readable text is the one that its rows are written as.
  std::mt19937 random(11);
  for (int round = 0; round < 20000; ++round) {
    string bytes(random() % 6, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    const auto rows = DecodePositions(bytes, int64_t{1} << 40);
    if (rows.ok()) EXPECT_EQ(EncodePositions(*rows), bytes);
  }
}

}  // namespace
}  // namespace oboro::upload
