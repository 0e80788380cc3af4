#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <list>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/columnar_store.h"
#include "services/platform/columnar/locked_duckdb.h"
#include "services/platform/columnar/text_rows.h"
#include "services/platform/keys/stream.h"

namespace oboro::platform {
namespace {

using KeyDigest = std::array<uint8_t, SHA256_DIGEST_LENGTH>;

KeyDigest DigestOf(const SecretBytes& key) {
  KeyDigest digest;
  SHA256(key.data(), key.size(), digest.data());
  return digest;
}

absl::Status UnknownColumn(absl::string_view column) {
  return ReasonedError(absl::StatusCode::kInvalidArgument,
                       {"UNKNOWN_COLUMN",
                        absl::StrCat("The table has no column '", column, "'."),
                        absl::StrCat("表に列「", column, "」はありません。"),
                        {{"column", std::string(column)}}});
}

absl::Status BadSlice() {
  return ReasonedError(
      absl::StatusCode::kInvalidArgument,
      {"BAD_SLICE",
       absl::StrCat("A slice has an offset of 0 or more and a limit from 0 to ", kMaxSliceRows,
                    "."),
       absl::StrCat("開始位置は 0 以上、件数は 0 から ", kMaxSliceRows, " で指定してください。"),
       {}});
}

absl::Status LostTable() {
  return absl::DataLossError("the object is no table of texts; it was not written by this store");
}

// A table in a tenant's DuckDB.
struct Loaded {
  std::string object_id;
  std::string sql_name;
  KeyDigest key;
  std::vector<std::string> columns;
};

// A slice as SQL: names that the table has, quoted; values bound.
struct SliceSql {
  std::string columns;
  std::string where;
  std::string order;
  std::vector<std::string> bound;
};

absl::StatusOr<std::string> ColumnSql(const Loaded& table, const std::string& name) {
  if (std::find(table.columns.begin(), table.columns.end(), name) == table.columns.end()) {
    return UnknownColumn(name);
  }
  return QuoteIdentifier(name);
}

absl::StatusOr<SliceSql> ToSql(const Loaded& table, const TableSlice& slice) {
  if (slice.offset < 0 || slice.limit < 0 || slice.limit > kMaxSliceRows) return BadSlice();
  SliceSql sql;
  std::vector<std::string> columns, conditions, order;
  for (const std::string& column : slice.columns.empty() ? table.columns : slice.columns) {
    ASSIGN_OR_RETURN(columns.emplace_back(), ColumnSql(table, column));
  }
  for (const TableSlice::Filter& filter : slice.filters) {
    ASSIGN_OR_RETURN(const std::string column, ColumnSql(table, filter.column));
    if (filter.any_of.empty()) {
      conditions.push_back("false");
      continue;
    }
    std::vector<std::string> marks(filter.any_of.size(), "?");
    conditions.push_back(absl::StrCat(column, " IN (", absl::StrJoin(marks, ", "), ")"));
    sql.bound.insert(sql.bound.end(), filter.any_of.begin(), filter.any_of.end());
  }
  for (const TableSlice::Order& by : slice.order) {
    ASSIGN_OR_RETURN(const std::string column, ColumnSql(table, by.column));
    order.push_back(absl::StrCat(column, by.descending ? " DESC" : " ASC"));
  }
  order.push_back("rowid ASC");
  sql.columns = absl::StrJoin(columns, ", ");
  if (!conditions.empty()) sql.where = absl::StrCat(" WHERE ", absl::StrJoin(conditions, " AND "));
  sql.order = absl::StrCat(" ORDER BY ", absl::StrJoin(order, ", "));
  return sql;
}

// One tenant's tables. Queries of one tenant wait for each other, never for another tenant's.
class TenantTables {
 public:
  explicit TenantTables(const DuckDbStoreOptions& options) : options_(options) {}

  absl::StatusOr<TableRows> Query(ObjectStore& objects, const TenantContext& tenant,
                                  const std::string& object_id, const SecretBytes& key,
                                  const TableSlice& slice);
  void Drop(const std::string& object_id);

 private:
  absl::StatusOr<const Loaded*> Find(ObjectStore& objects, const TenantContext& tenant,
                                     const std::string& object_id, const SecretBytes& key);
  absl::Status Load(ObjectStore& objects, const TenantContext& tenant, const SecretBytes& key,
                    Loaded* table);
  absl::StatusOr<int64_t> Count(const std::string& sql, const std::vector<std::string>& bound);
  void DropLast();

