# One package test: cmake -Dtest=<name> -Dsettings=<file> -Dsource=<linnet> -Dwork=<dir>
#   -Dgenerator=<of the nested builds> -Dshared_cache=<bool: they find the plain build's objects>
#   -Dbuild=<a built tree of linnet> -Dbuild_is_shared=<bool> -P run.cmake
# static, shared   installs linnet, moves the prefix, builds and runs hosts against it
# subdirectory     builds and runs a host that contains linnet
# build-type       a host without a build type gets an optimized linnet, one with flags its own
# pkg-config       builds and runs a host with what pkg-config says; after static and shared
# symbols          the shared library exports linnet's own names only; after shared

cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)

function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE result OUTPUT_VARIABLE output
    ERROR_VARIABLE output)
  if(result)
    list(JOIN ARGV " " command)
    message(FATAL_ERROR "${output}\nfailed (${result}): ${command}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(build_host folder)
  file(REMOVE_RECURSE ${work}/${test}/host)
  run(${CMAKE_COMMAND} -G ${generator} -C ${settings} -S ${source}/tests/package/${folder}
    -B ${work}/${test}/host ${ARGN})
  run(${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${work}/${test}/host/linnet
    ${CMAKE_COMMAND} --build ${work}/${test}/host --config Release --target hosts
    --parallel ${cores})
  run(${work}/${test}/host/host)
endfunction()

if(test MATCHES "^(static|shared)$")
  if(test STREQUAL "shared")
    set(shared ON)
  else()
    set(shared OFF)
  endif()
  set(tree ${build})
  if((shared AND NOT build_is_shared) OR (NOT shared AND build_is_shared))
    set(tree ${work}/${test}/linnet)
    run(${CMAKE_COMMAND} -G ${generator} -C ${settings} -S ${source} -B ${tree}
      -DBUILD_SHARED_LIBS=${shared} -DCMAKE_UNITY_BUILD=ON
      -DLINNET_BUILD_TESTS=OFF -DLINNET_BUILD_EXAMPLES=OFF -DLINNET_BUILD_BENCH=OFF)
    # The objects are the plain build's: with ccache they are found, not compiled.
    run(${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${tree} ${CMAKE_COMMAND} --build ${tree})
  endif()
  file(REMOVE_RECURSE ${work}/${test}/staged ${work}/${test}/moved)
  run(${CMAKE_COMMAND} --install ${tree} --prefix ${work}/${test}/staged)
  file(RENAME ${work}/${test}/staged ${work}/${test}/moved)
  build_host(installed -Dlinnet_ROOT=${work}/${test}/moved)
  run(${work}/${test}/host/without_exceptions)

elseif(test STREQUAL "subdirectory")
  # Of the plain build's objects, if ccache has them: make compiles in the folder of each project, so that
  # the commands are the plain build's word by word. Else Debug, which compiles in half the time.
  if(shared_cache)
    set(generator "Unix Makefiles")
  else()
    set(type -DCMAKE_BUILD_TYPE=Debug)
  endif()
  build_host(subdirectory -DLINNET_SOURCE_DIR=${source} -DCMAKE_UNITY_BUILD=ON ${type})

elseif(test STREQUAL "build-type")
  function(configure_host name)
    run(${CMAKE_COMMAND} -G ${generator} -C ${settings} -S ${source}/tests/package/subdirectory
      -B ${work}/${test}/${name} -DLINNET_SOURCE_DIR=${source} -DCMAKE_BUILD_TYPE= ${ARGN})
    file(STRINGS ${work}/${test}/${name}/compile_commands.json command
      REGEX "command.*model/fit\\.cpp")
    set(command "${command}" PARENT_SCOPE)
    set(output "${output}" PARENT_SCOPE)
  endfunction()
  configure_host(plain)
  if(NOT command MATCHES " -O3 -DNDEBUG " OR NOT output MATCHES "CMAKE_BUILD_TYPE is empty")
    message(FATAL_ERROR "${output}\n${command}")
  endif()
  configure_host(own "-DCMAKE_CXX_FLAGS=-g -O1")
  if(NOT command MATCHES " -O1 " OR command MATCHES " -O3 " OR output MATCHES "is empty")
    message(FATAL_ERROR "${output}\n${command}")
  endif()

elseif(test STREQUAL "pkg-config")
  file(MAKE_DIRECTORY ${work}/${test})
  foreach(kind static shared)
    file(GLOB_RECURSE pc ${work}/${kind}/moved/linnet.pc)
    cmake_path(GET pc PARENT_PATH pc_dir)
    cmake_path(GET pc_dir PARENT_PATH lib_dir)
    run(${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${pc_dir} pkg-config --cflags --libs linnet)
    separate_arguments(flags UNIX_COMMAND "${output}")
    run(${compiler} -std=c++20 ${source}/tests/package/main.cpp -o ${work}/${test}/${kind}
      ${flags} -Wl,-rpath,${lib_dir})
    run(${work}/${test}/${kind})
  endforeach()

elseif(test STREQUAL "symbols")
  file(GLOB_RECURSE library ${work}/shared/moved/liblinnet.so)
  run(nm -DC --defined-only ${library})
  string(REPLACE ";" "," output "${output}")
  string(REGEX MATCHALL "[^\n]+" symbols "${output}")
  set(exported ${symbols})
  list(FILTER symbols EXCLUDE REGEX
    "^[0-9a-f]* . (non-virtual thunk to |typeinfo (name )?for |vtable for |VTT for |guard variable for )?linnet::")
  list(FILTER symbols EXCLUDE REGEX " (__bss_start|_edata|_end)$")
  # Types of the standard library instantiated here are shared with the host and stay visible.
  list(FILTER symbols EXCLUDE REGEX "^[0-9a-f]* [VWu] .*std::")
  list(LENGTH exported count)
  if(symbols OR count EQUAL 0)
    list(JOIN symbols "\n" names)
    message(FATAL_ERROR "${count} symbols; not in namespace linnet:\n${names}")
  endif()
  message("${count} symbols, all in namespace linnet")
else()
  message(FATAL_ERROR "no package test is called '${test}'")
endif()
