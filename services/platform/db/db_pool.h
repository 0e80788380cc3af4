#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <pqxx/pqxx>
#include <vector>

#include "absl/status/statusor.h"
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
  // Standard mutexes, since ThreadSanitizer does not know the packaged Abseil's.
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<std::unique_ptr<pqxx::connection>> idle_;  // Both under mutex_.
  int in_use_ = 0;
};

}  // namespace oboro::platform
