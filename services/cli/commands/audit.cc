#include <google/protobuf/util/json_util.h>

#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "oboro/audit/v1/audit.grpc.pb.h"
#include "services/cli/audit_check.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/text.h"

namespace oboro::cli {
namespace {

namespace pb = audit::v1;
using Audit = pb::AuditService::Stub;

struct ListOptions {
  int32_t page_size = 100;
  std::string page_token, action, actor, resource, since, until, dataset;
  bool newest_first = false;
};

// RFC 3339, or a day, which begins in Japan.
absl::StatusOr<google::protobuf::Timestamp> ParseTime(const std::string& text) {
  const std::optional<absl::Time> time = ParseTimeOrDay(text);
  if (!time.has_value()) {
    return InvalidInput("Times are as 2026-04-01 or 2026-04-01T09:00:00+09:00.",
                        "時刻は 2026-04-01 か 2026-04-01T09:00:00+09:00 の形です。");
  }
  google::protobuf::Timestamp out;
  out.set_seconds(absl::ToUnixSeconds(*time));
  out.set_nanos(
      static_cast<int32_t>(absl::ToInt64Nanoseconds(*time - absl::FromUnixSeconds(out.seconds()))));
  return out;
}

template <typename Response>
absl::Status PrintEvents(App& app, const Response& response) {
  app.output().PrintList(response, "events",
                         {"sequence", "time", "actor", "action", "outcome", "resource"});
  if (!response.next_page_token().empty()) {
    app.output().Say("続き: --page-token " + response.next_page_token());
  }
  return absl::OkStatus();
}

absl::Status Uses(App& app, const ListOptions& options) {
  pb::ListDatasetUsesRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_dataset(FullName(request.parent(), "datasets", options.dataset));
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  ASSIGN_OR_RETURN(const auto response, app.session->Call(&Audit::ListDatasetUses, request));
  return PrintEvents(app, response);
}

absl::Status List(App& app, const ListOptions& options) {
  pb::ListEventsRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_page_size(options.page_size);
  request.set_page_token(options.page_token);
  request.set_action(options.action);
  request.set_actor(options.actor);
  if (!options.resource.empty()) {
    request.set_resource(absl::StartsWith(options.resource, "tenants/")
                             ? options.resource
                             : absl::StrCat(request.parent(), "/", options.resource));
  }
  if (!options.since.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_since(), ParseTime(options.since));
  }
  if (!options.until.empty()) {
    ASSIGN_OR_RETURN(*request.mutable_until(), ParseTime(options.until));
  }
  request.set_newest_first(options.newest_first);
  ASSIGN_OR_RETURN(const auto response, app.session->Call(&Audit::ListEvents, request));
  return PrintEvents(app, response);
}

std::string ToJson(const google::protobuf::Message& message) {
  std::string json;
  (void)google::protobuf::util::MessageToJsonString(message, &json);
  return json;
}

struct FileOptions {
  std::string out;
};

absl::Status Head(App& app, const FileOptions& options) {
  pb::ExportHeadRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  ASSIGN_OR_RETURN(const auto response, app.session->Call(&Audit::ExportHead, request));
  if (!options.out.empty()) RETURN_IF_ERROR(WriteFile(options.out, ToJson(response.head()) + "\n"));
  app.output().Print(response);
  return absl::OkStatus();
}

absl::Status Export(App& app, const FileOptions& options) {
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  const std::string temporary = options.out + ".new";
  std::ofstream file(temporary);
  int64_t events = 0;
  RETURN_IF_ERROR(FetchEvents(*app.session, tenant, [&](const pb::Event& event) {
    file << ToJson(event) << "\n";
    ++events;
    return absl::OkStatus();
  }));
  file.close();
  if (!file || std::rename(temporary.c_str(), options.out.c_str()) != 0) {
    return InvalidInput("Cannot write " + options.out + ". Choose another place with --out.",
                        options.out + " に書き込めません。");
  }
  app.output().Say(options.out + ": " + Grouped(events) + " 件");
  return absl::OkStatus();
}

struct VerifyOptions {
  std::string head, file;
};

// Without a server: the file's events and the head's own tenant.
absl::StatusOr<int64_t> VerifyFile(const VerifyOptions& options) {
  if (options.head.empty()) {
    return InvalidInput(
        "--file needs --head: without a head kept elsewhere nothing vouches for it.",
        "--file には --head が必要です。");
  }
  ASSIGN_OR_RETURN(const pb::SignedHead head, ReadHeadFile(options.head));
  return CheckChain(head.tenant(), head, [&options](const EventSink& take) {
    return ReadEventFile(options.file, take);
  });
}

absl::StatusOr<int64_t> VerifyServed(App& app, const VerifyOptions& options) {
  pb::VerifyEventsRequest request;
  ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
  request.set_parent(tenant);
  std::optional<pb::SignedHead> head;
  if (!options.head.empty()) {
    ASSIGN_OR_RETURN(head, ReadHeadFile(options.head));
    *request.mutable_known_head() = *head;
  }
  // The service checks its own heads as well, which only it has; this machine trusts only itself.
  ASSIGN_OR_RETURN(const auto served, app.session->Call(&Audit::VerifyEvents, request));
  if (!served.valid()) return ChainBroken(served.fault(), served.fault_sequence());
  return CheckChain(tenant, head,
                    [&](const EventSink& take) { return FetchEvents(*app.session, tenant, take); });
}

absl::Status Verify(App& app, const VerifyOptions& options) {
  ASSIGN_OR_RETURN(const int64_t events,
                   options.file.empty() ? VerifyServed(app, options) : VerifyFile(options));
  pb::VerifyEventsResponse response;
  response.set_valid(true);
  response.set_events(events);
  if (app.json) {
    app.output().Print(response);
  } else {
    app.output().Say("監査記録 " + Grouped(events) + " 件は、書かれたときのままです。");
  }
  return absl::OkStatus();
}

void BindOut(CLI::App& command, FileOptions& o) {
  command.add_option("--out", o.out, "File to write");
}

}  // namespace

