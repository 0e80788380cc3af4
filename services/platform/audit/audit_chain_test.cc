#include "services/platform/audit/audit_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <memory>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

constexpr char kTenant[] = "tsukuba";

// A P-256 key in software that signs as the token does.
class Signer {
 public:
  Signer() : key_(EVP_EC_gen("P-256"), EVP_PKEY_free) {}

  std::string Sign(const std::string& message) const {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, key_.get());
    unsigned char der[128];
    size_t size = sizeof der;
    const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
    EXPECT_EQ(EVP_DigestSign(context, der, &size, bytes, message.size()), 1);
    EVP_MD_CTX_free(context);
    const unsigned char* cursor = der;
    ECDSA_SIG* signature = d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(size));
    std::string raw(64, '\0');
    BN_bn2binpad(ECDSA_SIG_get0_r(signature), reinterpret_cast<unsigned char*>(raw.data()), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(signature), reinterpret_cast<unsigned char*>(raw.data()) + 32,
                 32);
    ECDSA_SIG_free(signature);
    return raw;
  }

  std::string PublicKey() const {
    unsigned char* der = nullptr;
    const int size = i2d_PUBKEY(key_.get(), &der);
    std::string bytes(reinterpret_cast<char*>(der), size);
    OPENSSL_free(der);
    return bytes;
  }

 private:
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

const Signer& TheSigner() {
  static const Signer* signer = new Signer;
  return *signer;
}

// Everything an auditor holds: the rows, the stored heads, the head row, a head exported earlier.
struct Chain {
  std::vector<ChainedEvent> events;
  std::vector<ChainHead> heads;
  ChainVerifier::Current current;
  std::optional<ChainHead> exported;
};

ChainHead HeadAt(const Chain& chain, int64_t sequence) {
  ChainHead head;
  head.sequence = sequence;
  head.hash = chain.events[sequence - 1].hash;
  head.time = absl::FromUnixMicros(1795000000000000 + sequence);
  head.key_version = 1;
  head.signature = TheSigner().Sign(CanonicalHeadBytes(kTenant, head));
  return head;
}

// Links and hashes the events from `first` on again, as somebody with write access would.
void Rechain(Chain* chain, size_t first) {
  for (size_t i = first; i < chain->events.size(); ++i) {
    chain->events[i].sequence = static_cast<int64_t>(i) + 1;
    chain->events[i].previous_hash = i == 0 ? GenesisHash() : chain->events[i - 1].hash;
    chain->events[i].hash = EventHash(kTenant, chain->events[i]);
  }
  chain->current = {static_cast<int64_t>(chain->events.size()),
                    chain->events.empty() ? GenesisHash() : chain->events.back().hash};
}

ChainedEvent Event(int64_t number) {
  ChainedEvent event;
  event.time = absl::FromUnixMicros(1795000000000000 + number * 1001);
  event.actor = number % 3 == 0 ? "service:upload" : absl::StrCat("user:https://op#", number % 7);
  event.action = number % 2 == 0 ? "SNAPSHOT_CREATED" : "STATISTIC_READ";
  event.resource = absl::StrCat("tenants/tsukuba/statistics/s", number);
  event.outcome = number % 5 == 0 ? "REFUSED" : "OK";
  event.detail_json = absl::StrCat("{\"cells\":", number, "}");
  return event;
}

Chain MakeChain(int events, int head_every) {
  Chain chain;
  for (int i = 1; i <= events; ++i) chain.events.push_back(Event(i));
  Rechain(&chain, 0);
  for (int i = head_every; i <= events; i += head_every) chain.heads.push_back(HeadAt(chain, i));
  chain.exported = HeadAt(chain, events);
  return chain;
}

ChainReport Verify(const Chain& chain) {
  std::vector<ChainHead> heads = chain.heads;
  if (chain.exported.has_value()) heads.push_back(*chain.exported);
  ChainVerifier verifier(kTenant, heads, [](int version) -> absl::StatusOr<std::string> {
    if (version != 1) return NotFoundError();
    return TheSigner().PublicKey();
  });
  for (const ChainedEvent& event : chain.events) verifier.Add(event);
  return verifier.Finish(chain.current);
}

