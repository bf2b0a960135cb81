# The tests with a library that sanitizers watch, made beside the plain one.
#
# linnet_tests_address: all tests but the [large] ones, address+undefined over what works on memory.
# What only builds graphs is taken as it is, and so are the reference kernels, which are short loops
# that every op's test runs most of its time, and the tests: compiling those again would take longer
# than the library does.
# linnet_tests_thread: the test files with [threads], and the parts of the library that threads
# share. The others build graphs or compute in one thread, and are taken as they are.

set(library_sources ${linnet_sources} ${linnet_table_sources})
linnet_group_sources(${PROJECT_SOURCE_DIR}/src ${library_sources})
# The folders, as sources and as what unity builds make of them.
set(graph_only "/(src/|unity_)(applications|blocks|initializers|layers|losses|metrics|ops|\
optimizers|regularizers|schedules|kernels[/_]reference)[/_0-9]")
set(one_thread "/(src/|unity_)(applications|blocks|initializers|io|keras|layers|losses|metrics|\
operations|ops|optimizers|regularizers|schedules|kernels[/_]reference)[/_0-9]")
set(native_sources ${library_sources})
list(FILTER native_sources INCLUDE REGEX "kernels/native/")
set_source_files_properties(${native_sources} PROPERTIES SKIP_PRECOMPILE_HEADERS ON
  COMPILE_OPTIONS "${linnet_sanitized_kernel_flags}")
# A kernel of every optimizer for every kind of gradient: optimizing it takes a minute.
set_source_files_properties(${PROJECT_SOURCE_DIR}/src/kernels/native/rows_update.cpp PROPERTIES
  COMPILE_OPTIONS "")

function(linnet_add_sanitized name sanitizers)
  linnet_add_objects(linnet_objects_${name} ${ARGN})
  linnet_sanitize(linnet_objects_${name} PRIVATE ${sanitizers})
  linnet_precompile_headers(linnet_objects_${name} <linnet/linnet.hpp>)
  set_target_properties(linnet_objects_${name} PROPERTIES EXPORT_COMPILE_COMMANDS OFF
    UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  target_compile_options(linnet_objects_${name} PRIVATE -w)  # the plain build has warned
  target_compile_definitions(linnet_objects_${name} PRIVATE
    LINNET_WITH_ONEDNN=$<BOOL:${LINNET_WITH_ONEDNN}>)
  target_link_libraries(linnet_objects_${name} PRIVATE Eigen3::Eigen ${linnet_libraries})
  # These objects come first: of an inline function the linker keeps the first copy.
  add_executable(linnet_tests_${name} $<TARGET_OBJECTS:linnet_objects_${name}>)
  target_link_options(linnet_tests_${name} PRIVATE -fsanitize=${sanitizers})
  target_link_libraries(linnet_tests_${name} PRIVATE linnet_test_main ${linnet_libraries})
endfunction()

set(memory_sources ${library_sources})
list(FILTER memory_sources EXCLUDE REGEX "${graph_only}")
linnet_add_sanitized(address address,undefined ${memory_sources})
# The operator new that counts is left to the sanitizer.
linnet_add_test_objects(linnet_allocations_address contract/allocations.cpp)
linnet_sanitize(linnet_allocations_address PRIVATE address,undefined)
target_sources(linnet_tests_address PRIVATE $<TARGET_OBJECTS:linnet_allocations_address>
  $<FILTER:$<TARGET_OBJECTS:linnet_test_objects>,EXCLUDE,/contract/allocations.cpp>
  $<FILTER:$<TARGET_OBJECTS:linnet_objects>,INCLUDE,${graph_only}>)
linnet_add_test_entries(linnet_tests_address "address/" ${portable_files})

set(shared_sources ${library_sources})
list(FILTER shared_sources EXCLUDE REGEX "${one_thread}")
linnet_add_sanitized(thread thread ${shared_sources})
set(thread_tests)
foreach(source ${test_sources})
  file(STRINGS ${source} found REGEX "\\[threads\\]")
  if(found OR NOT source MATCHES "_test.cpp$")
    list(APPEND thread_tests ${source})
  endif()
endforeach()
linnet_add_test_objects(linnet_test_objects_thread ${thread_tests})
linnet_sanitize(linnet_test_objects_thread PRIVATE thread)
target_sources(linnet_tests_thread PRIVATE $<TARGET_OBJECTS:linnet_test_objects_thread>
  $<FILTER:$<TARGET_OBJECTS:linnet_objects>,INCLUDE,${one_thread}>)
linnet_add_thread_entry(linnet_tests_thread)
