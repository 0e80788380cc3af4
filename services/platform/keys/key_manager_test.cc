#include "services/platform/keys/key_manager.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "services/platform/base/status_matchers.h"
#include "services/platform/keys/testing/fake_key_manager.h"
#include "services/platform/keys/testing/soft_token.h"

// What every KeyManager does: run on SoftHSM and on the fake.
namespace oboro::platform {
namespace {

TenantContext Tenant(const std::string& id, TenantState state = TenantState::kActive) {
  return TenantContext::MakeResolved(id, "082201", 260000, state);
}

std::string Text(const SecretBytes& secret) {
  return std::string(secret.span().begin(), secret.span().end());
}

class KeyManagerTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      ASSERT_OK_AND_ASSIGN(token_, SoftToken::Make());
      ASSERT_OK_AND_ASSIGN(keys_, OpenPkcs11(token_->options()));
    } else {
      keys_ = std::make_unique<FakeKeyManager>();
    }
    ASSERT_OK(keys_->CreateTenantKeys(a_, 1));
    ASSERT_OK(keys_->CreateTenantKeys(b_, 1));
  }
  absl::StatusOr<SecretBytes> Unwrap(const TenantContext& tenant, KeyPurpose purpose,
                                     const std::string& object, const WrappedKey& wrapped) {
    return keys_->Unwrap(tenant, purpose, object, wrapped);
  }

  std::unique_ptr<SoftToken> token_;
  std::unique_ptr<KeyManager> keys_;
  const TenantContext a_ = Tenant("tsukuba");
  const TenantContext b_ = Tenant("hamamatsu");
};

INSTANTIATE_TEST_SUITE_P(SoftHsm, KeyManagerTest, ::testing::Values(true));
INSTANTIATE_TEST_SUITE_P(Fake, KeyManagerTest, ::testing::Values(false));

TEST_P(KeyManagerTest, SecretsAreOf32BytesAndDiffer) {
  std::set<std::string> seen;
  for (int i = 0; i < 50; ++i) {
    ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys_->GenerateSecret());
    EXPECT_EQ(secret.size(), 32u);
    EXPECT_TRUE(seen.insert(Text(secret)).second);
  }
}

TEST_P(KeyManagerTest, UnwrapsWhatItWrapped) {
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys_->GenerateSecret());
  ASSERT_OK_AND_ASSIGN(const WrappedKey wrapped,
                       keys_->Wrap(a_, 1, KeyPurpose::kDataKey, "object", secret));
  EXPECT_EQ(wrapped.kek_version, 1);
  EXPECT_EQ(wrapped.bytes.size(), 12u + 32u + 16u);
  EXPECT_EQ(wrapped.bytes.find(Text(secret)), std::string::npos);
  ASSERT_OK_AND_ASSIGN(const SecretBytes back, Unwrap(a_, KeyPurpose::kDataKey, "object", wrapped));
  EXPECT_EQ(Text(back), Text(secret));
  ASSERT_OK_AND_ASSIGN(const WrappedKey again,
                       keys_->Wrap(a_, 1, KeyPurpose::kDataKey, "object", secret));
  EXPECT_NE(again.bytes, wrapped.bytes) << "nonces are fresh";
}

TEST_P(KeyManagerTest, AWrappedKeyServesItsTenantPurposeObjectAndVersionOnly) {
  ASSERT_OK(keys_->CreateTenantKeys(a_, 2));
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys_->GenerateSecret());
  ASSERT_OK_AND_ASSIGN(WrappedKey wrapped,
                       keys_->Wrap(a_, 1, KeyPurpose::kDataKey, "object", secret));
  EXPECT_THAT(Unwrap(b_, KeyPurpose::kDataKey, "object", wrapped), HasReason("KEY_UNWRAP_FAILED"));
  EXPECT_THAT(Unwrap(a_, KeyPurpose::kPseudonym, "object", wrapped),
              HasReason("KEY_UNWRAP_FAILED"));
  EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "objects", wrapped), HasReason("KEY_UNWRAP_FAILED"));
  wrapped.kek_version = 2;
  EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "object", wrapped), HasReason("KEY_UNWRAP_FAILED"));
  wrapped.kek_version = 3;
  EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "object", wrapped), HasReason("KEY_DESTROYED"));
  wrapped.kek_version = 1;
  EXPECT_OK(Unwrap(a_, KeyPurpose::kDataKey, "object", wrapped));
}

TEST_P(KeyManagerTest, RefusesEveryChangedByteAndCut) {
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys_->GenerateSecret());
  ASSERT_OK_AND_ASSIGN(const WrappedKey wrapped,
                       keys_->Wrap(a_, 1, KeyPurpose::kDataKey, "object", secret));
  for (size_t i = 0; i < wrapped.bytes.size(); ++i) {
    WrappedKey changed = wrapped;
    changed.bytes[i] ^= 0x40;
    EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "object", changed),
                HasReason("KEY_UNWRAP_FAILED"));
    changed.bytes = wrapped.bytes.substr(0, i);
    EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "object", changed),
                HasReason("KEY_UNWRAP_FAILED"));
  }
  WrappedKey longer = wrapped;
  longer.bytes += '\0';
  EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "object", longer), HasReason("KEY_UNWRAP_FAILED"));
  EXPECT_OK(Unwrap(a_, KeyPurpose::kDataKey, "object", wrapped)) << "and goes on working";
}

