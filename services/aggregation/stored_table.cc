#include "services/aggregation/stored_table.h"

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

// The cells stand in the order of the members, the last dimension fastest: each must name the
// members of its place.
absl::Status CheckLabels(const Column& column, const std::vector<std::string>& members,
                         int64_t stride) {
  for (size_t i = 0; i < column.codes.size(); ++i) {
    const size_t member = i / static_cast<size_t>(stride) % members.size();
    if (column.dictionary[column.codes[i]] != members[member]) {
      return absl::DataLossError("a cell names another member than its place does");
    }
  }
  return absl::OkStatus();
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
        ASSIGN_OR_RETURN(opened.detail, OpenDetail(call.tenant(), opened.row.object_id, opened.key,
                                                   opened.row.detail));
        return opened;
      });
}

absl::StatusOr<std::vector<StoredCell>> LoadCells(const Deps& deps,
                                                  const platform::TenantContext& tenant,
                                                  const OpenedStatistic& opened) {
  ASSIGN_OR_RETURN(const platform::ColumnBatch batch,
                   Decrypt(deps, tenant, opened.row, opened.key));
  const auto& dimensions = opened.detail.dimensions;
  const size_t rank = dimensions.size();
  int64_t stride = 1;
  for (const auto& dimension : dimensions) stride *= static_cast<int64_t>(dimension.members.size());
  if (batch.columns.size() != rank + 2 || batch.rows != opened.row.cells || batch.rows != stride) {
    return absl::DataLossError("the stored table has another shape than its row says");
  }
  std::vector<StoredCell> cells(static_cast<size_t>(batch.rows));
  for (size_t d = 0; d < rank; ++d) {
    const size_t members = dimensions[d].members.size();
    stride /= static_cast<int64_t>(members);
    RETURN_IF_ERROR(CheckLabels(batch.columns[d], dimensions[d].members, stride));
    for (size_t i = 0; i < cells.size(); ++i) {
      cells[i].members.push_back(static_cast<int32_t>(i / static_cast<size_t>(stride) % members));
    }
  }
  const Column& values = batch.columns[rank];
  const Column& statuses = batch.columns[rank + 1];
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i].status = statuses.dictionary[statuses.codes[i]];
    const std::string& text = values.dictionary[values.codes[i]];
    if (cells[i].status != "VALUE" || text.empty()) continue;
    int64_t value = 0;
    if (!absl::SimpleAtoi(text, &value)) return absl::DataLossError("a shown cell has no number");
    cells[i].value = value;
  }
  return cells;
}

}  // namespace oboro::aggregation
