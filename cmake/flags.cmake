# linnet_flags: how linnet's own targets are compiled; never passed on to users.
# linnet_kernel_flags: what the files in src/kernels get on top.

add_library(linnet_flags INTERFACE)
target_compile_features(linnet_flags INTERFACE cxx_std_20)
set(linnet_kernel_flags)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)

if(CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  target_compile_options(linnet_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow
    $<$<BOOL:${LINNET_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # False alarms of g++ 12 inside std::string (GCC bug 105651).
    target_compile_options(linnet_flags INTERFACE -Wno-restrict)
  endif()
  if(LINNET_SANITIZE)
    target_compile_options(linnet_flags INTERFACE -O1 -g1 -fno-omit-frame-pointer
      -fsanitize=${LINNET_SANITIZE} -fno-sanitize-recover=all
      $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)  # false alarms in instrumented code
    target_link_options(linnet_flags INTERFACE -fsanitize=${LINNET_SANITIZE})
    set(linnet_kernel_flags -O1)
  else()
    # Unroll-and-jam turns a loop over rows whose inner loop is vector code into scalar code.
    set(linnet_kernel_flags -O3 $<$<CXX_COMPILER_ID:GNU>:-fno-loop-unroll-and-jam>)
  endif()
  list(APPEND linnet_kernel_flags -fno-math-errno -fno-trapping-math)
endif()
