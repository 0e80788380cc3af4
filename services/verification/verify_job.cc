#include "services/verification/verify_job.h"

#include <openssl/sha.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/platform/base/ids.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/keys/key_manager.h"
#include "services/platform/objects/digest_reader.h"
#include "services/platform/objects/object_store.h"
#include "services/platform/policy/policy.h"
#include "services/sdc/version.h"
#include "services/verification/evaluate.h"
#include "services/verification/verdict_document.h"
#include "services/verification/verdict_rows.h"

namespace oboro::verification {

using platform::LeasedJob;
using platform::TenantContext;

namespace {

// All that is compared.
struct Subject {
  abstraction::v1::Abstraction about;
  tenancy::v1::Policy policy_row;
  platform::Policy policy;
  std::vector<MeasurePlan> plans;
};

std::string Sha256(const std::string& text) {
  unsigned char out[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), out);
  return std::string(reinterpret_cast<char*>(out), sizeof(out));
}

absl::Status Changed(absl::string_view what) {
  return platform::ReasonedError(
      absl::StatusCode::kDataLoss,
      {"ABSTRACTION_CHANGED",
       absl::StrCat("the abstraction's object is not what was recorded: ", what),
       "抽象化データが記録と一致しません。抽象化をやり直してください。",
       {}});
}

absl::StatusOr<Subject> Load(Peers& peers, const LeasedJob& job) {
  const nlohmann::json params = nlohmann::json::parse(job.params, nullptr, false);
  if (!params.is_object()) return absl::InternalError("verification.run: bad params");
  Subject subject;
  ASSIGN_OR_RETURN(subject.about, peers.GetAbstraction(job.target_name));
  ASSIGN_OR_RETURN(subject.policy_row,
                   peers.GetPolicy(params.value("policy", ""), params.value("policy_version", 0)));
  ASSIGN_OR_RETURN(subject.policy, platform::ParsePolicy(subject.policy_row.document()));
  for (const platform::TierPolicy& tier : subject.policy.tiers) {
    subject.plans.push_back(PlanFor(tier, subject.about));
  }
  return subject;
}

std::string ChildParams(const Subject& subject) {
  nlohmann::json links = nlohmann::json::array();
  for (const auto& column : subject.about.columns()) {
    if (column.kind() == abstraction::v1::COLUMN_KIND_LINK_NUMBER) links.push_back(column.name());
  }
  nlohmann::json measures = nlohmann::json::array();
  for (const MeasurePlan& plan : subject.plans) {
    measures.push_back(
        {{"quasi_identifiers", plan.quasi_identifiers}, {"sensitive", plan.sensitive}});
  }
  return nlohmann::json{{"links", links}, {"measures", measures}, {"k", LargestK(subject.policy)}}
      .dump();
}

// What the child found against what abstraction says of its own work.
absl::Status Compare(const Subject& subject, const Measured& measured,
                     const std::string& read_digest) {
  if (read_digest != subject.about.object_digest()) return Changed("its digest differs");
  if (measured.records != subject.about.records()) return Changed("its records differ in number");
  std::vector<std::string> told, found;
  for (const auto& column : subject.about.columns()) told.push_back(column.name());
  for (const MeasuredColumn& column : measured.columns) found.push_back(column.name);
  if (told != found) return Changed("its columns differ");
  return absl::OkStatus();
}

v1::Verdict MakeVerdict(const TenantContext& tenant, const Subject& subject,
                        const Measured& measured, absl::Time now) {
  v1::Verdict verdict;
  verdict.set_name(absl::StrCat(tenant.name(), "/verdicts/", platform::NewId()));
  verdict.set_abstraction(subject.about.name());
  verdict.set_object_digest(subject.about.object_digest());
  verdict.set_policy(subject.policy_row.name());
  verdict.set_policy_version(subject.policy_row.version());
  verdict.set_policy_digest(Sha256(subject.policy_row.document()));
  verdict.set_recipe(subject.about.recipe());
  verdict.set_recipe_version(subject.about.recipe_version());
  verdict.set_recipe_digest(subject.about.recipe_digest());
  verdict.set_engine_version(sdc::kEngineVersion);
  const int64_t micros = absl::ToUnixMicros(now);
  verdict.mutable_create_time()->set_seconds(micros / 1000000);
  verdict.mutable_create_time()->set_nanos(static_cast<int32_t>(micros % 1000000 * 1000));
  Evaluate(subject.policy, subject.plans, measured, tenant.population(), &verdict);
  return verdict;
}

std::string OutcomeOf(const v1::Verdict& verdict, v1::Tier tier) {
  for (const auto& outcome : verdict.tiers()) {
    if (outcome.tier() == tier) {
      return v1::Outcome_Name(outcome.outcome()).substr(sizeof("OUTCOME_") - 1);
    }
  }
  return "";
}

VerdictRow ToRow(const v1::Verdict& verdict, const LeasedJob& job, absl::Time now) {
  VerdictRow row;
  row.verdict_id = verdict.name().substr(verdict.name().rfind('/') + 1);
  row.abstraction = verdict.abstraction();
  row.object_digest = verdict.object_digest();
  row.policy = verdict.policy();
  row.policy_version = verdict.policy_version();
  row.policy_digest = verdict.policy_digest();
  row.recipe = verdict.recipe();
  row.recipe_version = verdict.recipe_version();
  row.recipe_digest = verdict.recipe_digest();
  row.engine_version = verdict.engine_version();
  row.internal_outcome = OutcomeOf(verdict, v1::TIER_INTERNAL);
  row.joint_outcome = OutcomeOf(verdict, v1::TIER_JOINT);
  row.public_outcome = OutcomeOf(verdict, v1::TIER_PUBLIC);
  row.document = EncodeVerdict(verdict);
  row.job_id = job.job_id;
  row.create_time = now;
  return row;
}

platform::AuditEvent Event(const LeasedJob& job, const VerdictRow& row, const std::string& name) {
  return {job.actor,
          "CREATE_VERDICT",
          name,
          "OK",
          {{"operation", job.job_id},
           {"abstraction", row.abstraction},
           {"dataset", row.dataset},
           {"internal", row.internal_outcome},
           {"joint", row.joint_outcome},
           {"public", row.public_outcome}}};
}

struct Keys {
  platform::SecretBytes data_key;
  int signing_version = 0;
};

absl::StatusOr<Keys> LoadKeys(pqxx::work& tx, const Deps& deps, const TenantContext& tenant,
                              const std::string& object_id) {
  Keys keys;
  ASSIGN_OR_RETURN(keys.data_key, platform::LoadDataKey(tx, tenant, *deps.keys, object_id));
  ASSIGN_OR_RETURN(keys.signing_version, platform::PrimaryKeyVersion(tx, tenant));
  return keys;
}

}  // namespace

