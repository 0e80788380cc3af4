#include "services/abstraction/recipe/record_abstractor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "services/civic/csv/table_reader.h"
#include "services/civic/synth/synth.h"

namespace oboro::abstraction {
namespace {

using Row = std::vector<std::string>;
using testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::vector<uint8_t> Key() {
  std::vector<uint8_t> key(32);
  std::iota(key.begin(), key.end(), 0);
  return key;
}

Recipe Shipped(const std::string& name) {
  absl::StatusOr<Recipe> recipe = ParseRecipe(ReadFile("deploy/recipes/" + name + ".yaml"));
  EXPECT_TRUE(recipe.ok()) << recipe.status();
  return *std::move(recipe);
}

// A whole file abstracted, rendered back to text, beside its source rows.
struct Abstracted {
  std::vector<Row> source;
  std::vector<Row> rows;
  std::vector<uint64_t> unknown;
  std::set<std::string> labels;
};

void Drain(RecordAbstractor* abstractor, Abstracted* out) {
  const Batch batch = abstractor->TakeBatch();
  for (uint64_t r = 0; r < batch.records; ++r) {
    Row row;
    for (size_t c = 0; c < batch.columns.size(); ++c) {
      const BatchColumn& column = batch.columns[c];
      row.push_back(column.links.empty() ? abstractor->dictionary(c).at(column.codes.at(r))
                                         : FormatLinkNumber(column.links.at(r)));
    }
    out->rows.push_back(std::move(row));
  }
}

Abstracted Abstract(const Recipe& recipe, const std::string& bytes, civic::TableFormat format,
                    const std::vector<uint8_t>& key = Key()) {
  Abstracted out;
  std::unique_ptr<RecordAbstractor> abstractor;
  absl::Status status;
  civic::TableReader reader(format, {}, [&](const civic::CsvRecord& record) {
    Row row(record.fields.begin(), record.fields.end());
    if (record.row == 1) {
      auto created = RecordAbstractor::Create(recipe, row, civic::CivilDate{2025, 4, 1}, key);
      status = created.status();
      if (created.ok()) abstractor = *std::move(created);
      return status.ok();
    }
    status = abstractor->Add(record.fields);
    out.source.push_back(std::move(row));
    if (abstractor->pending() == 1000) Drain(abstractor.get(), &out);
    return status.ok();
  });
  EXPECT_TRUE(reader.Feed(bytes) && reader.Finish()) << status;
  Drain(abstractor.get(), &out);
  for (size_t c = 0; c < abstractor->columns(); ++c) {
    out.unknown.push_back(abstractor->unknown(c));
    for (const std::string& label : abstractor->dictionary(c)) out.labels.insert(label);
  }
  return out;
}

std::string Register(const civic::SynthOptions& options) {
  std::string bytes;
  civic::SynthSummary summary;
  EXPECT_TRUE(civic::WriteRegister(
                  options,
                  [&](absl::string_view piece) {
                    bytes.append(piece.data(), piece.size());
                    return absl::OkStatus();
                  },
                  &summary)
                  .ok());
  return bytes;
}

TEST(LinkNumberTest, MatchesVectorsOfAnotherImplementation) {
  // Python: hmac.new(bytes(range(32)), b"oboro.link.v1\0person\0" + value, "sha256")
  auto numberer = *LinkNumberer::Create(Key());
  EXPECT_EQ(FormatLinkNumber(numberer->Make(LinkKind::kPerson, "1234567892")),
            "609aa229d89dbc9681189f8573725dd7");
  EXPECT_EQ(FormatLinkNumber(numberer->Make(LinkKind::kHousehold, "1234567892")),
            "10035239ea5194c87de4394cbc998981");
  EXPECT_EQ(FormatLinkNumber(numberer->Make(LinkKind::kPerson, "宛名")),
            "90f376c146918892727fe2f18b1bc81d");
  EXPECT_FALSE(LinkNumberer::Create(std::vector<uint8_t>(16)).ok());
}

TEST(RecordAbstractorTest, TheRegisterLosesWhatIdentifiesAndKeepsWhatCounts) {
  const Recipe recipe = Shipped("resident_register");
  const std::string bytes = Register({.municipality = "221309", .population = 8000});
  const Abstracted out = Abstract(recipe, bytes, {civic::Encoding::kCp932, ','});
  ASSERT_EQ(out.rows.size(), 8000u);
  std::map<std::string, std::string> person, household;  // link number -> source number
  uint64_t vague = 0;
  for (size_t i = 0; i < out.rows.size(); ++i) {
    const Row& in = out.source[i];
    const Row& row = out.rows[i];
    ASSERT_TRUE(person.emplace(row[0], in[0]).second);
    ASSERT_EQ(household.emplace(row[1], in[1]).first->second, in[1]);
    ASSERT_NE(row[0], row[1]);
    ASSERT_EQ(row[2], "221309");
    ASSERT_EQ(row[3], in[9].substr(0, 5));
    ASSERT_EQ(row[4], in[9] + " " + in[10]);
    const civic::RegisterDate birth = civic::ParseRegisterDate(in[4]);
    if (birth.precision == civic::DatePrecision::kDay) {
      // The age by another way: whole years counted on the calendar as one number.
      const int on = 20250401;
      const int born = birth.date.year * 10000 + birth.date.month * 100 + birth.date.day;
      ASSERT_EQ(row[5], civic::FiveYearBand((on - born) / 10000)) << in[4];
    } else {
      ++vague;
      ASSERT_EQ(row[5], "不詳");
    }
    ASSERT_EQ(row[6], in[5] == "1" ? "男" : "女");
    ASSERT_EQ(row[8], in[7] == "日本人住民" ? "日本人" : "外国人");
    ASSERT_EQ(row[9], in[8].empty() ? "日本" : in[8]);
  }
  EXPECT_GT(vague, 0u);
  EXPECT_EQ(out.unknown[5], vague);
  EXPECT_EQ(out.unknown[2], 0u);
  std::set<std::string> households;
  for (const Row& row : out.source) households.insert(row[1]);
  EXPECT_EQ(household.size(), households.size());
  // No label anywhere holds a name, an address, a number or a full date.
  std::set<std::string> forbidden;
  for (const Row& in : out.source) forbidden.insert({in[0], in[1], in[2], in[3], in[4], in[11]});
  for (const std::string& label : out.labels) EXPECT_FALSE(forbidden.contains(label)) << label;
}

TEST(RecordAbstractorTest, LinksHoldWithinATenantAndNeverAcross) {
  const Recipe recipe = Shipped("resident_register");
  const std::string cp932 = Register({.population = 300});
  const std::string utf8 = Register({.population = 300, .encoding = civic::Encoding::kUtf8});
  const Abstracted one = Abstract(recipe, cp932, {civic::Encoding::kCp932, ','});
  const Abstracted two = Abstract(recipe, utf8, {civic::Encoding::kUtf8, ','});
  EXPECT_EQ(one.rows, two.rows);
  std::vector<uint8_t> other_key = Key();
  other_key[31] ^= 1;
  const Abstracted other = Abstract(recipe, cp932, {civic::Encoding::kCp932, ','}, other_key);
  std::set<std::string> links;
  for (const Row& row : one.rows) links.insert({row[0], row[1]});
  for (const Row& row : other.rows) {
    EXPECT_FALSE(links.contains(row[0]) || links.contains(row[1]));
    EXPECT_TRUE(std::equal(row.begin() + 2, row.end(),
                           one.rows[static_cast<size_t>(&row - other.rows.data())].begin() + 2));
  }
}

TEST(RecordAbstractorTest, RealFiles) {
  const char* shared = std::getenv("OBORO_SHARED_DIR");
  if (shared == nullptr) GTEST_SKIP() << "OBORO_SHARED_DIR is not set";
  const std::string data = std::string(shared) + "/data/";
  const Abstracted npa = Abstract(Shipped("npa_hojuhyo"), ReadFile(data + "npa/hojuhyo_2019.csv"),
                                  {civic::Encoding::kCp932, ','});
  ASSERT_EQ(npa.rows.size(), 88961u);
  uint64_t no_vehicle = 0;
  for (size_t i = 0; i < npa.rows.size(); ++i) {
    ASSERT_EQ(npa.rows[i][0], npa.source[i][1]);
    ASSERT_EQ(npa.rows[i][7], npa.source[i][11] == "  " ? "該当なし" : npa.source[i][11]);
    no_vehicle += npa.rows[i][7] == "該当なし";
  }
  EXPECT_EQ(no_vehicle, 72565u);  // counted with Python's csv module
  for (const uint64_t unknown : npa.unknown) EXPECT_EQ(unknown, 0u);
  const Abstracted adult =
      Abstract(Shipped("adult"), ReadFile(data + "adult/adult.csv"), {civic::Encoding::kUtf8, ';'});
  ASSERT_EQ(adult.rows.size(), 30162u);
  for (const uint64_t unknown : adult.unknown) EXPECT_EQ(unknown, 0u);
  for (size_t i = 0; i < adult.rows.size(); ++i) {
    const int age = std::stoi(adult.source[i][1]);
    const std::string decade = std::to_string(age / 10 * 10);
    ASSERT_EQ(adult.rows[i][1], age < 20    ? "20未満"
                                : age >= 80 ? "80以上"
                                            : decade + "-" + std::to_string(age / 10 * 10 + 9));
  }
}

Recipe Parse(const std::string& yaml) {
  absl::StatusOr<Recipe> recipe = ParseRecipe(yaml);
  EXPECT_TRUE(recipe.ok()) << recipe.status();
  return *std::move(recipe);
}

constexpr char kTiny[] =
    "recipe: r\ntitle: {ja: r, en: r}\nreference: none\nunlisted: refuse\ndrop: [d]\n"
    "columns: [{name: x, source: s, transform: keep}]\nquasi_identifiers: [x]\n";

TEST(RecordAbstractorTest, RefusesFilesThatTheRecipeDoesNotFit) {
  const Recipe recipe = Parse(kTiny);
  const auto create = [&](std::vector<std::string> header) {
    return std::string(RecordAbstractor::Create(recipe, header, {}, Key()).status().message());
  };
  EXPECT_EQ(create({"s", "d"}), "");
  EXPECT_EQ(create({"s"}), "");
  EXPECT_THAT(create({"d"}), HasSubstr("takes 's', which the file does not have"));
  EXPECT_THAT(create({"s", "s"}), HasSubstr("stands twice"));
  EXPECT_THAT(create({"s", "e"}), HasSubstr("'e' that the recipe does not name"));
  const Recipe aged = Shipped("resident_register");
  const std::vector<std::string> header(civic::RegisterColumns().begin(),
                                        civic::RegisterColumns().end());
  EXPECT_THAT(std::string(RecordAbstractor::Create(aged, header, {}, Key()).status().message()),
              HasSubstr("reference date"));
  EXPECT_FALSE(RecordAbstractor::Create(aged, header, civic::CivilDate{2025, 4, 1}, {}).ok());
}

TEST(RecordAbstractorTest, RefusesColumnsThatIdentify) {
  const Recipe recipe = Parse(kTiny);
  const std::vector<std::string> header = {"s"};
  auto abstractor = *RecordAbstractor::Create(recipe, header, {}, Key(), {.max_dictionary = 3});
  for (const std::string_view value : {"a", "b", "a", " b "}) {
    EXPECT_TRUE(abstractor->Add({&value, 1}).ok());
  }
  const std::string_view third = "c";
  const absl::Status status = abstractor->Add({&third, 1});
  EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(status.message()), HasSubstr("column 'x' has more than 3"));
  EXPECT_FALSE(abstractor->Add({}).ok());
  EXPECT_EQ(abstractor->dictionary(0), (std::vector<std::string>{"不詳", "a", "b"}));
}

TEST(RecordAbstractorTest, ALabelNamesItsCode) {
  const std::string text =
      "recipe: r\ntitle: {ja: r, en: r}\nreference: none\nunlisted: refuse\n"
      "columns: [{name: town, source: code, transform: keep, label: LABEL}]\n"
      "quasi_identifiers: [town]\n";
  const auto with = [&text](const std::string& label) {
    std::string copy = text;
    return copy.replace(copy.find("LABEL"), 5, label);
  };
  const Recipe recipe = Parse(with("name"));
  const std::vector<std::string> header = {"name", "code"};
  auto abstractor = *RecordAbstractor::Create(recipe, header, {}, Key());
  for (const auto& row : std::vector<std::vector<std::string_view>>{
           {"東", " 02"}, {"西　", "01"}, {"東", "02"}, {"東", "03"}, {"東", " "}}) {
    ASSERT_TRUE(abstractor->Add(row).ok());
  }
  EXPECT_EQ(abstractor->TakeBatch().columns[0].codes, (std::vector<uint32_t>{1, 2, 1, 3, 0}));
  EXPECT_THAT(abstractor->dictionary(0), testing::ElementsAre("不詳", "02 東", "01 西", "03 東"));
  EXPECT_EQ(abstractor->unknown(0), 1u);
  EXPECT_THAT(ParseRecipe(with("氏名")).status().message(), HasSubstr("direct identifier"));
  EXPECT_FALSE(ParseRecipe(with("生年月日")).ok());
}

TEST(RecordAbstractorTest, CountsWhatItCannotRead) {
  const Recipe recipe = Parse(
      "recipe: r\ntitle: {ja: r, en: r}\nreference: none\nunlisted: refuse\n"
      "columns: [{name: x, source: s, transform: code_map, map: {a: A}},\n"
      "  {name: y, source: s, transform: keep, blank: なし},\n"
      "  {name: z, source: t, transform: link_number, kind: person}]\nquasi_identifiers: [x]\n");
  const std::vector<std::string> header = {"s", "t"};
  auto abstractor = *RecordAbstractor::Create(recipe, header, {}, Key());
  for (const auto& row : std::vector<std::vector<std::string_view>>{
           {"a", "1"}, {"b", "　1 "}, {"  ", ""}, {"", ""}, {"b", "2"}}) {
    ASSERT_TRUE(abstractor->Add(row).ok());
  }
  EXPECT_EQ(abstractor->unknown(0), 4u);
  EXPECT_EQ(abstractor->unknown(1), 0u);
  EXPECT_EQ(abstractor->unknown(2), 2u);
  const Batch batch = abstractor->TakeBatch();
  EXPECT_EQ(batch.records, 5u);
  EXPECT_EQ(batch.columns[0].codes, (std::vector<uint32_t>{1, 0, 0, 0, 0}));
  EXPECT_EQ(batch.columns[2].links[0], batch.columns[2].links[1]);
  EXPECT_EQ(batch.columns[2].links[2], LinkNumber{});
  EXPECT_NE(batch.columns[2].links[4], batch.columns[2].links[0]);
  EXPECT_EQ(abstractor->pending(), 0u);
  EXPECT_EQ(abstractor->records(), 5u);
}

}  // namespace
}  // namespace oboro::abstraction
