#pragma once

#include <functional>
#include <string>
#include <vector>

#include "services/aggregation/deps.h"
#include "services/platform/jobs/child_process.h"
#include "services/platform/jobs/job_queue.h"

namespace oboro::aggregation {

// The service's half of aggregation.joint (docs/adr/0026-joint-statistics.md). For each participant
// it checks consent and evidence again and has the part counted and protected in a child of its
// own, under that participant's key; a child without keys joins what the parts show; one
// transaction stores the table in every copy, or in none. Nothing is written before it, so that
// there is nothing to abandon.
class JointJob final : public platform::JobHandler {
 public:
  explicit JointJob(const Deps& deps) : deps_(deps) {}

  absl::Status Run(const platform::TenantContext& tenant, const platform::LeasedJob& job,
                   const std::function<bool(const platform::ChildProgress&)>& heartbeat) override;
  absl::Status Abandon(const platform::TenantContext&, const platform::LeasedJob&,
                       const absl::Status&) override {
    return absl::OkStatus();
  }

 private:
  struct Work;
  struct Part;
  absl::StatusOr<std::vector<Part>> ConsentedParts(const Work& work);
  absl::Status MakePart(const Work& work, Part& part);
  absl::Status MakeParts(const Work& work, std::vector<Part>& parts);
  absl::Status NoteRefusal(const Work& work, const std::vector<Part>& parts,
                           const std::string& because);
  absl::Status Store(const Work& work, const std::vector<Part>& parts, const std::string& joined,
                     const std::vector<platform::ChildStage>& stages);

  const Deps& deps_;
};

}  // namespace oboro::aggregation
