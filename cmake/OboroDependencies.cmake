# Everything that is not ours. Debian 12 packages first; what Debian lacks comes from npm, pinned by
# deploy/deps/package-lock.json (see docs/adr).
set(OBORO_NODE_MODULES "${CMAKE_SOURCE_DIR}/deploy/deps/node_modules" CACHE PATH
    "Where npm ci put the packages of deploy/deps")

find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(GTest REQUIRED)
find_package(benchmark REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(CURL REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED)
pkg_check_modules(PQXX REQUIRED IMPORTED_TARGET libpqxx)
# Only the header pkcs11.h: the module itself is loaded at run time.
find_path(OBORO_P11KIT p11-kit/pkcs11.h PATH_SUFFIXES p11-kit-1 REQUIRED)
add_library(oboro_pkcs11_header INTERFACE)
target_include_directories(oboro_pkcs11_header SYSTEM INTERFACE "${OBORO_P11KIT}")
pkg_check_modules(SECCOMP REQUIRED IMPORTED_TARGET libseccomp)

# libcjose's pkg-config file asks for libjansson-dev, which it does not need to link (design.md 6).
add_library(oboro_cjose INTERFACE)
target_link_libraries(oboro_cjose INTERFACE cjose jansson OpenSSL::Crypto)

find_library(OBORO_RAPIDCHECK rapidcheck REQUIRED)
add_library(oboro_rapidcheck INTERFACE)
target_link_libraries(oboro_rapidcheck INTERFACE ${OBORO_RAPIDCHECK})

add_library(oboro_duckdb SHARED IMPORTED)
set_target_properties(oboro_duckdb PROPERTIES
  IMPORTED_LOCATION "${OBORO_NODE_MODULES}/@duckdb/node-bindings-linux-x64/libduckdb.so"
  IMPORTED_NO_SONAME TRUE)
# Only the C header is used: one copy under our build tree keeps DuckDB's C++ tree off the path.
file(COPY "${OBORO_NODE_MODULES}/duckdb/src/duckdb/src/include/duckdb.h"
     DESTINATION "${CMAKE_BINARY_DIR}/duckdb-include")
target_include_directories(oboro_duckdb INTERFACE "${CMAKE_BINARY_DIR}/duckdb-include")
