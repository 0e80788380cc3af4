#include "services/upload/try_function.h"

#include <openssl/rand.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/upload/check/checker.h"
#include "services/upload/check/detect_format.h"

namespace oboro::upload {
namespace {

constexpr size_t kShownRecords = 20;
constexpr size_t kShownFindings = 200;
// A value shown; longer ones are cut at a character.
constexpr size_t kShownBytes = 1000;

struct Order {
  DatasetSchema schema;
  std::string head;
  bool whole = false;
  std::optional<civic::TableProfile> profile;
  std::optional<civic::Encoding> encoding;
  std::optional<char> delimiter;
};

absl::StatusOr<Order> ReadOrder(const std::string& text) {
  const nlohmann::json params = nlohmann::json::parse(text, nullptr, false);
  if (!params.is_object()) return absl::InvalidArgumentError("upload.try: params are not JSON");
  Order order;
  ASSIGN_OR_RETURN(order.schema, ParseDatasetSchema(params.value("schema", "")));
  if (!absl::Base64Unescape(params.value("head", ""), &order.head)) {
    return absl::InvalidArgumentError("upload.try: the head is not base64");
  }
  order.whole = params.value("whole", false);
  if (params.contains("profile") && params["profile"].is_object()) {
    ASSIGN_OR_RETURN(order.profile, civic::ParseProfileJson(params["profile"].dump()));
    const civic::TableFormat& format = order.profile->format;
    if (params.value("encoding", false)) order.encoding = format.encoding;
    if (params.value("delimiter", false)) order.delimiter = format.delimiter;
  }
  return order;
}

std::string Cut(std::string_view value) {
  size_t size = std::min(value.size(), kShownBytes);
  while (size > 0 && size < value.size() && (static_cast<uint8_t>(value[size]) & 0xC0) == 0x80) {
    --size;
  }
  return std::string(value.substr(0, size));
}

using Records = std::vector<std::vector<std::string>>;

// The header and the first records as they stand, as far as they can be read.
Records ReadFirst(const Order& order, const civic::TableFormat& format) {
  Records records;
  civic::CsvOptions limits;
  limits.delimiter = format.delimiter;
  civic::TableReader reader(format, limits, [&](const civic::CsvRecord& record) {
    std::vector<std::string>& added = records.emplace_back();
    for (const std::string_view field : record.fields) {
      added.push_back(record.row == 1 ? std::string(field) : Cut(field));
    }
    return records.size() <= kShownRecords;
  });
  if (reader.Feed(order.head) && order.whole) reader.Finish();
  return records;
}

bool IsColumn(const DatasetSchema& schema, const std::string& name) {
  return std::any_of(schema.columns.begin(), schema.columns.end(),
                     [&](const ColumnSchema& column) { return column.name == name; });
}

// Whether the file can be read as the dataset's schema says.
bool IsOwnLayout(const DatasetSchema& schema, const civic::TableFormat& format,
                 const std::vector<std::string>& headers) {
  return SameEncoding(format.encoding, schema.format.encoding) &&
         format.delimiter == schema.format.delimiter &&
         std::equal(headers.begin(), headers.end(), schema.columns.begin(), schema.columns.end(),
                    [](const std::string& header, const ColumnSchema& column) {
                      return header == column.name;
                    });
}

// How the file is read: as told, else the headers that are columns as these and the others not.
civic::TableProfile Reading(const Order& order, const civic::TableFormat& format,
                            const std::vector<std::string>& headers) {
  civic::TableProfile reading;
  if (order.profile.has_value()) {
    reading = *order.profile;
  } else {
    for (const std::string& header : headers) {
      if (!IsColumn(order.schema, header)) reading.columns.push_back({header, ""});
    }
  }
  reading.format = format;
  return reading;
}

CheckReport Check(const Order& order, const std::optional<civic::TableProfile>& reading) {
  CheckOptions options;
  OBORO_CHECK(RAND_bytes(reinterpret_cast<unsigned char*>(&options.hash_key),
                         static_cast<int>(sizeof(options.hash_key))) == 1);
  options.max_findings_per_rule = kShownFindings;
  options.profile = reading;
  SnapshotChecker checker(order.schema, options);
  const bool more = checker.Push(order.head);
  return order.whole && more ? checker.Finish() : checker.FinishPart();
}

const char* SeverityWord(Severity severity) {
  return severity == Severity::kError ? "ERROR" : "ALERT";
}

nlohmann::json Findings(const CheckReport& report) {
  nlohmann::json findings = nlohmann::json::array();
  if (report.refusal.has_value()) {
    const Refusal& refusal = *report.refusal;
    findings.push_back({refusal.row, "", InfoOf(refusal.rule).name, "ERROR", "", refusal.message_ja,
                        refusal.message_en});
  }
  for (const Finding& finding : report.findings) {
    if (findings.size() >= kShownFindings) break;
    findings.push_back({finding.row, finding.column_name, InfoOf(finding.rule).name,
                        SeverityWord(finding.severity), finding.value, MessageJa(finding.rule),
                        MessageEn(finding.rule)});
  }
  return findings;
}

nlohmann::json Counts(const CheckReport& report) {
  nlohmann::json counts = nlohmann::json::array();
  for (size_t i = 0; i < kRuleCount; ++i) {
    if (report.counts[i] == 0) continue;
    const RuleInfo& info = InfoOf(static_cast<Rule>(i));
    counts.push_back({info.name, SeverityWord(info.severity), report.counts[i]});
  }
  return counts;
}

}  // namespace

absl::StatusOr<std::string> RunTry(platform::JobIo& io) {
  ASSIGN_OR_RETURN(const Order order, ReadOrder(io.params()));
  const civic::TableFormat format =
      DetectFormat(order.head, order.schema, order.encoding, order.delimiter);
  Records records = ReadFirst(order, format);
  std::vector<std::string> headers;
  if (!records.empty()) {
    headers = std::move(records.front());
    records.erase(records.begin());
  }
  const bool own = IsOwnLayout(order.schema, format, headers);
  const civic::TableProfile reading = Reading(order, format, headers);
  std::vector<std::string> columns;
  for (const ColumnSchema& column : order.schema.columns) columns.push_back(column.name);
  civic::RecordMapper mapper(reading, std::move(columns));
  const civic::RecordMapper::Header& header =
      mapper.Bind(std::vector<std::string_view>(headers.begin(), headers.end()));
  // A file in the dataset's own layout is checked in its words.
  const CheckReport report =
      Check(order, own && !order.profile.has_value() ? std::nullopt : std::optional(reading));
  std::vector<std::string> shown;
  for (const std::string& one : headers) shown.push_back(Cut(one));
  nlohmann::json result{{"encoding", civic::EncodingName(format.encoding)},
                        {"delimiter", std::string(1, format.delimiter)},
                        {"headers", shown},
                        {"mapped", header.mapped},
                        {"missing", header.missing},
                        {"records", records},
                        {"checked", report.records},
                        {"findings", Findings(report)},
                        {"counts", Counts(report)},
                        {"needs_profile", !headers.empty() && !own}};
  return result.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace oboro::upload
