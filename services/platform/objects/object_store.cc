#include "services/platform/objects/object_store.h"

#include <set>
#include <utility>

#include "services/platform/base/status.h"

namespace oboro::platform {
namespace {

class PartsReader final : public ObjectReader {
 public:
  PartsReader(ObjectStore& store, const TenantContext& tenant, std::string object_id,
              std::vector<int> parts)
      : store_(store),
        tenant_(tenant),
        object_id_(std::move(object_id)),
        parts_(std::move(parts)) {}

  absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
    if (size == 0) return 0;
    while (true) {
      if (current_ == nullptr) {
        if (next_ == parts_.size()) return 0;
        ASSIGN_OR_RETURN(current_, store_.Open(tenant_, object_id_, parts_[next_++]));
      }
      ASSIGN_OR_RETURN(const size_t got, current_->Read(buffer, size));
      if (got > 0) return got;
      current_ = nullptr;
    }
  }

 private:
  ObjectStore& store_;
  const TenantContext& tenant_;
  const std::string object_id_;
  const std::vector<int> parts_;
  size_t next_ = 0;
  std::unique_ptr<ObjectReader> current_;
};

}  // namespace

std::unique_ptr<ObjectReader> ReadParts(ObjectStore& store, const TenantContext& tenant,
                                        std::string object_id, std::vector<int> parts) {
  return std::make_unique<PartsReader>(store, tenant, std::move(object_id), std::move(parts));
}

absl::StatusOr<int> SweepOrphanObjects(
    ObjectStore& store, const TenantContext& tenant,
    const std::function<absl::StatusOr<std::vector<std::string>>()>& known_object_ids) {
  // The order is the point: an object listed now had its row before now, unless it is an orphan.
  ASSIGN_OR_RETURN(const std::vector<std::string> listed, store.List(tenant));
  if (listed.empty()) return 0;
  ASSIGN_OR_RETURN(const std::vector<std::string> known, known_object_ids());
  const std::set<std::string> keep(known.begin(), known.end());
  int removed = 0;
  for (const std::string& object_id : listed) {
    if (keep.contains(object_id)) continue;
    RETURN_IF_ERROR(store.Remove(tenant, object_id));
    ++removed;
  }
  return removed;
}

}  // namespace oboro::platform
