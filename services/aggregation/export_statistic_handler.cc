#include "services/aggregation/export_statistic_handler.h"

#include "services/aggregation/csv_export.h"
#include "services/aggregation/stored_table.h"
#include "services/platform/base/status.h"

namespace oboro::aggregation {
namespace {

civic::Encoding ToEncoding(v1::CsvEncoding encoding) {
  switch (encoding) {
    case v1::CSV_ENCODING_UTF8_BOM:
      return civic::Encoding::kUtf8Bom;
    case v1::CSV_ENCODING_CP932:
      return civic::Encoding::kCp932;
    default:
      return civic::Encoding::kUtf8;
  }
}

}  // namespace

absl::Status ExportStatisticHandler::Handle(const platform::CallContext& call,
                                            const v1::ExportStatisticRequest& request,
                                            const Write& write) {
  ASSIGN_OR_RETURN(const OpenedStatistic opened,
                   OpenStatistic(deps_, call, request.name(), "EXPORT_STATISTIC"));
  ASSIGN_OR_RETURN(const std::vector<StoredCell> cells, LoadCells(deps_, call.tenant(), opened));
  return WriteCsv(opened.detail, cells, ToEncoding(request.encoding()),
                  [&write](absl::string_view bytes) -> absl::Status {
                    v1::ExportStatisticResponse response;
                    response.set_data(bytes.data(), bytes.size());
                    return write(response) ? absl::OkStatus()
                                           : absl::CancelledError("the reader has gone");
                  });
}

}  // namespace oboro::aggregation
