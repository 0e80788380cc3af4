#include "services/civic/codes/event.h"

#include <unordered_map>

namespace oboro::civic {

const std::vector<EventReason>& EventReasons() {
  static const auto* const reasons = [] {
    auto* list = new std::vector<EventReason>;
    for (const std::string_view name :
         {"国内転入", "国外転入等", "出生", "職権記載(帰化等)", "職権記載(国籍喪失)", "職権記載",
          "改製", "再製", "異動の取消し(増)"}) {
      list->push_back({name, EventClass::kEntry});
    }
    for (const std::string_view name :
         {"国内転出", "国外転出", "死亡", "職権消除(帰化等)", "職権消除(国籍喪失)", "職権消除",
          "改製", "再製", "異動の取消し(減)"}) {
      list->push_back({name, EventClass::kRemoval});
    }
    for (const std::string_view name :
         {"転居", "軽微な修正", "職権修正", "誤記修正", "個人番号の変更請求", "個人番号の職権修正",
          "個人番号の職権記載", "住民票コードの変更請求", "住民票コードの職権記載", "世帯分離",
          "世帯合併", "世帯変更", "世帯主変更", "旧氏の記載", "旧氏の変更", "旧氏の削除",
          "通称の記載", "通称の削除", "異動の取消し(修正)"}) {
      list->push_back({name, EventClass::kChange});
    }
    return list;
  }();
  return *reasons;
}

EventClass ClassifyEvent(std::string_view reason) {
  // Of a doubled name (改製, 再製) the first, the entry, counts: emplace keeps it.
  static const auto* const classes = [] {
    auto* map = new std::unordered_map<std::string_view, EventClass>;
    for (const EventReason& entry : EventReasons()) map->emplace(entry.name, entry.kind);
    return map;
  }();
  const auto found = classes->find(reason);
  return found == classes->end() ? EventClass::kInvalid : found->second;
}

std::string_view EventClassName(EventClass kind) {
  static constexpr std::string_view kNames[] = {"記載", "消除", "修正", ""};
  return kNames[static_cast<size_t>(kind)];
}

}  // namespace oboro::civic
