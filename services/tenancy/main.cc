// oboro-tenancy: the tenancy service in a process of its own.
#include "services/platform/rpc/server.h"
#include "services/tenancy/module.h"

int main(int argc, char** argv) {
  return oboro::platform::ServerMain(argc, argv, {{"tenancy", oboro::tenancy::MakeTenancyModule}});
}
