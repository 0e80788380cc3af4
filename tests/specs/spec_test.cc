// Every spec of tests/specs/tables on the engine: once on files as they stand, once with all
// records, cells and results going through the columnar store (and the records turned round).
#include "tests/specs/spec.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/columnar/columnar_store.h"
#include "services/platform/objects/testing/memory_store.h"
#include "services/sdc/tables/cli/tables_cli.h"

namespace oboro::specs {
namespace {

using Rows = std::vector<std::vector<std::string>>;  // the first one has the names

Rows Parse(const std::vector<std::string>& lines) {
  Rows rows;
  for (const std::string& line : lines) {
    if (!line.empty()) rows.push_back(Fields(line, ','));
  }
  return rows;
}

// Says each record as often as its last field says.
Rows Repeat(const Rows& counted) {
  Rows rows;
  for (size_t i = 0; i < counted.size(); ++i) {
    int times = 1;
    if (i > 0 && !absl::SimpleAtoi(counted[i].back(), &times)) ADD_FAILURE() << counted[i].back();
    for (int k = 0; k < times; ++k) rows.emplace_back(counted[i].begin(), counted[i].end() - 1);
  }
  return rows;
}

// The store of one spec.
class Store {
 public:
  // What comes back from the store after `rows` were put there.
  Rows Through(const std::string& name, const Rows& rows) {
    Put(name, rows);
    platform::TableSlice slice;
    slice.limit = platform::kMaxSliceRows;
    return Ask(name, slice);
  }

  void Put(const std::string& name, const Rows& rows) {
    platform::ColumnBatch batch;
    batch.rows = static_cast<int64_t>(rows.size()) - 1;
    for (size_t c = 0; c < rows[0].size(); ++c) {
      platform::ColumnBatch::Column column{rows[0][c], {}, {}};
      std::map<std::string, uint32_t> codes;
      for (size_t i = 1; i < rows.size(); ++i) {
        const auto [at, fresh] =
            codes.emplace(rows[i][c], static_cast<uint32_t>(column.dictionary.size()));
        if (fresh) column.dictionary.push_back(rows[i][c]);
        column.codes.push_back(at->second);
      }
      batch.columns.push_back(std::move(column));
    }
    ASSERT_OK(store_->Remove(tenant_, Id(name)));
    ASSERT_OK(store_->Put(tenant_, Id(name), key_, batch).status());
  }

  Rows Ask(const std::string& name, const platform::TableSlice& slice) {
    auto answer = store_->Query(tenant_, Id(name), key_, slice);
    if (!answer.ok()) {
      ADD_FAILURE() << answer.status();
      return {{}};
    }
    const platform::ColumnBatch& batch = answer->rows;
    Rows rows(static_cast<size_t>(batch.rows) + 1);
    for (const auto& column : batch.columns) {
      rows[0].push_back(column.name);
      for (size_t i = 0; i + 1 < rows.size(); ++i) {
        rows[i + 1].push_back(column.dictionary[column.codes[i]]);
      }
    }
    return rows;
  }

 private:
  static std::string Id(const std::string& name) {
    std::string id = name;
    std::replace(id.begin(), id.end(), '.', '-');
    return id;
  }

  platform::MemoryObjectStore objects_;
  std::unique_ptr<platform::ColumnarStore> store_ =
      platform::MakeDuckDbColumnarStore(&objects_, {});
  const platform::TenantContext tenant_ = platform::TenantContext::MakeResolved(
      "tsukuba", "082201", 260000, platform::TenantState::kActive);
  platform::SecretBytes key_{32};
};

class SpecTest : public ::testing::TestWithParam<std::pair<Spec, bool>> {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::temp_directory_path() / absl::StrCat("oboro-specs-", getpid());
    std::filesystem::create_directories(folder_);
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  bool stored() const { return GetParam().second; }

  void Give(const SpecPart& part) {
    std::ofstream out(part.argument);
    if (part.kind == "file") {
      out << absl::StrJoin(part.body, "\n") << "\n";
      return;
    }
    Rows rows = Parse(part.body);
    if (part.kind == "records") rows = Repeat(rows);
    if (stored()) {
      if (part.kind == "records") std::reverse(rows.begin() + 1, rows.end());
      rows = store_.Through(part.argument, rows);
    }
    for (const auto& row : rows) out << absl::StrJoin(row, ",") << "\n";
  }

  int Run(const std::string& line) {
    std::vector<std::string> words = Words(line);
    EXPECT_GE(words.size(), 3U);
    EXPECT_EQ(words[0] + words[1], "oborosdc") << line;
    std::vector<char*> argv;
    for (size_t i = 2; i < words.size(); ++i) argv.push_back(words[i].data());
    out_.str(""), err_.str("");
    return sdc::RunSdcTables(static_cast<int>(argv.size()), argv.data(), out_, err_);
  }

  static Rows ReadCsv(const std::string& path) {
    std::stringstream text;
    text << std::ifstream(path).rdbuf();
    EXPECT_FALSE(text.str().empty()) << path << " was not written";
    return Parse(absl::StrSplit(text.str(), '\n'));
  }

  // Cells of one row of the expected table, as "VALUE 23", "SUPPRESSED_PRIMARY " by column.
  static std::map<std::string, std::string> Expected(const std::vector<std::string>& columns,
                                                     const std::vector<std::string>& fields) {
    std::map<std::string, std::string> row;
    for (size_t c = 1; c < fields.size(); ++c) {
      if (fields[c].empty()) continue;  // the table has no such cell
      row[columns[c]] = fields[c][0] == 'P'   ? "SUPPRESSED_PRIMARY "
                        : fields[c][0] == 'S' ? "SUPPRESSED_SECONDARY "
                                              : "VALUE " + fields[c];
    }
    return row;
  }

