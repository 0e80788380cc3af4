#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "services/platform/keys/key_manager.h"
#include "services/platform/keys/pkcs11_module.h"

namespace oboro::platform {

// OpenPkcs11 on a module that is loaded already, calling `functions` instead of the module's own
// when given: tests put faults between. Both must outlive the key manager.
absl::StatusOr<std::unique_ptr<KeyManager>> OpenPkcs11On(std::shared_ptr<Pkcs11Module> module,
                                                         const CK_FUNCTION_LIST* functions,
                                                         const Pkcs11Options& options);

}  // namespace oboro::platform
