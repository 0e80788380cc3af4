#include "services/abstraction/abstract_function.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/abstraction/errors.h"
#include "services/abstraction/recipe/recipe.h"
#include "services/abstraction/recipe/record_abstractor.h"
#include "services/civic/csv/table_reader.h"
#include "services/civic/layout/table_profile.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"

namespace oboro::abstraction {
namespace {

constexpr uint64_t kBatchRecords = 64 << 10;
constexpr int kThreads = 2;

const char* KindName(ColumnRole role) {
  switch (role) {
    case ColumnRole::kLink:
      return "LINK_NUMBER";
    case ColumnRole::kQuasiIdentifier:
      return "QUASI_IDENTIFIER";
    case ColumnRole::kSensitive:
      return "SENSITIVE";
    case ColumnRole::kOther:
      return "OTHER";
  }
  return "OTHER";
}

absl::StatusOr<civic::TableFormat> Format(const nlohmann::json& params) {
  const nlohmann::json format = params.value("format", nlohmann::json::object());
  const auto encoding = civic::ParseEncoding(format.value("encoding", ""));
  const std::string delimiter = format.value("delimiter", "");
  if (!encoding.has_value() || delimiter.size() != 1) {
    return absl::InvalidArgumentError("abstraction.run: no file format");
  }
  return civic::TableFormat{*encoding, delimiter[0]};
}

// One run over one file.
class Run {
 public:
  Run(platform::JobIo& io, const Recipe& recipe, std::optional<civic::CivilDate> reference,
      int64_t expected)
      : io_(io), recipe_(recipe), reference_(reference), expected_(expected) {}

  // How the file is read and what of it is left out, as upload tells.
  absl::Status Configure(const nlohmann::json& params) {
    const nlohmann::json format = params.value("format", nlohmann::json::object());
    excluded_ = params.value("excluded_rows", std::vector<int64_t>());
    RETURN_IF_ERROR(ReadMarks(params));
    if (!format.contains("profile")) return absl::OkStatus();
    ASSIGN_OR_RETURN(const civic::TableProfile profile,
                     civic::ParseProfileJson(format["profile"].dump()));
    mapper_.emplace(profile, format.value("columns", std::vector<std::string>()));
    return absl::OkStatus();
  }

  bool OnRecord(const civic::CsvRecord& read) {
    if (read.row == 1) {
      status_ = Header(read);
      return status_.ok();
    }
    if (next_excluded_ < excluded_.size() &&
        excluded_[next_excluded_] == static_cast<int64_t>(read.row) - 1) {
      ++next_excluded_;
      return true;
    }
    status_ =
        Take({read.row, read.line, mapper_.has_value() ? mapper_->Map(read.fields) : read.fields});
    return status_.ok();
  }

  absl::Status End() {
    RETURN_IF_ERROR(status_);
    if (abstractor_ == nullptr) return absl::DataLossError("the snapshot has no header");
    RETURN_IF_ERROR(Append());
    const int64_t records = static_cast<int64_t>(abstractor_->records());
    io_.Progress("ABSTRACT", records, records);
    io_.Progress("WRITE", 0, records);
    ASSIGN_OR_RETURN(const std::unique_ptr<platform::JobSink> sink, io_.OpenOutput("abstraction"));
    RETURN_IF_ERROR(
        writer_->Finish([&sink](absl::string_view bytes) { return sink->Write(bytes); }));
    RETURN_IF_ERROR(sink->Finish());
    io_.Progress("WRITE", records, records);
    return absl::OkStatus();
  }

  const absl::Status& status() const { return status_; }

  nlohmann::json Columns() const {
    nlohmann::json columns = nlohmann::json::array();
    for (size_t c = 0; c < recipe_.columns.size(); ++c) {
      // Distinct link numbers are for verification to count; here only codes are known.
      columns.push_back({{"name", recipe_.columns[c].name},
                         {"kind", KindName(recipe_.columns[c].role)},
                         {"distinct_values", abstractor_->dictionary(c).size()},
                         {"unknown_values", abstractor_->unknown(c)}});
    }
    return columns;
  }

