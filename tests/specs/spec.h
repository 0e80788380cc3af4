// Reading tests/specs/tables/*.spec. The same text is rendered for people by render.py.
#pragma once

#include <string>
#include <vector>

namespace oboro::specs {

// A line at the left margin starts a part; its body is what is indented by two spaces.
//   title: T            what the table shows
//   source: S           where the rule comes from
//   text                Markdown
//   records FILE        CSV whose last column, rows, says how many records are alike
//   cells FILE          CSV with a header
//   file FILE           anything else: a hierarchy, linked tables
//   run oboro sdc ...   a command, run where the files are
//   exit N              of that command, if it is not 0
//   output              lines that it prints, exactly
//   table FILE          the table that it wrote: "rows \ columns | category | ...", then a line for
//                       each row; P before a true value: primary, S: secondary, else published
struct SpecPart {
  std::string kind;      // the first word
  std::string argument;  // the rest of the line
  std::vector<std::string> body;
  int line = 0;
};

struct Spec {
  std::string name;
  std::vector<SpecPart> parts;
};

// All specs of a folder, by name. Throws std::runtime_error for a line that is none of the above.
std::vector<Spec> ReadSpecs(const std::string& folder);

// Words at spaces; '...' keeps what is in it together.
std::vector<std::string> Words(const std::string& line);

// "a | b" as trimmed fields.
std::vector<std::string> Fields(const std::string& line, char separator);

}  // namespace oboro::specs
