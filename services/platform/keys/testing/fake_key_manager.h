#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "services/platform/keys/key_manager.h"

namespace oboro::platform {

// A KeyManager without a token, for unit tests of what stands on one: the same rules, the same
// format of wrapped keys, keys in memory.
class FakeKeyManager final : public KeyManager {
 public:
  FakeKeyManager();
  ~FakeKeyManager() override;
  absl::Status CreateTenantKeys(const TenantContext& tenant, int version) override;
  absl::Status DestroyTenantKeys(const TenantContext& tenant, int version) override;
  absl::StatusOr<SecretBytes> GenerateSecret() override;
  absl::StatusOr<WrappedKey> Wrap(const TenantContext& tenant, int kek_version, KeyPurpose purpose,
                                  absl::string_view object_id, const SecretBytes& secret) override;
  absl::StatusOr<SecretBytes> Unwrap(const TenantContext& tenant, KeyPurpose purpose,
                                     absl::string_view object_id,
                                     const WrappedKey& wrapped) override;
  absl::StatusOr<Signature> Sign(const TenantContext& tenant, int version,
                                 absl::string_view message) override;
  absl::StatusOr<std::string> PublicKey(const TenantContext& tenant, int version) override;

 private:
  struct TenantKeys;
  absl::StatusOr<TenantKeys*> Find(const TenantContext& tenant, int version);

  std::mutex mutex_;
  std::map<std::pair<std::string, int>, std::unique_ptr<TenantKeys>> keys_;
};

}  // namespace oboro::platform