void AddAuditCommands(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "audit", "監査");
  AddCommand<ListOptions>(
      *group, app, "list", "Events in the order of their numbers (監査)",
      [](CLI::App& command, ListOptions& o) {
        command.add_option("--page-size", o.page_size, "At most this many");
        command.add_option("--page-token", o.page_token, "From an earlier answer");
        command.add_option("--action", o.action, "Only this action, as EXPORT_STATISTIC");
        command.add_option("--actor", o.actor, "Only actors whose name contains this");
        command.add_option("--resource", o.resource, "Only this resource and what is below it");
        command.add_option("--since", o.since, "At or after: a day or RFC 3339");
        command.add_option("--until", o.until, "Before: a day or RFC 3339");
        command.add_flag("--newest-first", o.newest_first, "The last ones first");
      },
      [&app](const ListOptions& o) { return List(app, o); });
  AddCommand<ListOptions>(
      *group, app, "uses", "Who used a dataset and what was made of it (保有課, 監査)",
      [](CLI::App& command, ListOptions& o) {
        command.add_option("--dataset", o.dataset, "Dataset")->required();
        command.add_option("--page-size", o.page_size, "At most this many");
        command.add_option("--page-token", o.page_token, "From an earlier answer");
      },
      [&app](const ListOptions& o) { return Uses(app, o); });
  AddCommand<FileOptions>(*group, app, "head", "Sign the chain's head now and take it away",
                          BindOut, [&app](const FileOptions& o) { return Head(app, o); });
  AddCommand<FileOptions>(
      *group, app, "export", "Write every event as JSON lines",
      [](CLI::App& command, FileOptions& o) {
        command.add_option("--out", o.out, "File to write")->required();
      },
      [&app](const FileOptions& o) { return Export(app, o); });
  AddCommand<VerifyOptions>(
      *group, app, "verify", "Recompute the chain here; exit code 9 when it is broken",
      [](CLI::App& command, VerifyOptions& o) {
        command.add_option("--head", o.head, "A head exported earlier, which the chain must hold");
        command.add_option("--file", o.file, "Check exported events instead; needs no server");
      },
      [&app](const VerifyOptions& o) { return Verify(app, o); });
}

}  // namespace oboro::cli
