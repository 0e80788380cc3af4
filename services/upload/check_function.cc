#include "services/upload/check_function.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/log.h"
#include "services/platform/base/status.h"
#include "services/upload/check/checker.h"
#include "services/upload/findings.h"

namespace oboro::upload {
namespace {

// Labels keep the two uses of the pseudonym key apart from each other and from link numbers.
constexpr char kDigestLabel[] = "oboro/1 snapshot digest";
constexpr char kKeySetLabel[] = "oboro/1 duplicate keys";

// What fits into the child's answer; ten million findings and more.
constexpr size_t kMaxPositionBytes = 24 << 20;

std::string Hmac(const platform::SecretBytes& key, absl::string_view label,
                 absl::string_view message) {
  const std::string input = absl::StrCat(label, absl::string_view("\0", 1), message);
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  OBORO_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                   reinterpret_cast<const unsigned char*>(input.data()), input.size(), out,
                   &size) != nullptr);
  return std::string(reinterpret_cast<char*>(out), size);
}

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    OBORO_CHECK(EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
  }
  void Add(absl::string_view bytes) {
    OBORO_CHECK(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }
  std::string End() {
    unsigned char out[32];
    OBORO_CHECK(EVP_DigestFinal_ex(context_.get(), out, nullptr) == 1);
    return std::string(reinterpret_cast<char*>(out), sizeof(out));
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

// Records of the whole file as far as its first bytes tell, for the progress bar.
int64_t ExpectedRecords(const CheckReport& report, int64_t read, int64_t total) {
  if (read == 0) return 0;
  return static_cast<int64_t>(static_cast<double>(report.records) * static_cast<double>(total) /
                              static_cast<double>(read));
}

absl::Status WriteFindings(platform::JobIo& io, const CheckReport& report) {
  ASSIGN_OR_RETURN(const std::unique_ptr<platform::JobSink> sink, io.OpenOutput("findings"));
  std::string buffer;
  for (const Finding& finding : report.findings) {
    buffer += EncodeFinding({static_cast<int64_t>(finding.row), finding.column_name,
                             std::string(InfoOf(finding.rule).name),
                             finding.severity == Severity::kError ? "ERROR" : "ALERT",
                             finding.value, MessageJa(finding.rule), MessageEn(finding.rule)});
    if (buffer.size() < (1 << 20)) continue;
    RETURN_IF_ERROR(sink->Write(buffer));
    buffer.clear();
  }
  RETURN_IF_ERROR(sink->Write(buffer));
  return sink->Finish();
}

nlohmann::json Positions(const CheckReport& report, const DatasetSchema& schema) {
  if (report.positions_left_out) return nullptr;
  nlohmann::json positions = nlohmann::json::array();
  for (const auto& [where, writer] : report.positions) {
    const RuleInfo& info = InfoOf(where.first);
    positions.push_back({info.name, schema.columns[where.second].name,
                         info.severity == Severity::kError ? "ERROR" : "ALERT", writer.count(),
                         absl::Base64Escape(writer.bytes())});
  }
  return positions;
}

nlohmann::json Result(const CheckReport& report, const DatasetSchema& schema, int64_t bytes,
                      const std::string& keyed_digest) {
  nlohmann::json counts = nlohmann::json::array();
  for (size_t i = 0; i < kRuleCount; ++i) {
    if (report.counts[i] == 0) continue;
    const RuleInfo& info = InfoOf(static_cast<Rule>(i));
    counts.push_back(
        {info.name, info.severity == Severity::kError ? "ERROR" : "ALERT", report.counts[i]});
  }
  nlohmann::json refusal;
  if (report.refusal.has_value()) {
    refusal = {{"rule", InfoOf(report.refusal->rule).name},
               {"row", report.refusal->row},
               {"line", report.refusal->line},
               {"column", report.refusal->column},
               {"message", report.refusal->message_en},
               {"message_ja", report.refusal->message_ja}};
  }
  return {{"bytes", bytes},
          {"records", report.records},
          {"errors", report.errors},
          {"alerts", report.alerts},
          {"findings_left_out", report.findings_left_out},
          {"keyed_digest", absl::BytesToHexString(keyed_digest)},
          {"counts", counts},
          {"positions", Positions(report, schema)},
          {"refusal", refusal}};
}

}  // namespace

absl::StatusOr<std::string> RunCheck(platform::JobIo& io) {
  const nlohmann::json params = nlohmann::json::parse(io.params(), nullptr, false);
  if (!params.is_object()) return absl::InvalidArgumentError("upload.check: params are not JSON");
  if (io.pseudonym_key().empty()) return absl::InvalidArgumentError("upload.check: no key");
  ASSIGN_OR_RETURN(const DatasetSchema schema, ParseDatasetSchema(params.value("schema", "")));
  const int64_t total = params.value("bytes", int64_t{0});

  CheckOptions options;
  const std::string hash_key = Hmac(io.pseudonym_key(), kKeySetLabel, params.value("nonce", ""));
  std::memcpy(&options.hash_key, hash_key.data(), sizeof(options.hash_key));
  options.max_findings_per_rule = kMaxListedPerRule;
  if (params.value("positions", false)) options.max_position_bytes = kMaxPositionBytes;
  if (params.contains("profile") && params["profile"].is_object()) {
    ASSIGN_OR_RETURN(options.profile, civic::ParseProfileJson(params["profile"].dump()));
  }
  SnapshotChecker checker(schema, options);

  ASSIGN_OR_RETURN(const std::unique_ptr<platform::JobSource> source, io.OpenInput("snapshot"));
  Sha256 digest;
  int64_t bytes = 0;
  bool more = true;
  io.Progress("CHECK", 0, 0);
  while (true) {
    // Read to the end even after a refusal: the length shows whether the stream was whole.
    ASSIGN_OR_RETURN(const absl::string_view piece, source->Read());
    if (piece.empty()) break;
    bytes += static_cast<int64_t>(piece.size());
    digest.Add(piece);
    if (more) more = checker.Push(std::string_view(piece.data(), piece.size()));
    io.Progress("CHECK", static_cast<int64_t>(checker.report().records),
                ExpectedRecords(checker.report(), bytes, total));
  }
  const CheckReport& report = checker.Finish();
  const int64_t records = static_cast<int64_t>(report.records);
  io.Progress("CHECK", records, records);
  RETURN_IF_ERROR(WriteFindings(io, report));
  return Result(report, schema, bytes, Hmac(io.pseudonym_key(), kDigestLabel, digest.End()))
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace oboro::upload
