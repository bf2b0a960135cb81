# Compiling the files of a folder together (-DCMAKE_UNITY_BUILD=ON, which test.sh takes): most of a
# compilation goes into reading headers. Private names of a folder's files must differ.
#
# `alone`: files whose private names another file of the folder has too, and the native kernels,
# which the compiler shall see one by one, as in any other build.
set(linnet_compiled_alone "/(codecs/.*|without_codecs|fractal_heap|object_header|tree2|safetensors|\
write_safetensors|zip_writer|keras_layers|split|update|table|allocations|text_classifier)\\.cpp$|/kernels/native/")

# Usage: linnet_group_sources(folder sources...): files of `folder`, eight of a subfolder a group.
function(linnet_group_sources base)
  foreach(source ${ARGN})
    file(RELATIVE_PATH path ${base} ${source})
    cmake_path(GET path PARENT_PATH folder)
    string(REPLACE "/" "_" folder "${folder}")
    if(NOT source MATCHES "${linnet_compiled_alone}")
      list(APPEND in_${folder} ${source})
      list(LENGTH in_${folder} count)
      math(EXPR group "${count} / 8")
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP "${folder}${group}")
    endif()
  endforeach()
endfunction()

# Where all is compiled anew, reading the headers once for all files saves a third of the time. That
# hides includes that are missing, so the library's own build and stage/clang do without.
function(linnet_precompile_headers target)
  if(LINNET_TEST_STAGES)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()

# Usage: linnet_precompile_programs(targets...): the public headers, for programs compiled alike.
function(linnet_precompile_programs first)
  linnet_precompile_headers(${first} <linnet/linnet.hpp>)
  if(LINNET_TEST_STAGES)
    foreach(target ${ARGN})
      target_precompile_headers(${target} REUSE_FROM ${first})
    endforeach()
  endif()
endfunction()
