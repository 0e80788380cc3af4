#include "services/civic/synth/layout_rows.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "services/civic/codes/check_digit.h"
#include "services/civic/codes/relation.h"

namespace oboro::civic {
namespace {

constexpr char kSchema[] = R"(dataset: mixed
title: {ja: 混, en: mixed}
encoding: utf-8
error_limit: 0
columns:
  - {name: 宛名番号, type: digits, required: true, length: 10, check_digit: m11w2-7}
  - {name: 性別, type: code, required: true, codes: ["男", "女"]}
  - {name: 続柄, type: relation, required: true}
  - {name: 生年月日, type: register_date, required: true}
  - {name: 団体, type: digits, required: true, length: 6, check_digit: municipality}
  - {name: 額, type: integer, required: true}
  - {name: 率, type: decimal, required: true}
  - {name: 備考, type: text, max_length: 1}
  - {name: 日, type: date, required: true}
  - {name: 区, type: digits, required: true, length: 2, retired_prefixes: ["0", "1", "2", "3", "4"]}
)";

TEST(LayoutRows, EveryValueIsOfItsColumn) {
  const auto schema = ParseDatasetSchema(kSchema);
  ASSERT_TRUE(schema.ok()) << schema.status();
  LayoutRowsOptions options;
  options.records = 300;
  const auto rows = MakeLayoutRows(*schema, options);
  ASSERT_TRUE(rows.ok()) << rows.status();
  ASSERT_EQ(rows->size(), 300u);
  int blank = 0, heads = 0;
  for (const auto& row : *rows) {
    ASSERT_EQ(row.size(), 10u);
    EXPECT_TRUE(row[0].size() == 10 && HasMod11CheckDigit(row[0])) << row[0];
    // The register writes 1 and 2: a code of this layout is drawn instead.
    EXPECT_TRUE(row[1] == "男" || row[1] == "女") << row[1];
    EXPECT_NE(ClassifyRelation(row[2]), RelationClass::kInvalid) << row[2];
    heads += row[2] == "世帯主" ? 1 : 0;
    EXPECT_TRUE(ParseRegisterDate(row[3]).recognised) << row[3];
    EXPECT_TRUE(IsMunicipalityCode(row[4])) << row[4];
    EXPECT_EQ(row[5].find_first_not_of("0123456789"), std::string::npos) << row[5];
    EXPECT_EQ(row[6].find_first_not_of("0123456789."), std::string::npos) << row[6];
    EXPECT_LE(row[7].size(), 1u) << row[7];
    blank += row[7].empty() ? 1 : 0;
    const auto day = ParseIsoDate(row[8]);
    ASSERT_TRUE(day.has_value()) << row[8];
    EXPECT_LE(*day, options.as_of);
    EXPECT_GE(row[9][0], '5') << row[9];
  }
  EXPECT_GT(blank, 0);
  EXPECT_LT(blank, 60);
  EXPECT_GT(heads, 60);  // Households of the register: a head for each two or three.
}

TEST(LayoutRows, TheSameSeedMakesTheSameRecords) {
  const auto schema = ParseDatasetSchema(kSchema);
  ASSERT_TRUE(schema.ok());
  LayoutRowsOptions options;
  const auto first = MakeLayoutRows(*schema, options), again = MakeLayoutRows(*schema, options);
  options.seed = 2;
  const auto other = MakeLayoutRows(*schema, options);
  ASSERT_TRUE(first.ok() && again.ok() && other.ok());
  EXPECT_EQ(*first, *again);
  EXPECT_NE(*first, *other);
  options.records = 0;
  EXPECT_FALSE(MakeLayoutRows(*schema, options).ok());
  options.records = 1001;
  EXPECT_FALSE(MakeLayoutRows(*schema, options).ok());
  options.records = 1;
  options.as_of = {1900, 1, 1};
  EXPECT_FALSE(MakeLayoutRows(*schema, options).ok());
}

}  // namespace
}  // namespace oboro::civic
