#include "tests/specs/spec.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace oboro::specs {
namespace {

const std::set<std::string> kKinds = {"title:", "source:", "text", "records", "cells",
                                      "file",   "run",     "exit", "output",  "table"};

Spec ReadSpec(const std::filesystem::path& path) {
  Spec spec{path.stem().string(), {}};
  std::ifstream in(path);
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.empty() || line.rfind("  ", 0) == 0) {
      if (!spec.parts.empty()) spec.parts.back().body.push_back(line.empty() ? "" : line.substr(2));
      continue;
    }
    const size_t space = line.find(' ');
    SpecPart part{line.substr(0, space),
                  space == std::string::npos ? "" : line.substr(space + 1),
                  {},
                  number};
    if (!kKinds.contains(part.kind)) {
      throw std::runtime_error(absl::StrCat(path.string(), ":", number, ": ", line));
    }
    spec.parts.push_back(std::move(part));
  }
  for (SpecPart& part : spec.parts) {
    while (!part.body.empty() && part.body.back().empty()) part.body.pop_back();
  }
  return spec;
}

}  // namespace

std::vector<Spec> ReadSpecs(const std::string& folder) {
  std::vector<Spec> specs;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".spec") specs.push_back(ReadSpec(entry.path()));
  }
  std::sort(specs.begin(), specs.end(), [](auto& a, auto& b) { return a.name < b.name; });
  return specs;
}

std::vector<std::string> Words(const std::string& line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.emplace_back();
    } else {
      words.back() += c;
    }
  }
  std::erase(words, "");
  return words;
}

std::vector<std::string> Fields(const std::string& line, char separator) {
  std::vector<std::string> fields = absl::StrSplit(line, separator);
  for (std::string& field : fields) field = std::string(absl::StripAsciiWhitespace(field));
  return fields;
}

}  // namespace oboro::specs
