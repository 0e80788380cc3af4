// The record commands as a program of their own, for tests and benchmarks: `oboro sdc` has them
// too.
#include <iostream>

#include "services/sdc/records/cli/sdc_records.h"

int main(int argc, char** argv) {
  return oboro::sdc::RunSdcRecords(argc - 1, argv + 1, std::cout, std::cerr);
}
