#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "services/platform/keys/key_manager.h"
#include "services/platform/keys/pkcs11_module.h"

namespace oboro::platform {

// A private SoftHSM token in a temporary folder that goes with it. Sets SOFTHSM2_CONF for this
// process: one at a time (SoftHSM reads it when the module is initialised), and destroyed after the
// KeyManagers on it.
class SoftToken {
 public:
  static absl::StatusOr<std::unique_ptr<SoftToken>> Make();
  ~SoftToken();
  const Pkcs11Options& options() const { return options_; }
  const std::string& folder() const { return folder_; }
  const std::shared_ptr<Pkcs11Module>& module() const { return module_; }
  // What the PIN file holds.
  static constexpr char kPin[] = "oboro-test-4711";

 private:
  SoftToken() = default;

  std::string folder_;
  Pkcs11Options options_;
  std::shared_ptr<Pkcs11Module> module_;
};

}  // namespace oboro::platform
