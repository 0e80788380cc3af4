#include "absl/strings/str_format.h"
#include "oboro/abstraction/v1/abstraction.grpc.pb.h"
#include "oboro/tenancy/v1/tenancy.grpc.pb.h"
#include "services/cli/commands/commands.h"
#include "services/cli/files.h"
#include "services/cli/text.h"

namespace oboro::cli {
namespace {

namespace pb = tenancy::v1;

struct TenantOptions {
  std::string code, display_name, administrator;
  int64_t population = 0, bytes = int64_t{1} << 40, rows = 10'000'000;
  int32_t jobs = 2;
};

absl::Status CreateTenant(App& app, const TenantOptions& options) {
  ASSIGN_OR_RETURN(const Settings settings, app.settings());
  pb::CreateTenantRequest request;
  request.set_municipality_code(options.code);
  request.set_display_name(options.display_name);
  request.set_population(options.population);
  request.mutable_administrator()->set_issuer(settings.issuer);
  request.mutable_administrator()->set_subject(options.administrator);
  request.mutable_quota()->set_bytes(options.bytes);
  request.mutable_quota()->set_rows(options.rows);
  request.mutable_quota()->set_concurrent_jobs(options.jobs);
  return CallAndPrint(app, &pb::TenantService::Stub::CreateTenant, request);
}

void AddTenants(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "tenants", "テナント（自治体）");
  AddCommand<TenantOptions>(
      *group, app, "create", "Make a tenant, its keys and first administrator (運営)",
      [](CLI::App& command, TenantOptions& o) {
        command.add_option("--code", o.code, "全国地方公共団体コード (6 digits)")->required();
        command.add_option("--display-name", o.display_name, "Official name")->required();
        command.add_option("--population", o.population, "Residents")->required();
        command.add_option("--administrator", o.administrator, "Subject of the first 管理者")
            ->required();
        command.add_option("--quota-bytes", o.bytes, "Bytes of stored objects");
        command.add_option("--quota-rows", o.rows, "Records of one snapshot");
        command.add_option("--quota-jobs", o.jobs, "Operations at one time");
      },
      [&app](const TenantOptions& o) { return CreateTenant(app, o); });
  AddCommand<NoOptions>(*group, app, "list", "Tenants that the caller belongs to", BindNothing,
                        [&app](const NoOptions&) -> absl::Status {
                          ASSIGN_OR_RETURN(Session * session, app.Connect());
                          ASSIGN_OR_RETURN(const auto response,
                                           session->Call(&pb::TenantService::Stub::ListTenants,
                                                         pb::ListTenantsRequest()));
                          app.output().PrintList(
                              response, "tenants",
                              {"name", "municipality_code", "display_name", "population", "state"});
                          return absl::OkStatus();
                        });
  AddCommand<NoOptions>(*group, app, "get", "Show the tenant of --tenant", BindNothing,
                        [&app](const NoOptions&) -> absl::Status {
                          pb::GetTenantRequest request;
                          ASSIGN_OR_RETURN(*request.mutable_name(), app.Tenant());
                          return CallAndPrint(app, &pb::TenantService::Stub::GetTenant, request);
                        });
  AddCommand<NoOptions>(*group, app, "usage", "Use against quota", BindNothing,
                        [&app](const NoOptions&) -> absl::Status {
                          pb::GetUsageRequest request;
                          ASSIGN_OR_RETURN(*request.mutable_name(), app.Tenant());
                          return CallAndPrint(app, &pb::TenantService::Stub::GetUsage, request);
                        });
  AddCommand<NoOptions>(
      *group, app, "costs", "Use and share of the cost of every tenant (運営)", BindNothing,
      [&app](const NoOptions&) -> absl::Status {
        ASSIGN_OR_RETURN(Session * session, app.Connect());
        ASSIGN_OR_RETURN(const auto response, session->Call(&pb::TenantService::Stub::ListUsage,
                                                            pb::ListUsageRequest()));
        if (app.json) {
          app.output().Print(response);
          return absl::OkStatus();
        }
        std::vector<std::vector<std::string>> rows;
        for (const pb::TenantUsage& tenant : response.tenants()) {
          rows.push_back({tenant.tenant().municipality_code(), tenant.tenant().display_name(),
                          Grouped(tenant.usage().bytes()), Grouped(tenant.usage().rows()),
                          absl::StrFormat("%.1f", tenant.job_seconds()),
                          absl::StrFormat("%.1f %%", 100 * tenant.cost_share())});
        }
        app.out << FormatTable({"code", "tenant", "bytes", "rows", "job_seconds", "cost_share"},
                               rows);
        return absl::OkStatus();
      });
  AddCommand<TenantOptions>(
      *group, app, "quota", "Set the quota (運営)",
      [](CLI::App& command, TenantOptions& o) {
        command.add_option("--bytes", o.bytes, "Bytes of stored objects")->required();
        command.add_option("--rows", o.rows, "Records of one snapshot")->required();
        command.add_option("--jobs", o.jobs, "Operations at one time")->required();
      },
      [&app](const TenantOptions& o) -> absl::Status {
        pb::SetQuotaRequest request;
        ASSIGN_OR_RETURN(*request.mutable_name(), app.Tenant());
        request.mutable_quota()->set_bytes(o.bytes);
        request.mutable_quota()->set_rows(o.rows);
        request.mutable_quota()->set_concurrent_jobs(o.jobs);
        return CallAndPrint(app, &pb::TenantService::Stub::SetQuota, request);
      });
}

struct DepartmentOptions {
  std::string id, display_name;
};

void AddDepartments(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "departments", "課");
  AddCommand<DepartmentOptions>(
      *group, app, "create", "Make a department (管理者)",
      [](CLI::App& command, DepartmentOptions& o) {
        command.add_option("id", o.id, "[a-z][a-z0-9-]{1,62}")->required();
        command.add_option("--display-name", o.display_name, "As 市民窓口課")->required();
      },
      [&app](const DepartmentOptions& o) -> absl::Status {
        pb::CreateDepartmentRequest request;
        ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
        request.set_department_id(o.id);
        request.set_display_name(o.display_name);
        return CallAndPrint(app, &pb::DepartmentService::Stub::CreateDepartment, request);
      });
  AddListCommand(*group, app, &pb::DepartmentService::Stub::ListDepartments, "departments",
                 {"name", "display_name"});
  AddCommand<DepartmentOptions>(
      *group, app, "rename", "Rename a department (管理者)",
      [](CLI::App& command, DepartmentOptions& o) {
        command.add_option("id", o.id, "Department")->required();
        command.add_option("--display-name", o.display_name, "As 市民窓口課")->required();
      },
      [&app](const DepartmentOptions& o) -> absl::Status {
        ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
        pb::UpdateDepartmentRequest request;
        request.set_name(FullName(tenant, "departments", o.id));
        request.set_display_name(o.display_name);
        return CallAndPrint(app, &pb::DepartmentService::Stub::UpdateDepartment, request);
      });
  AddCommand<NameOptions>(*group, app, "delete", "Delete one without members and datasets (管理者)",
                          BindName, [&app](const NameOptions& o) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                            pb::DeleteDepartmentRequest request;
                            request.set_name(FullName(tenant, "departments", o.name));
                            return CallAndPrint(app, &pb::DepartmentService::Stub::DeleteDepartment,
                                                request);
                          });
}

