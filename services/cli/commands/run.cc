#include <nlohmann/json.hpp>

#include "services/cli/commands/commands.h"
#include "services/cli/main_job.h"
#include "services/cli/run_path.h"

namespace oboro::cli {
namespace {

struct RunOptions {
  RunSpec spec;
  std::string privacy_officer, analyst;
};

void BindRun(CLI::App& command, RunOptions& o) {
  command.add_option("file", o.spec.file, "CSV file")->required();
  command.add_option("--reference-date", o.spec.reference_date, "時点, as 2025-04-01")->required();
  command.add_option("--dataset", o.spec.dataset_id, "Dataset; made where missing")->required();
  command.add_option("--dataset-title", o.spec.dataset_title, "Its title, where it is made");
  command.add_option("--department", o.spec.department_id, "Department that holds it")->required();
  command.add_option("--schema", o.spec.schema_file, "YAML (deploy/schemas)")->required();
  command.add_option("--recipe", o.spec.recipe_file, "YAML (deploy/recipes)")->required();
  command.add_option("--policy", o.spec.policy_file, "YAML (deploy/policies)")->required();
  command.add_option("--by", o.spec.dimensions, "One to three columns")->required()->delimiter(',');
  command.add_option("--title", o.spec.statistic_title, "Title of the statistic");
  command.add_option("--out", o.spec.export_file, "CSV file to write");
  command.add_flag("--show-refusal", o.spec.show_refusal, "Ask for the public tier too");
  command.add_option("--privacy-officer", o.privacy_officer, "Log-in that verifies; else --as");
  command.add_option("--analyst", o.analyst, "Log-in that aggregates; else --as");
}

nlohmann::ordered_json ToJson(const RunOutcome& outcome) {
  nlohmann::ordered_json stages = nlohmann::ordered_json::array();
  for (const StageRecord& stage : outcome.stages) {
    stages.push_back({{"stage", stage.title},
                      {"seconds", stage.seconds},
                      {"records", stage.records},
                      {"peak_memory_bytes", stage.peak_memory_bytes}});
  }
  return {{"snapshot", outcome.snapshot},
          {"abstraction", outcome.abstraction},
          {"verdict", outcome.verdict},
          {"statistic", outcome.statistic},
          {"records", outcome.records},
          {"cells", outcome.cells},
          {"suppressed", outcome.suppressed},
          {"primary_suppressions", outcome.primary},
          {"secondary_suppressions", outcome.secondary},
          {"public_tier_refusal", outcome.refusal_reason},
          {"stages", stages}};
}

absl::Status Run(App& app, const RunOptions& options) {
  RunSpec spec = options.spec;
  ASSIGN_OR_RETURN(spec.tenant, app.Tenant());
  if (spec.dataset_title.empty()) spec.dataset_title = spec.dataset_id;
  if (spec.statistic_title.empty()) spec.statistic_title = spec.dataset_id;
  spec.recipe_id = spec.dataset_id;
  spec.policy_id = spec.dataset_id;
  ASSIGN_OR_RETURN(const Settings settings, app.settings());
  const auto open = [&](const std::string& profile) {
    return Session::Open(settings, profile.empty() ? app.profile : profile);
  };
  ASSIGN_OR_RETURN(const auto privacy_officer, open(options.privacy_officer));
  ASSIGN_OR_RETURN(const auto analyst, open(options.analyst));
  ASSIGN_OR_RETURN(const RunOutcome outcome,
                   RunPath(app, {app.session.get(), privacy_officer.get(), analyst.get()}, spec));
  if (app.json) app.out << ToJson(outcome).dump() << std::endl;
  app.output().Say(StageTable(outcome.stages));
  return absl::OkStatus();
}

}  // namespace

void AddRunCommands(CLI::App& root, App& app) {
  AddCommand<RunOptions>(root, app, "run", "The whole path of one file", BindRun,
                         [&app](const RunOptions& o) { return Run(app, o); });
  AddCommand<MainJobOptions>(
      root, app, "main-job", "The whole path of two synthetic cities, on a development instance",
      [](CLI::App& command, MainJobOptions& o) {
        command.add_option("--population", o.population, "tsukuba=N,hamamatsu=N");
        command.add_option("--seed", o.seed, "Seed of the synthetic registers");
        command.add_option("--documents", o.documents, "Folder of schemas, recipes and policies");
        command.add_option("--out", o.out, "Folder for the exported tables");
      },
      [&app](const MainJobOptions& o) { return RunMainJob(app, o); });
}

}  // namespace oboro::cli
