#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/platform/base/secret.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/identity/tenant_context.h"
#include "services/platform/objects/object_store.h"

namespace oboro::platform {

// A part of a table: the rows whose columns hold one of the given values, in a given order.
struct TableSlice {
  struct Filter {
    std::string column;
    std::vector<std::string> any_of;  // Empty: no row.
  };
  struct Order {
    std::string column;
    bool descending = false;
  };
  std::vector<std::string> columns;  // Empty: all.
  std::vector<Filter> filters;       // All of them hold.
  std::vector<Order> order;          // By bytes; then by the order in which rows were put.
  int64_t offset = 0;
  int64_t limit = 10'000;  // At most kMaxSliceRows.
};

inline constexpr int64_t kMaxSliceRows = 1'000'000;

struct TableRows {
  ColumnBatch rows;        // Dictionaries in byte order.
  int64_t total_rows = 0;  // Without offset and limit.
};

// Where protected statistics' long tables are kept and asked (design.md 5.6): columns of text, one
// row a cell. A table is put once and never changed. Values and names in a slice are data: no text
// of a caller becomes SQL. Thread-safe. conformance: columnar/testing/conformance.h.
class ColumnarStore {
 public:
  virtual ~ColumnarStore() = default;
  // Stores `table` as object `object_id`, encrypted under `key`; answers its bytes. ALREADY_EXISTS
  // when there is such an object.
  virtual absl::StatusOr<int64_t> Put(const TenantContext& tenant, const std::string& object_id,
                                      const SecretBytes& key, const ColumnBatch& table) = 0;
  // NOT_FOUND for an object that is not there, DATA_LOSS (STREAM_CORRUPT) when it or the key is not
  // what was put, INVALID_ARGUMENT (UNKNOWN_COLUMN, BAD_SLICE) for what the table does not have.
  virtual absl::StatusOr<TableRows> Query(const TenantContext& tenant, const std::string& object_id,
                                          const SecretBytes& key, const TableSlice& slice) = 0;
  // Removes the table; what is not there is OK.
  virtual absl::Status Remove(const TenantContext& tenant, const std::string& object_id) = 0;
  // Forgets all plaintext of a tenant that is held in memory: on suspend, seal and shred.
  virtual void Forget(const TenantContext& tenant) = 0;
};

struct DuckDbStoreOptions {
  int tenants = 8;  // Held in memory at a time; the one longest unused goes.
  int tables_per_tenant = 8;
  int64_t memory_bytes_per_tenant = int64_t{256} << 20;
};

// The default: each table is an encrypted Parquet object (part 0, the format that the jobs of
// aggregation write as well), loaded when first asked into an in-memory, locked DuckDB of its
// tenant alone. `objects` must outlive it.
std::unique_ptr<ColumnarStore> MakeDuckDbColumnarStore(ObjectStore* objects,
                                                       const DuckDbStoreOptions& options);

}  // namespace oboro::platform
