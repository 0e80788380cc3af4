#include "services/aggregation/stored_table.h"

#include <map>

#include "absl/strings/numbers.h"
#include "services/aggregation/names.h"
#include "services/platform/base/status.h"
#include "services/platform/columnar/parquet.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/stream.h"
#include "services/platform/objects/object_store.h"

namespace oboro::aggregation {
namespace {

using Column = platform::ColumnBatch::Column;

// For each code of `column`, the index of its label among the dimension's members.
absl::StatusOr<std::vector<int32_t>> MemberOfCode(const Column& column,
                                                  const nlohmann::json& members) {
  std::map<std::string, int32_t> index;
  for (size_t i = 0; i < members.size(); ++i) {
    index[members[i].get<std::string>()] = static_cast<int32_t>(i);
  }
  std::vector<int32_t> of_code;
  for (const std::string& label : column.dictionary) {
    const auto found = index.find(label);
    if (found == index.end()) return absl::DataLossError("a cell names no member of its dimension");
    of_code.push_back(found->second);
  }
  return of_code;
}

absl::StatusOr<platform::ColumnBatch> Decrypt(const Deps& deps,
                                              const platform::TenantContext& tenant,
                                              const StatisticRow& row,
                                              const platform::SecretBytes& key) {
  ASSIGN_OR_RETURN(const auto object, deps.objects->Open(tenant, row.object_id, 0));
  platform::StreamDecryptor stream(
      {tenant.id(), row.object_id}, key,
      [&object](char* buffer, size_t room) { return object->Read(buffer, room); });
  return platform::ReadParquet([&stream] { return stream.Read(); }, {}, /*threads=*/1);
}

}  // namespace

absl::StatusOr<OpenedStatistic> OpenStatistic(const Deps& deps, const platform::CallContext& call,
                                              const std::string& name, const std::string& action) {
  ASSIGN_OR_RETURN(const std::string id, ParseStatisticName(name));
  const absl::Time now = deps.clock->Now();
  return deps.db->RunTx(
      call.tenant(), "open_statistic", [&](pqxx::work& tx) -> absl::StatusOr<OpenedStatistic> {
        OpenedStatistic opened;
        ASSIGN_OR_RETURN(opened.row,
                         ReadStatistic(tx, call.tenant(), id, call.Event(action, name), now));
        ASSIGN_OR_RETURN(
            opened.key, platform::LoadDataKey(tx, call.tenant(), *deps.keys, opened.row.object_id));
        return opened;
      });
}

absl::StatusOr<std::vector<StoredCell>> LoadCells(const Deps& deps,
                                                  const platform::TenantContext& tenant,
                                                  const StatisticRow& row,
                                                  const platform::SecretBytes& key) {
  ASSIGN_OR_RETURN(const platform::ColumnBatch batch, Decrypt(deps, tenant, row, key));
  const size_t rank = row.dimensions.size();
  if (batch.columns.size() != rank + 2 || batch.rows != row.cells) {
    return absl::DataLossError("the stored table has another shape than its row says");
  }
  std::vector<std::vector<int32_t>> members;
  for (size_t d = 0; d < rank; ++d) {
    ASSIGN_OR_RETURN(auto of_code, MemberOfCode(batch.columns[d], row.dimensions[d].at("members")));
    members.push_back(std::move(of_code));
  }
  const Column& values = batch.columns[rank];
  const Column& statuses = batch.columns[rank + 1];
  std::vector<StoredCell> cells(static_cast<size_t>(batch.rows));
  for (size_t i = 0; i < cells.size(); ++i) {
    for (size_t d = 0; d < rank; ++d) {
      cells[i].members.push_back(members[d][batch.columns[d].codes[i]]);
    }
    cells[i].status = statuses.dictionary[statuses.codes[i]];
    const std::string& value = values.dictionary[values.codes[i]];
    if (cells[i].status == "VALUE" && !absl::SimpleAtoi(value, &cells[i].value)) {
      return absl::DataLossError("a shown cell has no number");
    }
  }
  return cells;
}

}  // namespace oboro::aggregation