struct MemberOptions {
  std::string subject, role, department, display_name;
};

const std::map<std::string, pb::Role>& Roles() {
  static const auto* roles =
      new std::map<std::string, pb::Role>{{"administrator", pb::ROLE_ADMINISTRATOR},
                                          {"管理者", pb::ROLE_ADMINISTRATOR},
                                          {"steward", pb::ROLE_STEWARD},
                                          {"保有課", pb::ROLE_STEWARD},
                                          {"analyst", pb::ROLE_ANALYST},
                                          {"分析", pb::ROLE_ANALYST},
                                          {"privacy-officer", pb::ROLE_PRIVACY_OFFICER},
                                          {"個人情報保護", pb::ROLE_PRIVACY_OFFICER},
                                          {"auditor", pb::ROLE_AUDITOR},
                                          {"監査", pb::ROLE_AUDITOR}};
  return *roles;
}

absl::Status AddMember(App& app, const MemberOptions& options) {
  const auto role = Roles().find(options.role);
  if (role == Roles().end()) {
    return InvalidInput(
        "--role must be administrator, steward, analyst, privacy-officer or auditor.",
        "--role は 管理者、保有課、分析、個人情報保護、監査 のいずれかです。");
  }
  ASSIGN_OR_RETURN(const Settings settings, app.settings());
  pb::AddMemberRequest request;
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.mutable_principal()->set_issuer(settings.issuer);
  request.mutable_principal()->set_subject(options.subject);
  request.set_role(role->second);
  request.set_display_name(options.display_name);
  if (!options.department.empty()) {
    request.set_department(FullName(request.parent(), "departments", options.department));
  }
  return CallAndPrint(app, &pb::MemberService::Stub::AddMember, request);
}