TEST_P(KeyManagerTest, OnlyActiveTenantsUseTheirSecrets) {
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys_->GenerateSecret());
  ASSERT_OK_AND_ASSIGN(const WrappedKey wrapped,
                       keys_->Wrap(a_, 1, KeyPurpose::kDataKey, "object", secret));
  const std::pair<TenantState, const char*> cases[] = {
      {TenantState::kSuspended, "TENANT_SUSPENDED"},
      {TenantState::kSealed, "TENANT_SEALED"},
      {TenantState::kShredded, "TENANT_SHREDDED"}};
  for (const auto& [state, reason] : cases) {
    const TenantContext tenant = Tenant("tsukuba", state);
    EXPECT_THAT(Unwrap(tenant, KeyPurpose::kDataKey, "object", wrapped), HasReason(reason));
    EXPECT_THAT(keys_->Wrap(tenant, 1, KeyPurpose::kDataKey, "object", secret), HasReason(reason));
    EXPECT_THAT(keys_->CreateTenantKeys(tenant, 9), HasReason(reason));
    EXPECT_EQ(keys_->Sign(tenant, 1, "audit head").ok(), state != TenantState::kShredded);
  }
}

TEST_P(KeyManagerTest, SignsSoThatThePublicKeyVerifies) {
  ASSERT_OK_AND_ASSIGN(const std::string key_a, keys_->PublicKey(a_, 1));
  ASSERT_OK_AND_ASSIGN(const std::string key_b, keys_->PublicKey(b_, 1));
  EXPECT_NE(key_a, key_b);
  for (const std::string& message :
       {std::string(), std::string("verdict"), std::string(5000, 'x')}) {
    ASSERT_OK_AND_ASSIGN(const Signature signature, keys_->Sign(a_, 1, message));
    EXPECT_EQ(signature.key_version, 1);
    EXPECT_EQ(signature.bytes.size(), 64u);
    EXPECT_OK(VerifySignature(key_a, message, signature.bytes));
    EXPECT_THAT(VerifySignature(key_b, message, signature.bytes), HasReason("SIGNATURE_INVALID"));
    EXPECT_THAT(VerifySignature(key_a, message + "!", signature.bytes),
                HasReason("SIGNATURE_INVALID"));
    for (size_t i = 0; i < 64; ++i) {
      std::string changed = signature.bytes;
      changed[i] ^= 1;
      EXPECT_THAT(VerifySignature(key_a, message, changed), HasReason("SIGNATURE_INVALID"));
    }
    EXPECT_THAT(VerifySignature(key_a, message, signature.bytes.substr(1)),
                HasReason("SIGNATURE_INVALID"));
  }
  EXPECT_FALSE(VerifySignature(key_a.substr(1), "", std::string(64, '\1')).ok());
  EXPECT_FALSE(VerifySignature(key_a + "x", "", std::string(64, '\1')).ok());
}

TEST_P(KeyManagerTest, KeysAreMadeOnceAndDestroyedForGood) {
  EXPECT_THAT(keys_->CreateTenantKeys(a_, 1), HasReason("KEY_EXISTS"));
  ASSERT_OK_AND_ASSIGN(const SecretBytes secret, keys_->GenerateSecret());
  ASSERT_OK_AND_ASSIGN(const WrappedKey of_a,
                       keys_->Wrap(a_, 1, KeyPurpose::kDataKey, "object", secret));
  ASSERT_OK_AND_ASSIGN(const WrappedKey of_b,
                       keys_->Wrap(b_, 1, KeyPurpose::kDataKey, "object", secret));
  ASSERT_OK(keys_->DestroyTenantKeys(a_, 1));
  ASSERT_OK(keys_->DestroyTenantKeys(a_, 1));
  EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "object", of_a), HasReason("KEY_DESTROYED"));
  EXPECT_THAT(keys_->Sign(a_, 1, "x"), HasReason("KEY_DESTROYED"));
  EXPECT_THAT(keys_->PublicKey(a_, 1), HasReason("KEY_DESTROYED"));
  ASSERT_OK(keys_->CreateTenantKeys(a_, 1));
  EXPECT_THAT(Unwrap(a_, KeyPurpose::kDataKey, "object", of_a), HasReason("KEY_UNWRAP_FAILED"));
  EXPECT_OK(Unwrap(b_, KeyPurpose::kDataKey, "object", of_b)) << "the other tenant is untouched";
}

TEST_P(KeyManagerTest, ManyThreadsShareAFewSessions) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      const TenantContext& tenant = t % 2 == 0 ? a_ : b_;
      for (int i = 0; i < 50; ++i) {
        const std::string object = "o" + std::to_string(t) + "-" + std::to_string(i);
        auto secret = keys_->GenerateSecret();
        ASSERT_OK(secret);
        auto wrapped = keys_->Wrap(tenant, 1, KeyPurpose::kDataKey, object, *secret);
        ASSERT_OK(wrapped);
        auto back = Unwrap(tenant, KeyPurpose::kDataKey, object, *wrapped);
        ASSERT_OK(back);
        EXPECT_EQ(Text(*back), Text(*secret));
        EXPECT_OK(keys_->Sign(tenant, 1, object));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace oboro::platform