absl::Status VerifyJob::Run(const TenantContext& tenant, const LeasedJob& job,
                            const std::function<bool(const platform::ChildProgress&)>& heartbeat) {
  ASSIGN_OR_RETURN(const Subject subject, Load(*deps_.peers, job));
  const std::string& object_id = subject.about.object_id();
  auto keys = deps_.db->RunTx(tenant, "verify_keys", [&](pqxx::work& tx) {
    return LoadKeys(tx, deps_, tenant, object_id);
  });
  if (!keys.ok()) return keys.status();

  platform::ChildRequest request;
  request.kind = "verification.run";
  request.params = ChildParams(subject);
  request.memory_limit_bytes = deps_.child_memory_bytes;
  request.on_progress = heartbeat;
  platform::ChildInput input;
  input.name = "abstraction";
  input.stream = {tenant.id(), object_id};
  input.key = std::move(keys->data_key);
  auto digest = std::make_shared<platform::ReadDigest>();
  ASSIGN_OR_RETURN(std::unique_ptr<platform::ObjectReader> object,
                   deps_.objects->Open(tenant, object_id, 0));
  input.parts.push_back(std::make_unique<platform::DigestReader>(std::move(object), digest));
  request.inputs.push_back(std::move(input));
  ASSIGN_OR_RETURN(const platform::ChildResult result, run_child_(std::move(request)));

  ASSIGN_OR_RETURN(const Measured measured, ParseMeasured(result.result, subject.plans.size()));
  RETURN_IF_ERROR(Compare(subject, measured, digest->value()));
  const absl::Time now = deps_.clock->Now();
  const v1::Verdict verdict = MakeVerdict(tenant, subject, measured, now);
  VerdictRow row = ToRow(verdict, job, now);
  row.dataset = platform::DatasetOf(subject.about.snapshot());
  ASSIGN_OR_RETURN(const platform::Signature signature,
                   deps_.keys->Sign(tenant, keys->signing_version, row.document));
  row.signature = signature.bytes;
  row.key_version = signature.key_version;
  return deps_.db->RunTx(tenant, "verify_store", [&](pqxx::work& tx) -> absl::Status {
    RETURN_IF_ERROR(InsertVerdict(tx, tenant, row, Event(job, row, verdict.name())));
    return platform::CompleteJob(tx, tenant, job, verdict.name(), result.stages, now);
  });
}

absl::Status VerifyJob::Abandon(const TenantContext& tenant, const LeasedJob& job,
                                const absl::Status& why) {
  return absl::OkStatus();
}

}  // namespace oboro::verification
