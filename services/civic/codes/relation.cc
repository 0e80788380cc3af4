#include "services/civic/codes/relation.h"

#include <string>

namespace oboro::civic {
namespace {

constexpr size_t kGenerations = 4;

RelationClass Atom(std::string_view word) {
  for (const std::string_view spouse : {"夫", "妻", "夫(未届)", "妻(未届)"}) {
    if (word == spouse) return RelationClass::kSpouse;
  }
  if (word == "子") return RelationClass::kChild;
  if (word == "父" || word == "母") return RelationClass::kParent;
  for (const std::string_view sibling : {"兄", "姉", "弟", "妹"}) {
    if (word == sibling) return RelationClass::kOtherKin;
  }
  return RelationClass::kInvalid;
}

std::string PlainParentheses(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("（")) {
      out += '(';
      i += 3;
    } else if (rest.starts_with("）")) {
      out += ')';
      i += 3;
    } else {
      out += text[i++];
    }
  }
  return out;
}

}  // namespace

RelationClass ClassifyRelation(std::string_view relation) {
  if (relation == "世帯主") return RelationClass::kHead;
  if (relation == "同居人") return RelationClass::kNonKin;
  if (relation == "縁故者") return RelationClass::kOtherKin;
  if (relation.size() > 128) return RelationClass::kInvalid;
  std::string plain;
  std::string_view rest = relation;
  if (relation.find("（") != std::string_view::npos ||
      relation.find("）") != std::string_view::npos) {
    plain = PlainParentheses(relation);
    rest = plain;
  }
  RelationClass result = RelationClass::kInvalid;
  for (size_t generation = 0; generation < kGenerations; ++generation) {
    const size_t end = rest.find("の");
    const RelationClass atom = Atom(rest.substr(0, end));
    if (atom == RelationClass::kInvalid) return atom;
    result = generation == 0 ? atom : RelationClass::kOtherKin;
    if (end == std::string_view::npos) return result;
    rest.remove_prefix(end + std::string_view("の").size());
  }
  return RelationClass::kInvalid;
}

std::string_view RelationClassName(RelationClass relation) {
  static constexpr std::string_view kNames[] = {"世帯主",     "配偶者", "子", "父母",
                                                "その他親族", "非親族", ""};
  return kNames[static_cast<size_t>(relation)];
}

}  // namespace oboro::civic
