#include "services/aggregation/records.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/natural_order.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

CodedColumn InNaturalOrder(const platform::ColumnBatch::Column& column) {
  std::vector<uint32_t> order(column.dictionary.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return NaturalLess(column.dictionary[a], column.dictionary[b]);
  });
  CodedColumn coded;
  std::vector<uint32_t> rank(order.size());
  for (uint32_t i = 0; i < order.size(); ++i) {
    rank[order[i]] = i;
    coded.values.push_back(column.dictionary[order[i]]);
  }
  coded.codes.resize(column.codes.size());
  for (size_t i = 0; i < column.codes.size(); ++i) coded.codes[i] = rank[column.codes[i]];
  return coded;
}

}  // namespace

absl::StatusOr<const Records::Column*> Records::Find(const std::string& name) const {
  const auto column = std::find_if(batch_.columns.begin(), batch_.columns.end(),
                                   [&](const Column& c) { return c.name == name; });
  if (column == batch_.columns.end()) return UnknownDimension(name, false);
  return &*column;
}

absl::StatusOr<const CodedColumn*> Records::Coded(const std::string& name) const {
  const auto known = coded_.find(name);
  if (known != coded_.end()) return &known->second;
  ASSIGN_OR_RETURN(const Column* column, Find(name));
  return &coded_.emplace(name, InNaturalOrder(*column)).first->second;
}

absl::StatusOr<std::span<const uint32_t>> Records::Ids(const std::string& name) const {
  ASSIGN_OR_RETURN(const Column* column, Find(name));
  return std::span<const uint32_t>(column->codes);
}

absl::StatusOr<std::vector<int64_t>> Records::Amounts(const std::string& name) const {
  ASSIGN_OR_RETURN(const Column* column, Find(name));
  std::vector<int64_t> of_code;
  for (const std::string& text : column->dictionary) {
    int64_t value = 0;
    if (!absl::SimpleAtoi(text, &value) || value < 0) return ColumnNotAmount(name);
    of_code.push_back(value);
  }
  std::vector<int64_t> amounts(column->codes.size());
  for (size_t i = 0; i < amounts.size(); ++i) amounts[i] = of_code[column->codes[i]];
  return amounts;
}

absl::StatusOr<std::string> Records::Digest(const std::string& name) const {
  ASSIGN_OR_RETURN(const Column* column, Find(name));
  // The dictionary is in byte order and has exactly the values that occur, so that it and the codes
  // say no more and no less than the values one after another.
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> hash(EVP_MD_CTX_new(),
                                                                     EVP_MD_CTX_free);
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int digest_size = 0;
  bool good = hash != nullptr && EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) == 1;
  const auto add = [&](const void* bytes, size_t size) {
    good = good && EVP_DigestUpdate(hash.get(), bytes, size) == 1;
  };
  for (const std::string& value : column->dictionary) {
    const uint64_t size = value.size();
    add(&size, sizeof size);
    add(value.data(), value.size());
  }
  add(column->codes.data(), column->codes.size() * sizeof(uint32_t));
  if (!good || EVP_DigestFinal_ex(hash.get(), digest, &digest_size) != 1) {
    return absl::InternalError("no digest of a column");
  }
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), digest_size});
}

}  // namespace oboro::aggregation
