#include "services/sdc/records/cli/sdc_records.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
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

TEST_F(CliTest, HouseholdsOfSdcMicro) {
  const Json expected =
      Json::parse(ReadFile(SharedPath("oracles/sdcmicro/sdcmicro_testdata.json")));
  std::string names;
  for (const std::string name : expected["keyVars"]) names += (names.empty() ? "" : ",") + name;
  const std::string household = expected["hhId"];
  const Outcome o =
      RunTool({"risk", "--in", SharedPath("oracles/sdcmicro/sdcmicro_testdata.csv"),
               "--quasi-identifiers", names, "--household", household, "--k", "3", "--json"});
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  EXPECT_EQ(json["records_below"]["2"], expected["n_lt2"]);
  EXPECT_EQ(json["records_below"]["3"], expected["n_lt3"]);
  EXPECT_EQ(json["records_below"]["5"], expected["n_lt5"]);
  // From the oracle's class sizes; households stand together in its file.
  std::istringstream file(ReadFile(SharedPath("oracles/sdcmicro/sdcmicro_testdata.csv")));
  std::string line;
  std::getline(file, line);
  std::map<std::string, std::pair<double, double>> households;
  for (const double fk : expected["fk"]) {
    std::getline(file, line);
    size_t at = 0;
    for (int column = 0; column < 12; ++column) at = line.find(',', at) + 1;
    auto& [safe, highest] =
        households.try_emplace(line.substr(at, line.find(',', at) - at), 1.0, 0.0).first->second;
    safe *= 1 - 1 / fk;
    highest = std::max(highest, 1 / fk);
  }
  double mean = 0, highest_mean = 0;
  for (const auto& [number, risk] : households) {
    mean += (1 - risk.first) / static_cast<double>(households.size());
    highest_mean += risk.second / static_cast<double>(households.size());
  }
  EXPECT_EQ(json["household"]["households"], households.size());
  EXPECT_EQ(json["household"]["max"], 1.0);
  EXPECT_NEAR(json["household"]["mean"], mean, 1e-12);
  EXPECT_NEAR(json["household"]["highest_member"]["mean"], highest_mean, 1e-12);
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

TEST_F(CliTest, HierarchiesByRuleAndFolderTogether) {
  Put("t.csv",
      "age,d,z,j,b\n1,2024-01-02,305-0031,a,x\n2,2024-01-03,305-0032,b,x\n"
      "45,1999-12-31,300-0001,a,y\n46,1998-02-03,300-0002,c,y\n,,,,\n,,,,\n");
  Put("map.csv", "a;X\nb;X\nc;Y\n;none\n");
  Put("h_hierarchy_b.csv", "x;*\ny;*\n;*\n");
  const std::string rules =
      "age=intervals:5/10:bottom=0:top=80,d=dates,z=prefixes:3/2,j=mapping:" + Path("map.csv") +
      "," + folder_.string();
  const Outcome o = RunTool({"anonymize", "--in", Path("t.csv"), "--quasi-identifiers",
                             "age,d,z,j,b", "--hierarchies", rules, "--k", "2", "--threads", "0",
                             "--out", Path("o.csv"), "--manifest", Path("m.json"), "--json"});
  ASSERT_EQ(o.code, 0) << o.err;
  EXPECT_EQ(Json::parse(o.out)["lattice_nodes"], 4 * 6 * 4 * 3 * 2);
  const std::string table = ReadFile(Path("o.csv"));
  for (const char* row : {"0-4,2020-2029,305*****,*,x\n", "45-49,1990-1999,300*****,*,y\n",
                          "missing,missing,missing,*,\n"}) {
    EXPECT_NE(table.find(row), std::string::npos) << table;
  }
  // A digest of a hierarchy that the data's own values made would be a digest of the data.
  const Json attributes = Json::parse(ReadFile(Path("m.json")))["quasi_identifiers"];
  EXPECT_EQ(attributes[1]["hierarchy_rule"], "dates");
  EXPECT_FALSE(attributes[1].contains("hierarchy_sha256"));
  EXPECT_TRUE(attributes[3].contains("hierarchy_sha256"));
  EXPECT_TRUE(attributes[4].contains("hierarchy_sha256"));
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"age=intervals:x", "write intervals:5/10/20"},
      {"age=intervals:5:middle=3", "write intervals:5/10/20"},
      {"age=ages:top=90", "the limit 90 is not a bound"},
      {"age=dates", "is not a date"},
      {"age=dates:3", "write dates or suppression"},
      {"age=prefixes:0", "write prefixes:5/3/1"},
      {"age=prefixes:2/3", "give the longest first"},
      {"age=mapping:" + Path("none.csv"), "cannot be read"},
      {"age=mapping:" + Path("h_hierarchy_b.csv"), "lacks"},
      {"age=" + folder_.string(), "it is a folder"},
      {"d=dates", "add age=FILE or a rule"},
  };
  for (const auto& [rule, message] : bad) {
    const Outcome e = RunTool({"anonymize", "--in", Path("t.csv"), "--quasi-identifiers", "age",
                               "--hierarchies", rule, "--k", "2"});
    EXPECT_EQ(e.code, 2) << rule;
    EXPECT_NE(e.err.find(message), std::string::npos) << e.err;
  }
}

