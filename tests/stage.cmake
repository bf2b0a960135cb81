# One more build of linnet and its tests, run as a test:
#   cmake -Dsettings=<file> -Dsource=<linnet> -Dwork=<dir> -Doptions="-DA=b -DC=d" -P stage.cmake
separate_arguments(options UNIX_COMMAND "${options}")
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

run(${CMAKE_COMMAND} -C ${settings} -S ${source} -B ${work}
  -DLINNET_BUILD_EXAMPLES=OFF -DLINNET_BUILD_BENCH=OFF -DLINNET_BUILD_CLI=OFF ${options})
run(${CMAKE_COMMAND} --build ${work} --parallel ${cores})
run(${CMAKE_CTEST_COMMAND} --test-dir ${work} --output-on-failure --parallel ${cores})