  const DuckDbStoreOptions options_;
  std::mutex mutex_;
  std::unique_ptr<LockedDuckDb> duck_;
  std::list<Loaded> tables_;  // The one used last first.
  int made_ = 0;
};

absl::Status TenantTables::Load(ObjectStore& objects, const TenantContext& tenant,
                                const SecretBytes& key, Loaded* table) {
  ASSIGN_OR_RETURN(const auto object, objects.Open(tenant, table->object_id, 0));
  StreamDecryptor stream({tenant.id(), table->object_id}, key,
                         [&](char* buffer, size_t size) { return object->Read(buffer, size); });
  ASSIGN_OR_RETURN(MemoryFile file, MemoryFile::Make());
  while (true) {
    ASSIGN_OR_RETURN(const absl::string_view piece, stream.Read());
    if (piece.empty()) break;
    RETURN_IF_ERROR(file.Write(piece));
  }
  if (duck_ == nullptr) {
    LockedDuckDb::Options options;
    options.memory_limit_bytes = options_.memory_bytes_per_tenant;
    ASSIGN_OR_RETURN(duck_, LockedDuckDb::Open(options));
  }
  table->sql_name = absl::StrCat("table_", ++made_);
  const absl::Status made = duck_->Run(absl::StrCat(
      "CREATE TABLE ", table->sql_name, " AS SELECT * FROM read_parquet('", file.path(), "')"));
  if (absl::IsInvalidArgument(made)) return LostTable();
  RETURN_IF_ERROR(made);
  const absl::Status described = duck_->Query(
      absl::StrCat("SELECT * FROM ", table->sql_name, " LIMIT 0"), {},
      [table](duckdb_result* result) {
        for (idx_t c = 0; c < duckdb_column_count(result); ++c) {
          if (duckdb_column_type(result, c) != DUCKDB_TYPE_VARCHAR) return LostTable();
          table->columns.emplace_back(duckdb_column_name(result, c));
        }
        return absl::OkStatus();
      },
      [](duckdb_data_chunk, idx_t) { return absl::OkStatus(); });
  if (!described.ok()) (void)duck_->Run("DROP TABLE " + table->sql_name).ok();
  return described;
}

absl::StatusOr<const Loaded*> TenantTables::Find(ObjectStore& objects, const TenantContext& tenant,
                                                 const std::string& object_id,
                                                 const SecretBytes& key) {
  const KeyDigest digest = DigestOf(key);
  for (auto table = tables_.begin(); table != tables_.end(); ++table) {
    if (table->object_id != object_id) continue;
    // Who lacks the key may not read what somebody else's key has opened.
    if (CRYPTO_memcmp(table->key.data(), digest.data(), digest.size()) != 0) break;
    tables_.splice(tables_.begin(), tables_, table);
    return &tables_.front();
  }
  Loaded table;
  table.object_id = object_id;
  table.key = digest;
  RETURN_IF_ERROR(Load(objects, tenant, key, &table));
  tables_.push_front(std::move(table));
  while (tables_.size() > static_cast<size_t>(options_.tables_per_tenant)) DropLast();
  return &tables_.front();
}

void TenantTables::DropLast() {
  (void)duck_->Run("DROP TABLE " + tables_.back().sql_name).ok();
  tables_.pop_back();
}

void TenantTables::Drop(const std::string& object_id) {
  const std::lock_guard lock(mutex_);
  for (auto table = tables_.begin(); table != tables_.end();) {
    if (table->object_id != object_id) {
      ++table;
      continue;
    }
    (void)duck_->Run("DROP TABLE " + table->sql_name).ok();
    table = tables_.erase(table);
  }
}

absl::StatusOr<int64_t> TenantTables::Count(const std::string& sql,
                                            const std::vector<std::string>& bound) {
  int64_t count = -1;
  RETURN_IF_ERROR(duck_->Query(
      sql, bound, [](duckdb_result*) { return absl::OkStatus(); },
      [&count](duckdb_data_chunk chunk, idx_t) {
        count =
            *static_cast<int64_t*>(duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0)));
        return absl::OkStatus();
      }));
  return count;
}

