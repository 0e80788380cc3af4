#include "services/aggregation/module.h"

#include "services/aggregation/aggregation_function.h"
#include "services/aggregation/aggregation_job.h"
#include "services/aggregation/deps.h"
#include "services/aggregation/joint/joint_job.h"
#include "services/aggregation/joint/joint_part.h"
#include "services/aggregation/joint/joint_service.h"
#include "services/aggregation/joint/joint_table.h"
#include "services/aggregation/release_service.h"
#include "services/aggregation/statistic_service.h"
#include "services/aggregation/view_service.h"
#include "services/platform/jobs/job_queue.h"

namespace oboro::aggregation {
namespace {

Deps MakeDeps(const platform::ModuleContext& context) {
  return {context.db,    context.keys,  context.objects,
          context.peers, context.clock, context.config->limits.child_memory_bytes};
}

platform::WorkerOptions Options(const platform::ModuleContext& context, const char* kind) {
  platform::WorkerOptions options;
  options.owner = context.owner;
  options.kinds = {kind};
  options.threads = context.config->workers.threads;
  return options;
}

class Module final : public platform::ServiceModule {
 public:
  explicit Module(const platform::ModuleContext& context)
      : deps_(MakeDeps(context)),
        service_(context.adapter, deps_),
        views_(context.adapter, deps_),
        releases_(context.adapter, deps_),
        joints_(context.adapter, deps_),
        job_(deps_),
        joint_job_(deps_),
        worker_(context.db, context.clock, Options(context, kAggregationKind), &job_,
                context.authorize),
        joint_worker_(context.db, context.clock, Options(context, kJointKind), &joint_job_,
                      context.authorize) {}

  std::vector<grpc::Service*> Services() override {
    return {&service_, &views_, &releases_, &joints_};
  }
  absl::Status Start() override {
    worker_.Start();
    joint_worker_.Start();
    return absl::OkStatus();
  }
  void Stop() override {
    worker_.Stop();
    joint_worker_.Stop();
  }

 private:
  const Deps deps_;
  StatisticService service_;
  ViewService views_;
  ReleaseService releases_;
  JointService joints_;
  AggregationJob job_;
  JointJob joint_job_;
  platform::Worker worker_;
  platform::Worker joint_worker_;
};

}  // namespace

std::unique_ptr<platform::ServiceModule> MakeAggregationModule(
    const platform::ModuleContext& context) {
  return std::make_unique<Module>(context);
}

void AddAggregationJobFunctions(platform::JobFunctions& functions) {
  functions[kAggregationKind] = RunAggregation;
  functions[kJointPartKind] = RunJointPart;
  functions[kJointKind] = RunJoint;
}

}  // namespace oboro::aggregation
