#include "services/sdc/records/row_keys.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/sdc/records/parallel.h"

// Vector code for newer CPUs beside the baseline; sanitizers run before the resolver could.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    defined(__GNUC__) && !defined(__clang__)
#define OBORO_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define OBORO_CLONES
#endif

namespace oboro::sdc {
namespace {

// Written out for each width so that each becomes one tight vector loop.
#define OBORO_KEY_LOOPS(KEY, CODE, NAME)                                             \
  OBORO_CLONES void NAME##Set(const CODE* codes, uint64_t n, KEY stride, KEY* out) { \
    for (uint64_t i = 0; i < n; ++i) out[i] = static_cast<KEY>(codes[i]) * stride;   \
  }                                                                                  \
  OBORO_CLONES void NAME##Add(const CODE* codes, uint64_t n, KEY stride, KEY* out) { \
    for (uint64_t i = 0; i < n; ++i) out[i] += static_cast<KEY>(codes[i]) * stride;  \
  }
OBORO_KEY_LOOPS(uint32_t, uint8_t, Key32Code8)
OBORO_KEY_LOOPS(uint32_t, uint16_t, Key32Code16)
OBORO_KEY_LOOPS(uint32_t, uint32_t, Key32Code32)
OBORO_KEY_LOOPS(uint64_t, uint8_t, Key64Code8)
OBORO_KEY_LOOPS(uint64_t, uint16_t, Key64Code16)
OBORO_KEY_LOOPS(uint64_t, uint32_t, Key64Code32)
#undef OBORO_KEY_LOOPS

void Accumulate(bool first, const CodeArray& codes, uint64_t begin, uint64_t n, uint64_t stride,
                uint32_t* out) {
  const uint32_t s = static_cast<uint32_t>(stride);
  switch (codes.width()) {
    case 1:
      return (first ? Key32Code8Set : Key32Code8Add)(codes.codes8() + begin, n, s, out);
    case 2:
      return (first ? Key32Code16Set : Key32Code16Add)(codes.codes16() + begin, n, s, out);
    default:
      return (first ? Key32Code32Set : Key32Code32Add)(codes.codes32() + begin, n, s, out);
  }
}

void Accumulate(bool first, const CodeArray& codes, uint64_t begin, uint64_t n, uint64_t stride,
                uint64_t* out) {
  switch (codes.width()) {
    case 1:
      return (first ? Key64Code8Set : Key64Code8Add)(codes.codes8() + begin, n, stride, out);
    case 2:
      return (first ? Key64Code16Set : Key64Code16Add)(codes.codes16() + begin, n, stride, out);
    default:
      return (first ? Key64Code32Set : Key64Code32Add)(codes.codes32() + begin, n, stride, out);
  }
}

struct Part {
  const CodeArray* codes;
  uint64_t distinct;
};

unsigned __int128 Product(const std::vector<Part>& parts) {
  unsigned __int128 product = 1;
  for (const Part& p : parts) {
    product *= std::max<uint64_t>(p.distinct, 1);
    if (product >> 64) return product;
  }
  return product;
}

// Dense codes of the tuples of the given parts (their product fits 64 bits): equal tuples share
// one.
std::unique_ptr<CodeArray> Merge(const std::vector<Part>& parts, uint64_t rows,
                                 uint64_t* distinct) {
  std::vector<std::pair<uint64_t, uint32_t>> keyed(rows);
  std::vector<uint64_t> key(4096);
  for (uint64_t b = 0; b < rows; b += key.size()) {
    const uint64_t n = std::min<uint64_t>(key.size(), rows - b);
    std::fill(key.begin(), key.end(), 0);
    uint64_t stride = 1;
    for (const Part& p : parts) {
      Accumulate(false, *p.codes, b, n, stride, key.data());
      stride *= std::max<uint64_t>(p.distinct, 1);
    }
    for (uint64_t i = 0; i < n; ++i) keyed[b + i] = {key[i], static_cast<uint32_t>(b + i)};
  }
  std::sort(keyed.begin(), keyed.end());
  auto out = std::make_unique<CodeArray>(rows, 4);
  uint32_t next = 0;
  for (uint64_t i = 0; i < rows; ++i) {
    if (i > 0 && keyed[i].first != keyed[i - 1].first) ++next;
    out->Set(keyed[i].second, next);
  }
  *distinct = rows == 0 ? 0 : next + 1ull;
  return out;
}

}  // namespace

absl::StatusOr<RowKeys> RowKeys::Make(const CodedTable& table, std::span<const size_t> columns,
                                      int threads) {
  RowKeys keys(table.rows());
  std::vector<Part> parts;
  for (size_t c : columns) {
    parts.push_back({&table.column(c).codes(), table.column(c).distinct()});
  }
  while (Product(parts) >> 64) {
    if (keys.rows_ >> 32) {
      return absl::ResourceExhaustedError(
          absl::StrCat("the quasi-identifiers' key is wider than 64 bits and the table has ",
                       keys.rows_, " records, more than 2^32; name fewer quasi-identifiers"));
    }
    // Merge the longest run from the front that fits; at least two parts, since a part has at most
    // 2^32 values.
    std::vector<Part> head;
    while (head.size() < parts.size()) {
      head.push_back(parts[head.size()]);
      if (Product(head) >> 64) {
        head.pop_back();
        break;
      }
    }
    uint64_t distinct = 0;
    keys.merged_.push_back(Merge(head, keys.rows_, &distinct));
    parts.erase(parts.begin(), parts.begin() + head.size());
    // At the back, so that every part is merged before any is merged twice.
    parts.push_back({keys.merged_.back().get(), distinct});
  }
  // Columns of many values as the high digits: they spread records over the key's range best, in
  // whatever order the columns were named.
  std::stable_sort(parts.begin(), parts.end(),
                   [](const Part& a, const Part& b) { return a.distinct < b.distinct; });
  for (const Part& p : parts) {
    keys.digits_.push_back({p.codes, keys.domain_});
    keys.domain_ *= std::max<uint64_t>(p.distinct, 1);
  }
  return keys;
}

template <typename Key>
void RowKeys::Fill(uint64_t begin, uint64_t n, Key* out) const {
  if (digits_.empty()) std::fill(out, out + n, Key{0});
  bool first = true;
  for (const Digit& d : digits_) {
    Accumulate(first, *d.codes, begin, n, d.stride, out);
    first = false;
  }
}

template void RowKeys::Fill<uint32_t>(uint64_t, uint64_t, uint32_t*) const;
template void RowKeys::Fill<uint64_t>(uint64_t, uint64_t, uint64_t*) const;

}  // namespace oboro::sdc