  uint64_t records() const { return abstractor_->records(); }
  uint64_t left_out() const { return next_excluded_; }

 private:
  // Values of one column that upload says count as 不明.
  struct Marks {
    std::string column;
    size_t field = 0;
    std::vector<int64_t> rows;  // Record numbers, ascending.
    size_t next = 0;
  };

  absl::Status ReadMarks(const nlohmann::json& params) {
    for (const nlohmann::json& item : params.value("unreadable", nlohmann::json::array())) {
      if (!item.is_array() || item.size() != 2 || !item[0].is_string() || !item[1].is_array()) {
        return absl::InvalidArgumentError("abstraction.run: bad marks");
      }
      marks_.push_back({item[0].get<std::string>(), 0, item[1].get<std::vector<int64_t>>()});
    }
    return absl::OkStatus();
  }

  // Finds the marked columns; `unreadable_` then comes out ascending.
  absl::Status BindMarks(const std::vector<std::string>& header) {
    for (Marks& marks : marks_) {
      const auto at = std::find(header.begin(), header.end(), marks.column);
      if (at == header.end()) return absl::DataLossError("a marked column is not in the snapshot");
      marks.field = static_cast<size_t>(at - header.begin());
    }
    std::sort(marks_.begin(), marks_.end(),
              [](const Marks& a, const Marks& b) { return a.field < b.field; });
    return absl::OkStatus();
  }

  // The fields of a record that are marked.
  const std::vector<size_t>& MarkedFields(int64_t record) {
    unreadable_.clear();
    for (Marks& marks : marks_) {
      while (marks.next < marks.rows.size() && marks.rows[marks.next] < record) ++marks.next;
      if (marks.next < marks.rows.size() && marks.rows[marks.next] == record) {
        unreadable_.push_back(marks.field);
      }
    }
    return unreadable_;
  }

  absl::Status Header(const civic::CsvRecord& read) {
    if (!mapper_.has_value()) return Begin(read);
    if (!mapper_->Bind(read.fields).fits()) {
      return absl::DataLossError("the snapshot's header is not as its check read it");
    }
    const std::vector<std::string_view> columns(mapper_->columns().begin(),
                                                mapper_->columns().end());
    return Begin({read.row, read.line, columns});
  }

  absl::Status Begin(const civic::CsvRecord& record) {
    const std::vector<std::string> header(record.fields.begin(), record.fields.end());
    RETURN_IF_ERROR(BindMarks(header));
    auto created =
        RecordAbstractor::Create(recipe_, header, reference_, io_.pseudonym_key().span());
    if (!created.ok()) return RecipeDoesNotFit(created.status().message());
    abstractor_ = *std::move(created);
    std::vector<std::string> names;
    for (const OutputColumn& column : recipe_.columns) names.push_back(column.name);
    ASSIGN_OR_RETURN(writer_, platform::ParquetWriter::Create(names, kThreads));
    return absl::OkStatus();
  }

  absl::Status Take(const civic::CsvRecord& record) {
    const absl::Status added =
        abstractor_->Add(record.fields, MarkedFields(static_cast<int64_t>(record.row) - 1));
    if (!added.ok()) return RecipeDoesNotFit(added.message());
    if (abstractor_->pending() < kBatchRecords) return absl::OkStatus();
    io_.Progress("ABSTRACT", static_cast<int64_t>(abstractor_->records()), expected_);
    return Append();
  }

  absl::Status Append() {
    if (abstractor_->pending() == 0) return absl::OkStatus();
    Batch batch = abstractor_->TakeBatch();
    platform::ColumnBatch out;
    out.rows = static_cast<int64_t>(batch.records);
    for (size_t c = 0; c < batch.columns.size(); ++c) {
      platform::ColumnBatch::Column column;
      column.name = recipe_.columns[c].name;
      if (recipe_.columns[c].transform == Transform::kLinkNumber) {
        FillLinks(batch.columns[c].links, &column);
      } else {
        column.dictionary = abstractor_->dictionary(c);
        column.codes = std::move(batch.columns[c].codes);
      }
      out.columns.push_back(std::move(column));
    }
    return writer_->Append(out);
  }

