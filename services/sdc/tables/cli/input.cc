#include "services/sdc/tables/cli/input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/sdc/records/csv_load.h"
#include "services/sdc/records/hierarchy.h"

namespace oboro::sdc::cli {
namespace {

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

char DelimiterOf(const std::string& text) {
  bool quoted = false;
  for (char c : text) {
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == ';' || c == '\t' || c == ',')) return c;
    if (!quoted && c == '\n') break;
  }
  return ';';
}

// The encoding of a hierarchy file: that of the records, unless the file is UTF-8 beyond ASCII,
// which no CP932 text is by chance.
TextEncoding EncodingOf(const std::string& text, TextEncoding given) {
  const bool ascii = std::all_of(text.begin(), text.end(), [](char c) { return (c & 0x80) == 0; });
  if (text.rfind("\xef\xbb\xbf", 0) == 0) return TextEncoding::kUtf8Sig;
  return !ascii && !InvalidUtf8At(text) ? TextEncoding::kUtf8 : given;
}

// Pieces at a separator that no backslash precedes; backslashes stay.
std::vector<std::string> SplitPlain(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      parts.back() += text[i++];
      parts.back() += text[i];
    } else if (text[i] == separator) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

std::string Unescaped(const std::string& text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

}  // namespace

absl::StatusOr<CodedTable> LoadInput(const Args& args, const std::vector<std::string>& columns) {
  absl::StatusOr<std::string> path = args.Need("in");
  if (!path.ok()) return path.status();
  return LoadFile(args, *path, columns);
}

absl::StatusOr<CodedTable> LoadFile(const Args& args, const std::string& path,
                                    const std::vector<std::string>& columns) {
  CsvOptions options;
  const std::string delimiter = args.Get("delimiter", ",");
  const bool tab = delimiter == "\\t" || delimiter == "tab";
  if (!tab && delimiter.size() != 1) {
    return absl::InvalidArgumentError("--delimiter is one character, or tab");
  }
  options.delimiter = tab ? '\t' : delimiter[0];
  absl::StatusOr<TextEncoding> encoding = ParseTextEncoding(args.Get("encoding", "utf-8"));
  if (!encoding.ok()) return encoding.status();
  options.encoding = *encoding;
  options.columns = columns;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::NotFoundError(absl::StrCat("cannot read ", path));
  FdSource source(fd);
  absl::StatusOr<CodedTable> table = LoadCsv(source, options);
  close(fd);
  if (!table.ok()) {
    return absl::Status(table.status().code(), absl::StrCat(path, ": ", table.status().message()));
  }
  return table;
}

absl::StatusOr<std::map<std::string, std::string>> HierarchyFiles(
    const Args& args, const std::vector<std::string>& dims) {
  std::map<std::string, std::string> files;
  const std::string text = args.Get("hierarchies");
  if (text.empty()) return files;
  if (text.find('=') == std::string::npos) {
    if (!std::filesystem::is_directory(text)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--hierarchies ", text, " is no folder; give a folder or name=file,..."));
    }
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(text)) {
      names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    for (const std::string& dim : dims) {
      const std::string tail = absl::StrCat("hierarchy_", dim, ".csv");
      for (const std::string& name : names) {
        const bool ends = name.size() >= tail.size() &&
                          name.compare(name.size() - tail.size(), tail.size(), tail) == 0;
        if (name == dim + ".csv" || ends) files.emplace(dim, text + "/" + name);
      }
    }
    return files;
  }
  for (const std::string& item : SplitText(text, ',')) {
    const size_t equals = item.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(
          absl::StrCat("--hierarchies: \"", item, "\" is no name=file"));
    }
    const std::string name = item.substr(0, equals);
    if (std::find(dims.begin(), dims.end(), name) == dims.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("--hierarchies: ", name, " is no dimension of the table"));
    }
    files[name] = item.substr(equals + 1);
  }
  return files;
}

absl::StatusOr<Hierarchy> ReadHierarchy(const std::string& name, const std::string& file,
                                        const std::string& encoding) {
  absl::StatusOr<std::string> text = ReadText(file);
  if (!text.ok()) return text.status();
  absl::StatusOr<TextEncoding> given = ParseTextEncoding(encoding);
  if (!given.ok()) return given.status();
  absl::StatusOr<Hierarchy> h =
      HierarchyFromCsv(name, *text, DelimiterOf(*text), EncodingOf(*text, *given));
  if (h.ok()) return h;
  return absl::Status(h.status().code(), absl::StrCat(file, ": ", h.status().message()));
}

