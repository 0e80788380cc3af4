#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// The chain itself, without a database: canonical bytes (docs/audit.md), hashes, verification. Used
// by the service over its rows and by `oboro audit verify` over exported JSON lines.
namespace oboro::platform {

// An event as it stands in the chain.
struct ChainedEvent {
  int64_t sequence = 0;  // 1, 2, 3 ... without gaps.
  absl::Time time;       // To the microsecond.
  std::string actor;
  std::string action;
  std::string resource;
  std::string outcome;
  std::string detail_json;    // Canonical JSON, hashed as these very bytes.
  std::string previous_hash;  // 32 bytes; zeros for the first.
  std::string hash;           // 32 bytes.
};

// A head of the chain, signed.
struct ChainHead {
  int64_t sequence = 0;
  std::string hash;
  absl::Time time;
  std::string signature;  // r || s, 64 bytes.
  int key_version = 0;
};

// What is hashed and what is signed.
std::string CanonicalEventBytes(absl::string_view tenant_id, const ChainedEvent& event);
std::string CanonicalHeadBytes(absl::string_view tenant_id, const ChainHead& head);
// SHA-256 of CanonicalEventBytes.
std::string EventHash(absl::string_view tenant_id, const ChainedEvent& event);
// 32 zero bytes: what comes before the first event.
std::string GenesisHash();

// What a check found; `fault` is empty when the chain is whole.
struct ChainReport {
  int64_t events = 0;
  int64_t heads = 0;
  std::string fault;           // English: what, at which number.
  int64_t fault_sequence = 0;  // Where the chain breaks.
  bool valid() const { return fault.empty(); }
};

// Checks a chain in one pass: feed every event in order, then Finish. O(1) memory but for the
// heads.
class ChainVerifier {
 public:
  // The public key (SubjectPublicKeyInfo, DER) of a signing key's version; an error when there is
  // none.
  using PublicKeys = std::function<absl::StatusOr<std::string>(int key_version)>;

  // `heads` in any order: those stored beside the chain and any exported earlier and kept
  // elsewhere, without which a cut together with its heads cannot show.
  ChainVerifier(std::string tenant_id, std::vector<ChainHead> heads, PublicKeys public_keys);

  // The next event as it was read. After a fault the rest is only counted.
  void Add(const ChainedEvent& event);

  // Ends the chain; `current`, where known, is what the database holds as its head and must be the
  // last event.
  struct Current {
    int64_t sequence = 0;
    std::string hash;
  };
  ChainReport Finish(const std::optional<Current>& current);

 private:
  void Fault(int64_t sequence, std::string what);

  std::string tenant_id_;
  std::vector<ChainHead> heads_;
  size_t next_head_ = 0;
  int64_t last_sequence_ = 0;
  std::string last_hash_;
  ChainReport report_;
};

}  // namespace oboro::platform
