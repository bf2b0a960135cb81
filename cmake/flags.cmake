# linnet_flags: how linnet's own targets are compiled; never passed on to users.
# linnet_kernel_flags: what the files in src/kernels get on top.

add_library(linnet_flags INTERFACE)
target_compile_features(linnet_flags INTERFACE cxx_std_20)
set(linnet_kernel_flags)
set(linnet_sanitized_kernel_flags)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

# Compiles a target for sanitizers: "address,undefined" or "thread". What is not a kernel is not
# optimized: that compiles in two thirds of the time, and is not where a test spends its own.
function(linnet_sanitize target scope sanitizers)
  target_compile_options(${target} ${scope} -UNDEBUG -O0 -g1 -fno-omit-frame-pointer
    -fsanitize=${sanitizers} -fno-sanitize-recover=all
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # false alarms in instrumented code
  target_link_options(${target} ${scope} -fsanitize=${sanitizers})
endfunction()

# A host that names no build type gets no flags from CMake: a hundred times slower. Its choice is its
# own, but linnet's targets are then optimized all the same, unless its flags say how.
get_property(linnet_several_types GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
if(NOT linnet_several_types AND NOT CMAKE_BUILD_TYPE AND NOT MSVC
   AND NOT "$ENV{CXXFLAGS} ${CMAKE_CXX_FLAGS}" MATCHES "(^| )-O")
  message(STATUS "linnet: CMAKE_BUILD_TYPE is empty; linnet itself is compiled with -O3")
  target_compile_options(linnet_flags INTERFACE -O3 -DNDEBUG)
endif()

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(linnet_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow
    $<$<BOOL:${LINNET_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarms of g++ 12 inside std::string (GCC bug 105651).
    target_compile_options(linnet_flags INTERFACE -Wno-restrict)
  endif()
  # Unroll-and-jam turns a loop over rows whose inner loop is vector code into scalar code.
  set(linnet_kernel_flags -O3 $<$<CXX_COMPILER_ID:GNU>:-fno-loop-unroll-and-jam>
    -fno-math-errno -fno-trapping-math)
  set(linnet_sanitized_kernel_flags -O1 -fno-math-errno -fno-trapping-math)
  if(LINNET_SANITIZE)
    linnet_sanitize(linnet_flags INTERFACE ${LINNET_SANITIZE})
    set(linnet_kernel_flags ${linnet_sanitized_kernel_flags})
  endif()
endif()
