// oborod: every service in one process.
#include "services/abstraction/module.h"
#include "services/aggregation/module.h"
#include "services/platform/jobs/job_function.h"
#include "services/platform/rpc/server.h"
#include "services/tenancy/module.h"
#include "services/upload/module.h"
#include "services/verification/module.h"

int main(int argc, char** argv) {
  oboro::platform::JobFunctions functions;
  oboro::upload::AddUploadJobFunctions(functions);
  oboro::abstraction::AddAbstractionJobFunctions(functions);
  oboro::verification::AddVerificationJobFunctions(functions);
  oboro::aggregation::AddAggregationJobFunctions(functions);
  // A job's child must become one before anything of the server is there.
  if (const int code = oboro::platform::MaybeRunJobChild(argc, argv, functions); code >= 0) {
    return code;
  }
  return oboro::platform::ServerMain(argc, argv,
                                     {{"tenancy", oboro::tenancy::MakeTenancyModule},
                                      {"upload", oboro::upload::MakeUploadModule},
                                      {"abstraction", oboro::abstraction::MakeAbstractionModule},
                                      {"verification", oboro::verification::MakeVerificationModule},
                                      {"aggregation", oboro::aggregation::MakeAggregationModule}});
}
