#include "services/civic/layout/strict_yaml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace oboro::civic {
namespace {

using testing::HasSubstr;

TEST(StrictYamlTest, KeepsOrderLinesAndText) {
  const auto root = ParseStrictYaml("b: 1\na:\n  - x\n  - '02'\nc: {d: ~}\n");
  ASSERT_TRUE(root.ok()) << root.status();
  ASSERT_EQ(root->entries.size(), 3u);
  EXPECT_EQ(root->entries[0].key, "b");
  EXPECT_EQ(root->entries[1].value.items[1].scalar, "02");
  EXPECT_EQ(root->entries[1].value.items[1].line, 4);
  EXPECT_EQ(root->entries[2].value.entries[0].value.kind, YamlValue::Kind::kNull);
}

TEST(StrictYamlTest, RefusesWithTheLine) {
  const struct {
    std::string text;
    const char* want;
  } kCases[] = {
      {"a: 1\nb: &x 2\n", "line 2: anchors"},
      {"a: *x\n", "line 1"},
      {"a: 1\n\na: 2\n", "line 3: 'a' stands twice"},
      {"a: !!binary x\n", "line 1: tags"},
      {"? [a]\n: 1\n", "a key must be plain text"},
      {"a: 1\n---\nb: 2\n", "second document"},
      {"a: [1\n", "line"},
      {"", "empty"},
      {"a: \xFF\n", "UTF-8"},
      {std::string("a: \0\n", 5), "NUL"},
      {std::string(40, '[') + std::string(40, ']'), "nested too deeply"},
      {std::string(600 * 1024, 'x'), "larger than"},
  };
  for (const auto& c : kCases) {
    const auto root = ParseStrictYaml(c.text);
    ASSERT_FALSE(root.ok()) << c.text.substr(0, 40);
    EXPECT_THAT(std::string(root.status().message()), HasSubstr(c.want));
  }
}

TEST(LayoutReaderTest, NamesEveryFaultAtOnce) {
  const auto root =
      ParseStrictYaml("name: x\nsize: 12a\nflag: maybe\nlist: [a, a]\nword: z\nextra: 1\n");
  ASSERT_TRUE(root.ok());
  LayoutFaults faults;
  LayoutReader reader(*root, "layout", &faults);
  EXPECT_EQ(reader.RequireText("name"), "x");
  EXPECT_EQ(reader.RequireText("title"), "");
  EXPECT_FALSE(reader.TakeInteger("size", 0, 5).has_value());
  EXPECT_TRUE(reader.TakeBool("flag", true));
  EXPECT_EQ(reader.TakeTexts("list").size(), 1u);
  EXPECT_EQ(reader.TakeWord("word", {"a", "b"}, std::nullopt), 0u);
  reader.Done();
  EXPECT_EQ(faults.size(), 6u);
  const std::string message(faults.ToStatus("layout.yaml").message());
  for (const char* want :
       {"layout.yaml: line 1: layout: 'title' is missing", "line 2: layout: 'size'", "line 3",
        "line 4: layout: 'a' stands twice", "line 5: layout: 'word' must be one of a, b",
        "line 6: layout: unknown key 'extra'"}) {
    EXPECT_THAT(message, HasSubstr(want));
  }
}

}  // namespace
}  // namespace oboro::civic
