// Fuzz target: any bytes as a recipe. What must hold: no crash; a recipe that parses never keeps a
// name or a full birth date; and it can be applied to awkward records.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "services/abstraction/recipe/record_abstractor.h"

namespace {

using oboro::abstraction::OutputColumn;
using oboro::abstraction::Recipe;
using oboro::abstraction::Transform;

void CheckPromises(const Recipe& recipe) {
  for (const OutputColumn& column : recipe.columns) {
    const bool link = column.transform == Transform::kLinkNumber;
    if (column.source == "氏名" && !link) std::abort();
    if (column.label == "氏名") std::abort();
    if (column.source == "生年月日" && column.transform == Transform::kKeep) std::abort();
  }
}

void Apply(const Recipe& recipe) {
  std::vector<std::string> header;
  for (const OutputColumn& column : recipe.columns) {
    for (const std::string& source : {column.source, column.label}) {
      bool known = source.empty();
      for (const std::string& name : header) known = known || name == source;
      if (!known) header.push_back(source);
    }
  }
  const std::vector<uint8_t> key(32, 7);
  auto abstractor = oboro::abstraction::RecordAbstractor::Create(
      recipe, header, oboro::civic::CivilDate{2025, 4, 1}, key);
  if (!abstractor.ok()) return;
  for (const std::string_view value :
       {"", " ", "1", "-9223372036854775808", "9223372036854775807", "昭和55年3月2日", "2020-02-29",
        "082200001001", "子の子", "\u3000あ\u3000"}) {
    const std::vector<std::string_view> fields(header.size(), value);
    if (!(*abstractor)->Add(fields).ok()) std::abort();
  }
  const oboro::abstraction::Batch batch = (*abstractor)->TakeBatch();
  for (size_t c = 0; c < batch.columns.size(); ++c) {
    for (const uint32_t code : batch.columns[c].codes) {
      if (code >= (*abstractor)->dictionary(c).size()) std::abort();
    }
    if (batch.columns[c].codes.size() + batch.columns[c].links.size() != 10) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto recipe = oboro::abstraction::ParseRecipe({reinterpret_cast<const char*>(data), size});
  if (recipe.ok()) {
    CheckPromises(*recipe);
    Apply(*recipe);
  } else if (recipe.status().message().empty()) {
    std::abort();
  }
  return 0;
}
