#include <nlohmann/json.hpp>

#include "oboro/audit/v1/audit.grpc.pb.h"
#include "services/cli/commands/commands.h"

namespace oboro::cli {

namespace pb = audit::v1;

void AddAuditCommands(CLI::App& root, App& app) {}

}  // namespace oboro::cli
