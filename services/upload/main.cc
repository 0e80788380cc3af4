#include "services/platform/jobs/job_function.h"
#include "services/platform/rpc/server.h"
#include "services/upload/module.h"

int main(int argc, char** argv) {
  oboro::platform::JobFunctions functions;
  oboro::upload::AddUploadJobFunctions(functions);
  if (const int code = oboro::platform::MaybeRunJobChild(argc, argv, functions); code >= 0) {
    return code;
  }
  return oboro::platform::ServerMain(argc, argv, {{"upload", oboro::upload::MakeUploadModule}});
}
