// Maps packed keys by their digits: out = sum over digits of to[digit]. Neighbouring digits are
// looked up together in tables of up to 2^11 entries, a few of which fit a first-level cache.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

namespace oboro::sdc {

template <typename Key, typename Out>
class DigitMap {
 public:
  void Clear() { count_ = 0; }

  // The digit at `shift` with the bits of `digit_mask` (not 0) counts to_of(v) for its value
  // v < values. Digits come in ascending order. O(2^bits) of the digits that are looked up
  // together.
  template <typename Fn>
  void Add(int shift, uint64_t digit_mask, size_t values, Fn&& to_of) {
    const int end = shift + std::bit_width(digit_mask);
    if (count_ == 0 || end - pieces_[count_ - 1].shift > kPieceBits) {
      if (pieces_.size() == count_) pieces_.emplace_back();
      pieces_[count_].shift = shift;
      pieces_[count_++].to.assign(1, Out{0});
    }
    Piece& piece = pieces_[count_ - 1];
    // Bits between the digit before and this one belong to no digit here: any value counts the
    // same.
    const size_t below = size_t{1} << (shift - piece.shift);
    for (size_t have = piece.to.size(); have < below; have *= 2) {
      piece.to.resize(2 * have);
      std::copy_n(piece.to.begin(), have, piece.to.begin() + have);
    }
    piece.to.resize(size_t{1} << (end - piece.shift));
    Out* to = piece.to.data();
    for (size_t v = values; v-- > 0;) {  // v = 0 last, since all others read what it overwrites
      const Out term = to_of(v);
      for (size_t i = 0; i < below; ++i) to[v * below + i] = to[i] + term;
    }
    piece.mask = piece.to.size() - 1;
  }

  // Calls fn(i, out of keys[i]) for each key.
  template <typename Fn>
  void ForEach(std::span<const Key> keys, Fn&& fn) const {
    switch (count_) {
      case 0:
        return Run<0>(keys, fn);
      case 1:
        return Run<1>(keys, fn);
      case 2:
        return Run<2>(keys, fn);
      case 3:
        return Run<3>(keys, fn);
      case 4:
        return Run<4>(keys, fn);
      default:
        for (size_t i = 0; i < keys.size(); ++i) {
          Out sum = 0;
          for (size_t p = 0; p < count_; ++p) sum += pieces_[p].Of(keys[i]);
          fn(i, sum);
        }
    }
  }

 private:
  static constexpr int kPieceBits = 11;
  struct Piece {
    int shift = 0;
    uint64_t mask = 0;
    std::vector<Out> to;
    Out Of(Key key) const { return to[static_cast<uint64_t>(key >> shift) & mask]; }
  };

  template <size_t kPieces, typename Fn>
  void Run(std::span<const Key> keys, Fn& fn) const {
    // Copied out of the vectors, so that the loop keeps them in registers.
    const Out* to[kPieces + 1];
    int shift[kPieces + 1];
    uint64_t mask[kPieces + 1];
    for (size_t p = 0; p < kPieces; ++p) {
      to[p] = pieces_[p].to.data();
      shift[p] = pieces_[p].shift;
      mask[p] = pieces_[p].mask;
    }
    for (size_t i = 0; i < keys.size(); ++i) {
      const Key key = keys[i];
      Out sum = 0;
      for (size_t p = 0; p < kPieces; ++p) {
        sum += to[p][static_cast<uint64_t>(key >> shift[p]) & mask[p]];
      }
      fn(i, sum);
    }
  }

  std::vector<Piece> pieces_;
  size_t count_ = 0;
};

}  // namespace oboro::sdc
