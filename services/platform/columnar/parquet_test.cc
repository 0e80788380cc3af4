// Parquet by DuckDB; the sandboxed half starts this program again as a job's child (see main).

#include "services/platform/columnar/parquet.h"

#include <duckdb.h>
#include <gtest/gtest.h>

#include <ctime>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/columnar/locked_duckdb.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_function.h"
#include "services/platform/jobs/sandbox.h"

namespace oboro::platform {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::function<absl::StatusOr<absl::string_view>()> From(const std::string& bytes,
                                                        size_t piece = 100'000) {
  auto at = std::make_shared<size_t>(0);
  return [&bytes, at, piece]() -> absl::StatusOr<absl::string_view> {
    const absl::string_view next = absl::string_view(bytes).substr(*at, piece);
    *at += next.size();
    return next;
  };
}

ColumnBatch Batch(std::vector<ColumnBatch::Column> columns) {
  ColumnBatch batch;
  batch.rows = static_cast<int64_t>(columns[0].codes.size());
  batch.columns = std::move(columns);
  return batch;
}

absl::StatusOr<std::string> Write(const std::vector<ColumnBatch>& batches, int threads = 1) {
  std::vector<std::string> names;
  for (const auto& column : batches[0].columns) names.push_back(column.name);
  ASSIGN_OR_RETURN(const auto writer, ParquetWriter::Create(names, threads));
  for (const ColumnBatch& batch : batches) RETURN_IF_ERROR(writer->Append(batch));
  std::string bytes;
  RETURN_IF_ERROR(writer->Finish([&bytes](absl::string_view piece) {
    bytes.append(piece.data(), piece.size());
    return absl::OkStatus();
  }));
  return bytes;
}

const std::string& Value(const ColumnBatch& batch, size_t column, size_t row) {
  return batch.columns[column].dictionary[batch.columns[column].codes[row]];
}

TEST(ParquetTest, GivesBackValuesInOrderWithSortedDictionaries) {
  const ColumnBatch first = Batch(
      {{"性別", {"女", "男", "unused"}, {1, 0, 1}}, {"a \"quoted\" name", {"x", ""}, {0, 1, 0}}});
  const ColumnBatch second =
      Batch({{"性別", {"不詳", "男"}, {1, 0}}, {"a \"quoted\" name", {"y"}, {0, 0}}});
  ASSERT_OK_AND_ASSIGN(const std::string bytes, Write({first, second}));
  ASSERT_OK_AND_ASSIGN(const ColumnBatch back, ReadParquet(From(bytes), {}, 1));
  EXPECT_EQ(back.rows, 5);
  EXPECT_EQ(back.columns[0].name, "性別");
  EXPECT_THAT(back.columns[0].dictionary, ElementsAre("不詳", "女", "男"));
  EXPECT_THAT(back.columns[0].codes, ElementsAre(2, 1, 2, 2, 0));
  EXPECT_THAT(back.columns[1].dictionary, ElementsAre("", "x", "y"));
  EXPECT_THAT(back.columns[1].codes, ElementsAre(1, 0, 1, 2, 2));
  ASSERT_OK_AND_ASSIGN(const ColumnBatch one,
                       ReadParquet(From(bytes, 7), {"a \"quoted\" name"}, 2));
  EXPECT_EQ(one.columns.size(), 1u);
  EXPECT_EQ(one.columns[0].codes, back.columns[1].codes);
}

// Widths of codes change at 255, enumerations end at 4096 or a sixteenth of the rows, and at 65,000
// in any case; groups of rows at 122,880.
TEST(ParquetTest, KeepsEveryValueWhateverTheNumberOfDistinctOnes) {
  for (const uint32_t distinct :
       {1u, 2u, 254u, 255u, 256u, 257u, 4096u, 4097u, 8000u, 8200u, 65'000u, 70'000u}) {
    std::mt19937 random(distinct);
    ColumnBatch::Column column{"v", {}, {}};
    for (uint32_t i = 0; i < distinct; ++i) {
      column.dictionary.push_back(absl::StrCat("value ", i * 7919u % distinct, "-", i));
    }
    const size_t rows = distinct == 65'000 ? 16 * distinct : 130'000;
    for (size_t i = 0; i < rows; ++i) {
      column.codes.push_back(i < distinct ? static_cast<uint32_t>(i) : random() % distinct);
    }
    const ColumnBatch batch = Batch({column});
    ASSERT_OK_AND_ASSIGN(const std::string bytes, Write({batch}, 2));
    ASSERT_OK_AND_ASSIGN(const ColumnBatch back, ReadParquet(From(bytes), {}, 2));
    ASSERT_EQ(back.rows, batch.rows);
    EXPECT_EQ(back.columns[0].dictionary.size(), distinct);
    EXPECT_TRUE(
        std::is_sorted(back.columns[0].dictionary.begin(), back.columns[0].dictionary.end()));
    for (size_t i = 0; i < rows; ++i) ASSERT_EQ(Value(back, 0, i), Value(batch, 0, i)) << i;
  }
}

TEST(ParquetTest, AnEmptyTableKeepsItsColumns) {
  ASSERT_OK_AND_ASSIGN(const std::string bytes, Write({Batch({{"a", {}, {}}, {"b", {}, {}}})}));
  ASSERT_OK_AND_ASSIGN(const ColumnBatch back, ReadParquet(From(bytes), {}, 1));
  EXPECT_EQ(back.rows, 0);
  ASSERT_EQ(back.columns.size(), 2u);
  EXPECT_EQ(back.columns[1].name, "b");
}

TEST(ParquetTest, RefusesWhatDoesNotFit) {
  const auto create = [](std::vector<std::string> names) {
    return ParquetWriter::Create(std::move(names), 1).status();
  };
  EXPECT_FALSE(create({}).ok());
  EXPECT_FALSE(create({"a", "A"}).ok());
  EXPECT_FALSE(create({""}).ok());
  EXPECT_FALSE(create({"a\nb"}).ok());
  EXPECT_FALSE(create({"\xff"}).ok());
  EXPECT_FALSE(create({std::string(256, 'x')}).ok());
  EXPECT_FALSE(Write({Batch({{"a", {"x"}, {0}}}), Batch({{"b", {"x"}, {0}}})}).ok());
  EXPECT_FALSE(Write({Batch({{"a", {"x"}, {1}}})}).ok());
  EXPECT_FALSE(Write({Batch({{"a", {"x"}, {0}}, {"b", {"x"}, {0, 0}}})}).ok());
  EXPECT_FALSE(Write({Batch({{"a", {std::string("a\0b", 3)}, {0}}})}).ok());
  for (const char* text : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xe3\x81", "\xf4\x90\x80\x80"}) {
    EXPECT_FALSE(Write({Batch({{"a", {text}, {0}}})}).ok());
  }
  EXPECT_OK(Write({Batch({{"a", {"", "𠮷野家", "é"}, {0, 1, 2}}})}).status());
}

TEST(ParquetTest, RefusesWhatIsNoParquetOfTexts) {
  const std::string no_parquet(1000, 'x');
  EXPECT_FALSE(ReadParquet(From(no_parquet), {}, 1).ok());
  EXPECT_FALSE(ReadParquet(From(std::string()), {}, 1).ok());
  ASSERT_OK_AND_ASSIGN(std::string bytes, Write({Batch({{"a", {"x"}, {0}}})}));
  EXPECT_THAT(ReadParquet(From(bytes), {"b"}, 1), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadParquet(From(bytes), {"a\" FROM range(3) --"}, 1),
              StatusIs(absl::StatusCode::kInvalidArgument));
  bytes.resize(bytes.size() / 2);
  EXPECT_FALSE(ReadParquet(From(bytes), {}, 1).ok());
  const auto failing = []() -> absl::StatusOr<absl::string_view> {
    return absl::DataLossError("stream");
  };
  EXPECT_THAT(ReadParquet(failing, {}, 1), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(LockedDuckDbTest, ReachesNoFileNetworkOrSetting) {
  ASSERT_OK_AND_ASSIGN(const auto duck, LockedDuckDb::Open({}));
  ASSERT_OK(duck->Run("CREATE TABLE t AS SELECT 1 AS a"));
  for (const char* sql :
       {"SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')",
        "COPY t TO '/tmp/oboro-duckdb-leak.csv'", "ATTACH '/tmp/oboro-duckdb-leak.db'",
        "INSTALL httpfs", "LOAD httpfs", "SELECT * FROM read_parquet('https://example.org/x')",
        "SET enable_external_access = true", "SET memory_limit = '64GB'",
        "SET temp_directory = '/tmp'", "SET allowed_directories = ['/']", "RESET threads",
        "SELECT * FROM read_text('/proc/self/fd/../environ')",
        "SELECT * FROM read_text('/proc/self/environ')", "SELECT * FROM glob('/tmp/*')"}) {
    EXPECT_FALSE(duck->Run(sql).ok()) << sql;
  }
}

// A register's abstraction: twelve columns, two of them link numbers that never repeat.
ColumnBatch Register(size_t rows) {
  std::mt19937_64 random(7);
  std::vector<ColumnBatch::Column> columns;
  for (size_t c = 0; c < 12; ++c) {
    ColumnBatch::Column column{absl::StrCat("column", c), {}, {}};
    const size_t distinct = c < 1 ? rows : c < 2 ? rows / 2 : c < 3 ? 5000 : 3 * c;
    for (size_t i = 0; i < distinct; ++i) {
      column.dictionary.push_back(c < 2 ? absl::StrCat(absl::Hex(random(), absl::kZeroPad16),
                                                       absl::Hex(random(), absl::kZeroPad16))
                                        : absl::StrCat("つくば市", i, "丁目"));
    }
    column.codes.resize(rows);
    for (size_t i = 0; i < rows; ++i) {
      column.codes[i] = static_cast<uint32_t>(c < 1 ? i : random() % distinct);
    }
    columns.push_back(std::move(column));
  }
  return Batch(std::move(columns));
}

// Processor time, which the machine's other work does not change.
double Seconds(clock_t from) {
  return static_cast<double>(clock() - from) / static_cast<double>(CLOCKS_PER_SEC);
}

// params: "rows threads". Writes, reads back, compares; all inside the sandbox.
absl::StatusOr<std::string> RoundTrip(JobIo& io) {
  size_t rows = 0;
  int threads = 0;
  const std::vector<std::string> params = absl::StrSplit(io.params(), ' ');
  if (params.size() != 2 || !absl::SimpleAtoi(params[0], &rows) ||
      !absl::SimpleAtoi(params[1], &threads)) {
    return absl::InvalidArgumentError("rows threads");
  }
  io.Progress("MAKE", 0, 0);
  ColumnBatch batch = Register(rows);
  io.Progress("WRITE", 0, 0);
  clock_t began = clock();
  ASSIGN_OR_RETURN(const std::string bytes, Write({batch}, threads));
  const double writing = Seconds(began);
  ASSIGN_OR_RETURN(const auto sink, io.OpenOutput("parquet"));
  RETURN_IF_ERROR(sink->Write(bytes));
  RETURN_IF_ERROR(sink->Finish());
  io.Progress("READ", 0, 0);
  began = clock();
  ASSIGN_OR_RETURN(const ColumnBatch back, ReadParquet(From(bytes, 1 << 20), {}, threads));
  const double reading = Seconds(began);
  io.Progress("COMPARE", 0, 0);
  for (size_t c = 0; c < batch.columns.size(); ++c) {
    for (size_t i = 0; i < rows; ++i) {
      if (Value(back, c, i) != Value(batch, c, i)) return absl::InternalError("they differ");
    }
  }
  return absl::StrCat("bytes ", bytes.size(), " write ", writing, " s of CPU, read ", reading,
                      " s of CPU");
}

absl::StatusOr<ChildResult> RunRoundTrip(size_t rows, int threads, int64_t memory_limit) {
  class Discard final : public ObjectWriter {
   public:
    absl::Status Write(absl::string_view) override { return absl::OkStatus(); }
    absl::Status Commit() override { return absl::OkStatus(); }
  } discard;
  ChildRequest request;
  request.kind = "test.round_trip";
  request.params = absl::StrCat(rows, " ", threads);
  request.memory_limit_bytes = memory_limit;
  request.outputs.push_back({"parquet", {"t", "o"}, SecretBytes(32), &discard});
  return RunChild(std::move(request));
}

TEST(ParquetInTheSandboxTest, WritesAndReadsThere) {
  ASSERT_OK_AND_ASSIGN(const ChildResult result, RunRoundTrip(200'000, 2, int64_t{1} << 30));
  std::string report = result.result;
  for (const ChildStage& stage : result.stages) {
    absl::StrAppend(&report, "; ", stage.stage, " ", stage.peak_memory_bytes >> 20, " MiB");
  }
  RecordProperty("report", report);
  if (std::getenv("OBORO_VERBOSE") != nullptr) std::printf("%s\n", report.c_str());
}

TEST(ParquetInTheSandboxTest, TooLittleMemoryIsAnErrorAndNoCrash) {
  if (kSanitized) GTEST_SKIP() << "sanitizer builds have no memory limit";
  EXPECT_FALSE(RunRoundTrip(400'000, 1, 100 << 20).ok());
}

// OBORO_BENCH_ROWS=800000: figures for docs, not run by default.
TEST(ParquetInTheSandboxTest, Figures) {
  const char* rows = std::getenv("OBORO_BENCH_ROWS");
  if (rows == nullptr) GTEST_SKIP() << "set OBORO_BENCH_ROWS for figures";
  ASSERT_OK_AND_ASSIGN(const ChildResult result,
                       RunRoundTrip(std::strtoull(rows, nullptr, 10), 1, int64_t{2} << 30));
  std::printf("%s\n", result.result.c_str());
  for (const ChildStage& stage : result.stages) {
    std::printf("%s: %.3f s, peak %lld MiB\n", stage.stage.c_str(), stage.seconds,
                static_cast<long long>(stage.peak_memory_bytes >> 20));
  }
}

}  // namespace
}  // namespace oboro::platform

int main(int argc, char** argv) {
  const int code = oboro::platform::MaybeRunJobChild(
      argc, argv, {{"test.round_trip", oboro::platform::RoundTrip}});
  if (code >= 0) return code;
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
