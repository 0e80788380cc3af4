#include "services/upload/module.h"

#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"
#include "services/upload/check_function.h"
#include "services/upload/check_job.h"
#include "services/upload/dataset_service.h"
#include "services/upload/profile_service.h"
#include "services/upload/snapshot_service.h"
#include "services/upload/try_function.h"

namespace oboro::upload {
namespace {

Deps MakeDeps(const platform::ModuleContext& context) {
  Deps deps;
  deps.db = context.db;
  deps.keys = context.keys;
  deps.objects = context.objects;
  deps.clock = context.clock;
  deps.commit_bytes = context.config->limits.upload_commit_bytes;
  deps.child_memory_bytes = context.config->limits.child_memory_bytes;
  return deps;
}

platform::WorkerOptions Options(const platform::ModuleContext& context) {
  platform::WorkerOptions options;
  options.owner = context.owner;
  options.kinds = {"upload.check"};
  options.threads = context.config->workers.threads;
  return options;
}

class Module final : public platform::ServiceModule {
 public:
  explicit Module(const platform::ModuleContext& context)
      : deps_(MakeDeps(context)),
        dataset_(context.adapter, deps_),
        profile_(context.adapter, deps_, platform::RunChild),
        snapshot_(context.adapter, deps_),
        job_(deps_, platform::RunChild),
        worker_(context.db, context.clock, Options(context), &job_, context.authorize) {}

  std::vector<grpc::Service*> Services() override { return {&dataset_, &profile_, &snapshot_}; }
  absl::Status Start() override {
    worker_.Start();
    return absl::OkStatus();
  }
  void Stop() override { worker_.Stop(); }

 private:
  const Deps deps_;
  DatasetServiceImpl dataset_;
  ProfileServiceImpl profile_;
  SnapshotServiceImpl snapshot_;
  CheckJob job_;
  platform::Worker worker_;
};

}  // namespace

std::unique_ptr<platform::ServiceModule> MakeUploadModule(const platform::ModuleContext& context) {
  return std::make_unique<Module>(context);
}

void AddUploadJobFunctions(platform::JobFunctions& functions) {
  functions["upload.check"] = RunCheck;
  functions["upload.try"] = RunTry;
}

}  // namespace oboro::upload
