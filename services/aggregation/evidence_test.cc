#include "services/aggregation/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "services/aggregation/csv_export.h"
#include "services/platform/base/status_matchers.h"
#include "services/platform/keys/testing/fake_key_manager.h"

namespace oboro::aggregation {
namespace {

using platform::HasReason;
using platform::TenantContext;
using verification::v1::TIER_INTERNAL;
using verification::v1::TIER_JOINT;
using verification::v1::TIER_PUBLIC;

class EvidenceTest : public ::testing::Test {
 protected:
  EvidenceTest()
      : tenant_(
            TenantContext::MakeResolved("ta", "082201", 250000, platform::TenantState::kActive)) {
    EXPECT_TRUE(keys_.CreateTenantKeys(tenant_, 1).ok());
    public_key_ = *keys_.PublicKey(tenant_, 1);
    abstraction_.set_name("tenants/ta/abstractions/one");
    abstraction_.set_object_digest(std::string(32, '\x5a'));
    document_ = {{"name", "tenants/ta/verdicts/v"},
                 {"abstraction", abstraction_.name()},
                 {"object_digest", absl::BytesToHexString(abstraction_.object_digest())},
                 {"policy", "tenants/ta/policies/default"},
                 {"policy_version", 3},
                 {"policy_digest", std::string(64, 'a')},
                 {"tiers",
                  {{{"tier", "INTERNAL"}, {"outcome", "WARN"}, {"rules", nlohmann::json::array()}},
                   {{"tier", "JOINT"}, {"outcome", "PASS"}, {"rules", nlohmann::json::array()}},
                   {{"tier", "PUBLIC"},
                    {"outcome", "REFUSE"},
                    {"rules",
                     {{{"rule", "K_ANONYMITY"}, {"outcome", "REFUSE"}},
                      {{"rule", "UNIQUES"}, {"outcome", "PASS"}}}}}}}};
  }

  verification::v1::Verdict Signed() {
    verification::v1::Verdict verdict;
    verdict.set_name("tenants/ta/verdicts/v");
    verdict.set_document(document_.dump());
    verdict.set_signature(keys_.Sign(tenant_, 1, verdict.document())->bytes);
    return verdict;
  }

  absl::Status Check(const verification::v1::Verdict& verdict, verification::v1::Tier tier) {
    return CheckEvidence(verdict, abstraction_, tier, public_key_).status();
  }

  TenantContext tenant_;
  platform::FakeKeyManager keys_;
  std::string public_key_;
  abstraction::v1::Abstraction abstraction_;
  nlohmann::json document_;
};

TEST_F(EvidenceTest, AWarningLetsTheInternalTierPass) {
  EXPECT_OK(Check(Signed(), TIER_INTERNAL));
  ASSERT_OK_AND_ASSIGN(const SignedPolicy policy,
                       CheckEvidence(Signed(), abstraction_, TIER_INTERNAL, public_key_));
  EXPECT_EQ(policy.name, "tenants/ta/policies/default");
  EXPECT_EQ(policy.version, 3);
  EXPECT_EQ(policy.digest, std::string(32, '\xaa'));
}

TEST_F(EvidenceTest, ARefusingTierNamesItsRules) {
  const absl::Status refused = Check(Signed(), TIER_PUBLIC);
  EXPECT_THAT(refused, HasReason("VERDICT_REFUSES"));
  EXPECT_EQ(platform::ReasonOf(refused).metadata.at("rules"), "K_ANONYMITY");
}

TEST_F(EvidenceTest, TheJointTierIsForJointStatistics) {
  EXPECT_TRUE(Check(Signed(), TIER_JOINT).ok());
}

TEST_F(EvidenceTest, ATierThatThePolicyDoesNotNameIsRefused) {
  document_["tiers"].erase(0);
  EXPECT_THAT(Check(Signed(), TIER_INTERNAL), HasReason("TIER_NOT_IN_POLICY"));
}

TEST_F(EvidenceTest, AnyByteChangedAfterSigningIsRefused) {
  const verification::v1::Verdict good = Signed();
  for (size_t at = 0; at < good.document().size(); ++at) {
    verification::v1::Verdict changed = good;
    (*changed.mutable_document())[at] ^= 1;
    EXPECT_THAT(Check(changed, TIER_INTERNAL), HasReason("VERDICT_INVALID")) << at;
  }
  verification::v1::Verdict unsigned_verdict = good;
  unsigned_verdict.clear_signature();
  EXPECT_THAT(Check(unsigned_verdict, TIER_INTERNAL), HasReason("VERDICT_INVALID"));
}

TEST_F(EvidenceTest, AVerdictAboutOtherBytesIsRefused) {
  const verification::v1::Verdict verdict = Signed();
  abstraction_.set_object_digest(std::string(32, '\x5b'));
  EXPECT_THAT(Check(verdict, TIER_INTERNAL), HasReason("VERDICT_INVALID"));
}

TEST_F(EvidenceTest, AVerdictOfAnotherAbstractionIsRefused) {
  const verification::v1::Verdict verdict = Signed();
  abstraction_.set_name("tenants/ta/abstractions/two");
  EXPECT_THAT(Check(verdict, TIER_INTERNAL), HasReason("VERDICT_INVALID"));
}

TEST(CsvExportTest, OneMarkForEverySuppressedCellAndNoValueBesideIt) {
  Detail row;
  row.dimensions = {{"町字", {}, {"吾妻,一丁目", "森\"の里", "計"}, {2, 2, -1}}};
  const std::vector<StoredCell> cells = {
      {{0}, 12, "VALUE"}, {{1}, {}, "SUPPRESSED_PRIMARY"}, {{2}, {}, "SUPPRESSED_SECONDARY"}};
  std::string csv;
  ASSERT_OK(WriteCsv(row, cells, civic::Encoding::kUtf8Bom, [&](absl::string_view bytes) {
    csv.append(bytes.data(), bytes.size());
    return absl::OkStatus();
  }));
  EXPECT_EQ(
      csv,
      "\xEF\xBB\xBF町字,value,status\r\n\"吾妻,一丁目\",12,\r\n\"森\"\"の里\",,X\r\n計,,X\r\n");
}

}  // namespace
}  // namespace oboro::aggregation
