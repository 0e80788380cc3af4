// Records scattered over many parts in one pass, without counting them first.
//
// Each thread keeps, for each part, a list of chunks of its own; a full chunk is followed by the
// next free one of the thread's buffer. The chunks being written are one cache line a part, which
// the cache gathers as a write-combining buffer would.
//
// Memory: the elements, at most one chunk more for each thread and part (an eighth of the elements,
// or 256 bytes each where there are few).
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "services/sdc/records/page_buffer.h"
#include "services/sdc/records/parallel.h"
#include "services/sdc/records/row_keys.h"

namespace oboro::sdc {

template <typename Element>
class PartLists {
 public:
  static_assert(std::has_single_bit(sizeof(Element)) && sizeof(Element) <= 256);

  // Scatters all records: split(key, row) gives {part, element} with part < parts.
  template <typename Key, typename Split>
  static PartLists Scatter(const RowKeys& keys, int threads, uint64_t parts, Split split) {
    PartLists lists;
    lists.chunk_ = ChunkElements(keys.rows() / threads / parts);
    lists.writers_.resize(threads);
    RunThreads(threads, [&](int t) {
      const auto [begin, end] = SplitRange(keys.rows(), threads, t);
      // Made by its own thread, so that its pages are near it.
      Writer writer(parts, end - begin, lists.chunk_);
      std::vector<Key> block(kBlock);
      for (uint64_t b = begin; b < end; b += kBlock) {
        const uint64_t n = std::min(kBlock, end - b);
        keys.Fill(b, n, block.data());
        for (uint64_t i = 0; i < n; ++i) {
          const auto [part, element] = split(block[i], b + i);
          writer.Add(part, element);
        }
      }
      lists.writers_[t] = std::move(writer);
    });
    return lists;
  }

  // Calls fn(std::span<const Element>) for pieces of the part, in the order of the records.
  template <typename Fn>
  void ForEachPiece(uint64_t part, Fn&& fn) const {
    for (const Writer& writer : writers_) writer.ForEachPiece(part, fn);
  }
  uint64_t size(uint64_t part) const {
    uint64_t n = 0;
    ForEachPiece(part, [&n](std::span<const Element> piece) { n += piece.size(); });
    return n;
  }

 private:
  static constexpr uint64_t kBlock = 4096;

  // `mean` elements are expected of a thread in a part.
  static uint64_t ChunkElements(uint64_t mean) {
    const uint64_t bytes = std::bit_floor(std::max<uint64_t>(mean * sizeof(Element) / 8, 1));
    return std::clamp<uint64_t>(bytes, 256, 4096) / sizeof(Element);
  }

  class Writer {
   public:
    Writer() = default;
    Writer(uint64_t parts, uint64_t elements, uint64_t chunk)
        : chunk_(chunk), at_(parts, nullptr), first_(parts, nullptr) {
      // Every part may leave one chunk unfilled.
      const uint64_t chunks = elements / chunk + std::min(parts, elements);
      next_.resize(chunks);
      buffer_ = std::make_unique<PageBuffer>(chunks * chunk * sizeof(Element));
      free_ = buffer_->template as<Element>();
    }
    void Add(uint64_t part, Element element) {
      Element* at = at_[part];
      if (AtBoundary(at)) [[unlikely]] {
        at = NextChunk(part, at);
      }
      *at = element;
      at_[part] = at + 1;
    }
    template <typename Fn>
    void ForEachPiece(uint64_t part, Fn&& fn) const {
      const Element* const end = at_[part];
      if (end == nullptr) return;
      const Element* const last = ChunkOf(end - 1);
      for (const Element* c = first_[part]; c != last;) {
        const Element* const next = next_[Index(c)];
        fn(std::span<const Element>(c, chunk_));
        c = next;
      }
      fn(std::span<const Element>(last, end));
    }

   private:
    // No chunk yet, or the last one is full: chunks are aligned to their size.
    bool AtBoundary(const Element* at) const {
      return (reinterpret_cast<uintptr_t>(at) & (chunk_ * sizeof(Element) - 1)) == 0;
    }
    const Element* ChunkOf(const Element* e) const {
      const auto address = reinterpret_cast<uintptr_t>(e) & ~(chunk_ * sizeof(Element) - 1);
      return reinterpret_cast<const Element*>(address);
    }
    uint64_t Index(const Element* chunk) const {
      return static_cast<uint64_t>(chunk - buffer_->template as<Element>()) / chunk_;
    }
    [[gnu::noinline]] Element* NextChunk(uint64_t part, const Element* full) {
      Element* const chunk = free_;
      free_ += chunk_;
      if (full == nullptr) {
        first_[part] = chunk;
      } else {
        next_[Index(full - chunk_)] = chunk;
      }
      return chunk;
    }

    uint64_t chunk_ = 1;
    std::unique_ptr<PageBuffer> buffer_;
    Element* free_ = nullptr;
    std::vector<Element*> at_;     // where the part's next element goes
    std::vector<Element*> first_;  // the part's first chunk
    std::vector<Element*> next_;   // the chunk after each chunk
  };

  uint64_t chunk_ = 1;
  std::vector<Writer> writers_;
};

}  // namespace oboro::sdc
