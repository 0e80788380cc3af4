#include "services/aggregation/view_handlers.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "google/protobuf/util/time_util.h"
#include "services/aggregation/errors.h"
#include "services/aggregation/names.h"
#include "services/aggregation/sharing_errors.h"
#include "services/aggregation/view_rows.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"

namespace oboro::aggregation {
namespace {

using platform::CallContext;

constexpr size_t kMaxTitle = 100;
constexpr size_t kMaxLayout = 64 << 10;

std::string ViewName(const CallContext& call, const std::string& id) {
  return absl::StrCat(call.tenant().name(), "/views/", id);
}

absl::StatusOr<std::string> ParseViewName(absl::string_view name) {
  ASSIGN_OR_RETURN(const std::vector<std::string> ids,
                   platform::ParseName(name, "tenants/*/views/*"));
  return ids[1];
}

v1::View ToProto(const CallContext& call, const ViewRow& row) {
  v1::View view;
  view.set_name(ViewName(call, row.view_id));
  view.set_display_name(row.display_name);
  view.set_statistic(StatisticName(call.tenant().id(), row.statistic_id));
  view.set_layout_json(row.layout);
  view.set_shared(row.shared);
  view.set_owner(row.owner.substr(row.owner.find('#') + 1));
  *view.mutable_update_time() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(
      absl::ToUnixMicros(row.update_time));
  return view;
}

absl::Status CheckContent(const v1::View& view) {
  RETURN_IF_ERROR(CheckText("view.display_name", view.display_name(), kMaxTitle, true));
  if (view.layout_json().size() > kMaxLayout || !nlohmann::json::accept(view.layout_json())) {
    return InvalidField("view.layout_json", "JSON of at most 65,536 bytes",
                        "65,536バイト以内のJSONです");
  }
  return absl::OkStatus();
}

// What the chain keeps of a view: of what it is and who may see it, not how it looks.
nlohmann::json Detail(const CallContext& call, const ViewRow& row) {
  return {{"statistic", StatisticName(call.tenant().id(), row.statistic_id)},
          {"shared", row.shared}};
}

}  // namespace

absl::StatusOr<v1::CreateViewResponse> CreateViewHandler::operator()(
    const CallContext& call, const v1::CreateViewRequest& request) {
  const v1::View& asked = request.view();
  RETURN_IF_ERROR(CheckOwnName(call.tenant().id(), asked.statistic(), "tenants/*/statistics/*"));
  RETURN_IF_ERROR(CheckContent(asked));
  ASSIGN_OR_RETURN(const std::string statistic, ParseStatisticName(asked.statistic()));
  const ViewRow row = {platform::NewId(),   statistic,      asked.display_name(),
                       asked.layout_json(), asked.shared(), call.caller.actor(),
                       deps_.clock->Now()};
  RETURN_IF_ERROR(deps_.db->RunTx(call.tenant(), "create_view", [&](pqxx::work& tx) {
    return InsertView(tx, call.tenant(), row,
                      call.Event("CREATE_VIEW", ViewName(call, row.view_id), Detail(call, row)));
  }));
  v1::CreateViewResponse response;
  *response.mutable_view() = ToProto(call, row);
  return response;
}

absl::StatusOr<v1::GetViewResponse> GetViewHandler::operator()(const CallContext& call,
                                                               const v1::GetViewRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseViewName(request.name()));
  ASSIGN_OR_RETURN(const ViewRow row,
                   deps_.db->RunTx(call.tenant(), "get_view", [&](pqxx::work& tx) {
                     return ReadView(tx, call.tenant(), id, call.caller.actor());
                   }));
  v1::GetViewResponse response;
  *response.mutable_view() = ToProto(call, row);
  return response;
}

absl::StatusOr<v1::ListViewsResponse> ListViewsHandler::operator()(const CallContext& call,
                                                                   const v1::ListViewsRequest&) {
  ASSIGN_OR_RETURN(const std::vector<ViewRow> rows,
                   deps_.db->RunTx(call.tenant(), "list_views",
                                   [&](pqxx::work& tx) -> absl::StatusOr<std::vector<ViewRow>> {
                                     return ListViews(tx, call.tenant(), call.caller.actor());
                                   }));
  v1::ListViewsResponse response;
  for (const ViewRow& row : rows) *response.add_views() = ToProto(call, row);
  return response;
}

absl::StatusOr<v1::UpdateViewResponse> UpdateViewHandler::operator()(
    const CallContext& call, const v1::UpdateViewRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseViewName(request.name()));
  RETURN_IF_ERROR(CheckContent(request.view()));
  ASSIGN_OR_RETURN(
      const ViewRow stored,
      deps_.db->RunTx(call.tenant(), "update_view", [&](pqxx::work& tx) -> absl::StatusOr<ViewRow> {
        ASSIGN_OR_RETURN(ViewRow row, ReadView(tx, call.tenant(), id, call.caller.actor()));
        if (row.owner != call.caller.actor()) return ViewNotYours();
        row.display_name = request.view().display_name();
        row.layout = request.view().layout_json();
        row.shared = request.view().shared();
        row.update_time = deps_.clock->Now();
        RETURN_IF_ERROR(
            UpdateView(tx, call.tenant(), row,
                       call.Event("UPDATE_VIEW", ViewName(call, row.view_id), Detail(call, row))));
        return row;
      }));
  v1::UpdateViewResponse response;
  *response.mutable_view() = ToProto(call, stored);
  return response;
}

absl::StatusOr<v1::DeleteViewResponse> DeleteViewHandler::operator()(
    const CallContext& call, const v1::DeleteViewRequest& request) {
  ASSIGN_OR_RETURN(const std::string id, ParseViewName(request.name()));
  RETURN_IF_ERROR(
      deps_.db->RunTx(call.tenant(), "delete_view", [&](pqxx::work& tx) -> absl::Status {
        ASSIGN_OR_RETURN(const ViewRow row, ReadView(tx, call.tenant(), id, call.caller.actor()));
        if (row.owner != call.caller.actor()) return ViewNotYours();
        return DeleteView(tx, call.tenant(), id,
                          call.Event("DELETE_VIEW", ViewName(call, id), Detail(call, row)),
                          deps_.clock->Now());
      }));
  return v1::DeleteViewResponse();
}

}  // namespace oboro::aggregation
