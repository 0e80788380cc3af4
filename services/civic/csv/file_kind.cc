#include "services/civic/csv/file_kind.h"

#include <algorithm>

namespace oboro::civic {
namespace {

using std::string_view_literals::operator""sv;

bool LooksLikeOfficeZip(std::string_view head) {
  const std::string_view begin = head.substr(0, 4096);
  for (const std::string_view name : {"[Content_Types].xml"sv, "_rels/"sv, "xl/"sv}) {
    if (begin.find(name) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

FileKind DetectFileKind(std::string_view head) {
  static constexpr struct {
    std::string_view magic;
    FileKind kind;
  } kMagic[] = {
      {"\x1F\x8B"sv, FileKind::kGzip},
      {"\x28\xB5\x2F\xFD"sv, FileKind::kZstd},
      {"\xFD"
       "7zXZ\0"sv,
       FileKind::kXz},
      {"\xD0\xCF\x11\xE0"sv, FileKind::kXls},
      {"%PDF-"sv, FileKind::kPdf},
      {"\xFF\xFE"sv, FileKind::kUtf16},
      {"\xFE\xFF"sv, FileKind::kUtf16},
  };
  for (const auto& entry : kMagic) {
    if (head.starts_with(entry.magic)) return entry.kind;
  }
  for (const std::string_view zip : {"PK\x03\x04"sv, "PK\x05\x06"sv, "PK\x07\x08"sv}) {
    if (head.starts_with(zip)) return LooksLikeOfficeZip(head) ? FileKind::kXlsx : FileKind::kZip;
  }
  // "BZh" is three plain letters; the block magic behind the level makes it certain.
  if (head.starts_with("BZh"sv) && head.size() >= 10 && head[3] >= '1' && head[3] <= '9' &&
      (head.substr(4, 6) == "1AY&SY"sv || head.substr(4, 6) == "\x17\x72\x45\x38\x50\x90"sv)) {
    return FileKind::kBzip2;
  }
  return FileKind::kText;
}

std::string_view FileKindName(FileKind kind) {
  switch (kind) {
    case FileKind::kText:
      return "text";
    case FileKind::kGzip:
      return "gzip";
    case FileKind::kZip:
      return "zip";
    case FileKind::kXlsx:
      return "Excel (xlsx)";
    case FileKind::kZstd:
      return "zstd";
    case FileKind::kXz:
      return "xz";
    case FileKind::kBzip2:
      return "bzip2";
    case FileKind::kXls:
      return "Excel (xls)";
    case FileKind::kPdf:
      return "PDF";
    case FileKind::kUtf16:
      return "UTF-16";
  }
  return "";
}

}  // namespace oboro::civic
