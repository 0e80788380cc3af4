#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/columnar/columnar_store.h"

// What every columnar store must do. A backend's test makes one instance of it.
namespace oboro::platform {

using ColumnarStoreFactory = std::function<std::shared_ptr<ColumnarStore>()>;

class ColumnarStoreConformance : public ::testing::TestWithParam<ColumnarStoreFactory> {
 protected:
  static SecretBytes Key(uint8_t byte) {
    SecretBytes key(32);
    std::fill_n(key.data(), 32, byte);
    return key;
  }
  // Town, sex, value, status; rows in an order of their own.
  static ColumnBatch Table() {
    ColumnBatch table;
    table.rows = 6;
    table.columns = {{"町丁目", {"天久保一丁目", "吾妻二丁目"}, {0, 0, 0, 1, 1, 1}},
                     {"sex", {"男", "女", "計"}, {0, 1, 2, 0, 1, 2}},
                     {"value", {"12", "", "30", "15", "27"}, {0, 1, 2, 3, 0, 4}},
                     {"status", {"VALUE", "SUPPRESSED_PRIMARY"}, {0, 1, 0, 0, 0, 0}}};
    return table;
  }
  // Rows as text, cells joined by "|".
  static std::vector<std::string> Lines(const ColumnBatch& batch) {
    std::vector<std::string> lines(static_cast<size_t>(batch.rows));
    for (size_t i = 0; i < lines.size(); ++i) {
      for (size_t c = 0; c < batch.columns.size(); ++c) {
        const ColumnBatch::Column& column = batch.columns[c];
        absl::StrAppend(&lines[i], c == 0 ? "" : "|", column.dictionary[column.codes[i]]);
      }
    }
    return lines;
  }
  absl::StatusOr<std::vector<std::string>> Ask(const TableSlice& slice) {
    ASSIGN_OR_RETURN(const TableRows rows, store_->Query(a_, "table", Key(1), slice));
    return Lines(rows.rows);
  }
  void SetUp() override { ASSERT_OK(store_->Put(a_, "table", Key(1), Table())); }

