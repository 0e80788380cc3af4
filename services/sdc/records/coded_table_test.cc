#include "services/sdc/records/coded_table.h"

#include <gtest/gtest.h>

namespace oboro::sdc {
namespace {

TEST(CodedColumnTest, GrowsItsWidthWithTheDictionary) {
  for (const auto& [distinct, width] :
       {std::pair{1, 1}, {256, 1}, {257, 2}, {65536, 2}, {65537, 4}}) {
    CodedColumnBuilder builder("c");
    for (int i = 0; i < distinct; ++i) builder.Append(std::to_string(i));
    for (int i = 0; i < distinct; ++i) builder.Append(std::to_string(distinct - 1 - i));
    const CodedColumn column = builder.Finish();
    EXPECT_EQ(column.codes().width(), width) << distinct;
    ASSERT_EQ(column.size(), 2u * distinct);
    EXPECT_EQ(column.distinct(), static_cast<uint32_t>(distinct));
    for (int i = 0; i < distinct; ++i) {
      ASSERT_EQ(column.value(i), std::to_string(i));
      ASSERT_EQ(column.value(distinct + i), std::to_string(distinct - 1 - i));
    }
  }
}

TEST(CodedColumnTest, MissingIsAValueOfItsOwn) {
  CodedColumnBuilder builder("c");
  builder.Append("a");
  builder.AppendMissing();
  builder.Append("");
  const CodedColumn column = builder.Finish();
  EXPECT_EQ(column.distinct(), 2u);
  EXPECT_EQ(column.code(1), column.code(2));
  EXPECT_EQ(column.value(1), "");
}

TEST(CodedColumnTest, MakeRefusesForeignCodes) {
  const std::vector<uint32_t> codes = {0, 1, 2};
  const auto outside = CodedColumn::Make("postal", {"a", "b"}, codes);
  ASSERT_FALSE(outside.ok());
  EXPECT_NE(std::string(outside.status().message()).find("\"postal\", row 3"), std::string::npos);
  EXPECT_FALSE(CodedColumn::Make("postal", {"a", "b", "a"}, codes).ok());
  EXPECT_TRUE(CodedColumn::Make("postal", {"a", "b", "c"}, codes).ok());
}

TEST(CodedTableTest, FindsColumnsAndNamesWhatIsMissing) {
  const auto table = TableFromRows({"age", "sex"}, {{"1", "F"}, {"2", "M"}});
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->rows(), 2u);
  EXPECT_EQ(table->Find("sex"), std::optional<size_t>(1));
  EXPECT_EQ(table->Find("Sex"), std::nullopt);
  const std::vector<std::string> bad = {"age", "postal"};
  const auto found = table->FindAll(bad);
  ASSERT_FALSE(found.ok());
  EXPECT_EQ(std::string(found.status().message()),
            "there is no column \"postal\"; the columns are \"age\", \"sex\"");
  const std::vector<std::string> twice = {"age", "age"};
  EXPECT_FALSE(table->FindAll(twice).ok());
}

TEST(CodedTableTest, RefusesUnequalColumns) {
  CodedColumnBuilder a("a"), b("b");
  a.Append("1");
  std::vector<CodedColumn> columns;
  columns.push_back(a.Finish());
  columns.push_back(b.Finish());
  EXPECT_FALSE(CodedTable::Make(std::move(columns)).ok());
  EXPECT_FALSE(TableFromRows({"a", "a"}, {{"1", "2"}}).ok());
  EXPECT_FALSE(CodedTable::Make({}).ok());
}

}  // namespace
}  // namespace oboro::sdc
