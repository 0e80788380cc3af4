# oboro_library(NAME SOURCES ... DEPS ...): a static library, included as "services/...".
function(oboro_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_include_directories(${name} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${ARG_DEPS})
endfunction()

# oboro_binary(NAME SOURCES ... DEPS ...): an executable in bin/.
function(oboro_binary name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${ARG_DEPS})
endfunction()

# oboro_test(NAME SOURCES ... DEPS ... [LABELS ...] [TIMEOUT s] [RESOURCE_LOCK r]): one GoogleTest
# binary is one ctest entry, so that start-up cost is paid once. ../shared is at OBORO_SHARED_DIR.
function(oboro_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT;RESOURCE_LOCK" "SOURCES;DEPS;LABELS" ${ARGN})
  oboro_binary(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT}
    ENVIRONMENT "OBORO_SHARED_DIR=${CMAKE_SOURCE_DIR}/../shared;OBORO_BIN_DIR=${CMAKE_BINARY_DIR}/bin")
  if(ARG_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}")
  endif()
  if(ARG_RESOURCE_LOCK)
    set_tests_properties(${name} PROPERTIES RESOURCE_LOCK "${ARG_RESOURCE_LOCK}")
  endif()
endfunction()

# oboro_benchmark(NAME SOURCES ... DEPS ...): a Google Benchmark binary; never run by ctest.
function(oboro_benchmark name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPS" ${ARGN})
  oboro_binary(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS} benchmark::benchmark)
endfunction()

# oboro_fuzz_test(NAME SOURCES ... DEPS ... CORPUS dir): SOURCES define LLVMFuzzerTestOneInput. With
# g++ a small driver replays the corpus and its seeded mutations (tests/fuzz/driver.cc); the fuzz
# preset (clang, libFuzzer) links the real engine instead.
option(OBORO_LIBFUZZER "Link fuzz targets with libFuzzer (needs clang)" OFF)
function(oboro_fuzz_test name)
  cmake_parse_arguments(ARG "" "CORPUS" "SOURCES;DEPS" ${ARGN})
  if(OBORO_LIBFUZZER)
    oboro_binary(${name} SOURCES ${ARG_SOURCES} DEPS ${ARG_DEPS})
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
  else()
    oboro_binary(${name} SOURCES ${ARG_SOURCES} "${CMAKE_SOURCE_DIR}/tests/fuzz/driver.cc"
                 DEPS ${ARG_DEPS})
    add_test(NAME ${name} COMMAND ${name} "${ARG_CORPUS}" --runs=20000 --seed=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 120 LABELS fuzz)
  endif()
endfunction()