  std::shared_ptr<ColumnarStore> store_ = GetParam()();
  const TenantContext a_ =
      TenantContext::MakeResolved("tsukuba", "082201", 260000, TenantState::kActive);
  const TenantContext b_ =
      TenantContext::MakeResolved("hamamatsu", "221309", 780000, TenantState::kActive);
};

using Strings = std::vector<std::string>;

TEST_P(ColumnarStoreConformance, GivesBackTheTableInItsOrder) {
  ASSERT_OK_AND_ASSIGN(const TableRows all, store_->Query(a_, "table", Key(1), {}));
  EXPECT_EQ(all.total_rows, 6);
  EXPECT_EQ(all.rows.columns[0].name, "町丁目");
  EXPECT_EQ(Lines(all.rows), Lines(Table()));
}

TEST_P(ColumnarStoreConformance, SelectsFiltersOrdersAndPages) {
  TableSlice slice;
  slice.columns = {"value", "sex"};
  slice.filters = {{"町丁目", {"天久保一丁目"}}, {"sex", {"男", "女", "none such"}}};
  EXPECT_THAT(Ask(slice), IsOkAndHolds(Strings{"12|男", "|女"}));
  slice.filters = {{"sex", {"計", "男"}}};
  slice.order = {{"value", true}};
  EXPECT_THAT(Ask(slice), IsOkAndHolds(Strings{"30|計", "27|計", "15|男", "12|男"}));
  slice.offset = 1;
  slice.limit = 2;
  ASSERT_OK_AND_ASSIGN(const TableRows page, store_->Query(a_, "table", Key(1), slice));
  EXPECT_EQ(Lines(page.rows), (Strings{"27|計", "15|男"}));
  EXPECT_EQ(page.total_rows, 4);
  slice.offset = 100;
  EXPECT_THAT(Ask(slice), IsOkAndHolds(Strings{}));
  slice = {};
  slice.filters = {{"sex", {}}};
  EXPECT_THAT(Ask(slice), IsOkAndHolds(Strings{}));
}

TEST_P(ColumnarStoreConformance, EqualRowsKeepTheOrderInWhichTheyWerePut) {
  TableSlice slice;
  slice.columns = {"町丁目", "sex"};
  slice.order = {{"sex", false}};
  EXPECT_THAT(Ask(slice),
              IsOkAndHolds(Strings{"天久保一丁目|女", "吾妻二丁目|女", "天久保一丁目|男",
                                   "吾妻二丁目|男", "天久保一丁目|計", "吾妻二丁目|計"}));
}

TEST_P(ColumnarStoreConformance, ValuesAndNamesAreNeverSql) {
  TableSlice slice;
  for (const char* text : {"' OR '1'='1", "男' --", "\"; DROP TABLE table_1; --", "?", "%", "\\"}) {
    slice.filters = {{"sex", {text}}};
    EXPECT_THAT(Ask(slice), IsOkAndHolds(Strings{})) << text;
  }
  for (const char* name : {"sex\" = '男' OR \"sex", "rowid", "*", "SEX", "", "1", "count(*)"}) {
    slice = {};
    slice.columns = {name};
    EXPECT_THAT(Ask(slice), HasReason("UNKNOWN_COLUMN")) << name;
    slice = {};
    slice.filters = {{name, {"男"}}};
    EXPECT_THAT(Ask(slice), HasReason("UNKNOWN_COLUMN")) << name;
    slice = {};
    slice.order = {{name, false}};
    EXPECT_THAT(Ask(slice), HasReason("UNKNOWN_COLUMN")) << name;
  }
  EXPECT_THAT(Ask({}), IsOkAndHolds(Lines(Table())));
  // Hostile names are names.
  ColumnBatch odd;
  odd.rows = 1;
  odd.columns = {{"a\"; DROP TABLE table_1; --", {"x"}, {0}}, {"select", {"y"}, {0}}};
  ASSERT_OK(store_->Put(a_, "odd", Key(1), odd));
  slice = {};
  slice.columns = {"select", "a\"; DROP TABLE table_1; --"};
  ASSERT_OK_AND_ASSIGN(const TableRows rows, store_->Query(a_, "odd", Key(1), slice));
  EXPECT_EQ(Lines(rows.rows), Strings{"y|x"});
}

TEST_P(ColumnarStoreConformance, RefusesImpossibleSlices) {
  TableSlice slice;
  slice.limit = -1;
  EXPECT_THAT(Ask(slice), HasReason("BAD_SLICE"));
  slice.limit = kMaxSliceRows + 1;
  EXPECT_THAT(Ask(slice), HasReason("BAD_SLICE"));
  slice.limit = 1;
  slice.offset = -1;
  EXPECT_THAT(Ask(slice), HasReason("BAD_SLICE"));
}

TEST_P(ColumnarStoreConformance, TheKeyOpensItsOwnTenantsTableOnly) {
  EXPECT_THAT(store_->Query(a_, "table", Key(2), {}), HasReason("STREAM_CORRUPT"));
  ASSERT_OK(store_->Query(a_, "table", Key(1), {}).status());
  EXPECT_THAT(store_->Query(a_, "table", Key(2), {}), HasReason("STREAM_CORRUPT"))
      << "also when the table is in memory";
  EXPECT_THAT(store_->Query(b_, "table", Key(1), {}), HasReason("NOT_FOUND"));
  ColumnBatch other = Table();
  other.columns[2].dictionary[0] = "of hamamatsu";
  ASSERT_OK(store_->Put(b_, "table", Key(3), other));
  EXPECT_THAT(store_->Query(b_, "table", Key(1), {}), HasReason("STREAM_CORRUPT"));
  EXPECT_THAT(Ask({}), IsOkAndHolds(Lines(Table())));
}

TEST_P(ColumnarStoreConformance, ATableIsPutOnceAndRemovedForGood) {
  EXPECT_THAT(store_->Put(a_, "table", Key(1), Table()),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_OK(store_->Query(a_, "table", Key(1), {}).status());
  ASSERT_OK(store_->Remove(a_, "table"));
  ASSERT_OK(store_->Remove(a_, "table"));
  EXPECT_THAT(store_->Query(a_, "table", Key(1), {}), HasReason("NOT_FOUND"));
}

TEST_P(ColumnarStoreConformance, ForgettingLosesNothingThatIsStored) {
  EXPECT_OK(store_->Query(a_, "table", Key(1), {}).status());
  store_->Forget(a_);
  EXPECT_THAT(Ask({}), IsOkAndHolds(Lines(Table())));
}

TEST_P(ColumnarStoreConformance, ManyTablesAndThreads) {
  for (int i = 0; i < 12; ++i) {
    ColumnBatch table = Table();
    table.columns[2].dictionary[0] = absl::StrCat("table ", i);
    ASSERT_OK(store_->Put(i % 2 == 0 ? a_ : b_, absl::StrCat("t", i), Key(7), table));
  }
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int n = 0; n < 24; ++n) {
        const int i = (n * 5 + t) % 12;
        TableSlice slice;
        slice.columns = {"value"};
        slice.limit = 1;
        const auto rows = store_->Query(i % 2 == 0 ? a_ : b_, absl::StrCat("t", i), Key(7), slice);
        ASSERT_OK(rows);
        EXPECT_EQ(Lines(rows->rows), Strings{absl::StrCat("table ", i)});
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace oboro::platform
