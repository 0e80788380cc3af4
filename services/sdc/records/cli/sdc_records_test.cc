#include "services/sdc/records/cli/sdc_records.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "services/sdc/records/test_data.h"

namespace oboro::sdc {
namespace {

using testing::ReadFile;
using testing::SharedPath;
using Json = nlohmann::json;

struct Outcome {
  int code;
  std::string out, err;
};

Outcome RunTool(std::vector<std::string> arguments) {
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  std::ostringstream out, err;
  const int code = RunSdcRecords(static_cast<int>(argv.size()), argv.data(), out, err);
  return {code, out.str(), err.str()};
}

class CliTest : public ::testing::Test {
 protected:
  CliTest()
      : folder_(std::filesystem::temp_directory_path() /
                ("oboro-sdc-cli-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~CliTest() override { std::filesystem::remove_all(folder_); }
  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Put(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name), std::ios::binary) << text;
  }
  std::filesystem::path folder_;
  const std::string adult_ = SharedPath("data/adult/adult.csv");
  const std::string hierarchies_ = SharedPath("data/adult");
  const std::string names_ =
      "sex,age,race,marital-status,education,native-country,workclass,occupation,salary-class";
};

TEST_F(CliTest, Risk) {
  const Outcome o =
      RunTool({"risk", "--in", adult_, "--delimiter", ";", "--quasi-identifiers",
               "sex,age,race,marital-status,education,native-country,workclass,salary-class",
               "--sensitive", "occupation", "--k", "7", "--json"});
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  EXPECT_EQ(json["records"], 30162);
  EXPECT_EQ(json["records_below"].size(), 5u);
  EXPECT_TRUE(json["records_below"].contains("7"));
  EXPECT_EQ(json["sensitive"]["occupation"]["distinct_l"], 1);
  EXPECT_EQ(json["prosecutor"]["max"], 1.0);
  EXPECT_TRUE(json["seconds"].contains("load") && json["seconds"].contains("measure"));
  EXPECT_GT(json["peak_bytes"], 0);
}

TEST_F(CliTest, RiskOfHouseholdsAndAgainstAPopulation) {
  Put("s.csv", "h,a\n1,x\n1,x\n2,y\n");
  Put("p.csv", "a\nx\nx\nx\nx\ny\ny\n");
  const Outcome o = RunTool({"risk", "--in", Path("s.csv"), "--quasi-identifiers", "a",
                             "--household", "h", "--population", Path("p.csv"), "--json"});
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  EXPECT_EQ(json["journalist"]["max"], 0.5);
  EXPECT_EQ(json["household"]["households"], 2);
  EXPECT_EQ(json["household"]["mean"], (0.75 + 1) / 2);
}

TEST_F(CliTest, AnonymizeWritesTableAndManifest) {
  const Outcome o = RunTool(
      {"anonymize",   "--in",          adult_,         "--delimiter", ";", "--quasi-identifiers",
       names_,        "--hierarchies", hierarchies_,   "--k",         "5", "--suppression-limit",
       "0.05",        "--metric",      "loss",         "--threads",   "2", "--out",
       Path("o.csv"), "--manifest",    Path("m.json"), "--json"});
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  EXPECT_TRUE(json["found"] && json["optimal"]);
  EXPECT_NEAR(json["score"].get<double>(), 0.241932365066, 1e-9);
  EXPECT_EQ(json["suppressed_records"], 1346);
  EXPECT_EQ(json["levels"]["age"], 3);
  EXPECT_EQ(json["lattice_nodes"], 12960);
  const std::string table = ReadFile(Path("o.csv"));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 30162 - 1346 + 1);
  EXPECT_EQ(Json::parse(ReadFile(Path("m.json")))["counts"]["suppressed"], 1346);
}

TEST_F(CliTest, PinsBoundsAndWeights) {
  const std::vector<std::string> base = {
      "anonymize",    "--in",          adult_,       "--delimiter", ";", "--quasi-identifiers",
      "sex,age,race", "--hierarchies", hierarchies_, "--k",         "5", "--suppression-limit",
      "0.02",         "--json"};
  auto pinned = base;
  pinned.insert(pinned.end(), {"--levels", "age=2,race=0-1"});
  const Outcome o = RunTool(pinned);
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(Json::parse(o.out)["levels"]["age"], 2);
  EXPECT_EQ(Json::parse(o.out)["lattice_nodes"], 4);
  auto weighted = base;
  weighted.insert(weighted.end(), {"--weights", "age=0.5"});
  const Outcome w = RunTool(weighted);
  ASSERT_EQ(w.code, 0) << w.err;
  double sum = 0;
  const Json json = Json::parse(w.out);
  for (const auto& [name, loss] : json["losses"].items()) {
    sum += (name == "age" ? 0.5 : 1.0) * std::log1p(loss.get<double>());
  }
  EXPECT_NEAR(json["score"].get<double>(), std::exp(sum / 2.5) - 1, 1e-12);
}

TEST_F(CliTest, Frontier) {
  Put("t.csv", "a,b\n1,x\n1,x\n2,x\n2,y\n3,y\n3,y\n");
  Put("hierarchy_a.csv", "1;l;*\n2;l;*\n3;h;*\n");
  Put("some_hierarchy_b.csv", "x;*\ny;*\n");
  const Outcome o = RunTool({"frontier", "--in", Path("t.csv"), "--quasi-identifiers", "a,b",
                             "--hierarchies", folder_.string(), "--k-max", "4", "--json"});
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  ASSERT_EQ(json["rows"].size(), 3u * 5 * 5);
  EXPECT_EQ(json["rows"][0]["k"], 2);
  const Outcome csv = RunTool({"frontier", "--in", Path("t.csv"), "--quasi-identifiers", "a,b",
                               "--hierarchies", folder_.string(), "--k-max", "4"});
  EXPECT_EQ(std::count(csv.out.begin(), csv.out.end(), '\n'), 76);
}

TEST_F(CliTest, BadInputIsOneSentenceAndExitTwo) {
  Put("t.csv", "a,b\n1,x\n2,y\n");
  Put("hierarchy_a.csv", "1;*\n");
  const std::vector<std::vector<std::string>> bad = {
      {},
      {"measure"},
      {"risk"},
      {"risk", "--in", Path("none.csv"), "--quasi-identifiers", "a"},
      {"risk", "--in", Path("t.csv"), "--quasi-identifiers", "z"},
      {"risk", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--encoding", "latin-1"},
      {"risk", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--delimiter", "ab"},
      {"risk", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--nonsense", "1"},
      {"risk", "--in", Path("t.csv"), "--quasi-identifiers"},
      {"anonymize", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--k", "2"},
      {"anonymize", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--hierarchies",
       folder_.string()},
      {"anonymize", "--in", Path("t.csv"), "--quasi-identifiers", "b", "--hierarchies",
       folder_.string(), "--k", "2"},
      {"anonymize", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--hierarchies",
       folder_.string(), "--k", "2"},
      {"anonymize", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--hierarchies",
       "a=" + Path("hierarchy_a.csv"), "--distinct-l", "2"},
      {"anonymize", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--hierarchies",
       folder_.string(), "--k", "2.5"},
  };
  for (const auto& arguments : bad) {
    const Outcome o = RunTool(arguments);
    EXPECT_EQ(o.code, 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(o.out, "");
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
  }
  EXPECT_NE(RunTool(bad[12]).err.find("lacks 1 value of the data: \"2\""), std::string::npos);
}

}  // namespace
}  // namespace oboro::sdc
