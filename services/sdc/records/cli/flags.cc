#include "services/sdc/records/cli/flags.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/sdc/records/csv_parse.h"

namespace oboro::sdc {

absl::StatusOr<Flags> Flags::Parse(int argc, char** argv, const std::set<std::string>& valued,
                                   const std::set<std::string>& switches) {
  Flags flags;
  for (int i = 1; i < argc; ++i) {
    std::string name = argv[i];
    if (name.rfind("--", 0) != 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", name, "\" is not a flag; flags begin with --"));
    }
    name = name.substr(2);
    std::optional<std::string> value;
    if (const size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name = name.substr(0, equals);
    }
    if (switches.count(name) > 0) {
      if (value) {
        return absl::InvalidArgumentError(absl::StrCat("--", name, " takes no value"));
      }
      value = "";
    } else if (valued.count(name) == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no flag --", name, " here; the flags are --",
                       absl::StrJoin(valued, ", --"), ", --", absl::StrJoin(switches, ", --")));
    } else if (!value) {
      if (i + 1 >= argc) {
        return absl::InvalidArgumentError(absl::StrCat("--", name, " needs a value"));
      }
      value = argv[++i];
    }
    if (!flags.values_.emplace(name, *value).second) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " is given twice"));
    }
  }
  return flags;
}

std::string Flags::Get(const std::string& name, const std::string& otherwise) const {
  const auto it = values_.find(name);
  return it == values_.end() ? otherwise : it->second;
}

absl::StatusOr<std::string> Flags::Need(const std::string& name) const {
  const auto it = values_.find(name);
  if (it == values_.end() || it->second.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("--", name, " is missing"));
  }
  return it->second;
}

absl::StatusOr<std::vector<std::string>> Flags::List(const std::string& name) const {
  if (!Has(name) || Get(name).empty()) return std::vector<std::string>();
  auto fields = SplitRecord(CsvDialect{',', '"', false}, Get(name));
  if (!fields.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--", name, ": ", fields.status().message()));
  }
  for (const std::string& field : *fields) {
    if (field.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--", name, " names an empty column; remove the stray comma"));
    }
  }
  return fields;
}

absl::StatusOr<std::optional<Rational>> Flags::Decimal(const std::string& name) const {
  if (!Has(name)) return std::optional<Rational>();
  auto value = Rational::Parse(Get(name));
  if (!value.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--", name, ": ", value.status().message()));
  }
  return std::optional<Rational>(*value);
}

absl::StatusOr<std::optional<uint64_t>> Flags::Whole(const std::string& name) const {
  auto value = Decimal(name);
  if (!value.ok()) return value.status();
  if (!*value) return std::optional<uint64_t>();
  if ((*value)->den != 1 || (*value)->num < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", name, ": \"", Get(name), "\" is not a whole number"));
  }
  return std::optional<uint64_t>(static_cast<uint64_t>((*value)->num));
}

}  // namespace oboro::sdc
