#include "services/cli/main_job.h"

#include <filesystem>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/cli/files.h"
#include "services/cli/run_path.h"
#include "services/cli/synth_file.h"
#include "services/cli/text.h"
#include "services/platform/base/status.h"

namespace oboro::cli {
namespace {

using tenancy::v1::DepartmentService;
using tenancy::v1::MemberService;
using tenancy::v1::TenantService;

constexpr char kReferenceDate[] = "2025-04-01";
constexpr char kDepartment[] = "citizens";

struct City {
  std::string key;  // As in --population and in the names of the seeded people.
  std::string code;
  std::string name;
  int64_t population = 0;
};

absl::StatusOr<std::vector<City>> ParsePopulation(const std::string& text) {
  std::vector<City> cities = {{"tsukuba", "082201", "つくば市", 0},
                              {"hamamatsu", "221309", "浜松市", 0}};
  for (const absl::string_view part : absl::StrSplit(text, ',')) {
    const std::pair<std::string, std::string> pair = absl::StrSplit(part, absl::MaxSplits('=', 1));
    bool known = false;
    for (City& city : cities) {
      known |= city.key == pair.first && absl::SimpleAtoi(pair.second, &city.population) &&
               city.population > 0;
    }
    if (!known) {
      return InvalidInput(
          absl::StrCat("--population: cannot read ", part, ". Write tsukuba=N,hamamatsu=N."),
          "--population は tsukuba=N,hamamatsu=N の形で指定してください。");
    }
  }
  return cities;
}

// A making that was done before is done.
absl::Status Made(const absl::Status& status) {
  return status.code() == absl::StatusCode::kAlreadyExists ? absl::OkStatus() : status;
}

class MainJob {
 public:
  MainJob(App& app, const MainJobOptions& options, Settings settings)
      : app_(app), options_(options), settings_(std::move(settings)) {}

  absl::Status Run();

 private:
  absl::StatusOr<std::unique_ptr<Session>> As(const std::string& person) {
    return Session::Open(settings_, person);
  }
  absl::StatusOr<std::string> EnsureTenant(const City& city);
  absl::Status EnsureMembers(const City& city, const std::string& tenant);
  absl::Status RunCity(const City& city);

