#include "services/verification/module.h"

#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"
#include "services/verification/grpc_peers.h"
#include "services/verification/measure_function.h"
#include "services/verification/verification_service.h"
#include "services/verification/verify_job.h"

namespace oboro::verification {
namespace {

Deps MakeDeps(const platform::ModuleContext& context, Peers* peers) {
  Deps deps;
  deps.db = context.db;
  deps.keys = context.keys;
  deps.objects = context.objects;
  deps.clock = context.clock;
  deps.peers = peers;
  deps.child_memory_bytes = context.config->limits.child_memory_bytes;
  return deps;
}

platform::WorkerOptions Options(const platform::ModuleContext& context) {
  platform::WorkerOptions options;
  options.owner = context.owner;
  options.kinds = {"verification.run"};
  options.threads = context.config->workers.threads;
  return options;
}

class Module final : public platform::ServiceModule {
 public:
  explicit Module(const platform::ModuleContext& context)
      : peers_(context.peers),
        deps_(MakeDeps(context, &peers_)),
        verification_(context.adapter, deps_),
        job_(deps_, platform::RunChild),
        worker_(context.db, context.clock, Options(context), &job_, context.authorize) {}

  std::vector<grpc::Service*> Services() override { return {&verification_}; }
  absl::Status Start() override {
    worker_.Start();
    return absl::OkStatus();
  }
  void Stop() override { worker_.Stop(); }

 private:
  GrpcPeers peers_;
  const Deps deps_;
  VerificationServiceImpl verification_;
  VerifyJob job_;
  platform::Worker worker_;
};

}  // namespace

std::unique_ptr<platform::ServiceModule> MakeVerificationModule(
    const platform::ModuleContext& context) {
  return std::make_unique<Module>(context);
}

void AddVerificationJobFunctions(platform::JobFunctions& functions) {
  functions["verification.run"] = RunMeasure;
}

}  // namespace oboro::verification
