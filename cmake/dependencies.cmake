# Finds what linnet is built against. Nothing is downloaded.
# linnet_libraries: what the final link needs; linnet_base_libraries: the same without oneDNN.

set(missing_hint "On Debian and Ubuntu: apt-get install libeigen3-dev zlib1g-dev")

find_package(Threads REQUIRED)
find_package(ZLIB)
find_package(Eigen3 3.3 CONFIG)
foreach(package ZLIB Eigen3)
  if(NOT ${package}_FOUND)
    message(FATAL_ERROR "linnet needs ${package}. ${missing_hint}")
  endif()
endforeach()

set(linnet_base_libraries Threads::Threads ZLIB::ZLIB ${CMAKE_DL_LIBS})
set(linnet_find_dependencies "find_dependency(Threads)\nfind_dependency(ZLIB)")
set(linnet_pc_libraries "-lz -pthread")

if(LINNET_WITH_IMAGES)
  find_package(JPEG)
  find_package(PNG)
  foreach(package JPEG PNG)
    if(NOT ${package}_FOUND)
      message(FATAL_ERROR "linnet needs ${package} to read pictures. On Debian and Ubuntu: apt-get "
        "install libjpeg-dev libpng-dev. To build without it: -DLINNET_WITH_IMAGES=OFF")
    endif()
  endforeach()
  list(APPEND linnet_base_libraries JPEG::JPEG PNG::PNG)
  string(APPEND linnet_find_dependencies "\nfind_dependency(JPEG)\nfind_dependency(PNG)")
  string(PREPEND linnet_pc_libraries "-ljpeg -lpng ")
endif()

if(LINNET_WITH_ICU)
  find_package(ICU COMPONENTS uc data)
  if(NOT ICU_FOUND)
    message(FATAL_ERROR "linnet needs ICU to part Chinese and Thai text into words. On Debian and "
      "Ubuntu: apt-get install libicu-dev. To build without it: -DLINNET_WITH_ICU=OFF")
  endif()
  list(APPEND linnet_base_libraries ICU::uc ICU::data)
  string(APPEND linnet_find_dependencies "\nfind_dependency(ICU COMPONENTS uc data)")
  string(PREPEND linnet_pc_libraries "-licuuc -licudata ")
endif()

set(linnet_libraries ${linnet_base_libraries})
if(LINNET_WITH_ONEDNN)
  # Debian 12's package of oneDNN asks for OpenCL and stops here when it is missing.
  message(STATUS "Looking for oneDNN (on Debian and Ubuntu: libdnnl-dev, ocl-icd-opencl-dev)")
  find_package(dnnl CONFIG)
  if(NOT dnnl_FOUND OR dnnl_VERSION VERSION_LESS 2.6)
    message(FATAL_ERROR
      "linnet needs oneDNN 2.6 or later, found: '${dnnl_VERSION}'. On Debian and Ubuntu: apt-get "
      "install libdnnl-dev ocl-icd-opencl-dev; elsewhere point CMAKE_PREFIX_PATH at it. "
      "To build without it: -DLINNET_WITH_ONEDNN=OFF")
  endif()
  list(APPEND linnet_libraries DNNL::dnnl)
  string(APPEND linnet_find_dependencies "\nfind_dependency(dnnl CONFIG)")
  string(PREPEND linnet_pc_libraries "-ldnnl ")
endif()