  App& app_;
  const MainJobOptions& options_;
  Settings settings_;
  std::vector<StageRecord> stages_;
};

absl::StatusOr<std::string> MainJob::EnsureTenant(const City& city) {
  ASSIGN_OR_RETURN(const auto operations, As("operator"));
  if (auto known = operations->ResolveTenant(city.code); known.ok()) return known;
  tenancy::v1::CreateTenantRequest request;
  request.set_municipality_code(city.code);
  request.set_display_name(city.name);
  request.set_population(city.population);
  request.mutable_administrator()->set_issuer(settings_.issuer);
  request.mutable_administrator()->set_subject(city.key + "-admin");
  request.mutable_quota()->set_bytes(int64_t{64} << 30);
  request.mutable_quota()->set_rows(10'000'000);
  request.mutable_quota()->set_concurrent_jobs(2);
  ASSIGN_OR_RETURN(const auto created,
                   operations->Call(&TenantService::Stub::CreateTenant, request));
  return created.tenant().name();
}

absl::Status MainJob::EnsureMembers(const City& city, const std::string& tenant) {
  ASSIGN_OR_RETURN(const auto administrator, As(city.key + "-admin"));
  tenancy::v1::CreateDepartmentRequest department;
  department.set_parent(tenant);
  department.set_department_id(kDepartment);
  department.set_display_name("市民窓口課");
  RETURN_IF_ERROR(
      Made(administrator->Call(&DepartmentService::Stub::CreateDepartment, department).status()));
  struct Person {
    std::string subject;
    tenancy::v1::Role role;
    std::string name;
  };
  const std::string town = city.name.substr(0, city.name.rfind("市"));
  const std::vector<Person> people = {
      {"-admin", tenancy::v1::ROLE_ADMINISTRATOR, " 管理子"},  // Is one already: is given the name.
      {"-steward", tenancy::v1::ROLE_STEWARD, " 保有夫"},
      {"-analyst", tenancy::v1::ROLE_ANALYST, " 分析子"},
      {"-privacy", tenancy::v1::ROLE_PRIVACY_OFFICER, " 保護夫"},
      // What one of them asks for, the other one reviews.
      {"-privacy2", tenancy::v1::ROLE_PRIVACY_OFFICER, " 保護子"},
      {"-auditor", tenancy::v1::ROLE_AUDITOR, " 監査子"}};
  for (const auto& [person, role, name] : people) {
    tenancy::v1::AddMemberRequest member;
    member.set_parent(tenant);
    member.mutable_principal()->set_issuer(settings_.issuer);
    member.mutable_principal()->set_subject(city.key + person);
    member.set_role(role);
    member.set_display_name(town + name);
    if (role == tenancy::v1::ROLE_STEWARD) {
      member.set_department(FullName(tenant, "departments", kDepartment));
    }
    RETURN_IF_ERROR(Made(administrator->Call(&MemberService::Stub::AddMember, member).status()));
  }
  return absl::OkStatus();
}

absl::Status MainJob::RunCity(const City& city) {
  app_.output().Say(
      absl::StrCat("\n== ", city.name, " ", city.code, " 人口 ", Grouped(city.population), " =="));
  ASSIGN_OR_RETURN(const std::string tenant, EnsureTenant(city));
  RETURN_IF_ERROR(EnsureMembers(city, tenant));

  RunSpec spec;
  spec.tenant = tenant;
  spec.file = absl::StrCat(options_.out, "/", city.code, "_register.csv");
  spec.reference_date = kReferenceDate;
  spec.dataset_id = "resident-register";
  spec.dataset_title = "住民基本台帳";
  spec.department_id = kDepartment;
  spec.schema_file = options_.documents + "/schemas/resident_register.yaml";
  spec.recipe_id = spec.dataset_id;
  spec.recipe_file = options_.documents + "/recipes/resident_register.yaml";
  spec.policy_id = "default";
  spec.policy_file = options_.documents + "/policies/default.yaml";
  spec.statistic_title = "町丁目別年齢5歳階級別男女別人口";
  spec.dimensions = {"town", "age_band", "sex"};
  spec.export_file = absl::StrCat(options_.out, "/", city.code, "_population.csv");
  spec.show_refusal = true;

  const absl::Time begin = absl::Now();
  RETURN_IF_ERROR(WriteSynthFile(
      app_, {city.code, city.population, kReferenceDate, options_.seed, "cp932", 0.0}, spec.file,
      /*manifest=*/""));
  const StageRecord synth{"生成 synth", absl::ToDoubleSeconds(absl::Now() - begin), city.population,
                          PeakMemory()};
  app_.output().Say(StageTable({synth}));

  ASSIGN_OR_RETURN(const auto steward, As(city.key + "-steward"));
  ASSIGN_OR_RETURN(const auto privacy, As(city.key + "-privacy"));
  ASSIGN_OR_RETURN(const auto analyst, As(city.key + "-analyst"));
  ASSIGN_OR_RETURN(const RunOutcome outcome,
                   RunPath(app_, {steward.get(), privacy.get(), analyst.get()}, spec));
  // The service holds the records now; the extract is not left lying about.
  std::error_code error;
  std::filesystem::remove(spec.file, error);
  stages_.push_back(synth);
  stages_.back().title = city.name + " " + synth.title;
  for (StageRecord stage : outcome.stages) {
    stage.title = city.name + " " + stage.title;
    stages_.push_back(std::move(stage));
  }
  app_.output().Say(absl::StrCat("    表: ", spec.export_file));
  return absl::OkStatus();
}

absl::Status MainJob::Run() {
  ASSIGN_OR_RETURN(const auto cities, ParsePopulation(options_.population));
  std::error_code error;
  std::filesystem::create_directories(options_.out, error);
  const absl::Time begin = absl::Now();
  for (const City& city : cities) {
    if (city.population > 0) RETURN_IF_ERROR(RunCity(city));
  }
  app_.output().Say("\n== 全段階 ==");
  app_.output().Say(StageTable(stages_));
  app_.output().Say(absl::StrFormat("合計 %.1f 秒", absl::ToDoubleSeconds(absl::Now() - begin)));
  return absl::OkStatus();
}

}  // namespace

absl::Status RunMainJob(App& app, const MainJobOptions& options) {
  ASSIGN_OR_RETURN(Settings settings, app.settings());
  MainJobOptions filled = options;
  if (filled.out.empty()) {
    filled.out = app.state_dir.empty() ? "oboro-job" : app.state_dir + "/job";
  }
  return MainJob(app, filled, std::move(settings)).Run();
}

}  // namespace oboro::cli