absl::Status CheckLabel(const std::string& dimension, const std::string& label) {
  if (label != kAnyCategory && label != kOtherCategory) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      dimension, " has a category called ", label,
      ", which the tables use for categories that are not shown; give it another name"));
}

absl::StatusOr<Dimension> MakeDimension(const std::string& name,
                                        const std::vector<std::string>& categories,
                                        const std::string& file, const std::string& encoding) {
  const bool any = categories.size() == 1 && categories[0] == kAnyCategory;
  for (const std::string& label : categories) {
    if (any) break;
    if (absl::Status s = CheckLabel(name, label); !s.ok()) return s;
  }
  if (file.empty()) {
    if (std::find(categories.begin(), categories.end(), "*") != categories.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat(name, " has a category called *, as the total is; give it another name"));
    }
    return Dimension::Flat(name, categories);
  }
  absl::StatusOr<Hierarchy> h = ReadHierarchy(name, file, encoding);
  if (!h.ok()) return h.status();
  absl::StatusOr<std::vector<uint32_t>> leaf = h->Bind(categories);
  if (!leaf.ok()) {
    return absl::Status(leaf.status().code(), absl::StrCat(file, ": ", leaf.status().message()));
  }
  std::vector<std::vector<std::string>> levels;
  for (size_t l = 1; l < h->level_count(); ++l) {
    levels.emplace_back();
    for (uint32_t v : *leaf)
      levels.back().push_back(h->level(l).labels[h->level(l).node_of_leaf[v]]);
  }
  absl::StatusOr<Dimension> dim = Dimension::Hierarchical(name, categories, levels);
  if (!dim.ok()) return dim.status();
  std::set<std::string> labels;
  for (uint32_t n = 0; n < dim->node_count(); ++n) {
    if (absl::Status s = CheckLabel(name, dim->label(n)); !s.ok()) return s;
    if (!labels.insert(dim->label(n)).second) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": the label \"", dim->label(n),
                                                     "\" names two groups of ", name,
                                                     "; give them different labels"));
    }
  }
  return dim;
}

absl::StatusOr<std::vector<Condition>> ConditionsOf(const Args& args) {
  std::vector<Condition> conditions;
  if (!args.Has("where")) return conditions;
  for (const std::string& text : SplitPlain(args.Get("where"), '&')) {
    const std::vector<std::string> sides = SplitPlain(text, '=');
    if (sides.size() < 2) {
      return absl::InvalidArgumentError(
          absl::StrCat("--where: \"", text, "\" is no column=value|value (joined by &)"));
    }
    Condition c{std::string(absl::StripAsciiWhitespace(Unescaped(sides[0]))), {}};
    const std::string values = text.substr(sides[0].size() + 1);  // a second = is part of a value
    for (const std::string& value : SplitPlain(values, '|')) c.values.push_back(Unescaped(value));
    for (const Condition& other : conditions) {
      if (other.column == c.column) {
        return absl::InvalidArgumentError(absl::StrCat(
            "--where names ", c.column, " twice; give its values in one condition, joined by |"));
      }
    }
    conditions.push_back(std::move(c));
  }
  return conditions;
}

CodeSpan SpanOf(const CodedColumn& column) {
  return column.codes().Visit(
      [&](auto* codes) -> CodeSpan { return std::span(codes, column.codes().size()); });
}

absl::StatusOr<ProtectionLevel> LevelOf(const Args& args) {
  const std::string level = args.Get("level", "P");
  if (level == "P") return ProtectionLevel::kP;
  if (level == "R") return ProtectionLevel::kR;
  return absl::InvalidArgumentError("--level is P or R");
}

absl::StatusOr<ZeroPolicy> ZerosOf(const Args& args) {
  const std::string zeros = args.Get("zeros", "open");
  if (zeros == "open") return ZeroPolicy::kOpen;
  if (zeros == "shown") return ZeroPolicy::kShown;
  if (zeros == "protected") return ZeroPolicy::kProtected;
  return absl::InvalidArgumentError("--zeros is open, shown or protected");
}

std::string FormatValue(int64_t value, int64_t scale) {
  if (scale == 1) return absl::StrCat(value);
  const int64_t size = value < 0 ? -value : value;
  std::string fraction = absl::StrCat(size % scale + scale);  // a leading 1 keeps the zeros
  return absl::StrCat(value < 0 ? "-" : "", size / scale, ".", fraction.substr(1));
}

}  // namespace oboro::sdc::cli
