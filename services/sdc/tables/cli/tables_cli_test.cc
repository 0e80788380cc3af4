// The commands from end to end, on files of a private folder.
#include "services/sdc/tables/cli/tables_cli.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace oboro::sdc {
namespace {

class TablesCli : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / ("oboro-tables-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  void Write(const std::string& name, const std::string& text) const {
    std::ofstream(Path(name)) << text;
  }
  std::string Read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(Path(name)).rdbuf();
    return text.str();
  }
  int Run(std::vector<std::string> words) {
    std::vector<char*> argv;
    for (std::string& w : words) argv.push_back(w.data());
    out_.str(""), err_.str("");
    return RunSdcTables(static_cast<int>(argv.size()), argv.data(), out_, err_);
  }
  nlohmann::json Json() const { return nlohmann::json::parse(out_.str()); }

  std::filesystem::path folder_;
  std::ostringstream out_, err_;
};

std::string Records() {
  std::string text = "town,sex\n";
  const auto add = [&](const char* row, int n) {
    for (int i = 0; i < n; ++i) text += row;
  };
  add("a,M\n", 3), add("a,F\n", 20), add("b,M\n", 30), add("b,F\n", 40), add("c,M\n", 25);
  add("c,F\n", 50);
  return text;
}

TEST_F(TablesCli, TableIsProtectedAndHoldsAgainstItsOwnAttack) {
  Write("in.csv", Records());
  ASSERT_EQ(Run({"table", "--in", Path("in.csv"), "--by", "town,sex", "--threshold", "10", "--out",
                 Path("t.csv"), "--json"}),
            0)
      << err_.str();
  EXPECT_EQ(Json()["cells"], 12);
  EXPECT_EQ(Json()["primary"], 1);
  EXPECT_EQ(Json()["secondary"], 3);
  EXPECT_EQ(Json()["attack"]["exposed"], 0);
  EXPECT_NE(Read("t.csv").find("a,M,,SUPPRESSED_PRIMARY"), std::string::npos);
  ASSERT_EQ(
      Run({"attack", "--in", Path("t.csv"), "--dims", "town,sex", "--threshold", "10", "--json"}),
      0)
      << err_.str();
  EXPECT_EQ(Json()["cells"], 4);
  EXPECT_EQ(Json()["exposed"], 0);
}

TEST_F(TablesCli, OutsideShowsOneMark) {
  Write("in.csv", Records());
  ASSERT_EQ(Run({"table", "--in", Path("in.csv"), "--by", "town,sex", "--out", Path("t.csv"),
                 "--outside"}),
            0);
  const std::string text = Read("t.csv");
  EXPECT_EQ(text.find("SUPPRESSED"), std::string::npos);
  EXPECT_NE(text.find("a,M,,X"), std::string::npos);
}

TEST_F(TablesCli, AMarginOffByOneIsBadInputAndNamesTheSum) {
  Write("t.csv", "town,value,status\na,20,\nb,30,\n*,51,\n");
  EXPECT_EQ(Run({"attack", "--in", Path("t.csv"), "--dims", "town"}), 2);
  EXPECT_NE(err_.str().find("town=*"), std::string::npos) << err_.str();
}

TEST_F(TablesCli, VisiblePrimaryMarksAreFound) {
  // x is small (1..9) and y = 9 - x + ... : with all marks alike x is in [0, 10]; but x + y = 10
  // and z + y = 1 with x known to be below 10 leaves y = 1, so that x is 9 and z is 0.
  Write("t.csv",
        "a,b,value,status\n"
        "0,0,,SUPPRESSED_PRIMARY\n0,1,,SUPPRESSED_SECONDARY\n0,*,10,VALUE\n"
        "1,0,,SUPPRESSED_PRIMARY\n1,1,,SUPPRESSED_SECONDARY\n1,*,1,VALUE\n"
        "*,0,10,VALUE\n*,1,1,VALUE\n*,*,11,VALUE\n");
  ASSERT_EQ(Run({"attack", "--in", Path("t.csv"), "--dims", "a,b", "--threshold", "10", "--json"}),
            0)
      << err_.str();
  EXPECT_EQ(Json()["intervals"][0]["low"], 9);
  EXPECT_EQ(Json()["intervals"][0]["high"], 10);
  ASSERT_EQ(Run({"attack", "--in", Path("t.csv"), "--dims", "a,b", "--threshold", "10", "--marks",
                 "visible", "--json"}),
            0);
  EXPECT_EQ(Json()["intervals"][0]["low"], 9);
  EXPECT_EQ(Json()["intervals"][0]["high"], 9);
  EXPECT_EQ(Json()["exposed"], 4);
}

TEST_F(TablesCli, LedgerRemembers) {
  Write("in.csv", Records());
  const std::vector<std::string> table = {"table",    "--in",  Path("in.csv"), "--by",
                                          "town,sex", "--out", Path("t.csv")};
  ASSERT_EQ(Run(table), 0);
  ASSERT_EQ(
      Run({"ledger", "add", "--ledger", Path("L"), "--in", Path("t.csv"), "--dims", "town,sex"}), 0)
      << err_.str();
  // A second table that shows what the first one hides.
  Write("u.csv", "town,sex,value,status\na,F,20,VALUE\na,*,23,VALUE\n");
  EXPECT_EQ(Run({"ledger", "check", "--ledger", Path("L"), "--in", Path("u.csv"), "--dims",
                 "town,sex", "--json"}),
            5);
  EXPECT_NE(Json()["verdict"], "safe");
  EXPECT_NE(Read("L/refusals.log").find("u "), std::string::npos);
  // Nothing of a suppressed cell is in the ledger's files.
  EXPECT_EQ(Read("L/t.json").find("\"value\":3,"), std::string::npos);
}

TEST_F(TablesCli, LinkedTablesAreProtectedTogether) {
  std::string cells = "a,b,c,n\n";
  for (int a = 0; a < 3; ++a) {
    for (int b = 0; b < 3; ++b) {
      for (int c = 0; c < 3; ++c) {
        cells += std::to_string(a) + "," + std::to_string(b) + "," + std::to_string(c) + "," +
                 std::to_string(a == 0 && b == 0 ? 1 : 12 + 3 * a + b * c) + "\n";
      }
    }
  }
  Write("cells.csv", cells);
  Write("linked.yaml", "tables: [[a, b], [a, c]]\n");
  ASSERT_EQ(
      Run({"protect", "--in", Path("cells.csv"), "--dims", "a,b,c", "--value", "n", "--threshold",
           "5", "--linked", Path("linked.yaml"), "--out", Path("t.csv"), "--json"}),
      0)
      << err_.str() << out_.str();
  EXPECT_EQ(Json()["cells"], 28);  // two tables of 16 cells share the margin of a
  EXPECT_EQ(Json()["primary"], 1);
  EXPECT_EQ(Json()["attack"]["exposed"], 0);
}

TEST_F(TablesCli, WrongUseIsExplained) {
  EXPECT_EQ(Run({"table", "--by", "a"}), 2);
  EXPECT_NE(err_.str().find("--in is missing"), std::string::npos);
  EXPECT_EQ(Run({"table", "--nonsense", "1"}), 2);
  EXPECT_EQ(Run({"ledger"}), 2);
}

}  // namespace
}  // namespace oboro::sdc
