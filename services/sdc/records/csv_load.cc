#include "services/sdc/records/csv_load.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/sdc/records/csv_blocks.h"
#include "services/sdc/records/csv_parse.h"
#include "services/sdc/records/parallel.h"

namespace oboro::sdc {
namespace {

std::optional<std::string> Decode(const std::string& bytes, TextEncoding encoding) {
  if (encoding == TextEncoding::kCp932) return Cp932ToUtf8(bytes);
  if (InvalidUtf8At(bytes)) return std::nullopt;
  return bytes;
}

absl::Status EncodingError(const std::string& where, TextEncoding encoding) {
  const bool cp932 = encoding == TextEncoding::kCp932;
  return absl::InvalidArgumentError(
      absl::StrCat(where, ": the bytes are not ", cp932 ? "CP932" : "UTF-8", "; if the file is ",
                   cp932 ? "UTF-8" : "CP932 (Shift_JIS)", ", say so by its encoding"));
}

class Loader {
 public:
  Loader(ByteSource& source, const CsvOptions& options)
      : options_(options),
        dialect_{options.delimiter, '"', options.encoding == TextEncoding::kCp932},
        blocks_(source, dialect_),
        threads_(ThreadCount(options.threads)) {}

  absl::StatusOr<CodedTable> Run() {
    if (absl::Status ok = ReadHeader(); !ok.ok()) return ok;
    for (int t = 0; t < threads_; ++t) parsers_.emplace_back(dialect_, shape_);
    RunThreads(threads_, [this](int t) { ParseBlocks(t); });
    if (absl::Status ok = FirstError(); !ok.ok()) return ok;
    return Assemble();
  }

 private:
  absl::Status ReadHeader() {
    const auto c = static_cast<unsigned char>(options_.delimiter);
    if (c == 0 || c >= 0x80 || c == '"' || c == '\n' || c == '\r') {
      return absl::InvalidArgumentError(
          "the delimiter must be one ASCII character other than a quotation mark or a line end");
    }
    auto header = blocks_.Header();
    if (!header.ok()) return header.status();
    auto fields = SplitRecord(dialect_, *header);
    if (!fields.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("header: ", fields.status().message()));
    }
    std::vector<std::string> names;
    for (size_t f = 0; f < fields->size(); ++f) {
      auto name = Decode((*fields)[f], options_.encoding);
      if (!name) {
        return EncodingError(absl::StrCat("header, field ", f + 1), options_.encoding);
      }
      names.push_back(*std::move(name));
    }
    return Select(names);
  }

  absl::Status Select(const std::vector<std::string>& names) {
    shape_.place.assign(names.size(), -1);
    names_ = options_.columns.empty() ? names : options_.columns;
    shape_.columns = names_.size();
    for (size_t c = 0; c < names_.size(); ++c) {
      const auto found = std::find(names.begin(), names.end(), names_[c]);
      if (found == names.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("there is no column \"", names_[c], "\"; the header names ",
                         absl::StrJoin(names, ", "), " (is the delimiter right?)"));
      }
      if (std::find(found + 1, names.end(), names_[c]) != names.end()) {
        return absl::InvalidArgumentError(
            absl::StrCat("the header names column \"", names_[c], "\" twice; rename one of them"));
      }
      int& place = shape_.place[found - names.begin()];
      if (place >= 0) {
        return absl::InvalidArgumentError(
            absl::StrCat("column \"", names_[c], "\" is asked for twice"));
      }
      place = static_cast<int>(c);
    }
    return absl::OkStatus();
  }

  void ParseBlocks(int t) {
    CsvBlock block;
    while (!stop_) {
      if (options_.cancel != nullptr && *options_.cancel) {
        SetError(UINT64_MAX, 0, absl::CancelledError("loading was cancelled"));
        return;
      }
      auto more = blocks_.Next(block);
      if (!more.ok()) return SetError(UINT64_MAX, 0, more.status());
      if (!*more) return;
      BlockCodes codes;
      CsvFault fault;
      if (!parsers_[t].Parse(block, options_.careful, &codes, &fault)) {
        return SetError(block.index, fault.record, absl::InvalidArgumentError(fault.what));
      }
      std::lock_guard<std::mutex> lock(mutex_);
      if (codes_.size() <= codes.index) codes_.resize(codes.index + 1);
      codes_[codes.index] = {t, std::move(codes)};
    }
  }

  // Blocks are handed out in order and a block once taken is finished, so the error of the earliest
  // block is the file's first error however many threads there are.
  void SetError(uint64_t block, uint64_t record, absl::Status status) {
    std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
    if (!error_.ok() && block >= error_block_) return;
    error_ = std::move(status);
    error_block_ = block;
    error_record_ = record;
  }

