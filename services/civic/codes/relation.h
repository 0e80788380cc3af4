#pragma once

#include <string_view>

namespace oboro::civic {

/// The generalisation of 続柄 in which relations are published.
enum class RelationClass {
  kHead,      ///< 世帯主
  kSpouse,    ///< 配偶者: 夫, 妻, 夫(未届), 妻(未届)
  kChild,     ///< 子
  kParent,    ///< 父母: 父, 母
  kOtherKin,  ///< その他親族: everything else by blood or marriage, e.g. 子の妻, 妻の母, 弟, 縁故者
  kNonKin,    ///< 非親族: 同居人
  kInvalid,   ///< not of the official grammar
};

/// Classifies a 続柄. The grammar: 世帯主, 縁故者, 同居人, or one to four of 夫 妻 夫(未届)
/// 妻(未届) 子 父 母 兄 姉 弟 妹 joined by の. Full-width parentheses count as plain ones. Nothing
/// else exists: 祖父 is 父の父. (縁故者 are relatives beyond the listed ones, hence その他親族.)
/// O(size).
RelationClass ClassifyRelation(std::string_view relation);

/// "世帯主", "配偶者", "子", "父母", "その他親族", "非親族"; "" for kInvalid.
std::string_view RelationClassName(RelationClass relation);

}  // namespace oboro::civic
