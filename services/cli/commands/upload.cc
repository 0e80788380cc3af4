#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/progress.h"
#include "services/cli/transfer.h"
#include "services/cli/watch.h"

namespace oboro::cli {
namespace {

namespace pb = upload::v1;
using Datasets = pb::DatasetService::Stub;
using Snapshots = pb::SnapshotService::Stub;

struct DatasetOptions {
  std::string id, display_name, department, schema;
  bool retain = false;
};

absl::Status CreateDataset(App& app, const DatasetOptions& options) {
  pb::CreateDatasetRequest request;
  ASSIGN_OR_RETURN(*request.mutable_schema(), ReadFile(options.schema));
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_dataset_id(options.id);
  request.set_display_name(options.display_name);
  request.set_department(FullName(request.parent(), "departments", options.department));
  request.set_retain_snapshots(options.retain);
  return CallAndPrint(app, &Datasets::CreateDataset, request);
}

void AddDatasets(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "datasets", "データセット");
  AddCommand<DatasetOptions>(
      *group, app, "create", "Make a dataset (保有課)",
      [](CLI::App& command, DatasetOptions& o) {
        command.add_option("id", o.id, "[a-z][a-z0-9-]{1,62}")->required();
        command.add_option("--display-name", o.display_name, "As 住民基本台帳")->required();
        command.add_option("--department", o.department, "Department that holds it")->required();
        command.add_option("--schema", o.schema, "YAML file (docs/layouts.md)")->required();
        command.add_flag("--retain-snapshots", o.retain, "Keep raw snapshots once abstracted");
      },
      [&app](const DatasetOptions& o) { return CreateDataset(app, o); });
  AddGetCommand(*group, app, &Datasets::GetDataset, "datasets");
  AddListCommand(*group, app, &Datasets::ListDatasets, "datasets",
                 {"name", "display_name", "department"});
}

struct SnapshotOptions {
  std::string dataset, name;
  int32_t page_size = 100;
};

void AddSnapshots(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "snapshots", "時点データ");
  AddGetCommand(*group, app, &Snapshots::GetSnapshot, "snapshots");
  AddCommand<SnapshotOptions>(
      *group, app, "list", "Snapshots of a dataset",
      [](CLI::App& command, SnapshotOptions& o) {
        command.add_option("--dataset", o.dataset, "Dataset")->required();
      },
      [&app](const SnapshotOptions& o) -> absl::Status {
        ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
        pb::ListSnapshotsRequest request;
        request.set_parent(FullName(tenant, "datasets", o.dataset));
        ASSIGN_OR_RETURN(const auto response,
                         app.session->Call(&Snapshots::ListSnapshots, request));
        app.output().PrintList(response, "snapshots",
                               {"name", "reference_date", "state", "records", "errors", "alerts"});
        return absl::OkStatus();
      });
  AddCommand<SnapshotOptions>(
      *group, app, "findings", "What the check found",
      [](CLI::App& command, SnapshotOptions& o) {
        command.add_option("name", o.name, "Full name of the snapshot")->required();
        command.add_option("--page-size", o.page_size, "At most this many");
      },
      [&app](const SnapshotOptions& o) -> absl::Status {
        ASSIGN_OR_RETURN(Session * session, app.Connect());
        pb::ListFindingsRequest request;
        request.set_parent(o.name);
        request.set_page_size(o.page_size);
        ASSIGN_OR_RETURN(const auto response, session->Call(&Snapshots::ListFindings, request));
        app.output().PrintList(response, "findings",
                               {"row", "column", "rule", "severity", "value", "message"});
        return absl::OkStatus();
      });
  AddCommand<NameOptions>(*group, app, "destroy", "Destroy its data key and bytes (保有課)",
                          BindName, [&app](const NameOptions& o) -> absl::Status {
                            pb::DestroySnapshotRequest request;
                            request.set_name(o.name);
                            return CallAndPrint(app, &Snapshots::DestroySnapshot, request);
                          });
}

struct UploadOptions {
  std::string file, dataset, reference_date, snapshot;
  bool no_wait = false;
};

absl::StatusOr<std::string> OpenSnapshot(App& app, const UploadOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::CreateSnapshotRequest request;
  request.set_parent(FullName(tenant, "datasets", options.dataset));
  request.set_reference_date(options.reference_date);
  // The same file again finds the snapshot that an interrupted upload began.
  ASSIGN_OR_RETURN(*request.mutable_request_id(),
                   FileRequestId(request.parent() + "\n" + options.reference_date, options.file));
  ASSIGN_OR_RETURN(const auto response, app.session->Call(&Snapshots::CreateSnapshot, request));
  return response.snapshot().name();
}

absl::Status Upload(App& app, const UploadOptions& options) {
  ASSIGN_OR_RETURN(Session * session, app.Connect());
  std::string snapshot = options.snapshot;
  if (snapshot.empty()) {
    if (options.dataset.empty() || options.reference_date.empty()) {
      return InvalidInput("Give --dataset and --reference-date, or --snapshot to go on with one.",
                          "--dataset と --reference-date、または --snapshot を指定してください。");
    }
    ASSIGN_OR_RETURN(snapshot, OpenSnapshot(app, options));
  }
  app.output().Say("時点データ: " + snapshot);
  ProgressBar bar(app.err, !app.json);
  ASSIGN_OR_RETURN(const auto operation,
                   UploadFile(*session, snapshot, options.file, [&](int64_t done, int64_t total) {
                     bar.Show("upload", done, total);
                   }));
  bar.Clear();
  if (!options.no_wait) RETURN_IF_ERROR(Watch(app, *session, operation.name()).status());
  pb::GetSnapshotRequest get;
  get.set_name(snapshot);
  return CallAndPrint(app, &Snapshots::GetSnapshot, get);
}

}  // namespace

void AddUploadCommands(CLI::App& root, App& app) {
  AddDatasets(root, app);
  AddSnapshots(root, app);
  AddCommand<UploadOptions>(
      root, app, "upload", "Upload a file and check it; the same command again resumes (保有課)",
      [](CLI::App& command, UploadOptions& o) {
        command.add_option("file", o.file, "CSV file")->required();
        command.add_option("--dataset", o.dataset, "Dataset");
        command.add_option("--reference-date", o.reference_date, "時点, as 2025-04-01");
        command.add_option("--snapshot", o.snapshot, "Go on with this snapshot");
        command.add_flag("--no-wait", o.no_wait, "Do not wait for the check");
      },
      [&app](const UploadOptions& o) { return Upload(app, o); });
}

}  // namespace oboro::cli
