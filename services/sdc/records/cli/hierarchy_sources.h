// Where `--hierarchies` says that the hierarchy of each column comes from.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/sdc/records/cli/flags.h"
#include "services/sdc/records/hierarchy.h"

namespace oboro::sdc {

// A comma-separated list of folders' and columns' sources; a column's own goes before the folder:
//   DIR                    hierarchy_NAME.csv or *_hierarchy_NAME.csv in it
//   NAME=FILE              a hierarchy: no header, ';', level 0 first
//   NAME=intervals:5/10    numbers, with :origin=0 :bottom=15 :top=100 where wanted
//   NAME=ages              as intervals:5/10/20:top=100, with :top= another
//   NAME=dates             month, quarter, year, decade
//   NAME=prefixes:5/3      first characters
//   NAME=mapping:FILE      lines value;group
//   NAME=suppression       the value or "*"
class HierarchySources {
 public:
  // INVALID_ARGUMENT for a part of the list that is none of these.
  static absl::StatusOr<HierarchySources> Make(const Flags& flags);

  // Whether the hierarchy of a column is made out of the values that the column holds.
  bool NeedsValues(const std::string& name) const { return !RuleOf(name).empty(); }
  // The rule that makes it then, as it was given; else nothing.
  std::string RuleOf(const std::string& name) const;
  // `values` are the column's, looked at only if NeedsValues. INVALID_ARGUMENT names flag or file.
  absl::StatusOr<std::unique_ptr<Hierarchy>> Load(const std::string& name, TextEncoding encoding,
                                                  const std::vector<std::string>& values) const;

 private:
  const std::string* SourceOf(const std::string& name) const;
  absl::StatusOr<std::string> FindFile(const std::string& name) const;

  std::string folder_;
  std::vector<std::string> named_;  // NAME=SOURCE
};

}  // namespace oboro::sdc
