#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/platform/identity/tenant_context.h"

namespace oboro::platform {

// An object being written. Nothing is visible before Commit; a dropped writer leaves nothing
// behind.
class ObjectWriter {
 public:
  virtual ~ObjectWriter() = default;
  virtual absl::Status Write(absl::string_view bytes) = 0;
  // Makes all that was written durable and visible, atomically.
  virtual absl::Status Commit() = 0;
};

class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  // Fills up to `size` bytes; 0 at the end.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;
};

// Ciphertext objects, kept per tenant. Object ids are opaque (base/ids.h). An object may consist of
// numbered parts (0, 1, 2 ...), each written once: the way an upload grows durably.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  virtual absl::StatusOr<std::unique_ptr<ObjectWriter>> Create(const TenantContext& tenant,
                                                               const std::string& object_id,
                                                               int part) = 0;
  virtual absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const TenantContext& tenant,
                                                             const std::string& object_id,
                                                             int part) = 0;
  // Removes all parts; removing what is not there is OK.
  virtual absl::Status Remove(const TenantContext& tenant, const std::string& object_id) = 0;
  // Every object id of the tenant that has any part, committed or not: for the sweep of orphans.
  virtual absl::StatusOr<std::vector<std::string>> List(const TenantContext& tenant) = 0;
};

}  // namespace oboro::platform
