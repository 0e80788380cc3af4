#include "services/civic/layout/table_profile.h"

#include <gtest/gtest.h>

namespace oboro::civic {
namespace {

DatasetSchema Schema() {
  auto schema = ParseDatasetSchema(R"(dataset: people
title: {ja: 人, en: people}
encoding: utf-8
error_limit: 1
columns:
  - {name: 番号, type: digits}
  - {name: 性別, type: code, codes: ["1", "2"]}
  - {name: 氏名, type: text}
)");
  EXPECT_TRUE(schema.ok()) << schema.status();
  return *schema;
}

std::vector<std::string> Columns() { return {"番号", "性別", "氏名"}; }

TEST(RecordMapper, PutsColumnsAndCodesIntoTheSchemasForm) {
  TableProfile profile;
  profile.columns = {{"ID", "番号"}, {"備考", ""}};
  profile.codes = {{"性別", "男", "1"}, {"性別", "女", "2"}};
  RecordMapper mapper(profile, Columns());
  const auto& header = mapper.Bind({"氏名", "備考", "性別", "ID"});
  EXPECT_TRUE(header.fits());
  EXPECT_EQ(header.mapped, (std::vector<std::string>{"氏名", "", "性別", "番号"}));
  EXPECT_EQ(mapper.Map({"山田", "x", "女", "7"}),
            (std::vector<std::string_view>{"7", "2", "山田"}));
  // A code that the profile does not name stays what it is, for the check to see.
  EXPECT_EQ(mapper.Map({"男", "x", "不", "男"}), (std::vector<std::string_view>{"男", "不", "男"}));
}

TEST(RecordMapper, TellsWhatDoesNotFit) {
  TableProfile profile;
  profile.columns = {{"ID", "番号"}};
  RecordMapper mapper(profile, Columns());
  const auto& header = mapper.Bind({"ID", "番号", "住所", "性別"});
  EXPECT_FALSE(header.fits());
  EXPECT_EQ(header.twice, std::vector<std::string>{"番号"});
  EXPECT_EQ(header.unknown, std::vector<std::string>{"住所"});
  EXPECT_EQ(header.missing, std::vector<std::string>{"氏名"});
}

TEST(TableProfile, FaultsAreNamedAllAtOnce) {
  TableProfile profile;
  EXPECT_TRUE(CheckProfile(profile, Schema()).ok());
  profile.columns = {{"A", "番号"}, {"B", "番号"}, {"A", ""}, {"C", "住所"}};
  profile.codes = {{"性別", "男", "9"}, {"性別", "男", "1"}, {"住所", "x", "y"}};
  profile.format.delimiter = '"';
  const std::string message(CheckProfile(profile, Schema()).message());
  for (const char* part : {"delimiter", "column '番号' is mapped twice", "header 'A'",
                           "no column '住所'", "no code '9'", "'男'"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part << " in " << message;
  }
}

TEST(TableProfile, ComesBackFromItsJson) {
  TableProfile profile;
  profile.format = {Encoding::kCp932, '\t'};
  profile.columns = {{"ID", "番号"}, {"備考\"", ""}};
  profile.codes = {{"性別", "男", "1"}};
  const std::string json = ProfileJson(profile);
  const auto back = ParseProfileJson(json);
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(ProfileJson(*back), json);
  EXPECT_EQ(back->format.delimiter, '\t');
  for (const char* bad :
       {"", "[]", "{}", R"({"encoding":"x","delimiter":",","columns":[],"codes":[]})",
        R"({"encoding":"utf-8","delimiter":",,","columns":[],"codes":[]})",
        R"({"encoding":"utf-8","delimiter":",","columns":[["a"]],"codes":[]})",
        R"({"encoding":"utf-8","delimiter":",","columns":[],"codes":[["a",1,"b"]]})"}) {
    EXPECT_FALSE(ParseProfileJson(bad).ok()) << bad;
  }
}

}  // namespace
}  // namespace oboro::civic
