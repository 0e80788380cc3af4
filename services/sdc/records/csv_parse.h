// Parses blocks of whole CSV records into codes. Two parsers with one meaning: a quick one for
// blocks without quotation marks, which finds 64 delimiters' places at a time, and a careful one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/coded_table.h"
#include "services/sdc/records/csv_blocks.h"
#include "services/sdc/records/value_coder.h"

namespace oboro::sdc {

// One record's fields, unquoted. For headers and small files such as hierarchies. `line` is one
// record with or without its line end.
absl::StatusOr<std::vector<std::string>> SplitRecord(const CsvDialect& dialect,
                                                     const std::string& line);

// Which fields of a record are wanted: place[f] is the column of field f, or -1.
struct CsvShape {
  std::vector<int> place;
  size_t columns = 0;
};

// A fault in a record, counted from 0 within its block.
struct CsvFault {
  uint64_t record = 0;
  std::string what;
};

// Codes of one block, each column in as few bytes as the thread's dictionary needed at the time.
struct BlockCodes {
  uint64_t index = 0;
  uint64_t records = 0;
  std::vector<CodeArray> columns;
};

// One thread's parser with one dictionary a column.
class CsvParser {
 public:
  CsvParser(const CsvDialect& dialect, const CsvShape& shape);
  // False on a fault, which `fault` then describes. `careful` forces the careful parser.
  bool Parse(const CsvBlock& block, bool careful, BlockCodes* out, CsvFault* fault);

  const ValueCoder& coder(size_t column) const { return coders_[column]; }
  // (block, record in block) at which the values of a column first came, by code.
  struct First {
    uint64_t block;
    uint64_t record;
  };
  const std::vector<First>& firsts(size_t column) const { return firsts_[column]; }

 private:
  bool ParseQuick(const CsvBlock& block, CsvFault* fault);
  bool ParseCareful(const CsvBlock& block, CsvFault* fault);
  void Put(size_t column, const char* p, size_t n);
  void IndexBlock(const char* text, size_t size);
  bool Fault(CsvFault* fault, std::string what) const;
  bool WrongFieldCount(CsvFault* fault, size_t found) const;

  CsvDialect dialect_;
  const CsvShape& shape_;
  std::vector<ValueCoder> coders_;
  std::vector<std::vector<First>> firsts_;
  std::vector<std::vector<uint32_t>> codes_;
  std::vector<uint32_t> marks_;
  size_t mark_count_ = 0;
  uint64_t block_ = 0;
  uint64_t record_ = 0;
};

}  // namespace oboro::sdc
