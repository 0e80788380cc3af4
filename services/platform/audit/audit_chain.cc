#include "services/platform/audit/audit_chain.h"

#include <openssl/sha.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/platform/keys/aes_gcm.h"
#include "services/platform/keys/key_manager.h"

namespace oboro::platform {
namespace {

void AppendNumber(int64_t value, std::string* out) {
  AppendLengthPrefixed(BigEndian64(static_cast<uint64_t>(value)), out);
}

}  // namespace

std::string CanonicalEventBytes(absl::string_view tenant_id, const ChainedEvent& event) {
  std::string bytes;
  AppendLengthPrefixed("oboro-audit-event-1", &bytes);
  AppendLengthPrefixed(tenant_id, &bytes);
  AppendNumber(event.sequence, &bytes);
  AppendNumber(absl::ToUnixMicros(event.time), &bytes);
  AppendLengthPrefixed(event.actor, &bytes);
  AppendLengthPrefixed(event.action, &bytes);
  AppendLengthPrefixed(event.resource, &bytes);
  AppendLengthPrefixed(event.outcome, &bytes);
  AppendLengthPrefixed(event.detail_json, &bytes);
  AppendLengthPrefixed(event.previous_hash, &bytes);
  return bytes;
}

std::string CanonicalHeadBytes(absl::string_view tenant_id, const ChainHead& head) {
  std::string bytes;
  AppendLengthPrefixed("oboro-audit-head-1", &bytes);
  AppendLengthPrefixed(tenant_id, &bytes);
  AppendNumber(head.sequence, &bytes);
  AppendLengthPrefixed(head.hash, &bytes);
  AppendNumber(absl::ToUnixMicros(head.time), &bytes);
  AppendNumber(head.key_version, &bytes);
  return bytes;
}

std::string EventHash(absl::string_view tenant_id, const ChainedEvent& event) {
  const std::string bytes = CanonicalEventBytes(tenant_id, event);
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

std::string GenesisHash() { return std::string(SHA256_DIGEST_LENGTH, '\0'); }

ChainVerifier::ChainVerifier(std::string tenant_id, std::vector<ChainHead> heads,
                             PublicKeys public_keys)
    : tenant_id_(std::move(tenant_id)), heads_(std::move(heads)), last_hash_(GenesisHash()) {
  std::stable_sort(heads_.begin(), heads_.end(),
                   [](const ChainHead& a, const ChainHead& b) { return a.sequence < b.sequence; });
  for (const ChainHead& head : heads_) {
    ++report_.heads;
    const auto key = public_keys(head.key_version);
    if (!key.ok()) {
      Fault(head.sequence, absl::StrCat("the head of event ", head.sequence,
                                        " names a signing key that does not exist"));
    } else if (!VerifySignature(*key, CanonicalHeadBytes(tenant_id_, head), head.signature).ok()) {
      Fault(head.sequence,
            absl::StrCat("the signature of the head of event ", head.sequence, " is not valid"));
    }
  }
}

void ChainVerifier::Fault(int64_t sequence, std::string what) {
  // The first fault is told: what follows it follows from it.
  if (!report_.valid()) return;
  report_.fault = std::move(what);
  report_.fault_sequence = sequence;
}

void ChainVerifier::Add(const ChainedEvent& event) {
  ++report_.events;
  if (!report_.valid()) return;
  const int64_t expected = last_sequence_ + 1;
  if (event.sequence != expected) {
    return Fault(expected, absl::StrCat("event ", expected, " is missing: event ", event.sequence,
                                        " stands in its place"));
  }
  if (event.previous_hash != last_hash_) {
    return Fault(expected, absl::StrCat("event ", expected, " does not follow the one before it"));
  }
  if (event.hash != EventHash(tenant_id_, event)) {
    return Fault(expected, absl::StrCat("event ", expected, " is not as it was written"));
  }
  last_sequence_ = event.sequence;
  last_hash_ = event.hash;
  for (; next_head_ < heads_.size() && heads_[next_head_].sequence <= last_sequence_;
       ++next_head_) {
    const ChainHead& head = heads_[next_head_];
    if (head.sequence != last_sequence_ || head.hash != last_hash_) {
      Fault(head.sequence, absl::StrCat("event ", head.sequence,
                                        " is not the one whose hash was signed: the chain was "
                                        "rewritten"));
    }
  }
}

ChainReport ChainVerifier::Finish(const std::optional<Current>& current) {
  if (!report_.valid()) return report_;
  if (next_head_ < heads_.size()) {
    Fault(last_sequence_ + 1,
          absl::StrCat("the chain ends at event ", last_sequence_, ", but a head of event ",
                       heads_.back().sequence, " was signed: the end was cut off"));
  }
  if (current.has_value()) {
    if (current->sequence != last_sequence_) {
      Fault(std::min(current->sequence, last_sequence_) + 1,
            absl::StrCat("the chain ends at event ", last_sequence_, ", its head row says ",
                         current->sequence));
    } else if (current->hash != last_hash_) {
      Fault(last_sequence_, "the last event is not the one that the head row names");
    }
  }
  return report_;
}

}  // namespace oboro::platform