TEST(AuditChainTest, CanonicalBytesAreThoseOfTheDocument) {
  ChainedEvent event;
  event.sequence = 1;
  event.time = absl::FromUnixMicros(1795219200000001);
  event.actor = "service:upload";
  event.action = "SNAPSHOT_CREATED";
  event.resource = "tenants/t";
  event.outcome = "OK";
  event.detail_json = "{}";
  event.previous_hash = GenesisHash();
  EXPECT_EQ(absl::BytesToHexString(CanonicalEventBytes("t", event)),
            "000000136f626f726f2d61756469742d6576656e742d31"  // oboro-audit-event-1
            "0000000174"                                      // t
            "000000080000000000000001"                        // 1
            "00000008000660be0ab5c001"                        // 2026-11-21T00:00:00.000001Z
            "0000000e736572766963653a75706c6f6164"            // service:upload
            "00000010534e415053484f545f43524541544544"        // SNAPSHOT_CREATED
            "0000000974656e616e74732f74"                      // tenants/t
            "000000024f4b"                                    // OK
            "000000027b7d"                                    // {}
            "00000020" +
                std::string(64, '0'));
  ChainHead head;
  head.sequence = 1;
  head.hash = std::string(32, '\x11');
  head.time = event.time;
  head.key_version = 2;
  EXPECT_EQ(absl::BytesToHexString(CanonicalHeadBytes("t", head)),
            "000000126f626f726f2d61756469742d686561642d31"  // oboro-audit-head-1
            "0000000174000000080000000000000001"
            "00000020" +
                std::string(64, '1') +
                "00000008000660be0ab5c001"
                "000000080000000000000002");
}

TEST(AuditChainTest, AWholeChainIsValid) {
  const ChainReport report = Verify(MakeChain(300, 25));
  EXPECT_EQ(report.fault, "");
  EXPECT_EQ(report.events, 300);
  EXPECT_EQ(report.heads, 13);
  EXPECT_EQ(Verify(Chain{{}, {}, {0, GenesisHash()}, std::nullopt}).fault, "");
}

TEST(AuditChainTest, EventsAfterTheExportedHeadAreFine) {
  Chain chain = MakeChain(40, 20);
  for (int i = 41; i <= 50; ++i) chain.events.push_back(Event(i));
  Rechain(&chain, 40);
  EXPECT_EQ(Verify(chain).fault, "");
}

TEST(AuditChainTest, AnotherTenantsChainIsNotThisOnes) {
  const Chain chain = MakeChain(10, 5);
  ChainVerifier verifier("hamamatsu", {}, [](int) { return TheSigner().PublicKey(); });
  for (const ChainedEvent& event : chain.events) verifier.Add(event);
  EXPECT_EQ(verifier.Finish(std::nullopt).fault_sequence, 1);
}

// Changes some text to another one.
void Change(std::string* text, std::mt19937_64& random) {
  switch (text->empty() ? 0 : random() % 3) {
    case 0:
      text->insert(text->begin() + static_cast<long>(random() % (text->size() + 1)), 'x');
      break;
    case 1:
      text->erase(random() % text->size(), 1);
      break;
    default:
      (*text)[random() % text->size()] ^= static_cast<char>(1 + random() % 127);
  }
}

void ChangeField(ChainedEvent* event, std::mt19937_64& random) {
  const int field = static_cast<int>(random() % 9);
  if (field == 0) event->sequence += 1 + static_cast<int64_t>(random() % 5);
  if (field == 1) event->time += absl::Microseconds(1 + static_cast<int64_t>(random() % 100000));
  std::string* const texts[] = {&event->actor,   &event->action,      &event->resource,
                                &event->outcome, &event->detail_json, &event->previous_hash,
                                &event->hash};
  if (field >= 2) Change(texts[field - 2], random);
}