absl::StatusOr<TableRows> TenantTables::Query(ObjectStore& objects, const TenantContext& tenant,
                                              const std::string& object_id, const SecretBytes& key,
                                              const TableSlice& slice) {
  const std::lock_guard lock(mutex_);
  ASSIGN_OR_RETURN(const Loaded* table, Find(objects, tenant, object_id, key));
  ASSIGN_OR_RETURN(const SliceSql sql, ToSql(*table, slice));
  const std::string from = absl::StrCat(" FROM ", table->sql_name, sql.where);
  TableRows answer;
  ASSIGN_OR_RETURN(answer.total_rows, Count("SELECT count(*)" + from, sql.bound));
  TextRows rows;
  RETURN_IF_ERROR(duck_->Query(
      absl::StrCat("SELECT ", sql.columns, from, sql.order, " LIMIT ", slice.limit, " OFFSET ",
                   slice.offset),
      sql.bound, [&rows](duckdb_result* result) { return rows.Start(result); },
      [&rows](duckdb_data_chunk chunk, idx_t size) { return rows.Add(chunk, size); }));
  answer.rows = rows.Finish();
  return answer;
}

class DuckDbColumnarStore final : public ColumnarStore {
 public:
  DuckDbColumnarStore(ObjectStore* objects, const DuckDbStoreOptions& options)
      : objects_(*objects), options_(options) {}

  absl::StatusOr<int64_t> Put(const TenantContext& tenant, const std::string& object_id,
                              const SecretBytes& key, const ColumnBatch& table) override;
  absl::StatusOr<TableRows> Query(const TenantContext& tenant, const std::string& object_id,
                                  const SecretBytes& key, const TableSlice& slice) override;
  absl::Status Remove(const TenantContext& tenant, const std::string& object_id) override;
  void Forget(const TenantContext& tenant) override;

 private:
  std::shared_ptr<TenantTables> TablesOf(const std::string& tenant_id);

  ObjectStore& objects_;
  const DuckDbStoreOptions options_;
  std::mutex mutex_;
  std::list<std::pair<std::string, std::shared_ptr<TenantTables>>> tenants_;  // Used last first.
};

std::shared_ptr<TenantTables> DuckDbColumnarStore::TablesOf(const std::string& tenant_id) {
  const std::lock_guard lock(mutex_);
  auto known = std::find_if(tenants_.begin(), tenants_.end(),
                            [&](const auto& tenant) { return tenant.first == tenant_id; });
  if (known == tenants_.end()) {
    tenants_.emplace_front(tenant_id, std::make_shared<TenantTables>(options_));
    if (tenants_.size() > static_cast<size_t>(options_.tenants)) tenants_.pop_back();
  } else {
    tenants_.splice(tenants_.begin(), tenants_, known);
  }
  return tenants_.front().second;
}

absl::StatusOr<int64_t> DuckDbColumnarStore::Put(const TenantContext& tenant,
                                                 const std::string& object_id,
                                                 const SecretBytes& key, const ColumnBatch& table) {
  std::vector<std::string> names;
  for (const ColumnBatch::Column& column : table.columns) names.push_back(column.name);
  ASSIGN_OR_RETURN(const auto parquet, ParquetWriter::Create(names, 1));
  RETURN_IF_ERROR(parquet->Append(table));
  ASSIGN_OR_RETURN(const auto object, objects_.Create(tenant, object_id, 0));
  int64_t bytes = 0;
  StreamEncryptor stream({tenant.id(), object_id}, key, 0, [&](absl::string_view piece) {
    bytes += static_cast<int64_t>(piece.size());
    return object->Write(piece);
  });
  RETURN_IF_ERROR(
      parquet->Finish([&stream](absl::string_view piece) { return stream.Write(piece); }));
  RETURN_IF_ERROR(stream.Finish());
  RETURN_IF_ERROR(object->Commit());
  return bytes;
}

absl::StatusOr<TableRows> DuckDbColumnarStore::Query(const TenantContext& tenant,
                                                     const std::string& object_id,
                                                     const SecretBytes& key,
                                                     const TableSlice& slice) {
  return TablesOf(tenant.id())->Query(objects_, tenant, object_id, key, slice);
}

absl::Status DuckDbColumnarStore::Remove(const TenantContext& tenant,
                                         const std::string& object_id) {
  TablesOf(tenant.id())->Drop(object_id);
  return objects_.Remove(tenant, object_id);
}

void DuckDbColumnarStore::Forget(const TenantContext& tenant) {
  const std::lock_guard lock(mutex_);
  tenants_.remove_if([&](const auto& known) { return known.first == tenant.id(); });
}

}  // namespace

std::unique_ptr<ColumnarStore> MakeDuckDbColumnarStore(ObjectStore* objects,
                                                       const DuckDbStoreOptions& options) {
  return std::make_unique<DuckDbColumnarStore>(objects, options);
}

}  // namespace oboro::platform