  absl::Status FirstError() {
    if (error_.ok() || error_block_ == UINT64_MAX) return error_;
    uint64_t row = error_record_ + 1;
    for (uint64_t b = 0; b < error_block_; ++b) row += codes_[b].codes.records;
    return absl::InvalidArgumentError(absl::StrCat("row ", row, ": ", error_.message()));
  }

  uint64_t RowOf(CsvParser::First first) const {
    uint64_t row = first.record + 1;
    for (uint64_t b = 0; b < first.block; ++b) row += codes_[b].codes.records;
    return row;
  }

  // One dictionary out of the threads', in the order of first appearance; map[t] leads from thread
  // t's codes to its codes.
  absl::Status MergeDictionary(size_t column, std::vector<std::string>* dictionary,
                               std::vector<std::vector<uint32_t>>* map) {
    struct Entry {
      CsvParser::First first;
      int thread;
      uint32_t code;
    };
    std::vector<Entry> entries;
    map->assign(threads_, {});
    for (int t = 0; t < threads_; ++t) {
      const auto& firsts = parsers_[t].firsts(column);
      (*map)[t].resize(firsts.size());
      for (uint32_t c = 0; c < firsts.size(); ++c) entries.push_back({firsts[c], t, c});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      return a.first.block != b.first.block     ? a.first.block < b.first.block
             : a.first.record != b.first.record ? a.first.record < b.first.record
                                                : a.code < b.code;
    });
    std::unordered_map<std::string, uint32_t> index;
    for (const Entry& e : entries) {
      auto value = Decode(parsers_[e.thread].coder(column).values()[e.code], options_.encoding);
      if (!value) {
        return EncodingError(
            absl::StrCat("row ", RowOf(e.first), ", column \"", names_[column], "\""),
            options_.encoding);
      }
      const auto [it, added] =
          index.emplace(*std::move(value), static_cast<uint32_t>(dictionary->size()));
      if (added) dictionary->push_back(it->first);
      (*map)[e.thread][e.code] = it->second;
    }
    return absl::OkStatus();
  }

  absl::StatusOr<CodedTable> Assemble() {
    std::vector<uint64_t> begin(codes_.size() + 1, 0);
    for (size_t b = 0; b < codes_.size(); ++b) begin[b + 1] = begin[b] + codes_[b].codes.records;
    std::vector<CodedColumn> columns;
    for (size_t c = 0; c < names_.size(); ++c) {
      std::vector<std::string> dictionary;
      std::vector<std::vector<uint32_t>> map;
      if (absl::Status ok = MergeDictionary(c, &dictionary, &map); !ok.ok()) return ok;
      CodeArray array(begin.back(), CodeWidth(dictionary.size()));
      RunDynamic(threads_, codes_.size(), [&](int, uint64_t b) {
        CodeArray& from = codes_[b].codes.columns[c];
        Recode(from, map[codes_[b].thread], begin[b], &array);
        from.clear();
      });
      columns.emplace_back(names_[c], std::move(dictionary), std::move(array));
    }
    return CodedTable::Make(std::move(columns));
  }

  static void Recode(const CodeArray& from, const std::vector<uint32_t>& map, uint64_t begin,
                     CodeArray* to) {
    from.Visit([&](const auto* codes) {
      const uint64_t n = from.size();
      switch (to->width()) {
        case 1:
          for (uint64_t i = 0; i < n; ++i) to->codes8()[begin + i] = map[codes[i]];
          break;
        case 2:
          for (uint64_t i = 0; i < n; ++i) to->codes16()[begin + i] = map[codes[i]];
          break;
        default:
          for (uint64_t i = 0; i < n; ++i) to->codes32()[begin + i] = map[codes[i]];
      }
    });
  }

  struct ThreadCodes {
    int thread = 0;
    BlockCodes codes;
  };

  const CsvOptions& options_;
  CsvDialect dialect_;
  CsvBlocks blocks_;
  int threads_;
  CsvShape shape_;
  std::vector<std::string> names_;
  std::vector<CsvParser> parsers_;
  std::mutex mutex_;
  std::vector<ThreadCodes> codes_;
  std::atomic<bool> stop_{false};
  absl::Status error_;
  uint64_t error_block_ = 0;
  uint64_t error_record_ = 0;
};

}  // namespace

absl::StatusOr<CodedTable> LoadCsv(ByteSource& source, const CsvOptions& options) {
  return Loader(source, options).Run();
}

}  // namespace oboro::sdc
