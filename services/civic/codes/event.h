#pragma once

#include <string_view>
#include <vector>

namespace oboro::civic {

/// What an event does to a resident's record.
enum class EventClass { kEntry /*記載*/, kRemoval /*消除*/, kChange /*修正*/, kInvalid };

/// One 異動事由 of the official list.
struct EventReason {
  std::string_view name;
  EventClass kind;
};

/// The official list (住民記録システム標準仕様書). 改製 and 再製 stand under 記載 and under 消除.
const std::vector<EventReason>& EventReasons();

/// The class of a reason; for 改製/再製 the entry. kInvalid when not of the list.
EventClass ClassifyEvent(std::string_view reason);

/// "記載", "消除", "修正"; "" for kInvalid.
std::string_view EventClassName(EventClass kind);

}  // namespace oboro::civic
