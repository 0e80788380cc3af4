#include "services/civic/synth/synth.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "services/civic/codes/check_digit.h"
#include "services/civic/codes/event.h"
#include "services/civic/codes/mesh.h"
#include "services/civic/codes/relation.h"
#include "services/civic/csv/table_reader.h"
#include "services/civic/synth/towns.h"

namespace oboro::civic {
namespace {

using Row = std::vector<std::string>;

std::string Generate(const SynthOptions& options, SynthSummary* summary) {
  std::string bytes;
  const absl::Status status = WriteRegister(
      options,
      [&](absl::string_view piece) {
        bytes.append(piece.data(), piece.size());
        return absl::OkStatus();
      },
      summary);
  EXPECT_TRUE(status.ok()) << status;
  return bytes;
}

std::vector<Row> Rows(const std::string& bytes, Encoding encoding) {
  std::vector<Row> rows;
  TableReader reader({encoding, ','}, {}, [&](const CsvRecord& record) {
    rows.emplace_back(record.fields.begin(), record.fields.end());
    return true;
  });
  EXPECT_TRUE(reader.Feed(bytes) && reader.Finish());
  return rows;
}

int AgeOf(const Row& row, const CivilDate& as_of) {
  const RegisterDate birth = ParseRegisterDate(row[4]);
  if (birth.precision != DatePrecision::kDay) return -1;
  return AgeAt(birth.date, as_of, AgeRule::kBirthday).value();
}

class SynthTest : public testing::TestWithParam<const char*> {};

TEST_P(SynthTest, EveryRowIsWhatARegisterHolds) {
  const SynthOptions options = {.municipality = GetParam(), .population = 30000, .seed = 7};
  SynthSummary summary;
  const std::vector<Row> rows = Rows(Generate(options, &summary), Encoding::kCp932);
  ASSERT_EQ(rows.size(), 30001u);
  EXPECT_EQ(summary.rows, 30000u);
  EXPECT_EQ(summary.residents, 30000u);
  EXPECT_EQ(rows[0], Row(RegisterColumns().begin(), RegisterColumns().end()));
  std::map<std::string, std::string> town_names;
  for (const Town& town : FindSynthCity(GetParam())->towns) {
    town_names[std::string(town.ward) + std::string(town.code)] = town.name;
  }
  std::set<std::string> persons;
  uint64_t uncertain = 0;
  for (size_t i = 1; i < rows.size(); ++i) {
    const Row& row = rows[i];
    ASSERT_EQ(row[0].size(), 10u);
    ASSERT_TRUE(HasMod11CheckDigit(row[0]) && HasMod11CheckDigit(row[1])) << row[0];
    ASSERT_TRUE(persons.insert(row[0]).second) << row[0];
    ASSERT_TRUE(row[5] == "1" || row[5] == "2");
    ASSERT_NE(ClassifyRelation(row[6]), RelationClass::kInvalid) << row[6];
    const bool foreign = row[7] == "外国人住民";
    ASSERT_TRUE(foreign || row[7] == "日本人住民");
    ASSERT_EQ(foreign, !row[8].empty());
    ASSERT_EQ(town_names.at(row[9]), row[10]);
    ASSERT_NE(row[11].find(row[10]), std::string::npos);
    ASSERT_EQ(ClassifyEvent(row[13]) == EventClass::kInvalid, false) << row[13];
    const RegisterDate birth = ParseRegisterDate(row[4]);
    const RegisterDate since = ParseRegisterDate(row[12]);
    const RegisterDate event = ParseRegisterDate(row[14]);
    ASSERT_TRUE(birth.recognised && since.precision == DatePrecision::kDay &&
                event.precision == DatePrecision::kDay);
    uncertain += birth.precision != DatePrecision::kDay;
    ASSERT_LE(since.date, event.date);
    ASSERT_LE(event.date, options.as_of);
    if (birth.precision == DatePrecision::kDay) ASSERT_LE(birth.date, since.date);
    if (row[13] == "出生")
      ASSERT_TRUE(birth.precision != DatePrecision::kDay || birth.date == event.date);
  }
  EXPECT_EQ(uncertain, summary.uncertain_birth_dates);
  EXPECT_GT(uncertain, 0u);
}

void CheckHousehold(const std::vector<const Row*>& members, const CivilDate& as_of) {
  int heads = 0;
  for (const Row* row : members) heads += (*row)[6] == "世帯主";
  ASSERT_EQ(heads, 1);
  ASSERT_EQ((*members[0])[6], "世帯主");
  const int head_age = AgeOf(*members[0], as_of);
  for (const Row* row : members) {
    ASSERT_EQ((*row)[11], (*members[0])[11]);  // one address
    ASSERT_EQ((*row)[7], (*members[0])[7]);
    const int age = AgeOf(*row, as_of);
    if (age < 0 || head_age < 0) continue;
    const std::string& relation = (*row)[6];
    if (relation == "子") {
      ASSERT_TRUE(head_age - age >= 16 && head_age - age <= 50) << head_age << " " << age;
    } else if (relation == "父" || relation == "母") {
      ASSERT_TRUE(age - head_age >= 16 && age - head_age <= 50) << head_age << " " << age;
    } else if (relation == "妻" || relation == "夫") {
      ASSERT_GE(age, 18);
      ASSERT_NE((*row)[5], (*members[0])[5]);
    } else if (relation == "子の子") {
      ASSERT_GE(head_age - age, 36);
    }
    if (relation == "夫" || relation == "父") ASSERT_EQ((*row)[5], "1");
    if (relation == "妻" || relation == "母" || relation == "妻の母") ASSERT_EQ((*row)[5], "2");
  }
}

TEST_P(SynthTest, HouseholdsHaveOneHeadAndFittingAges) {
  const SynthOptions options = {.municipality = GetParam(), .population = 30000, .seed = 3};
  SynthSummary summary;
  const std::vector<Row> rows = Rows(Generate(options, &summary), Encoding::kCp932);
  std::map<std::string, std::vector<const Row*>> households;
  for (size_t i = 1; i < rows.size(); ++i) households[rows[i][1]].push_back(&rows[i]);
  EXPECT_EQ(households.size(), summary.households);
  size_t alone = 0;
  for (const auto& [number, members] : households) {
    CheckHousehold(members, options.as_of);
    alone += members.size() == 1;
    if (HasFatalFailure()) return;
  }
  const double mean = 30000.0 / static_cast<double>(households.size());
  EXPECT_GT(mean, 2.0);
  EXPECT_LT(mean, 2.5);
  const double share = static_cast<double>(alone) / static_cast<double>(households.size());
  EXPECT_GT(share, 0.30);
  EXPECT_LT(share, 0.45);
}

TEST_P(SynthTest, AgesFollowTheNationalPyramid) {
  const SynthOptions options = {.municipality = GetParam(), .population = 50000, .seed = 11};
  SynthSummary summary;
  const std::vector<Row> rows = Rows(Generate(options, &summary), Encoding::kCp932);
  int64_t counts[2][21] = {};
  for (size_t i = 1; i < rows.size(); ++i) {
    const int age = AgeOf(rows[i], options.as_of);
    if (age >= 0) ++counts[rows[i][5] == "2"][std::min(age / 5, 20)];
  }
  int64_t national = 0;
  for (const auto& bands : NationalPyramid()) {
    for (const int64_t value : bands) national += value;
  }
  EXPECT_LE(summary.pyramid_moves, 20u);
  for (int sex = 0; sex < 2; ++sex) {
    for (int band = 0; band < 21; ++band) {
      const double expected =
          static_cast<double>(NationalPyramid()[sex][band]) * 50000 / static_cast<double>(national);
      // Only the uncertain birth dates (a quarter of a percent of the old) and the moves are off.
      EXPECT_NEAR(static_cast<double>(counts[sex][band]), expected, 25) << sex << " " << band;
    }
  }
}

TEST_P(SynthTest, TheSameSeedGivesTheSameBytes) {
  SynthOptions options = {.municipality = GetParam(), .population = 2000, .seed = 5};
  SynthSummary one, two;
  const std::string first = Generate(options, &one);
  EXPECT_EQ(first, Generate(options, &two));
  EXPECT_EQ(one.bytes, first.size());
  options.seed = 6;
  EXPECT_NE(first, Generate(options, &two));
}

TEST_P(SynthTest, EncodingsHoldTheSameRows) {
  SynthOptions options = {.municipality = GetParam(), .population = 1000};
  SynthSummary summary;
  const std::vector<Row> cp932 = Rows(Generate(options, &summary), Encoding::kCp932);
  options.encoding = Encoding::kUtf8Bom;
  const std::string marked = Generate(options, &summary);
  EXPECT_TRUE(marked.starts_with("\xEF\xBB\xBF"));
  EXPECT_EQ(Rows(marked, Encoding::kUtf8Bom), cp932);
  options.encoding = Encoding::kUtf8;
  EXPECT_EQ(Generate(options, &summary), marked.substr(3));
}

TEST_P(SynthTest, TheManifestTellsTheTruth) {
  SynthOptions options = {.municipality = GetParam(), .population = 20000, .defect_rate = 0.02};
  SynthSummary clean_summary, summary;
  const std::vector<Row> rows = Rows(Generate(options, &summary), Encoding::kCp932);
  options.defect_rate = 0;
  const std::vector<Row> clean = Rows(Generate(options, &clean_summary), Encoding::kCp932);
  options.defect_rate = 0.02;
  const auto manifest = nlohmann::json::parse(ManifestJson(options, summary));
  EXPECT_EQ(manifest["rows"], rows.size() - 1);
  EXPECT_EQ(manifest["defects"].size(), summary.defects.size());
  // Walk both files side by side: they differ exactly where the manifest says.
  std::map<uint64_t, InjectedDefect> by_row;
  for (const InjectedDefect& defect : summary.defects) by_row.insert({defect.row, defect});
  std::set<Defect> kinds;
  size_t at = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const auto found = by_row.find(i);
    if (found != by_row.end()) kinds.insert(found->second.defect);
    if (found != by_row.end() && found->second.defect == Defect::kDuplicateKey) {
      EXPECT_EQ(rows[i], rows[i - 1]);
      continue;
    }
    std::vector<std::string> changed;
    for (size_t c = 0; c < rows[i].size(); ++c) {
      if (rows[i][c] != clean[at][c]) changed.push_back(rows[0][c]);
    }
    ++at;
    if (found == by_row.end()) {
      EXPECT_TRUE(changed.empty()) << i;
    } else {
      EXPECT_EQ(changed, std::vector<std::string>{std::string(found->second.column)}) << i;
    }
  }
  EXPECT_EQ(at, clean.size());
  EXPECT_EQ(kinds.size(), std::string_view(GetParam()) == "221309" ? 7u : 6u);
  EXPECT_NEAR(static_cast<double>(summary.defects.size()), 400, 80);
}

INSTANTIATE_TEST_SUITE_P(Cities, SynthTest, testing::Values("082201", "221309"));

TEST(SynthOptionsTest, BrokenBytesAreInjectedOnRequest) {
  SynthSummary summary;
  const std::string bytes = Generate(
      {.population = 2000, .defect_rate = 0.01, .defects = {Defect::kBrokenBytes}}, &summary);
  ASSERT_FALSE(summary.defects.empty());
  TableReader reader({Encoding::kCp932, ','}, {}, [](const CsvRecord&) { return true; });
  EXPECT_FALSE(reader.Feed(bytes));
  EXPECT_EQ(reader.fault().decode.rule, DecodeRule::kInvalidBytes);
  EXPECT_EQ(reader.fault().decode_row, summary.defects.front().row + 1);  // the header counts
}

TEST(SynthOptionsTest, TinyTownsExistAndTownsLieInTheirCity) {
  for (const char* code : {"082201", "221309"}) {
    for (const Town& town : FindSynthCity(code)->towns) {
      const auto mesh = MeshCode(int64_t{town.latitude_e6} * 1000,
                                 int64_t{town.longitude_e6} * 1000, MeshLevel::kFirst);
      ASSERT_TRUE(mesh.has_value());
      EXPECT_TRUE(
          std::set<std::string>({"5340", "5440", "5137", "5138", "5237", "5238"}).contains(*mesh))
          << *mesh;
      EXPECT_GT(town.weight, 0);
    }
  }
}

TEST(SynthOptionsTest, RefusesWhatItCannotMake) {
  const auto sink = [](absl::string_view) { return absl::OkStatus(); };
  SynthSummary summary;
  EXPECT_FALSE(WriteRegister({.municipality = "131016"}, sink, &summary).ok());
  EXPECT_FALSE(WriteRegister({.population = 0}, sink, &summary).ok());
  EXPECT_FALSE(WriteRegister({.as_of = {2025, 2, 29}}, sink, &summary).ok());
  EXPECT_FALSE(WriteRegister({.defect_rate = 0.9}, sink, &summary).ok());
  const auto failing = [](absl::string_view) { return absl::ResourceExhaustedError("full"); };
  EXPECT_EQ(WriteRegister({.population = 5000}, failing, &summary).code(),
            absl::StatusCode::kResourceExhausted);
  for (const uint64_t population : {1, 2, 3, 17}) {
    EXPECT_TRUE(WriteRegister({.population = population}, sink, &summary).ok());
    EXPECT_EQ(summary.residents, population);
  }
}

}  // namespace
}  // namespace oboro::civic
