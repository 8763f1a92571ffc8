# Compiler, sanitizer and allocator settings, all in one place; CMakePresets.json picks combinations.
option(AP_TESTS "Build the tests" ON)
option(AP_BENCH "Build the micro-benchmarks" OFF)
option(AP_WERROR "Treat warnings as errors" ON)
option(AP_JEMALLOC "Link jemalloc into the binaries" OFF)
option(AP_FUZZ "Build the libFuzzer targets (clang only)" OFF)
set(AP_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

# Objects carry code beside what LTO needs, so that tests link without optimising everything anew.
set(CMAKE_CXX_COMPILE_OPTIONS_IPO -flto=auto -ffat-lto-objects)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

find_program(AP_CCACHE ccache)
if(AP_CCACHE)
  # What ccache must overlook for precompiled headers, as its manual says.
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros "${AP_CCACHE}")
endif()
find_program(AP_MOLD mold)

# Every target of the project links this interface target, so a flag is written once.
add_library(ap_flags INTERFACE)
target_include_directories(ap_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(ap_flags INTERFACE -fno-omit-frame-pointer -Wall -Wextra -Wshadow
  -Wnon-virtual-dtor -Wimplicit-fallthrough -Wundef)
if(AP_WERROR)
  target_compile_options(ap_flags INTERFACE -Werror)
endif()
if(AP_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  target_link_options(ap_flags INTERFACE -fuse-ld=mold)
endif()
if(AP_SANITIZE)
  target_compile_options(ap_flags INTERFACE -fsanitize=${AP_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(ap_flags INTERFACE -fsanitize=${AP_SANITIZE})
endif()
if(AP_FUZZ)
  target_compile_options(ap_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
