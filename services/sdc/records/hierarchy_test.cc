#include "services/sdc/records/hierarchy.h"

#include <gtest/gtest.h>

namespace oboro::sdc {
namespace {

std::string ErrorOf(const absl::StatusOr<Hierarchy>& h) {
  return h.ok() ? "" : std::string(h.status().message());
}

TEST(HierarchyTest, ReadsCsv) {
  const auto h = HierarchyFromCsv("age",
                                  "\xEF\xBB\xBF"
                                  "1;0-4;*\r\n2;0-4;*\r\n7;5-9;*");
  ASSERT_TRUE(h.ok()) << h.status();
  EXPECT_EQ(h->level_count(), 3u);
  EXPECT_EQ(h->leaf_count(), 3u);
  EXPECT_EQ(h->level(1).labels, (std::vector<std::string>{"0-4", "5-9"}));
  EXPECT_EQ(h->level(1).leaves, (std::vector<uint64_t>{2, 1}));
  EXPECT_EQ(h->FindLeaf("7"), std::optional<uint32_t>(2));
  EXPECT_EQ(h->FindLeaf("3"), std::nullopt);
}

TEST(HierarchyTest, NamesEveryFaultWithValueAndLine) {
  EXPECT_EQ(
      ErrorOf(HierarchyFromCsv("a", "1;x;*\n2;x;*\n3;x;+\n")),
      "hierarchy of \"a\": it is not nested: \"x\" of level 1 lies under \"*\" on line 1 (value "
      "\"1\") and under \"+\" on line 3 (value \"3\"); use one of them, or two names for the "
      "lower group");
  EXPECT_EQ(ErrorOf(HierarchyFromCsv("a", "1;x\n\n2\n")),
            "hierarchy of \"a\": line 3 (value \"2\") has 1 levels, line 1 has 2; give every value "
            "the same number of levels");
  EXPECT_EQ(
      ErrorOf(HierarchyFromCsv("a", "1;x\n2;x\n1;x\n")),
      "hierarchy of \"a\": line 3 gives value \"1\" again, which line 1 has already; remove one "
      "of them");
  EXPECT_EQ(
      ErrorOf(HierarchyFromCsv("a", "1;;*\n")),
      "hierarchy of \"a\": line 1 (value \"1\") is blank on level 1; write what stands for the "
      "value there");
  EXPECT_NE(ErrorOf(HierarchyFromCsv("a", "")), "");
  EXPECT_NE(ErrorOf(HierarchyFromCsv("a", "\xFF;*\n")).find("line 1: the bytes are not UTF-8"),
            std::string::npos);
}

TEST(HierarchyTest, ListsTheValuesItLacks) {
  const auto h = HierarchyFromCsv("a", "1;*\n2;*\n");
  ASSERT_TRUE(h.ok());
  const auto bound = h->Bind({"2", "9", "", "1"});
  ASSERT_FALSE(bound.ok());
  EXPECT_EQ(
      std::string(bound.status().message()),
      "hierarchy of \"a\": it lacks 2 values of the data: \"\", \"9\"; add a line for each of "
      "them");
  EXPECT_EQ(*h->Bind({"2", "1"}), (std::vector<uint32_t>{1, 0}));
}

TEST(HierarchyTest, DigestIgnoresTheOrderOfLines) {
  const auto a = HierarchyFromCsv("a", "1;x;*\n2;y;*\n");
  const auto b = HierarchyFromCsv("b", "2;y;*\r\n1;x;*\r\n");
  const auto c = HierarchyFromCsv("a", "1;x;*\n2;x;*\n");
  EXPECT_EQ(a->Digest(), b->Digest());
  EXPECT_NE(a->Digest(), c->Digest());
  EXPECT_EQ(a->Digest().size(), 64u);
}

TEST(HierarchyTest, Intervals) {
  IntervalSpec spec;
  spec.widths = {5, 10};
  spec.bottom = 0;
  spec.top = 80;
  const auto h = IntervalHierarchy("age", {"0", "4", "5", "79", "80", "101", "-3", ""}, spec);
  ASSERT_TRUE(h.ok()) << h.status();
  const auto label = [&](const char* v, int l) {
    return h->level(l).labels[h->level(l).node_of_leaf[*h->FindLeaf(v)]];
  };
  EXPECT_EQ(label("4", 1), "0-4");
  EXPECT_EQ(label("5", 1), "5-9");
  EXPECT_EQ(label("5", 2), "0-9");
  EXPECT_EQ(label("79", 2), "70-79");
  EXPECT_EQ(label("101", 1), ">=80");
  EXPECT_EQ(label("-3", 1), "<0");
  EXPECT_EQ(label("", 1), "missing");
  EXPECT_EQ(label("80", 3), "*");
  spec.widths = {5, 12};
  EXPECT_NE(ErrorOf(IntervalHierarchy("age", {"1"}, spec)).find("not a multiple"),
            std::string::npos);
  spec.widths = {5, 10};
  spec.top = 75;
  EXPECT_NE(ErrorOf(IntervalHierarchy("age", {"1"}, spec)).find("not a bound"), std::string::npos);
  spec.top.reset();
  EXPECT_NE(ErrorOf(IntervalHierarchy("age", {"1", "x"}, spec)).find("is not a number"),
            std::string::npos);
  spec.top = int64_t{1} << 61;
  EXPECT_NE(ErrorOf(IntervalHierarchy("age", {"1"}, spec)).find("beyond 2^60"), std::string::npos);
}

TEST(HierarchyTest, IntervalsOfDecimalsAndNegatives) {
  IntervalSpec spec;
  spec.widths = {5, 10};
  const auto h = IntervalHierarchy("x", {"4.99", "5", "-0.5", "-0.0", "-5", "-5.01", "12."}, spec);
  EXPECT_NE(ErrorOf(h).find("value 7 (\"12.\") is not a number"), std::string::npos);
  const auto d = IntervalHierarchy("x", {"4.99", "5", "-0.5", "-0.0", "-5", "-5.01"}, spec);
  ASSERT_TRUE(d.ok()) << d.status();
  const auto label = [&](const char* v) {
    return d->level(1).labels[d->level(1).node_of_leaf[*d->FindLeaf(v)]];
  };
  EXPECT_EQ(label("4.99"), "[0, 5)");
  EXPECT_EQ(label("5"), "[5, 10)");
  EXPECT_EQ(label("-0.5"), "[-5, 0)");
  EXPECT_EQ(label("-0.0"), "[0, 5)");
  EXPECT_EQ(label("-5"), "[-5, 0)");
  EXPECT_EQ(label("-5.01"), "[-10, -5)");
  for (const char* bad : {"-", ".5", "1e3", "1.-2", "0x1", " 1", "9999999999999999999"}) {
    EXPECT_NE(ErrorOf(IntervalHierarchy("x", {bad}, spec)).find("is not a number"),
              std::string::npos)
        << bad;
  }
}

TEST(HierarchyTest, Ages) {
  const auto h = IntervalHierarchy("age", {"0", "34", "99", "103", ""}, IntervalSpec::Ages());
  ASSERT_TRUE(h.ok()) << h.status();
  EXPECT_EQ(h->level(1).labels,
            (std::vector<std::string>{"0-4", "30-34", "95-99", ">=100", "missing"}));
  EXPECT_EQ(h->level(3).labels,
            (std::vector<std::string>{"0-19", "20-39", "80-99", ">=100", "missing"}));
}

TEST(HierarchyTest, DatesPrefixesMappings) {
  const auto dates = DateHierarchy("d", {"2024-02-29", "20231231", "2019/05/01"});
  ASSERT_TRUE(dates.ok()) << dates.status();
  EXPECT_EQ(dates->level(1).labels, (std::vector<std::string>{"2024-02", "2023-12", "2019-05"}));
  EXPECT_EQ(dates->level(2).labels, (std::vector<std::string>{"2024-Q1", "2023-Q4", "2019-Q2"}));
  EXPECT_EQ(dates->level(4).labels, (std::vector<std::string>{"2020-2029", "2010-2019"}));
  EXPECT_NE(ErrorOf(DateHierarchy("d", {"2023-02-29"})), "");
  EXPECT_NE(ErrorOf(DateHierarchy("d", {"2023-02/09"})), "");
  const auto prefixes = PrefixHierarchy("p", {"305-0031", "305-0032", "300"}, {3, 2});
  ASSERT_TRUE(prefixes.ok()) << prefixes.status();
  EXPECT_EQ(prefixes->level(1).labels, (std::vector<std::string>{"305*****", "300"}));
  EXPECT_EQ(prefixes->level(2).labels, (std::vector<std::string>{"30******", "30*"}));
  const auto kanji = PrefixHierarchy("p", {"天王台一丁目", "天久保二丁目"}, {1});
  ASSERT_TRUE(kanji.ok());
  EXPECT_EQ(kanji->level(1).labels, (std::vector<std::string>{"天*****"}));
  const auto mapping = MappingHierarchy("m", {{"a", "x"}, {"b", "x"}, {"c", "y"}});
  ASSERT_TRUE(mapping.ok());
  EXPECT_EQ(mapping->level(1).leaves, (std::vector<uint64_t>{2, 1}));
  EXPECT_EQ(SuppressionHierarchy("s", {"a", "b"})->level_count(), 2u);
}

}  // namespace
}  // namespace oboro::sdc
