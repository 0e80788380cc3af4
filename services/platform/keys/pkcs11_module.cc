#include "services/platform/keys/pkcs11_module.h"

#include <dlfcn.h>

#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace oboro::platform {
namespace {

// Modules in use, by path, with their number of users.
struct Entry {
  std::unique_ptr<Pkcs11Module> module;
  int users = 0;
};

std::mutex& RegistryMutex() {
  static std::mutex mutex;
  return mutex;
}

std::map<std::string, Entry>& Registry() {
  static auto* registry = new std::map<std::string, Entry>;
  return *registry;
}

// The count and not the pointer decides when to finalise: between a weak pointer's end and its
// destructor another thread could load the module, and lose it at once.
void Release(const std::string& path) {
  const std::lock_guard lock(RegistryMutex());
  const auto entry = Registry().find(path);
  if (--entry->second.users == 0) Registry().erase(entry);
}

absl::Status LoadError(const std::string& path, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("the PKCS#11 module ", path, " cannot be used: ", why,
                   ". Check pkcs11.module and, for SoftHSM, SOFTHSM2_CONF."));
}

}  // namespace

absl::StatusOr<std::shared_ptr<Pkcs11Module>> Pkcs11Module::Load(const std::string& path) {
  const std::lock_guard lock(RegistryMutex());
  const auto share = [&path](Entry& entry) {
    ++entry.users;
    return std::shared_ptr<Pkcs11Module>(entry.module.get(),
                                         [path](Pkcs11Module*) { Release(path); });
  };
  if (const auto known = Registry().find(path); known != Registry().end()) {
    return share(known->second);
  }
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) return LoadError(path, dlerror());
  auto get_list = reinterpret_cast<CK_C_GetFunctionList>(dlsym(library, "C_GetFunctionList"));
  CK_FUNCTION_LIST* functions = nullptr;
  if (get_list == nullptr || get_list(&functions) != CKR_OK || functions == nullptr) {
    dlclose(library);
    return LoadError(path, "it has no function list");
  }
  CK_C_INITIALIZE_ARGS arguments = {};
  arguments.flags = CKF_OS_LOCKING_OK;
  const CK_RV rv = functions->C_Initialize(&arguments);
  if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
    dlclose(library);
    return LoadError(path, absl::StrFormat("C_Initialize answered 0x%x", rv));
  }
  Entry& entry = Registry()[path];
  entry.module.reset(new Pkcs11Module(functions));
  return share(entry);
}

Pkcs11Module::~Pkcs11Module() {
  functions_->C_Finalize(nullptr);
  // The library stays mapped: SoftHSM leaves OpenSSL hooks behind that run at exit.
}

}  // namespace oboro::platform
