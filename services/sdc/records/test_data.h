// What the engine's tests share: the real inputs and the oracles' cases.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "services/sdc/records/csv_load.h"
#include "services/sdc/records/hierarchy.h"
#include "services/sdc/records/search.h"

namespace oboro::sdc::testing {

inline std::string SharedPath(const std::string& relative) {
  const char* root = std::getenv("OBORO_SHARED_DIR");
  return std::string(root == nullptr ? "/work/shared" : root) + "/" + relative;
}

inline std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  EXPECT_TRUE(in.good()) << path;
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

inline CodedTable LoadText(const std::string& text, char delimiter, TextEncoding encoding,
                           int threads = 2) {
  StringSource source(text);
  CsvOptions options;
  options.delimiter = delimiter;
  options.encoding = encoding;
  options.threads = threads;
  auto table = LoadCsv(source, options);
  EXPECT_TRUE(table.ok()) << table.status();
  return *std::move(table);
}

// UCI Adult with its nine hierarchies.
struct Adult {
  CodedTable table;
  std::vector<std::unique_ptr<Hierarchy>> hierarchies;  // by column

  static const Adult& Get() {
    static const Adult* adult = [] {
      auto* a = new Adult;
      a->table = LoadText(ReadFile(SharedPath("data/adult/adult.csv")), ';', TextEncoding::kUtf8);
      for (const CodedColumn& column : a->table.columns()) {
        auto h = HierarchyFromCsv(
            column.name(), ReadFile(SharedPath("data/adult/hierarchy_" + column.name() + ".csv")));
        EXPECT_TRUE(h.ok()) << h.status();
        a->hierarchies.push_back(std::make_unique<Hierarchy>(*std::move(h)));
      }
      return a;
    }();
    return *adult;
  }

  // All columns but the sensitive one as quasi-identifiers, in the file's order.
  SearchInput Input(const std::string& sensitive = "") const {
    SearchInput input;
    input.table = &table;
    for (size_t c = 0; c < table.columns().size(); ++c) {
      if (table.column(c).name() == sensitive) {
        input.sensitive = {c};
        input.sensitive_hierarchies = {hierarchies[c].get()};
        continue;
      }
      input.quasi_identifiers.push_back(c);
      input.hierarchies.push_back(hierarchies[c].get());
    }
    return input;
  }
};

}  // namespace oboro::sdc::testing
