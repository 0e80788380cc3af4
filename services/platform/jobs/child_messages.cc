#include "services/platform/jobs/child_messages.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr size_t kLengthBytes = 4;
constexpr size_t kMaxControlBytes = 64 << 20;
constexpr size_t kMaxMessageText = 4096;
constexpr size_t kMaxMetadata = 16;

void PutLength(size_t length, uint8_t* at) {
  for (size_t i = 0; i < kLengthBytes; ++i) at[i] = static_cast<uint8_t>(length >> (24 - 8 * i));
}

size_t GetLength(const uint8_t* at) {
  size_t length = 0;
  for (size_t i = 0; i < kLengthBytes; ++i) length = length << 8 | at[i];
  return length;
}

// Takes length-prefixed fields off the front of `bytes`.
class FieldReader {
 public:
  explicit FieldReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  bool Next(std::span<const uint8_t>* field) {
    if (bytes_.size() < kLengthBytes) return false;
    const size_t length = GetLength(bytes_.data());
    if (bytes_.size() - kLengthBytes < length) return false;
    *field = bytes_.subspan(kLengthBytes, length);
    bytes_ = bytes_.subspan(kLengthBytes + length);
    return true;
  }
  bool Next(std::string* text) {
    std::span<const uint8_t> field;
    if (!Next(&field)) return false;
    text->assign(field.begin(), field.end());
    return true;
  }
  bool Next(SecretBytes* secret) {
    std::span<const uint8_t> field;
    if (!Next(&field)) return false;
    *secret = SecretBytes(field);
    return true;
  }
  bool Next(int64_t* number) {
    std::string text;
    return Next(&text) && absl::SimpleAtoi(text, number);
  }
  bool Next(std::vector<StreamGrant>* grants) {
    int64_t count = 0;
    if (!Next(&count) || count < 0 || count > static_cast<int64_t>(kMaxStreams)) return false;
    grants->resize(static_cast<size_t>(count));
    return std::all_of(grants->begin(), grants->end(), [this](StreamGrant& grant) {
      return Next(&grant.name) && Next(&grant.stream.tenant_id) && Next(&grant.stream.object_id) &&
             Next(&grant.key);
    });
  }
  bool AtEnd() const { return bytes_.empty(); }

 private:
  std::span<const uint8_t> bytes_;
};

// Gathers fields first, so that a secret is copied once, to where it is wiped.
class FieldWriter {
 public:
  void Put(absl::string_view text) {
    fields_.push_back({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  }
  void Put(const SecretBytes& secret) { fields_.push_back(secret.span()); }
  void Put(const std::vector<StreamGrant>& grants, const std::string& count) {
    Put(count);
    for (const StreamGrant& grant : grants) {
      Put(grant.name);
      Put(grant.stream.tenant_id);
      Put(grant.stream.object_id);
      Put(grant.key);
    }
  }
  SecretBytes Finish() const {
    size_t size = 0;
    for (const auto& field : fields_) size += kLengthBytes + field.size();
    SecretBytes bytes(size);
    uint8_t* at = bytes.data();
    for (const auto& field : fields_) {
      PutLength(field.size(), at);
      at = std::copy(field.begin(), field.end(), at + kLengthBytes);
    }
    return bytes;
  }

 private:
  std::vector<std::span<const uint8_t>> fields_;
};

bool IsReasonName(absl::string_view name) {
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

SecretBytes EncodeOrders(const ChildOrders& orders) {
  const std::string memory = absl::StrCat(orders.memory_limit_bytes);
  const std::string inputs = absl::StrCat(orders.inputs.size());
  const std::string outputs = absl::StrCat(orders.outputs.size());
  FieldWriter writer;
  writer.Put(orders.kind);
  writer.Put(orders.params);
  writer.Put(orders.pseudonym_key);
  writer.Put(memory);
  writer.Put(orders.inputs, inputs);
  writer.Put(orders.outputs, outputs);
  return writer.Finish();
}

absl::StatusOr<ChildOrders> DecodeOrders(const SecretBytes& bytes) {
  ChildOrders orders;
  FieldReader reader(bytes.span());
  if (reader.Next(&orders.kind) && reader.Next(&orders.params) &&
      reader.Next(&orders.pseudonym_key) && reader.Next(&orders.memory_limit_bytes) &&
      reader.Next(&orders.inputs) && reader.Next(&orders.outputs) && reader.AtEnd()) {
    return orders;
  }
  return absl::InvalidArgumentError("the job's orders are not complete");
}

std::string EncodeControl(const ControlMessage& message) {
  std::string bytes(kLengthBytes, '\0');
  bytes += static_cast<char>(message.type);
  uint8_t length[kLengthBytes];
  for (const std::string& field : message.fields) {
    PutLength(field.size(), length);
    bytes.append(reinterpret_cast<const char*>(length), kLengthBytes);
    bytes += field;
  }
  PutLength(bytes.size() - kLengthBytes, reinterpret_cast<uint8_t*>(bytes.data()));
  return bytes;
}

absl::StatusOr<bool> ControlParser::Next(ControlMessage* message) {
  const auto* start = reinterpret_cast<const uint8_t*>(buffer_.data()) + at_;
  const size_t have = buffer_.size() - at_;
  if (have < kLengthBytes) return false;
  const size_t length = GetLength(start);
  const absl::Status bad = absl::InvalidArgumentError("the job's child does not speak as ours do");
  if (length < 1 || length > kMaxControlBytes) return bad;
  if (have - kLengthBytes < length) return false;
  message->type = static_cast<ControlType>(start[kLengthBytes]);
  message->fields.clear();
  FieldReader reader({start + kLengthBytes + 1, length - 1});
  std::string field;
  while (!reader.AtEnd()) {
    if (!reader.Next(&field)) return bad;
    message->fields.push_back(std::move(field));
  }
  at_ += kLengthBytes + length;
  if (at_ == buffer_.size()) {
    buffer_.clear();
    at_ = 0;
  }
  return true;
}

ControlMessage ErrorMessage(const absl::Status& status) {
  const Reason reason = ReasonOf(status);
  ControlMessage message{ControlType::kError,
                         {absl::StrCat(static_cast<int>(status.code())), reason.name,
                          reason.message, reason.message_ja}};
  for (const auto& [key, value] : reason.metadata) {
    message.fields.push_back(key);
    message.fields.push_back(value);
  }
  return message;
}

absl::Status StatusOf(const ControlMessage& message) {
  int code = 0;
  const std::vector<std::string>& fields = message.fields;
  const bool sound = fields.size() >= 4 && absl::SimpleAtoi(fields[0], &code) && code >= 1 &&
                     code <= 16 && IsReasonName(fields[1]);
  if (!sound) return absl::InternalError("the job's child reported an error that cannot be read");
  Reason reason{
      fields[1], fields[2].substr(0, kMaxMessageText), fields[3].substr(0, kMaxMessageText), {}};
  for (size_t i = 4; i + 1 < fields.size() && reason.metadata.size() < kMaxMetadata; i += 2) {
    reason.metadata[fields[i].substr(0, 64)] = fields[i + 1].substr(0, kMaxMessageText);
  }
  return ReasonedError(static_cast<absl::StatusCode>(code), reason);
}

}  // namespace oboro::platform