void AddMembers(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "members", "職員と役割");
  AddCommand<MemberOptions>(
      *group, app, "add", "Give a person a role (管理者)",
      [](CLI::App& command, MemberOptions& o) {
        command.add_option("subject", o.subject, "The token's subject")->required();
        command.add_option("--role", o.role, "Role")->required();
        command.add_option("--department", o.department, "Department");
        command.add_option("--display-name", o.display_name, "What colleagues call this person");
      },
      [&app](const MemberOptions& o) { return AddMember(app, o); });
  AddListCommand(*group, app, &pb::MemberService::Stub::ListMembers, "members",
                 {"name", "display_name", "role", "department"});
  AddCommand<NameOptions>(*group, app, "remove", "Take a role away (管理者)", BindName,
                          [&app](const NameOptions& o) -> absl::Status {
                            ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
                            pb::RemoveMemberRequest request;
                            request.set_name(FullName(tenant, "members", o.name));
                            return CallAndPrint(app, &pb::MemberService::Stub::RemoveMember,
                                                request);
                          });
}

struct DocumentOptions {
  std::string id, file;
};

void BindDocument(CLI::App& command, DocumentOptions& options) {
  command.add_option("id", options.id, "[a-z][a-z0-9-]{1,62}")->required();
  command.add_option("--file", options.file, "YAML")->required();
}

void AddPolicies(CLI::App& root, App& app) {
  auto* group = AddGroup(root, "policies", "方針（公開の基準）");
  AddCommand<DocumentOptions>(
      *group, app, "create", "Store a policy, or its next version (個人情報保護)", BindDocument,
      [&app](const DocumentOptions& o) -> absl::Status {
        pb::CreatePolicyRequest request;
        ASSIGN_OR_RETURN(*request.mutable_document(), ReadFile(o.file));
        ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
        request.set_policy_id(o.id);
        return CallAndPrint(app, &pb::PolicyService::Stub::CreatePolicy, request);
      });
  AddGetCommand(*group, app, &pb::PolicyService::Stub::GetPolicy, "policies");
  AddListCommand(*group, app, &pb::PolicyService::Stub::ListPolicies, "policies",
                 {"name", "version", "create_time"});
  AddCommand<NameOptions>(
      *group, app, "versions", "Every version of one, newest first", BindName,
      [&app](const NameOptions& o) -> absl::Status {
        pb::ListPolicyVersionsRequest request;
        ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
        request.set_name(FullName(tenant, "policies", o.name));
        ASSIGN_OR_RETURN(const auto response,
                         app.session->Call(&pb::PolicyService::Stub::ListPolicyVersions, request));
        app.output().PrintList(response, "policies", {"name", "version", "create_time"});
        return absl::OkStatus();
      });
}

