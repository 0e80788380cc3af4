#include "services/sdc/tables/cli/args.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace oboro::sdc::cli {

std::vector<std::string> SplitText(const std::string& text, char separator) {
  std::vector<std::string> parts;
  if (text.empty()) return parts;
  size_t from = 0;
  for (size_t at; (at = text.find(separator, from)) != std::string::npos; from = at + 1) {
    parts.push_back(text.substr(from, at - from));
  }
  parts.push_back(text.substr(from));
  return parts;
}

absl::StatusOr<Args> Args::Parse(int argc, char** argv, const std::vector<std::string>& options,
                                 const std::vector<std::string>& flags, size_t words) {
  Args args;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word.rfind("--", 0) != 0) {
      if (args.words_.size() == words) {
        return absl::InvalidArgumentError(
            absl::StrCat("\"", word, "\" is no option of ", argv[0], "; quote values with spaces"));
      }
      args.words_.push_back(word);
      continue;
    }
    word = word.substr(2);
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    std::string value;
    const bool flag = std::find(flags.begin(), flags.end(), name) != flags.end();
    if (flag) {
      if (equals != std::string::npos) {
        return absl::InvalidArgumentError(
            absl::StrCat("--", name, " takes no value; give it, or leave it out"));
      }
      value = "true";
    } else if (std::find(options.begin(), options.end(), name) == options.end()) {
      return absl::InvalidArgumentError(absl::StrCat("unknown option --", name, " for ", argv[0]));
    } else if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (i + 1 < argc && std::string(argv[i + 1]).rfind("--", 0) != 0) {
      value = argv[++i];
    } else {
      return absl::InvalidArgumentError(absl::StrCat(
          "--", name, " needs a value; one that begins with -- is given as --", name, "=VALUE"));
    }
    if (!args.values_.emplace(name, value).second && !flag) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " is given twice"));
    }
  }
  return args;
}

std::string Args::Get(const std::string& name, const std::string& fallback) const {
  auto it = values_.find(name);
  return it == values_.end() ? fallback : it->second;
}

absl::StatusOr<std::string> Args::Need(const std::string& name) const {
  if (!Has(name)) return absl::InvalidArgumentError(absl::StrCat("--", name, " is missing"));
  return Get(name);
}

absl::StatusOr<int64_t> Args::Number(const std::string& name, int64_t fallback) const {
  if (!Has(name)) return fallback;
  int64_t value = 0;
  if (!absl::SimpleAtoi(Get(name), &value) || value < 0 || value > kMaxNumber) {
    return absl::InvalidArgumentError(absl::StrCat("--", name, " must be a whole number from 0 to ",
                                                   kMaxNumber, ", not \"", Get(name), "\""));
  }
  return value;
}

absl::StatusOr<std::vector<std::string>> Args::Dims(const std::string& name) const {
  const std::vector<std::string> dims = List(name);
  if (dims.empty())
    return absl::InvalidArgumentError(absl::StrCat("--", name, " a,b,c is missing"));
  for (size_t i = 0; i < dims.size(); ++i) {
    if (dims[i].empty()) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, " has an empty name"));
    }
    if (dims[i] == "value" || dims[i] == "status") {
      return absl::InvalidArgumentError(absl::StrCat("--", name, ": no dimension may be called ",
                                                     dims[i], ", which is a column of the table"));
    }
    if (std::find(dims.begin(), dims.begin() + static_cast<std::ptrdiff_t>(i), dims[i]) !=
        dims.begin() + static_cast<std::ptrdiff_t>(i)) {
      return absl::InvalidArgumentError(absl::StrCat("--", name, ": ", dims[i], " is given twice"));
    }
  }
  return dims;
}

std::vector<std::string> Args::List(const std::string& name) const {
  return SplitText(Get(name), ',');
}

}  // namespace oboro::sdc::cli
