// The table commands as a program of their own, for tests.
#include <iostream>

#include "services/sdc/tables/cli/tables_cli.h"

int main(int argc, char** argv) {
  return oboro::sdc::RunSdcTables(argc - 1, argv + 1, std::cout, std::cerr);
}
