#include <iostream>

#include "services/cli/app.h"

int main(int argc, char** argv) { return oboro::cli::RunCli(argc, argv, std::cout, std::cerr); }
