#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "services/civic/codes/check_digit.h"
#include "services/civic/codes/event.h"
#include "services/civic/codes/mesh.h"
#include "services/civic/codes/relation.h"
#include "services/civic/csv/table_reader.h"

namespace oboro::civic {
namespace {

TEST(CheckDigitTest, KnowsTheMunicipalities) {
  for (const char* code : {"082201", "221309", "282014", "282049", "082015", "080004", "221384",
                           "221392", "221406", "221317", "221376"}) {
    EXPECT_TRUE(IsMunicipalityCode(code)) << code;
  }
  for (const char* code : {"082200", "221308", "08220", "0822012", "08220a", ""}) {
    EXPECT_FALSE(IsMunicipalityCode(code)) << code;
  }
}

TEST(CheckDigitTest, HoldsForEveryLocalGovernment) {
  const char* shared = std::getenv("OBORO_SHARED_DIR");
  if (shared == nullptr) GTEST_SKIP() << "OBORO_SHARED_DIR is not set";
  std::ifstream in(std::string(shared) + "/data/localgovjp-utf8.csv", std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  int codes = 0;
  TableReader reader({Encoding::kUtf8Bom, ','}, {}, [&](const CsvRecord& record) {
    if (record.row == 1) {
      EXPECT_EQ(record.fields.back(), "lgcode");
      return true;
    }
    std::string code(record.fields.back());
    code.insert(0, 6 - std::min<size_t>(6, code.size()), '0');
    EXPECT_TRUE(IsMunicipalityCode(code)) << code;
    ++codes;
    return true;
  });
  ASSERT_TRUE(reader.Feed(bytes.str()) && reader.Finish());
  EXPECT_GT(codes, 1700);
}

TEST(CheckDigitTest, Mod11ByHand) {
  // 123456789: 9*2+8*3+7*4+6*5+5*6+4*7+3*2+2*3+1*4 = 174 = 15*11 + 9, so 11 - 9 = 2.
  EXPECT_EQ(Mod11CheckDigit("123456789"), 2);
  EXPECT_TRUE(HasMod11CheckDigit("1234567892"));
  EXPECT_FALSE(HasMod11CheckDigit("1234567893"));
  EXPECT_EQ(Mod11CheckDigit("0"), 0);             // remainder 0
  EXPECT_EQ(Mod11CheckDigit("6"), std::nullopt);  // 12 mod 11 = 1
  EXPECT_FALSE(HasMod11CheckDigit("60"));
  EXPECT_FALSE(HasMod11CheckDigit("12 4567892"));
  EXPECT_FALSE(HasMod11CheckDigit("2"));
}

TEST(CheckDigitTest, Mod11CatchesEverySingleDigitError) {
  const std::string good = "1234567892";
  for (size_t i = 0; i < good.size(); ++i) {
    for (char c = '0'; c <= '9'; ++c) {
      std::string bad = good;
      bad[i] = c;
      EXPECT_EQ(HasMod11CheckDigit(bad), bad == good) << bad;
    }
  }
}

TEST(RelationTest, FollowsTheGrammar) {
  const struct {
    const char* text;
    const char* name;
  } kCases[] = {
      {"世帯主", "世帯主"},
      {"妻", "配偶者"},
      {"夫(未届)", "配偶者"},
      {"妻（未届）", "配偶者"},
      {"子", "子"},
      {"父", "父母"},
      {"妻の母", "その他親族"},
      {"子の妻", "その他親族"},
      {"子の子", "その他親族"},
      {"子の子の子の子", "その他親族"},
      {"弟", "その他親族"},
      {"縁故者", "その他親族"},
      {"同居人", "非親族"},
      {"父の妻(未届)", "その他親族"},
  };
  for (const auto& c : kCases)
    EXPECT_EQ(RelationClassName(ClassifyRelation(c.text)), c.name) << c.text;
  for (const char* text : {"祖父", "孫", "長男", "", "の", "子の", "の子", "子の子の子の子の子",
                           "同居人の子", "子の世帯主", "子 ", "配偶者"}) {
    EXPECT_EQ(ClassifyRelation(text), RelationClass::kInvalid) << text;
  }
}

TEST(EventTest, KnowsTheOfficialList) {
  EXPECT_EQ(ClassifyEvent("国内転入"), EventClass::kEntry);
  EXPECT_EQ(ClassifyEvent("死亡"), EventClass::kRemoval);
  EXPECT_EQ(ClassifyEvent("転居"), EventClass::kChange);
  EXPECT_EQ(ClassifyEvent("改製"), EventClass::kEntry);
  EXPECT_EQ(ClassifyEvent("引越"), EventClass::kInvalid);
  EXPECT_EQ(EventReasons().size(), 9u + 9u + 19u);
}

std::string Mesh(const char* latitude, const char* longitude,
                 MeshLevel level = MeshLevel::kQuarter) {
  return MeshCode(ParseDegrees(latitude).value(), ParseDegrees(longitude).value(), level).value();
}

TEST(MeshTest, VerifiedVectors) {
  EXPECT_EQ(Mesh("36.08361111", "140.0763889"), "5440100611");  // つくば市役所
  EXPECT_EQ(Mesh("34.71083333", "137.7266667"), "5237055813");  // 浜松市役所
  EXPECT_EQ(Mesh("34.81527778", "134.6855556"), "5234157444");  // 姫路市役所
  EXPECT_EQ(Mesh("34.73777778", "135.3419444"), "5235028732");  // 西宮市役所
  EXPECT_EQ(Mesh("35.681236", "139.767125"), "5339461132");     // 東京駅
  EXPECT_EQ(Mesh("35.75", "139.75"), "5339560011");  // a corner belongs to its north-east
  EXPECT_EQ(Mesh("35.749999999", "139.749999999"), "5339459944");
  EXPECT_EQ(Mesh("35.681236", "139.767125", MeshLevel::kThird), "53394611");
  EXPECT_EQ(Mesh("35.681236", "139.767125", MeshLevel::kFirst), "5339");
}

TEST(MeshTest, RefusesWhatHasNoCode) {
  EXPECT_FALSE(MeshCode(35'000'000'000, 99'999'999'999, MeshLevel::kFirst).has_value());
  EXPECT_FALSE(MeshCode(-1, 139'000'000'000, MeshLevel::kFirst).has_value());
  EXPECT_FALSE(MeshCode(67'000'000'000, 139'000'000'000, MeshLevel::kFirst).has_value());
  for (const char* text : {"", "-", "1.2.3", "35,1", "1e3", "1234", "."}) {
    EXPECT_FALSE(ParseDegrees(text).has_value()) << text;
  }
}

}  // namespace
}  // namespace oboro::civic
