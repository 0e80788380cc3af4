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
  // Makes all that was written durable and visible, atomically; ALREADY_EXISTS when the part is
  // there already, whose bytes then stay. No call may follow.
  virtual absl::Status Commit() = 0;
};

class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  // Fills up to `size` bytes; 0 at the end.
  virtual absl::StatusOr<size_t> Read(char* buffer, size_t size) = 0;
};

inline constexpr int kMaxObjectPart = 999'999;

// Ciphertext objects, kept per tenant. Object ids are opaque (base/ids.h); any other answers
// INVALID_ARGUMENT. An object may consist of numbered parts, each written once: the way an upload
// grows durably. Numbers may have gaps: a writer reserves a number in its row before it writes, so
// that a part left by a crash is never in the way. Thread-safe.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;
  virtual absl::StatusOr<std::unique_ptr<ObjectWriter>> Create(const TenantContext& tenant,
                                                               const std::string& object_id,
                                                               int part) = 0;
  // NOT_FOUND for what was never committed. A reader goes on reading what it opened after Remove.
  virtual absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const TenantContext& tenant,
                                                             const std::string& object_id,
                                                             int part) = 0;
  // Numbers of the committed parts, ascending; none when there is no such object.
  virtual absl::StatusOr<std::vector<int>> Parts(const TenantContext& tenant,
                                                 const std::string& object_id) = 0;
  // Removes one part, committed or not; removing what is not there is OK.
  virtual absl::Status RemovePart(const TenantContext& tenant, const std::string& object_id,
                                  int part) = 0;
  // Removes all parts and what unfinished writers left; removing what is not there is OK.
  virtual absl::Status Remove(const TenantContext& tenant, const std::string& object_id) = 0;
  // Every object id of the tenant that has anything, committed or not, sorted: for the sweep of
  // orphans.
  virtual absl::StatusOr<std::vector<std::string>> List(const TenantContext& tenant) = 0;
};

// The default store: files ROOT/TENANT/OBJECT/PART, mode 0600 in folders of mode 0700. A commit is
// fdatasync of the file, rename without replacing, fsync of every folder that changed. `root` is
// made if missing; it must not be open to group or others.
absl::StatusOr<std::unique_ptr<ObjectStore>> OpenDirectoryStore(const std::string& root);

// Reads the given parts one after the other as one, opening each only when it is reached. `store`
// and `tenant` must outlive it.
std::unique_ptr<ObjectReader> ReadParts(ObjectStore& store, const TenantContext& tenant,
                                        std::string object_id, std::vector<int> parts);

// Removes every object of the tenant that no data-key row names: what a crash left, and what a
// destroyed key has made unreadable. `known_object_ids` reads the rows (PENDING and LIVE); it is
// called after the store was listed, and rows exist before the first byte of their object, so a
// writer at work is never swept. Answers how many went.
absl::StatusOr<int> SweepOrphanObjects(
    ObjectStore& store, const TenantContext& tenant,
    const std::function<absl::StatusOr<std::vector<std::string>>()>& known_object_ids);

}  // namespace oboro::platform
