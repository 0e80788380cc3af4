#pragma once

#include <algorithm>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "services/platform/base/status.h"
#include "services/platform/objects/object_names.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {

// An object store in memory, for tests of what stands on one.
class MemoryObjectStore final : public ObjectStore {
 public:
  absl::StatusOr<std::unique_ptr<ObjectWriter>> Create(const TenantContext& tenant,
                                                       const std::string& object_id,
                                                       int part) override {
    RETURN_IF_ERROR(CheckObjectName(tenant, object_id, part));
    return std::make_unique<Writer>(this, Key{tenant.id(), object_id}, part);
  }
  absl::StatusOr<std::unique_ptr<ObjectReader>> Open(const TenantContext& tenant,
                                                     const std::string& object_id,
                                                     int part) override {
    RETURN_IF_ERROR(CheckObjectName(tenant, object_id, part));
    const std::lock_guard lock(mutex_);
    const auto object = objects_.find({tenant.id(), object_id});
    if (object == objects_.end() || !object->second.contains(part)) return NotFoundError();
    return std::make_unique<Reader>(object->second.at(part));
  }
  absl::StatusOr<std::vector<int>> Parts(const TenantContext& tenant,
                                         const std::string& object_id) override {
    RETURN_IF_ERROR(CheckObjectName(tenant, object_id));
    const std::lock_guard lock(mutex_);
    std::vector<int> parts;
    const auto object = objects_.find({tenant.id(), object_id});
    if (object == objects_.end()) return parts;
    for (const auto& [part, bytes] : object->second) parts.push_back(part);
    return parts;
  }
  absl::Status RemovePart(const TenantContext& tenant, const std::string& object_id,
                          int part) override {
    RETURN_IF_ERROR(CheckObjectName(tenant, object_id, part));
    const std::lock_guard lock(mutex_);
    const auto object = objects_.find({tenant.id(), object_id});
    if (object != objects_.end()) object->second.erase(part);
    return absl::OkStatus();
  }
  absl::Status Remove(const TenantContext& tenant, const std::string& object_id) override {
    RETURN_IF_ERROR(CheckObjectName(tenant, object_id));
    const std::lock_guard lock(mutex_);
    objects_.erase({tenant.id(), object_id});
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<std::string>> List(const TenantContext& tenant) override {
    RETURN_IF_ERROR(CheckObjectName(tenant, "object"));
    const std::lock_guard lock(mutex_);
    std::set<std::string> ids;
    for (const auto& [key, parts] : objects_) {
      if (key.first == tenant.id()) ids.insert(key.second);
    }
    for (const Key& key : writing_) {
      if (key.first == tenant.id()) ids.insert(key.second);
    }
    return std::vector<std::string>(ids.begin(), ids.end());
  }

 private:
  using Key = std::pair<std::string, std::string>;
  using Bytes = std::shared_ptr<const std::string>;

  class Reader final : public ObjectReader {
   public:
    explicit Reader(Bytes bytes) : bytes_(std::move(bytes)) {}
    absl::StatusOr<size_t> Read(char* buffer, size_t size) override {
      const size_t n = std::min(size, bytes_->size() - at_);
      std::memcpy(buffer, bytes_->data() + at_, n);
      at_ += n;
      return n;
    }

   private:
    const Bytes bytes_;
    size_t at_ = 0;
  };

  class Writer final : public ObjectWriter {
   public:
    Writer(MemoryObjectStore* store, Key key, int part)
        : store_(store), key_(std::move(key)), part_(part) {
      const std::lock_guard lock(store_->mutex_);
      place_ = store_->writing_.insert(key_);
    }
    ~Writer() override {
      const std::lock_guard lock(store_->mutex_);
      store_->writing_.erase(place_);
    }
    absl::Status Write(absl::string_view bytes) override {
      bytes_.append(bytes.data(), bytes.size());
      return absl::OkStatus();
    }
    absl::Status Commit() override {
      if (std::exchange(committed_, true)) {
        return absl::FailedPreconditionError("an object is committed once");
      }
      const std::lock_guard lock(store_->mutex_);
      const bool added = store_->objects_[key_]
                             .emplace(part_, std::make_shared<const std::string>(std::move(bytes_)))
                             .second;
      return added ? absl::OkStatus() : absl::AlreadyExistsError("the part is written already");
    }

   private:
    MemoryObjectStore* store_;
    const Key key_;
    const int part_;
    std::multiset<Key>::iterator place_;
    std::string bytes_;
    bool committed_ = false;
  };

  std::mutex mutex_;
  std::map<Key, std::map<int, Bytes>> objects_;
  std::multiset<Key> writing_;
};

}  // namespace oboro::platform
