#include "services/tenancy/module.h"

#include <vector>

#include "services/tenancy/housekeeping.h"
#include "services/tenancy/services.h"

namespace oboro::tenancy {
namespace {

class TenancyModule final : public platform::ServiceModule {
 public:
  explicit TenancyModule(const platform::ModuleContext& context)
      : deps_{context.db, context.keys, context.objects, context.clock, context.peers},
        tenants_(context.adapter, deps_),
        departments_(context.adapter, deps_),
        members_(context.adapter, deps_),
        policies_(context.adapter, deps_),
        keys_(context.adapter, deps_),
        operations_(context.adapter, deps_,
                    absl::Milliseconds(context.config->limits.watch_interval_ms)),
        audit_(context.adapter, deps_),
        housekeeping_(deps_, HeadInterval(*context.config)) {}

  std::vector<grpc::Service*> Services() override {
    return {&tenants_, &departments_, &members_, &policies_, &keys_, &operations_, &audit_};
  }

  absl::Status Start() override {
    housekeeping_.Start();
    return absl::OkStatus();
  }
  void Drain() override { operations_.Drain(); }
  void Stop() override { housekeeping_.Stop(); }

 private:
  static platform::HeadInterval HeadInterval(const platform::Config& config) {
    platform::HeadInterval interval;
    interval.time = absl::Seconds(config.limits.head_interval_seconds);
    return interval;
  }

  const Deps deps_;
  TenantServiceImpl tenants_;
  DepartmentServiceImpl departments_;
  MemberServiceImpl members_;
  PolicyServiceImpl policies_;
  KeyServiceImpl keys_;
  OperationServiceImpl operations_;
  AuditServiceImpl audit_;
  Housekeeping housekeeping_;
};

}  // namespace

std::unique_ptr<platform::ServiceModule> MakeTenancyModule(const platform::ModuleContext& context) {
  return std::make_unique<TenancyModule>(context);
}

}  // namespace oboro::tenancy
