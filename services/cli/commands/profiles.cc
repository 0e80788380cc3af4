// Profiles, and the dry run of a file.
#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "oboro/upload/v1/upload.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/text.h"

namespace oboro::cli {
namespace {

namespace pb = upload::v1;
using Profiles = pb::ProfileService::Stub;

constexpr size_t kHeadBytes = 1 << 20;

// A profile as its JSON, with the proto's field names (docs/cli.md).
absl::StatusOr<pb::Profile> ReadProfile(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadFile(path));
  pb::Profile profile;
  const auto read = google::protobuf::util::JsonStringToMessage(text, &profile);
  if (read.ok()) return profile;
  return InvalidInput(absl::StrCat(path, " is no profile: ",
                                   std::string(read.message().data(), read.message().size())),
                      absl::StrCat(path,
                                   " を取込プロファイル（JSON）として読めません。docs/cli.md の例を"
                                   "参照してください。"));
}

struct ProfileOptions {
  std::string dataset, id, file;
};

void BindDataset(CLI::App& command, ProfileOptions& o) {
  command.add_option("--dataset", o.dataset, "Dataset")->required();
}

absl::Status SaveProfile(App& app, const ProfileOptions& options) {
  pb::SaveProfileRequest request;
  ASSIGN_OR_RETURN(*request.mutable_profile(), ReadProfile(options.file));
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  request.set_parent(FullName(tenant, "datasets", options.dataset));
  request.set_profile_id(options.id);
  return CallAndPrint(app, &Profiles::SaveProfile, request);
}

absl::StatusOr<pb::ListProfilesResponse> ListProfiles(App& app, const std::string& dataset) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::ListProfilesRequest request;
  request.set_parent(FullName(tenant, "datasets", dataset));
  return app.session->Call(&Profiles::ListProfiles, request);
}

absl::Status DeleteProfile(App& app, const ProfileOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  pb::DeleteProfileRequest request;
  request.set_name(FullName(FullName(tenant, "datasets", options.dataset), "profiles", options.id));
  RETURN_IF_ERROR(app.session->Call(&Profiles::DeleteProfile, request).status());
  app.output().Say("deleted " + request.name());
  return absl::OkStatus();
}

struct TryOptions {
  std::string file, dataset, profile, profile_file;
};

// The saved profile of this id, or the one in a file; unset for neither.
absl::Status ChooseProfile(App& app, const TryOptions& options, pb::TryFileRequest* request) {
  if (!options.profile_file.empty()) {
    ASSIGN_OR_RETURN(*request->mutable_profile(), ReadProfile(options.profile_file));
    return absl::OkStatus();
  }
  if (options.profile.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto saved, ListProfiles(app, options.dataset));
  const std::string name = FullName(request->parent(), "profiles", options.profile);
  for (const pb::Profile& profile : saved.profiles()) {
    if (profile.name() != name) continue;
    *request->mutable_profile() = profile;
    return absl::OkStatus();
  }
  return InvalidInput(absl::StrCat("the dataset has no profile ", options.profile),
                      absl::StrCat("取込プロファイル ", options.profile, " がありません。"));
}

// For people: how it is read, its first records, what is wrong.
void TellTried(App& app, const pb::TryFileResponse& tried) {
  Output out = app.output();
  out.Say(absl::StrCat("文字コード ", tried.encoding(), "、区切り ",
                       tried.delimiter() == "\t" ? "タブ" : tried.delimiter(),
                       tried.needs_profile() ? "、取込プロファイルが必要 / needs a profile" : ""));
  std::vector<std::string> header(tried.headers().begin(), tried.headers().end());
  std::vector<std::vector<std::string>> rows;
  rows.emplace_back();
  for (const std::string& column : tried.mapped()) {
    rows.back().push_back("→" + (column.empty() ? "（読まない）" : column));
  }
  for (const pb::TriedRecord& record : tried.records()) {
    rows.emplace_back(record.values().begin(), record.values().end());
  }
  if (!header.empty()) out.stream() << FormatTable(header, rows) << std::flush;
  for (const std::string& column : tried.missing()) out.Say("無い列 / missing: " + column);
  out.Say(absl::StrCat("確認したレコード / checked: ", Grouped(tried.checked_records())));
  out.PrintList(tried, "finding_counts", {"rule", "severity", "count"});
  out.PrintList(tried, "findings", {"row", "column", "rule", "severity", "value", "message"});
}

absl::Status TryFile(App& app, const TryOptions& options) {
  pb::TryFileRequest request;
  ASSIGN_OR_RETURN(const std::string head, ReadHead(options.file, kHeadBytes + 1));
  request.set_head(head.substr(0, kHeadBytes));
  request.set_whole(head.size() <= kHeadBytes);
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  request.set_parent(FullName(tenant, "datasets", options.dataset));
  RETURN_IF_ERROR(ChooseProfile(app, options, &request));
  ASSIGN_OR_RETURN(const pb::TryFileResponse tried, app.session->Call(&Profiles::TryFile, request));
  if (app.json) {
    app.output().Print(tried);
  } else {
    TellTried(app, tried);
  }
  return absl::OkStatus();
}

}  // namespace

void AddProfileCommands(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "profiles", "取込プロファイル");
  AddCommand<ProfileOptions>(
      *group, app, "save", "Store how files of a dataset are read (保有課)",
      [](CLI::App& command, ProfileOptions& o) {
        command.add_option("id", o.id, "[a-z][a-z0-9-]{0,62}")->required();
        BindDataset(command, o);
        command.add_option("--file", o.file, "JSON")->required();
      },
      [&app](const ProfileOptions& o) { return SaveProfile(app, o); });
  AddCommand<ProfileOptions>(*group, app, "list", "Profiles of a dataset", BindDataset,
                             [&app](const ProfileOptions& o) -> absl::Status {
                               ASSIGN_OR_RETURN(const auto response, ListProfiles(app, o.dataset));
                               app.output().PrintList(
                                   response, "profiles",
                                   {"name", "display_name", "encoding", "update_time"});
                               return absl::OkStatus();
                             });
  AddCommand<ProfileOptions>(
      *group, app, "delete", "Delete one; snapshots opened with it keep theirs (保有課)",
      [](CLI::App& command, ProfileOptions& o) {
        command.add_option("id", o.id, "Profile")->required();
        BindDataset(command, o);
      },
      [&app](const ProfileOptions& o) { return DeleteProfile(app, o); });
  AddCommand<TryOptions>(
      root, app, "try", "See how a file would be read and checked; nothing is stored (保有課)",
      [](CLI::App& command, TryOptions& o) {
        command.add_option("file", o.file, "CSV file; its first MiB is sent")->required();
        command.add_option("--dataset", o.dataset, "Dataset")->required();
        auto* saved = command.add_option("--profile", o.profile, "A saved profile");
        command.add_option("--profile-file", o.profile_file, "A profile not saved (JSON)")
            ->excludes(saved);
      },
      [&app](const TryOptions& o) { return TryFile(app, o); });
}

}  // namespace oboro::cli
