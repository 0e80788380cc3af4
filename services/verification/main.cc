#include "services/platform/jobs/job_function.h"
#include "services/platform/rpc/server.h"
#include "services/verification/module.h"

int main(int argc, char** argv) {
  oboro::platform::JobFunctions functions;
  oboro::verification::AddVerificationJobFunctions(functions);
  if (const int code = oboro::platform::MaybeRunJobChild(argc, argv, functions); code >= 0) {
    return code;
  }
  return oboro::platform::ServerMain(
      argc, argv, {{"verification", oboro::verification::MakeVerificationModule}});
}
