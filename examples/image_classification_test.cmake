# What image_classification writes: cmake -Dprogram=<image_classification> -Ddata=<data/trashnet>
#   -Dwork=<dir> [-Dlinnet=<command>] -P image_classification_test.cmake
cmake_minimum_required(VERSION 3.23)
file(REMOVE_RECURSE ${work})
file(MAKE_DIRECTORY ${work})

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${result}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect text)
  foreach(regex ${ARGN})
    if(NOT text MATCHES "${regex}")
      message(FATAL_ERROR "not like ${regex}:\n${text}")
    endif()
  endforeach()
endfunction()

# Two classes, one of a name that XML has to escape.
foreach(part train test)
  foreach(class glass paper)
    string(REPLACE "glass" "glass & <jars>" name ${class})
    file(GLOB pictures ${data}/${part}/${class}/*.jpg)
    file(COPY ${pictures} DESTINATION "${work}/photographs/${part}/${name}")
  endforeach()
endforeach()

run(${program} ${work}/photographs --epochs 1 --validation 0.2 --out ${work}/out
  --save ${work}/model.linnet)
expect("${output}" "2[23] photographs to train with"
  "12 to test with" "val_accuracy" "glass & <jars> +[0-9.]+ %" "Test accuracy")

file(READ ${work}/out/learning.svg learning)
expect("${learning}" "^<svg[^>]*>" "</svg>\n$" "val" "loss" "accuracy")
file(READ ${work}/out/predictions.svg predictions)
expect("${predictions}" "^<svg[^>]*>" "</svg>\n$" "Right: [0-9]+ of 12" "Wrong: [0-9]+ of 12"
  "glass &amp. &lt.jars&gt." "paper [0-9]+ %|is paper" "\"data:image/jpeg.base64,/9j/")
if(predictions MATCHES "& |<jars>")
  message(FATAL_ERROR "a name in predictions.svg is not escaped")
endif()
string(REGEX MATCHALL "<image " shown "${predictions}")
list(LENGTH shown count)
if(NOT count EQUAL 12)
  message(FATAL_ERROR "predictions.svg shows ${count} photographs of 12")
endif()

if(linnet)
  file(GLOB pictures ${data}/test/paper/*.jpg)
  list(GET pictures 0 picture)
  run(${linnet} predict ${work}/model.linnet --image ${picture})
  expect("${output}" "^(paper|glass & <jars>)\t[01]\\.[0-9]+\n$")
endif()
