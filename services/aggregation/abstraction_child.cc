#include "services/aggregation/abstraction_child.h"

#include <memory>
#include <string>
#include <utility>

#include "services/aggregation/errors.h"
#include "services/platform/base/status.h"
#include "services/platform/db/db.h"
#include "services/platform/keys/data_keys.h"
#include "services/platform/objects/digest_reader.h"
#include "services/platform/objects/object_store.h"

namespace oboro::aggregation {

absl::StatusOr<platform::SecretBytes> AbstractionKey(const Deps& deps,
                                                     const platform::TenantContext& tenant,
                                                     const Basis& basis) {
  return deps.db->RunTx(tenant, "abstraction_key", [&](pqxx::work& tx) {
    return platform::LoadDataKey(tx, tenant, *deps.keys, basis.abstraction.object_id());
  });
}

absl::StatusOr<FromAbstraction> RunOnAbstraction(const Deps& deps,
                                                 const platform::TenantContext& tenant,
                                                 const Basis& basis,
                                                 const platform::SecretBytes& key,
                                                 platform::ChildRequest request) {
  const std::string& object_id = basis.abstraction.object_id();
  ASSIGN_OR_RETURN(auto reader, deps.objects->Open(tenant, object_id, 0));
  const auto read = std::make_shared<platform::ReadDigest>();
  platform::ChildInput input{"abstraction", {tenant.id(), object_id}, key.Clone(), {}};
  input.parts.push_back(std::make_unique<platform::DigestReader>(std::move(reader), read));
  request.inputs.push_back(std::move(input));
  request.memory_limit_bytes = deps.child_memory_bytes;
  FromAbstraction made;
  ASSIGN_OR_RETURN(made.child, platform::RunChild(std::move(request)));
  if (read->value() != basis.abstraction.object_digest()) {
    return VerdictInvalid("the abstraction's bytes have changed", "抽象化データが変わっています");
  }
  made.result = nlohmann::json::parse(made.child.result);
  return made;
}

}  // namespace oboro::aggregation
