// Tables whose columns are dictionary codes. This is the one in-memory form of personal records in
// the engine: a value is stored once, a record is a few bytes, and every algorithm works on codes.
//
// Memory: a column of n records and d distinct values takes n * width bytes, width being 1 for
// d <= 256, 2 for d <= 65,536 and 4 beyond, plus the dictionary. Positions are 64 bits wide: there
// is no limit of 2^31 cells.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace oboro::sdc {

// An array of n codes in 1, 2 or 4 bytes each.
class CodeArray {
 public:
  CodeArray() = default;
  CodeArray(uint64_t size, int width) : size_(size), width_(width), bytes_(size * width) {}

  uint64_t size() const { return size_; }
  int width() const { return width_; }
  uint32_t operator[](uint64_t i) const {
    switch (width_) {
      case 1:
        return bytes_[i];
      case 2:
        return codes16()[i];
      default:
        return codes32()[i];
    }
  }
  void Set(uint64_t i, uint32_t code) {
    switch (width_) {
      case 1:
        bytes_[i] = static_cast<uint8_t>(code);
        break;
      case 2:
        codes16()[i] = static_cast<uint16_t>(code);
        break;
      default:
        codes32()[i] = code;
        break;
    }
  }
  const uint8_t* codes8() const { return bytes_.data(); }
  const uint16_t* codes16() const { return reinterpret_cast<const uint16_t*>(bytes_.data()); }
  const uint32_t* codes32() const { return reinterpret_cast<const uint32_t*>(bytes_.data()); }
  uint8_t* codes8() { return bytes_.data(); }
  uint16_t* codes16() { return reinterpret_cast<uint16_t*>(bytes_.data()); }
  uint32_t* codes32() { return reinterpret_cast<uint32_t*>(bytes_.data()); }
  uint64_t byte_size() const { return bytes_.size(); }
  void clear() { *this = CodeArray(); }

  // Calls fn with a typed pointer (const uint8_t*, const uint16_t* or const uint32_t*).
  template <typename Fn>
  decltype(auto) Visit(Fn&& fn) const {
    switch (width_) {
      case 1:
        return fn(codes8());
      case 2:
        return fn(codes16());
      default:
        return fn(codes32());
    }
  }

 private:
  uint64_t size_ = 0;
  int width_ = 1;
  std::vector<uint8_t> bytes_;
};

// Bytes that hold codes 0 .. distinct - 1.
constexpr int CodeWidth(uint64_t distinct) {
  return distinct <= 256 ? 1 : distinct <= 65536 ? 2 : 4;
}

// One column: a name, the distinct values (UTF-8) and a code for each record. A missing value is a
// value of its own, the empty string.
class CodedColumn {
 public:
  CodedColumn() = default;
  // Every code must be below dictionary.size() and the dictionary free of duplicates: the builders
  // see to it, Make checks it for codes from elsewhere (a Parquet dictionary, for instance).
  CodedColumn(std::string name, std::vector<std::string> dictionary, CodeArray codes)
      : name_(std::move(name)), dictionary_(std::move(dictionary)), codes_(std::move(codes)) {}
  static absl::StatusOr<CodedColumn> Make(std::string name, std::vector<std::string> dictionary,
                                          std::span<const uint32_t> codes);

  const std::string& name() const { return name_; }
  void set_name(std::string name) { name_ = std::move(name); }
  const std::vector<std::string>& dictionary() const { return dictionary_; }
  const CodeArray& codes() const { return codes_; }
  uint64_t size() const { return codes_.size(); }
  uint32_t distinct() const { return static_cast<uint32_t>(dictionary_.size()); }
  uint32_t code(uint64_t row) const { return codes_[row]; }
  const std::string& value(uint64_t row) const { return dictionary_[codes_[row]]; }

 private:
  std::string name_;
  std::vector<std::string> dictionary_;
  CodeArray codes_;
};

// Builds a column value by value. Codes are given in the order of first appearance; the width grows
// as needed. Append is O(1) amortised.
class CodedColumnBuilder {
 public:
  explicit CodedColumnBuilder(std::string name) : name_(std::move(name)) {}
  void Reserve(uint64_t rows) { codes_.reserve(rows); }
  void Append(std::string_view value) { codes_.push_back(CodeOf(value)); }
  void AppendMissing() { Append(std::string_view()); }
  // Appends a code that CodeOf of this builder returned: for callers that decode a dictionary of
  // their own once and then copy codes.
  void AppendCode(uint32_t code) { codes_.push_back(code); }
  // The code of a value, entered in the dictionary if it is new.
  uint32_t CodeOf(std::string_view value);
  uint64_t size() const { return codes_.size(); }
  // Ends building; the builder is empty afterwards.
  CodedColumn Finish();

 private:
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  std::string name_;
  std::vector<std::string> dictionary_;
  std::unordered_map<std::string, uint32_t, Hash, std::equal_to<>> index_;
  std::vector<uint32_t> codes_;
};

// Columns of equal length with distinct names.
class CodedTable {
 public:
  CodedTable() = default;
  // INVALID_ARGUMENT when lengths differ, a name occurs twice or there is no column.
  static absl::StatusOr<CodedTable> Make(std::vector<CodedColumn> columns);

  uint64_t rows() const { return rows_; }
  const std::vector<CodedColumn>& columns() const { return columns_; }
  const CodedColumn& column(size_t i) const { return columns_[i]; }
  std::optional<size_t> Find(std::string_view name) const;
  // Positions of the named columns; NOT_FOUND names the missing column and lists those that exist,
  // INVALID_ARGUMENT names a column given twice.
  absl::StatusOr<std::vector<size_t>> FindAll(std::span<const std::string> names) const;
  uint64_t byte_size() const;

 private:
  uint64_t rows_ = 0;
  std::vector<CodedColumn> columns_;
};

// A table from rows of strings, for tests and small callers. O(cells).
absl::StatusOr<CodedTable> TableFromRows(const std::vector<std::string>& names,
                                         const std::vector<std::vector<std::string>>& rows);

}  // namespace oboro::sdc