  void Compare(const SpecPart& part) {
    const Rows written = ReadCsv(part.argument);
    if (stored()) store_.Put(part.argument, written);
    const std::vector<std::string> columns = Fields(part.body.at(0), '|');
    const std::vector<std::string> names = Fields(columns[0], '\\');
    const std::vector<std::string> row_dims = Fields(names[0], ',');
    const std::string across = names.size() > 1 ? names[1] : "";
    size_t cells = 0;
    for (size_t i = 1; i < part.body.size(); ++i) {
      const std::vector<std::string> fields = Fields(part.body[i], '|');
      ASSERT_EQ(fields.size(), columns.size()) << part.body[i];
      const auto expected = Expected(columns, fields);
      cells += expected.size();
      EXPECT_EQ(RowOf(part.argument, written, row_dims, Fields(fields[0], ','), across), expected)
          << GetParam().first.name << ", line " << part.line + i << ": " << part.body[i];
    }
    EXPECT_EQ(cells, written.size() - 1) << "cells that the spec does not tell";
  }

  // The cells of one row: picked out of the file, or asked of the store.
  std::map<std::string, std::string> RowOf(const std::string& file, const Rows& written,
                                           const std::vector<std::string>& dims,
                                           const std::vector<std::string>& labels,
                                           const std::string& across) {
    Rows rows;
    if (stored()) {
      platform::TableSlice slice;
      for (size_t d = 0; d < dims.size(); ++d) slice.filters.push_back({dims[d], {labels[d]}});
      slice.columns = written[0];
      slice.order = {{"value", true}};
      rows = store_.Ask(file, slice);
    } else {
      for (const auto& row : written) {
        bool in = true;
        for (size_t d = 0; d < dims.size(); ++d) {
          in = in && (&row == &written[0] || row[Column(written, dims[d])] == labels[d]);
        }
        if (in) rows.push_back(row);
      }
    }
    std::map<std::string, std::string> cells;
    const size_t status = Column(written, "status"), value = Column(written, "value");
    for (size_t i = 1; i < rows.size(); ++i) {
      const std::string at = across.empty() ? "value" : rows[i][Column(written, across)];
      cells[at] = absl::StrCat(rows[i][status], " ", rows[i][value]);
    }
    return cells;
  }

  static size_t Column(const Rows& rows, const std::string& name) {
    const auto at = std::find(rows[0].begin(), rows[0].end(), name);
    EXPECT_NE(at, rows[0].end()) << name;
    return static_cast<size_t>(at - rows[0].begin());
  }

  // What the suppressed cells of an expected table hold is checked too: the command without its
  // rules must publish just these values.
  void CompareTrueValues(const SpecPart& part, const std::string& command) {
    std::string plain;
    const std::vector<std::string> words = Words(command);
    for (size_t i = 0; i < words.size(); ++i) {
      static const std::vector<std::string> kept = {"--in", "--by", "--hierarchies", "--measure",
                                                    "--where"};
      if (i < 3) absl::StrAppend(&plain, words[i], " ");
      if (std::find(kept.begin(), kept.end(), words[i]) != kept.end()) {
        absl::StrAppend(&plain, words[i], " '", words[i + 1], "' ");
      }
    }
    SpecPart open = part;
    open.argument = "without-rules.csv";
    for (size_t i = 1; i < open.body.size(); ++i) {
      for (char& c : open.body[i]) c = c == 'P' || c == 'S' ? ' ' : c;
    }
    ASSERT_EQ(Run(plain + "--threshold 1 --out without-rules.csv"), 0) << err_.str();
    Compare(open);
  }

  std::filesystem::path folder_, before_;
  std::ostringstream out_, err_;
  Store store_;
};

TEST_P(SpecTest, HoldsOnTheEngine) {
  const std::vector<SpecPart>& parts = GetParam().first.parts;
  std::string command;
  for (size_t i = 0; i < parts.size(); ++i) {
    const SpecPart& part = parts[i];
    if (part.kind == "records" || part.kind == "cells" || part.kind == "file") Give(part);
    if (part.kind == "run") {
      command = part.argument;
      const bool fails = i + 1 < parts.size() && parts[i + 1].kind == "exit";
      const std::string code = fails ? parts[i + 1].argument : "0";
      EXPECT_EQ(absl::StrCat(Run(part.argument)), code) << part.argument << "\n"
                                                        << out_.str() << err_.str();
    }
    if (part.kind == "output") {
      EXPECT_EQ(out_.str() + err_.str(), absl::StrJoin(part.body, "\n") + "\n") << command;
    }
    if (part.kind == "table") {
      Compare(part);
      if (Words(command).at(2) == "table") CompareTrueValues(part, command);
    }
  }
}

std::vector<std::pair<Spec, bool>> Cases() {
  std::vector<std::pair<Spec, bool>> cases;
  // Tests run in the root of the sources.
  for (const Spec& spec : ReadSpecs("tests/specs/tables")) {
    cases.emplace_back(spec, false);
    cases.emplace_back(spec, true);
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Tables, SpecTest, ::testing::ValuesIn(Cases()), [](const auto& info) {
  std::string name = info.param.first.name + (info.param.second ? "_stored" : "");
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace oboro::specs
