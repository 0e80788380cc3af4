# Compiler, linker and sanitizer settings shared by every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# Assertions about our own invariants use CHECK, which stays on in Release.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(OBORO_CCACHE ccache)
if(OBORO_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER "${OBORO_CCACHE}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${OBORO_CCACHE}")
endif()
find_program(OBORO_MOLD mold)
if(OBORO_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# -Wrestrict: false positives of g++ 12 on std::string (GCC bug 105651).
add_compile_options(-Wall -Wextra -Wno-unused-parameter -Wno-restrict -fstack-protector-strong)
add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
add_link_options(-Wl,-z,relro,-z,now)

set(OBORO_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined or thread")
if(OBORO_SANITIZE)
  add_compile_options(-fsanitize=${OBORO_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${OBORO_SANITIZE})
endif()
