#include "oboro/aggregation/v1/aggregation.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/transfer.h"

namespace oboro::cli {
namespace {

namespace pb = aggregation::v1;
using Views = pb::ViewService::Stub;
using Releases = pb::ReleaseService::Stub;

struct ViewOptions {
  std::string name, display_name, statistic, layout;
  bool shared = false;
};

void BindView(CLI::App& command, ViewOptions& o) {
  command.add_option("--display-name", o.display_name, "As 年齢別人口（区別）")->required();
  command.add_option("--layout", o.layout, "File with the portal's layout (JSON)")->required();
  command.add_flag("--shared", o.shared, "Let everybody of the tenant open it");
}

absl::Status FillView(const ViewOptions& options, pb::View* view) {
  ASSIGN_OR_RETURN(*view->mutable_layout_json(), ReadFile(options.layout));
  view->set_display_name(options.display_name);
  view->set_shared(options.shared);
  return absl::OkStatus();
}

absl::Status CreateView(App& app, const ViewOptions& options) {
  pb::CreateViewRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  RETURN_IF_ERROR(FillView(options, request.mutable_view()));
  request.mutable_view()->set_statistic(
      FullName(request.parent(), "statistics", options.statistic));
  return CallAndPrint(app, &Views::CreateView, request);
}

absl::Status UpdateView(App& app, const ViewOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::UpdateViewRequest request;
  request.set_name(FullName(tenant, "views", options.name));
  RETURN_IF_ERROR(FillView(options, request.mutable_view()));
  return CallAndPrint(app, &Views::UpdateView, request);
}

void AddViews(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "views", "保存した見方");
  AddCommand<ViewOptions>(
      *group, app, "create", "Save a way to look at a statistic (分析, 個人情報保護)",
      [](CLI::App& command, ViewOptions& o) {
        BindView(command, o);
        command.add_option("--statistic", o.statistic, "Statistic")->required();
      },
      [&app](const ViewOptions& o) { return CreateView(app, o); });
  AddGetCommand(*group, app, &Views::GetView, "views");
  AddListCommand(*group, app, &Views::ListViews, "views",
                 {"name", "display_name", "statistic", "owner", "shared"});
  AddCommand<ViewOptions>(
      *group, app, "update", "Replace a view of one's own",
      [](CLI::App& command, ViewOptions& o) {
        command.add_option("name", o.name, "View")->required();
        BindView(command, o);
      },
      [&app](const ViewOptions& o) { return UpdateView(app, o); });
  AddCommand<NameOptions>(*group, app, "delete", "Delete a view of one's own", BindName,
                          [&app](const NameOptions& o) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                            pb::DeleteViewRequest request;
                            request.set_name(FullName(tenant, "views", o.name));
                            return CallAndPrint(app, &Views::DeleteView, request);
                          });
}

struct ReleaseOptions {
  std::string name, reason;
};

void BindRelease(CLI::App& command, ReleaseOptions& o) {
  command.add_option("name", o.name, "Resource name, or the last part of it")->required();
  command.add_option("--reason", o.reason, "Why");
}

absl::Status RequestRelease(App& app, const ReleaseOptions& options) {
  pb::RequestReleaseRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_statistic(FullName(request.parent(), "statistics", options.name));
  request.set_reason(options.reason);
  request.set_request_id(NewRequestId());
  return CallAndPrint(app, &Releases::RequestRelease, request);
}

absl::Status Review(App& app, const ReleaseOptions& options, bool approve) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::ReviewReleaseRequest request;
  request.set_name(FullName(tenant, "releases", options.name));
  request.set_approve(approve);
  request.set_reason(options.reason);
  return CallAndPrint(app, &Releases::ReviewRelease, request);
}

void AddReleases(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "releases", "公開の申請と審査");
  AddCommand<ReleaseOptions>(*group, app, "request",
                             "Ask that a statistic is released (分析, 個人情報保護)", BindRelease,
                             [&app](const ReleaseOptions& o) { return RequestRelease(app, o); });
  AddGetCommand(*group, app, &Releases::GetRelease, "releases");
  AddListCommand(*group, app, &Releases::ListReleases, "releases",
                 {"name", "display_name", "tier", "state", "requester", "create_time"});
  AddCommand<ReleaseOptions>(
      *group, app, "approve", "Approve what another person asked for and made (個人情報保護)",
      BindRelease, [&app](const ReleaseOptions& o) { return Review(app, o, true); });
  AddCommand<ReleaseOptions>(*group, app, "reject", "Reject it, with a reason (個人情報保護)",
                             BindRelease,
                             [&app](const ReleaseOptions& o) { return Review(app, o, false); });
  AddCommand<NameOptions>(*group, app, "publish",
                          "Publish what was approved (個人情報保護, 管理者)", BindName,
                          [&app](const NameOptions& o) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                            pb::PublishReleaseRequest request;
                            request.set_name(FullName(tenant, "releases", o.name));
                            return CallAndPrint(app, &Releases::PublishRelease, request);
                          });
  AddCommand<ReleaseOptions>(*group, app, "withdraw", "Withdraw a request or a release",
                             BindRelease, [&app](const ReleaseOptions& o) -> absl::Status {
                               ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                               pb::WithdrawReleaseRequest request;
                               request.set_name(FullName(tenant, "releases", o.name));
                               request.set_reason(o.reason);
                               return CallAndPrint(app, &Releases::WithdrawRelease, request);
                             });
}

}  // namespace

void AddSharingCommands(CLI::App& root, App& app) {
  AddViews(root, app);
  AddReleases(root, app);
  AddJointCommands(root, app);
}

}  // namespace oboro::cli
