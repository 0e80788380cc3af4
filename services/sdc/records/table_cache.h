// Tables of evaluated nodes, kept to roll up from.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "services/sdc/records/group_table.h"

namespace oboro::sdc {

// Least recently used tables leave when the budget is full, the base never; a table beyond a
// quarter of the budget is not kept. What is kept depends on the sequence of calls only. Not safe
// for concurrent changes; Find may run concurrently.
template <typename Key>
class TableCache {
 public:
  using Table = GroupTable<Key>;
  TableCache(Table base, uint64_t budget) : base_(std::move(base)), budget_(budget) {}

  const Table& base() const { return base_; }
  // The cheapest table that `levels` can be rolled up from.
  const Table& Find(const LevelVector& levels) {
    Entry* best = nullptr;
    for (auto& entry : entries_) {
      if (best != nullptr && entry->table.cost() >= best->table.cost()) continue;
      if (Below(entry->table.levels, levels)) best = entry.get();
    }
    if (best == nullptr || best->table.cost() >= base_.cost()) return base_;
    best->used = clock_;
    return best->table;
  }
  void Tick() { ++clock_; }
  void Add(Table table) {
    const uint64_t bytes = table.byte_size();
    // A table that would push out many others costs more than it saves.
    if (bytes > budget_ / 4) return;
    while (used_bytes_ + bytes > budget_) {
      size_t oldest = 0;
      for (size_t i = 1; i < entries_.size(); ++i) {
        if (entries_[i]->used < entries_[oldest]->used) oldest = i;
      }
      used_bytes_ -= entries_[oldest]->table.byte_size();
      entries_.erase(entries_.begin() + oldest);
    }
    used_bytes_ += bytes;
    entries_.push_back(std::make_unique<Entry>(Entry{std::move(table), clock_}));
  }

 private:
  struct Entry {
    Table table;
    uint64_t used;
  };
  static bool Below(const LevelVector& a, const LevelVector& b) {
    for (size_t d = 0; d < a.size(); ++d) {
      if (a[d] > b[d]) return false;
    }
    return true;
  }

  Table base_;
  uint64_t budget_;
  uint64_t used_bytes_ = 0;
  uint64_t clock_ = 0;
  std::vector<std::unique_ptr<Entry>> entries_;
};

}  // namespace oboro::sdc