TEST_F(CliTest, ADeadlineLeavesAProvenBound) {
  std::vector<std::string> arguments = {
      "anonymize", "--in",          adult_,       "--delimiter", ";", "--quasi-identifiers",
      names_,      "--hierarchies", hierarchies_, "--k",         "5", "--suppression-limit",
      "0.05",      "--json"};
  const Json best = Json::parse(RunTool(arguments).out);
  arguments.insert(arguments.end(), {"--deadline", "0.000001"});
  const Outcome o = RunTool(arguments);
  ASSERT_EQ(o.code, 0) << o.err;
  const Json json = Json::parse(o.out);
  EXPECT_FALSE(json["optimal"]);
  EXPECT_LT(json["evaluated_nodes"], best["evaluated_nodes"]);
  EXPECT_LE(json["bound"], best["score"]);
  if (json["found"]) {
    EXPECT_GE(json["score"], best["score"]);
  }
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
  Put("head.csv", "a,b\n");
  Put("empty.csv", "");
  Put("whole_hierarchy_w.csv", "1;*\n2;*\n");
  const std::vector<std::string> good = {"anonymize",
                                         "--in",
                                         Path("t.csv"),
                                         "--quasi-identifiers",
                                         "a",
                                         "--hierarchies",
                                         "a=" + Path("whole_hierarchy_w.csv"),
                                         "--k",
                                         "1"};
  ASSERT_EQ(RunTool(good).code, 0) << RunTool(good).err;
  std::vector<std::pair<std::vector<std::string>, std::string>> told = {
      {{"risk", "--in", Path("head.csv"), "--quasi-identifiers", "a"},
       "head.csv\": there are no rec"},
      {{"risk", "--in", Path("empty.csv"), "--quasi-identifiers", "a"},
       "empty.csv\": the file has no"},
      {{"risk", "--in", folder_.string(), "--quasi-identifiers", "a"}, "directory"},
      {{"risk", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--population",
        Path("head.csv")},
       "head.csv\": there are no records"},
      {{"risk", "--in", Path("t.csv"), "--quasi-identifiers", "a,a"}, "named twice"},
      {{"risk", "--in", Path("t.csv"), "--quasi-identifiers", "a,b", "--sensitive", "a"},
       "named by --quasi-identifiers and by --sensitive"},
      {{"risk", "--in", Path("t.csv"), "--quasi-identifiers", "a", "--threads", "257"},
       "0 for all"}};
  const std::vector<std::pair<std::vector<std::string>, std::string>> added = {
      {{"--deadline", "0"}, "above 0"},
      {{"--suppression-limit", "5%"}, "--suppression-limit"},
      {{"--suppression-limit", "1.5"}, "between 0 and 1"},
      {{"--metric", "best"}, "--metric"},
      {{"--levels", "a=2"}, "levels 0 to 1"},
      {{"--levels", "a=1-0"}, "levels 0 to 1"},
      {{"--levels", "a=4294967296"}, "levels 0 to 1"},
      {{"--levels", "b=1"}, "of a quasi-identifier"},
      {{"--weights", "1,2"}, "give one for each"},
      {{"--weights", "0"}, "every weight is zero"},
      {{"--keep", "a"}, "by --keep"},
      {{"--distinct-l", "2"}, "--sensitive"},
      {{"--out", Path("t.csv")}, "the same file"},
      {{"--out", Path("none/o.csv")}, "a folder that exists"},
      {{"--manifest", folder_.string()}, "a folder that exists"},
      {{"--digest-key-file", Path("t.csv")}, "fewer than 16 bytes"}};
  for (const auto& [flags, message] : added) {
    std::vector<std::string> arguments = good;
    arguments.insert(arguments.end(), flags.begin(), flags.end());
    told.emplace_back(std::move(arguments), message);
  }
  for (const auto& [arguments, message] : told) {
    const Outcome o = RunTool(arguments);
    EXPECT_EQ(o.code, 2) << ::testing::PrintToString(arguments);
    EXPECT_EQ(std::count(o.err.begin(), o.err.end(), '\n'), 1) << o.err;
    EXPECT_NE(o.err.find(message), std::string::npos) << o.err;
  }
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