void ChangeHead(ChainHead* head, std::mt19937_64& random) {
  switch (random() % 5) {
    case 0:
      head->sequence += 1;
      break;
    case 1:
      Change(&head->hash, random);
      break;
    case 2:
      head->time += absl::Microseconds(1);
      break;
    case 3:
      Change(&head->signature, random);
      break;
    default:
      head->key_version += 1;
  }
}

// Cuts events off the end, with the heads that name them and the head row, as if they never were:
// only the exported head knows better.
void CutWithoutTrace(Chain* chain, std::mt19937_64& random) {
  const size_t keep = random() % chain->events.size();
  chain->events.resize(keep);
  Rechain(chain, keep);
  std::erase_if(chain->heads,
                [&](const ChainHead& head) { return head.sequence > static_cast<int64_t>(keep); });
}

std::string Mutate(Chain* chain, std::mt19937_64& random) {
  const size_t size = chain->events.size();
  const size_t at = random() % size;
  const auto position = chain->events.begin() + static_cast<long>(at);
  // Half of all changes are followed by linking and hashing everything after them again.
  const bool rechain = random() % 2 == 0;
  std::string what;
  switch (random() % 7) {
    case 0:
    case 1: {
      const std::string before = CanonicalEventBytes(kTenant, *position) + position->hash;
      ChangeField(&*position, random);
      // Links and hashes are what linking again mends; then nothing was changed at all.
      if (rechain) Rechain(chain, at);
      if (CanonicalEventBytes(kTenant, *position) + position->hash == before) {
        Change(&position->actor, random);
        if (rechain) Rechain(chain, at);
      }
      return absl::StrCat("changed event ", at + 1);
    }
    case 2:
      chain->events.erase(position);
      what = absl::StrCat("removed event ", at + 1);
      break;
    case 3:
      chain->events.insert(position, random() % 2 == 0 ? *position : Event(1000000));
      what = absl::StrCat("added before event ", at + 1);
      break;
    case 4: {
      const size_t other = (at + 1 + random() % (size - 1)) % size;
      std::swap(chain->events[at], chain->events[other]);
      if (rechain) Rechain(chain, std::min(at, other));
      return absl::StrCat("swapped events ", at + 1, " and ", other + 1);
    }
    case 5:
      if (rechain) {
        CutWithoutTrace(chain, random);
        return "cut without a trace";
      }
      chain->events.resize(at);
      return absl::StrCat("cut after event ", at);
    default:
      ChangeHead(&chain->heads[random() % chain->heads.size()], random);
      return "changed a head";
  }
  if (rechain) Rechain(chain, at);
  return what;
}

TEST(AuditChainTest, FindsEachOfAThousandMutations) {
  const Chain whole = MakeChain(120, 20);
  ASSERT_EQ(Verify(whole).fault, "");
  int found = 0;
  for (int seed = 1; seed <= 1000; ++seed) {
    std::mt19937_64 random(seed);
    Chain chain = whole;
    const std::string what = Mutate(&chain, random);
    const ChainReport report = Verify(chain);
    EXPECT_FALSE(report.valid()) << "seed " << seed << ": " << what;
    if (!report.valid()) ++found;
  }
  std::cout << "mutations found: " << found << " of 1000\n";
  EXPECT_EQ(found, 1000);
}

// Without the head that somebody kept elsewhere a cut that takes the stored heads along cannot
// show: the reason for ExportHead, stated so that nobody promises more.
TEST(AuditChainTest, OnlyAHeadKeptElsewhereShowsACompleteCut) {
  Chain chain = MakeChain(40, 20);
  chain.events.resize(30);
  chain.heads.resize(1);
  Rechain(&chain, 30);
  EXPECT_FALSE(Verify(chain).valid());
  chain.exported.reset();
  EXPECT_TRUE(Verify(chain).valid());
}

}  // namespace
}  // namespace oboro::platform