  // Neighbours often share a household: equal runs share an entry.
  static void FillLinks(const std::vector<LinkNumber>& links,
                        platform::ColumnBatch::Column* column) {
    column->codes.reserve(links.size());
    for (size_t i = 0; i < links.size(); ++i) {
      if (i == 0 || links[i] != links[i - 1]) {
        column->dictionary.push_back(links[i] == LinkNumber{} ? "" : FormatLinkNumber(links[i]));
      }
      column->codes.push_back(static_cast<uint32_t>(column->dictionary.size() - 1));
    }
  }

  platform::JobIo& io_;
  const Recipe& recipe_;
  const std::optional<civic::CivilDate> reference_;
  const int64_t expected_;
  std::vector<int64_t> excluded_;  // Record numbers, ascending.
  size_t next_excluded_ = 0;
  std::vector<Marks> marks_;
  std::vector<size_t> unreadable_;  // Scratch of MarkedFields.
  std::optional<civic::RecordMapper> mapper_;
  std::unique_ptr<RecordAbstractor> abstractor_;
  std::unique_ptr<platform::ParquetWriter> writer_;
  absl::Status status_;
};

// Reads the whole file; answers its plaintext bytes.
absl::StatusOr<int64_t> ReadFile(platform::JobIo& io, const civic::TableFormat& format, Run* run) {
  civic::CsvOptions limits;
  limits.delimiter = format.delimiter;
  civic::TableReader reader(
      format, limits, [run](const civic::CsvRecord& record) { return run->OnRecord(record); });
  ASSIGN_OR_RETURN(const std::unique_ptr<platform::JobSource> source, io.OpenInput("snapshot"));
  int64_t bytes = 0;
  while (true) {
    ASSIGN_OR_RETURN(const absl::string_view piece, source->Read());
    if (piece.empty()) break;
    bytes += static_cast<int64_t>(piece.size());
    if (!reader.Feed(std::string_view(piece.data(), piece.size()))) break;
  }
  RETURN_IF_ERROR(run->status());
  if (!reader.fault().ok() || !reader.Finish()) {
    // The check accepted this file: a fault now means that it is not the same one.
    RETURN_IF_ERROR(run->status());
    return absl::DataLossError("the snapshot cannot be read as its check did");
  }
  return bytes;
}

}  // namespace

absl::StatusOr<std::string> RunAbstract(platform::JobIo& io) {
  const nlohmann::json params = nlohmann::json::parse(io.params(), nullptr, false);
  if (!params.is_object()) return absl::InvalidArgumentError("abstraction.run: bad params");
  const auto recipe = ParseRecipe(params.value("recipe", ""));
  if (!recipe.ok()) return RecipeInvalid(recipe.status().message());
  ASSIGN_OR_RETURN(const civic::TableFormat format, Format(params));
  const auto reference = civic::ParseIsoDate(params.value("reference_date", ""));
  const int64_t expected = params.value("records", int64_t{0});
  Run run(io, *recipe, reference, expected);
  RETURN_IF_ERROR(run.Configure(params));
  io.Progress("ABSTRACT", 0, expected);
  ASSIGN_OR_RETURN(const int64_t bytes, ReadFile(io, format, &run));
  if (bytes != params.value("bytes", int64_t{-1})) {
    return absl::DataLossError("the snapshot is not as long as what was checked");
  }
  RETURN_IF_ERROR(run.End());
  if (static_cast<int64_t>(run.records() + run.left_out()) != expected) {
    return absl::DataLossError("the snapshot has not as many records as its check counted");
  }
  return nlohmann::json{{"records", run.records()}, {"bytes", bytes}, {"columns", run.Columns()}}
      .dump();
}

}  // namespace oboro::abstraction
