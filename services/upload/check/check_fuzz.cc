// Fuzz target: a schema in YAML, a line "%%", then a file. A schema that parses checks the rest (or
// a small file of its own columns) without a crash, the same way whatever the chunks.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "services/upload/check/checker.h"

namespace {

oboro::upload::CheckReport Check(const oboro::upload::DatasetSchema& schema, std::string_view file,
                                 size_t chunk) {
  oboro::upload::SnapshotChecker checker(schema, {.hash_key = {1, 2}, .max_findings_per_rule = 3});
  for (size_t at = 0; at < file.size(); at += chunk) {
    if (!checker.Push(file.substr(at, chunk))) break;
  }
  return checker.Finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t cut = input.find("\n%%\n");
  const auto schema = oboro::upload::ParseDatasetSchema(input.substr(0, cut));
  if (!schema.ok()) {
    if (schema.status().message().empty()) std::abort();
    return 0;
  }
  const std::string_view file =
      cut == std::string_view::npos ? std::string_view("a,b\n1,2\n") : input.substr(cut + 4);
  const auto whole = Check(*schema, file, file.size() + 1);
  const auto parts = Check(*schema, file, 3);
  if (whole.counts != parts.counts || whole.records != parts.records ||
      whole.accepted() != parts.accepted() || whole.findings.size() != parts.findings.size() ||
      whole.findings.size() > 3 * oboro::upload::kRuleCount) {
    std::abort();
  }
  return 0;
}
