#pragma once

#include <p11-kit/pkcs11.h>

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace oboro::platform {

// A PKCS#11 library, loaded and initialised once a process and finalised when its last user goes.
class Pkcs11Module {
 public:
  // Loads `path`, or shares it with those who loaded it before.
  static absl::StatusOr<std::shared_ptr<Pkcs11Module>> Load(const std::string& path);
  ~Pkcs11Module();
  Pkcs11Module(const Pkcs11Module&) = delete;
  Pkcs11Module& operator=(const Pkcs11Module&) = delete;

  const CK_FUNCTION_LIST& functions() const { return *functions_; }

 private:
  explicit Pkcs11Module(const CK_FUNCTION_LIST* functions) : functions_(functions) {}

  const CK_FUNCTION_LIST* functions_;
};

}  // namespace oboro::platform
