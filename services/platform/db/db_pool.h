#pragma once

#include <memory>
#include <pqxx/pqxx>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "services/platform/db/db.h"

namespace oboro::platform {

// At most `pool_size` connections, made when first needed, each checked before its first use.
struct Db::Pool {
 public:
  explicit Pool(DbOptions options);

  // A connection, waiting for one until `deadline`. Must be given back.
  absl::StatusOr<std::unique_ptr<pqxx::connection>> Take(absl::Time deadline);
  // Gives back what Take answered; null for one that is of no more use.
  void Give(std::unique_ptr<pqxx::connection> connection);
  // Closes every idle connection: one was found broken, and the others are likely as old.
  void DropIdle();

  const DbOptions& options() const { return options_; }

 private:
  absl::StatusOr<std::unique_ptr<pqxx::connection>> Connect();

  const DbOptions options_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<pqxx::connection>> idle_ ABSL_GUARDED_BY(mutex_);
  int in_use_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace oboro::platform