struct PreviewOptions {
  std::string file, dataset;
  int32_t records = 10;
  uint64_t seed = 1;
};

absl::Status PreviewRecipe(App& app, const PreviewOptions& options) {
  abstraction::v1::PreviewRecipeRequest request;
  ASSIGN_OR_RETURN(*request.mutable_document(), ReadFile(options.file));
  ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
  request.set_dataset(FullName(request.parent(), "datasets", options.dataset));
  request.set_records(options.records);
  request.set_seed(options.seed);
  ASSIGN_OR_RETURN(
      const auto shown,
      app.session->Call(&abstraction::v1::RecipeService::Stub::PreviewRecipe, request));
  if (app.json) {
    app.output().Print(shown);
    return absl::OkStatus();
  }
  const auto tell = [&app](const auto& columns, const auto& records) {
    std::vector<std::vector<std::string>> rows;
    for (const auto& record : records) {
      rows.emplace_back(record.values().begin(), record.values().end());
    }
    app.out << FormatTable({columns.begin(), columns.end()}, rows) << std::flush;
  };
  app.output().Say("変換前（架空のレコード） / before, made up:");
  tell(shown.source_columns(), shown.source_records());
  std::vector<std::string> names;
  for (const auto& column : shown.columns()) names.push_back(column.name());
  app.output().Say("変換後 / after:");
  tell(names, shown.records());
  return absl::OkStatus();
}

void AddRecipes(CLI::App& root, App& app) {
  using Recipes = abstraction::v1::RecipeService::Stub;
  auto* group = AddGroup(root, "recipes", "抽象化レシピ");
  AddCommand<DocumentOptions>(*group, app, "create", "Store a recipe, or its next version (保有課)",
                              BindDocument, [&app](const DocumentOptions& o) -> absl::Status {
                                abstraction::v1::CreateRecipeRequest request;
                                ASSIGN_OR_RETURN(*request.mutable_document(), ReadFile(o.file));
                                ASSIGN_OR_RETURN(*request.mutable_parent(), app.Tenant());
                                request.set_recipe_id(o.id);
                                return CallAndPrint(app, &Recipes::CreateRecipe, request);
                              });
  AddGetCommand(*group, app, &Recipes::GetRecipe, "recipes");
  AddListCommand(*group, app, &Recipes::ListRecipes, "recipes", {"name", "version", "create_time"});
  AddCommand<NameOptions>(
      *group, app, "versions", "Every version of one, newest first", BindName,
      [&app](const NameOptions& o) -> absl::Status {
        abstraction::v1::ListRecipeVersionsRequest request;
        ASSIGN_OR_RETURN(const std::string tenant, app.Tenant());
        request.set_name(FullName(tenant, "recipes", o.name));
        ASSIGN_OR_RETURN(const auto response,
                         app.session->Call(&Recipes::ListRecipeVersions, request));
        app.output().PrintList(response, "recipes", {"name", "version", "create_time"});
        return absl::OkStatus();
      });
  AddCommand<PreviewOptions>(
      *group, app, "preview", "What a recipe does to made-up records (保有課, 個人情報保護)",
      [](CLI::App& command, PreviewOptions& o) {
        command.add_option("--file", o.file, "YAML, stored or not")->required();
        command.add_option("--dataset", o.dataset, "Whose layout the records have")->required();
        command.add_option("--records", o.records, "1 to 50; default 10");
        command.add_option("--seed", o.seed, "The same seed makes the same records");
      },
      [&app](const PreviewOptions& o) { return PreviewRecipe(app, o); });
}

}  // namespace

void AddTenancyCommands(CLI::App& root, App& app) {
  AddTenants(root, app);
  AddDepartments(root, app);
  AddMembers(root, app);
  AddPolicies(root, app);
  AddRecipes(root, app);
}

}  // namespace oboro::cli
