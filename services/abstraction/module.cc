#include "services/abstraction/module.h"

#include "services/abstraction/abstract_function.h"
#include "services/abstraction/abstract_job.h"
#include "services/abstraction/abstraction_service.h"
#include "services/abstraction/grpc_peers.h"
#include "services/abstraction/recipe_service.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"

namespace oboro::abstraction {
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
  options.kinds = {"abstraction.run", "abstraction.release"};
  options.threads = context.config->workers.threads;
  return options;
}

class Module final : public platform::ServiceModule {
 public:
  explicit Module(const platform::ModuleContext& context)
      : peers_(context.peers),
        deps_(MakeDeps(context, &peers_)),
        recipe_(context.adapter, deps_),
        abstraction_(context.adapter, deps_),
        job_(deps_, platform::RunChild),
        worker_(context.db, context.clock, Options(context), &job_, context.authorize) {}

  std::vector<grpc::Service*> Services() override { return {&recipe_, &abstraction_}; }
  absl::Status Start() override {
    worker_.Start();
    return absl::OkStatus();
  }
  void Stop() override { worker_.Stop(); }

 private:
  GrpcPeers peers_;
  const Deps deps_;
  RecipeServiceImpl recipe_;
  AbstractionServiceImpl abstraction_;
  AbstractJob job_;
  platform::Worker worker_;
};

}  // namespace

std::unique_ptr<platform::ServiceModule> MakeAbstractionModule(
    const platform::ModuleContext& context) {
  return std::make_unique<Module>(context);
}

void AddAbstractionJobFunctions(platform::JobFunctions& functions) {
  functions["abstraction.run"] = RunAbstract;
}

}  // namespace oboro::abstraction
