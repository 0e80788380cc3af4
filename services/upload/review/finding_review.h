#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace oboro::upload {

/// What was decided about findings; a later decision about the same finding replaces the earlier.
struct Decision {
  enum class Kind { kAccepted, kExcluded, kReturned };
  Kind kind = Kind::kAccepted;
  std::string reason;
  std::string rule;                          ///< empty: every rule
  std::optional<std::vector<int64_t>> rows;  ///< ascending; nullopt: every record
  bool only_open = false;                    ///< only findings that wait when it is taken

  friend bool operator==(const Decision&, const Decision&) = default;
};

/// "ACCEPTED", "EXCLUDED", "RETURNED".
std::string_view DecisionWord(Decision::Kind kind);
std::optional<Decision::Kind> ParseDecisionWord(std::string_view word);

/// The findings of one rule in one column.
struct FindingGroup {
  std::string rule;
  std::string column;
  bool error = false;         ///< else an alert
  std::vector<int64_t> rows;  ///< ascending
};

/// The findings of one snapshot with what was decided about each: positions and decisions in,
/// states out. No I/O. Memory: 12 bytes a finding; of decisions their words alone.
class FindingReview {
 public:
  explicit FindingReview(std::vector<FindingGroup> groups);

  /// Takes the next decision. Answers how many findings it changed: those that waited, and those
  /// decided otherwise or for another reason. O(findings of the rule + rows).
  int64_t Apply(Decision decision);

  /// Whether the decision is about any finding at all.
  bool Concerns(const Decision& decision) const;

  /// How findings stand, of one rule or (with "") of all.
  struct Counts {
    int64_t open = 0, accepted = 0, excluded = 0, returned = 0;
  };
  Counts Count(std::string_view rule) const;

  /// Kind and reason of the decision in force (its rows are forgotten); null while the finding
  /// waits. Nullopt when there is no such finding.
  std::optional<const Decision*> Of(std::string_view rule, std::string_view column,
                                    int64_t row) const;

  /// Records that are left out, ascending.
  std::vector<int64_t> ExcludedRows() const;

  /// Accepted errors about a value that cannot be read, by column with ascending records: the value
  /// counts as 不明. Excluded records are not among them.
  std::vector<std::pair<std::string, std::vector<int64_t>>> UnreadableCells() const;

 private:
  struct Group {
    FindingGroup findings;
    std::vector<uint32_t> decided;  ///< for each row 0, or number of the decision + 1
  };
  int64_t ApplyTo(Group* group, uint32_t number);
  bool SameWords(uint32_t decided, const Decision& decision) const;

  std::vector<Group> groups_;
  std::vector<Decision> decisions_;
};

}  // namespace oboro::upload
