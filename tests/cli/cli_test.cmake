# Runs the command and looks at what it prints: cmake -Dtopic=<name> -Dlinnet=<program>
#   -Dwork=<dir> -Ddata=<examples/data/banking77> -Dphotographs=<examples/data/trashnet/train>
#   -Dgolden=<tests/golden/keras_files> -P cli_test.cmake
# `train` leaves a model in <work> that the topics after it read.
cmake_minimum_required(VERSION 3.23)
file(MAKE_DIRECTORY ${work})
set(model ${work}/model.linnet)
set(train ${work}/${topic}.tsv)  # topics run beside one another
set(input "")

function(fail)
  message(FATAL_ERROR "${ARGV}\nstandard output:\n${output}\nstandard error:\n${error}")
endfunction()

# expect(<exit code> <regex of standard output> <regex of standard error> <arguments> ...)
# Failures and wrong usage print nothing on standard output (unless ${finds} is set: what was found)
# and one line on standard error. Reads standard input from the file ${input}.
function(expect code output_regex error_regex)
  set(from_file "")
  if(input)
    set(from_file INPUT_FILE ${input})
  endif()
  execute_process(COMMAND ${linnet} ${ARGN} ${from_file} RESULT_VARIABLE result
    OUTPUT_VARIABLE output ERROR_VARIABLE error)
  list(JOIN ARGN " " command)
  if(NOT result STREQUAL code)
    fail("linnet ${command}: exit code ${result}, expected ${code}")
  elseif(NOT output MATCHES "${output_regex}")
    fail("linnet ${command}: standard output is not like ${output_regex}")
  elseif(NOT error MATCHES "${error_regex}")
    fail("linnet ${command}: standard error is not like ${error_regex}")
  elseif(code EQUAL 0 AND NOT error STREQUAL "")
    fail("linnet ${command}: standard error is not empty")
  elseif(NOT code EQUAL 0 AND NOT error MATCHES "^linnet: [^\n]+\n$")
    fail("linnet ${command}: not exactly one line on standard error")
  elseif(NOT code EQUAL 0 AND NOT finds AND NOT output STREQUAL "")
    fail("linnet ${command}: standard output is not empty")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# expect_json(<key> <regex>): of the JSON object in ${output}.
function(expect_json regex)
  string(JSON value ERROR_VARIABLE problem GET "${output}" ${ARGN})
  if(problem OR NOT value MATCHES "${regex}")
    fail("${ARGN}: '${value}' is not like ${regex} ${problem}")
  endif()
  set(value "${value}" PARENT_SCOPE)
endfunction()

# weights_of(<variable> <model>): the bytes of all weights as one hash.
function(weights_of variable of_model)
  expect(0 "" "" convert ${of_model} ${of_model}.weights.h5)
  file(SHA256 ${of_model}.weights.h5 hash)
  set(${variable} ${hash} PARENT_SCOPE)
endfunction()

# expect_graph(): Graphviz, where it is installed, can draw ${output}.
find_program(dot dot)
function(expect_graph)
  if(NOT dot)
    return()
  endif()
  file(WRITE ${work}/${topic}.dot "${output}")
  execute_process(COMMAND ${dot} -Tsvg ${work}/${topic}.dot RESULT_VARIABLE result
    OUTPUT_VARIABLE svg ERROR_VARIABLE error)
  if(NOT result EQUAL 0 OR NOT svg MATCHES "</svg>" OR error MATCHES "[Ee]rror")
    fail("dot -Tsvg: exit code ${result}")
  endif()
endfunction()

function(write_rows path)
  file(WRITE ${path} "")
  foreach(i RANGE 1 20)
    foreach(row ${ARGN})
      file(APPEND ${path} "${row}\n")
    endforeach()
  endforeach()
endfunction()

write_rows(${train}
  "fruit\tan apple and a pear" "fruit\tripe plums and one apple" "fruit\tpear or plum"
  "tool\ta hammer and a saw" "tool\tthe saw is sharp" "tool\thammer and nails")

if(topic STREQUAL "usage")
  expect(0 "^linnet 0\\.[0-9]+\\.[0-9]+\n$" "" --version)
  expect(0 "train-text.*finetune.*predict.*evaluate.*verify.*inspect.*summary.*bench" "" help)
  expect(0 "Usage: linnet verify MODEL.*--tolerance T.*numpy.save" "" verify --help)
  expect(0 "train-text" "" --help)
  expect(0 "--validation-split" "" help train-text)
  expect(0 "--top K" "" predict --help)
  expect(0 "--top K.*-h, --help" "" predict -h)
  expect(0 "Usage: linnet predict" "" predict m --top 3 --help --unknown)
  expect(0 "Exit codes: 0; 1: it failed.*2: it was called wrongly" "" help)
  # A value, or a name behind "--", asks for no help.
  expect(1 "" "there_is_none" predict ${work}/there_is_none --text --help)
  expect(1 "" "there_is_none" summary -- ${work}/there_is_none)
  expect(2 "" "unexpected '--help'" summary -- m --help)
  expect(2 "" "a command is missing")
  expect(2 "" "no command 'fly'" fly)
  expect(2 "" "no command 'fly'" help fly)
  expect(2 "" "TRAIN.tsv is missing" train-text --save m)
  expect(2 "" "unexpected 'more'" train-text ${train} more --save m)
  expect(2 "" "nothing would be done.*--save, --test or --validation-split" train-text ${train})
  expect(2 "" "unknown option --sav" train-text ${train} --sav m)
  expect(2 "" "--save needs a value" train-text ${train} --save)
  expect(2 "" "--save is given twice" train-text ${train} --save m --save n)
  foreach(option --save --config)
    expect(2 "" "${option} needs a value" train-text ${train} --test ${train} ${option}=)
  endforeach()
  expect(2 "" "--weights needs a value" predict m --weights= --text x)
  expect(1 "" "${work}: cannot be read" train-text ${train} --save m --config ${work})
  expect(2 "" "unexpected 'x'" --version x)
  expect(2 "" "unexpected 'x'" help predict x)
  expect(2 "" "nothing would be done" finetune photos --base m --validation-split 0)
  expect(2 "" "--json takes no value" train-text ${train} --save m --json=1)
  expect(2 "" "--epochs must be a whole number.*'0'" train-text ${train} --save m --epochs 0)
  expect(2 "" "--epochs must be a whole number.*'2x'" train-text ${train} --save m --epochs=2x)
  expect(2 "" "--validation-split must be a number.*'1'"
    train-text ${train} --save m --validation-split 1)
  expect(2 "" "--language must be en or zh" train-text ${train} --save m --language xx)
  expect(2 "" "--answer needs --validation-split" train-text ${train} --save m --answer 0.9)
  expect(2 "" "--resume needs --save" train-text ${train} --test ${train} --resume)
  function(refuse_config code reason text)
    file(WRITE ${work}/${topic}.json "${text}")
    expect(${code} "" "${reason}" train-text ${train} --save m --config ${work}/${topic}.json)
  endfunction()
  refuse_config(2 "usage.json: 'width' is no option" "{\"epochs\": 2, \"width\": 3}")
  refuse_config(2 "usage.json: 'epochs' must be a number or a string" "{\"epochs\": true}")
  refuse_config(2 "usage.json: 'batch-size' is given twice" "{\"batch_size\": 2, \"batch-size\": 3}")
  refuse_config(2 "usage.json: 'language' needs a value" "{\"language\": \"\"}")
  refuse_config(2 "--epochs must be a whole number.*'0'" "{\"epochs\": 0}")
  refuse_config(1 "usage.json.*splitt" "{\"rules\": {\"splitt\": \"words\"}}")
  refuse_config(1 "usage.json: 'rules': .*expected object, got list" "{\"rules\": [1]}")
  refuse_config(1 "usage.json" "{")
  expect(2 "" "MODEL is missing" predict --text x)
  expect(2 "" "--top must be" predict m --top 0)
  expect(2 "" "TEST.tsv is missing" evaluate m)
  expect(2 "" "TO must end in .keras, .h5, .hdf5, .weights.h5 or .linnet, got 'm.onnx'" convert m m.onnx)
  expect(2 "" "MODEL is missing" summary)
  foreach(command inspect verify bench)
    expect(2 "" "MODEL is missing" ${command})
  endforeach()
  expect(2 "" "DIR is missing" finetune)
  expect(2 "" "--base is missing" finetune photos)
  expect(2 "" "exclude one another" predict m --text a --image b.jpg)
  expect(2 "" "--input and --output go together" predict m --input x.npy)
  expect(2 "" "--input and --expect go together" evaluate m --expect y.npy)
  # A training is not lost where it ends, nor the rows that it was of.
  file(WRITE ${work}/${topic}.rows "a\tone\nb\ttwo\n")
  foreach(ending keras h5)
    expect(2 "" "cannot be written as .${ending}: .* end it in .linnet" train-text ${work}/${topic}.rows
      --save ${work}/${topic}.${ending})
  endforeach()
  expect(2 "" "usage.rows is read" train-text ${work}/${topic}.rows --save ${work}/./${topic}.rows)
  expect(2 "" "--tolerance must be a number" verify m --tolerance -1)
  # No option is dropped without a word.
  foreach(option --weights=w.h5 --loss=mse --batch-size=8)
    expect(2 "" "needs --input" evaluate m ${train} ${option})
  endforeach()
  expect(2 "" "--metric needs --loss" evaluate m ${train} --metric=mae)
  foreach(option --header --out-of-scope=o.tsv)
    expect(2 "" "does not go with --input" evaluate m --input x.npy --expect y.npy ${option})
  endforeach()
  expect(2 "" "--top does not go with --input" predict m --input x.npy --output y.npy --top 2)
  expect(2 "" "--batch-size needs --input" predict m --text x --batch-size 8)
  expect(2 "" "--dot does not go with --json" summary m --dot --json)
  foreach(option --epochs=0 --tune=-1 --batch-size=0 --size=0 --seed=-1 --threads=-1
      --learning-rate=0 --validation-split=1)
    string(REGEX REPLACE "=.*" "" name ${option})
    expect(2 "" "^linnet: ${name} must be" finetune photos --base m ${option})
  endforeach()
  expect(2 "" "--preprocess: " finetune photos --base m --preprocess loud)
  expect(2 "" "--batch must be a whole number" bench m --batch 0)
  # Every command that reads a model has limits, and looks at them before the file.
  foreach(option --max-bytes --max-parameters)
    foreach(command "predict m --text x" "evaluate m t.tsv" "evaluate m --input x.npy --expect y.npy"
        "verify m --input x.npy --expect y.npy" "inspect m" "summary m" "convert m m.linnet" "bench m"
        "finetune photos --base m")
      separate_arguments(command)
      foreach(value 0 -1 1.5 16G 9223372036854775808)
        expect(2 "" "^linnet: ${option} must be a whole number from 1 to [0-9]+, got '${value}'"
          ${command} ${option} ${value})
      endforeach()
    endforeach()
    expect(2 "" "unknown option ${option}" train-text ${train} --save m ${option} 5)
  endforeach()

elseif(topic STREQUAL "train")
  expect(0 "" "" train-text ${train} --test ${train} --json --save ${model} --epochs 30
    --batch-size 8 --dim 8 --seed 3 --threads 1)
  expect_json("^1(\\.0)?$" test_accuracy)
  expect_json("^[0-9.]+$" train_seconds)
  expect_json("^30$" epochs)
  expect_json("^[1-9][0-9]+$" parameters)
  expect_json("^2$" classes)
  # The same seed gives the same model, another way of writing options the same options.
  expect(0 "^test accuracy +1\\.0000\n.*classes +2\n" "" train-text --test=${train} --epochs=30
    --batch-size=8 --dim=8 --seed=3 --threads=1 --save=${model}.again -- ${train})
  expect(0 "" "" predict ${model} --json --text "apple saw")
  set(first "${output}")
  expect(0 "" "" predict ${model}.again --json --text "apple saw")
  if(NOT output STREQUAL first)
    fail("the same seed gives another model; first:\n${first}")
  endif()
  # A file of options gives the same model too; what the command line says comes first.
  file(WRITE ${work}/${topic}.json "{\"epochs\": 30, \"batch-size\": 8, \"dim\": 8, \"seed\": 9,
    \"threads\": 1, \"json\": true, \"header\": false, \"learning_rate\": 0.0,
    \"test\": \"${train}\"}")
  expect(0 "" "" train-text ${train} --seed 3 --config ${work}/${topic}.json --save ${model}.third)
  expect_json("^1(\\.0)?$" test_accuracy)
  expect(0 "" "" predict ${model}.third --json --text "apple saw")
  if(NOT output STREQUAL first)
    fail("options of a file give another model; first:\n${first}")
  endif()
  # Rules of a file take the place of the language's: without runs of characters there are fewer.
  expect(0 "" "" train-text ${train} --test ${train} --json)
  expect_json("^[1-9][0-9]+$" parameters)
  set(by_language ${value})
  file(WRITE ${work}/${topic}.json "{\"rules\": {\"split\": \"whitespace\", \"ngrams\": [1, 3]}}")
  expect(0 "" "" train-text ${train} --config ${work}/${topic}.json --test ${train} --json)
  expect_json("^[1-9][0-9]+$" parameters)
  set(by_three ${value})
  file(WRITE ${work}/${topic}.json "{\"rules\": {\"split\": \"whitespace\"}}")
  expect(0 "" "" train-text ${train} --config ${work}/${topic}.json --test ${train} --json)
  expect_json("^[1-9][0-9]+$" parameters)
  if(NOT (value LESS by_three AND by_three LESS by_language))
    fail("parameters by words ${value}, by runs of 3 ${by_three}, by language ${by_language}")
  endif()
  # All options by a file do what they do on the command line.
  file(READ ${train} rows)
  file(WRITE ${work}/titled.tsv "label\ttext\n${rows}")
  foreach(way line file)
    file(REMOVE_RECURSE ${model}.${way} ${model}.${way}.backup)
  endforeach()
  expect(0 "" "" train-text ${work}/titled.tsv --header --language zh --epochs 6 --batch-size 8
    --dim 6 --learning-rate 0.02 --seed 5 --threads 1 --validation-split 0.25 --answer 0.9
    --test ${work}/titled.tsv --save ${model}.line --resume --json)
  string(REGEX REPLACE "\"(train_seconds|model)\":[^,}]*" "" by_line "${output}")
  weights_of(line ${model}.line)
  file(WRITE ${work}/${topic}.json "{\"header\": true, \"language\": \"zh\", \"epochs\": 6,
    \"batch_size\": 8, \"dim\": 6, \"learning_rate\": 0.02, \"seed\": 5, \"threads\": 1,
    \"validation_split\": 0.25, \"answer\": 0.9, \"test\": \"${work}/titled.tsv\",
    \"save\": \"${model}.file\", \"resume\": true, \"json\": true}")
  file(WRITE ${model}.file.backup "no folder")
  expect(1 "" "model.linnet.file.backup" train-text ${work}/titled.tsv
    --config ${work}/${topic}.json)
  file(REMOVE ${model}.file.backup)
  expect(0 "" "" train-text ${work}/titled.tsv --config ${work}/${topic}.json)
  string(REGEX REPLACE "\"(train_seconds|model)\":[^,}]*" "" by_file "${output}")
  weights_of(file ${model}.file)
  if(NOT by_line MATCHES "rejection_threshold" OR NOT by_file STREQUAL by_line
     OR NOT file STREQUAL line)
    fail("options of a file give another model; by the command line:\n${by_line}")
  endif()
  # A training that is whole leaves no backup.
  set(long train-text ${train} --epochs 200 --batch-size 8 --seed 3 --threads 1 --save)
  expect(0 "" "" ${long} ${model}.straight)
  weights_of(straight ${model}.straight)
  file(REMOVE_RECURSE ${model}.kept.backup)
  expect(0 "" "" ${long} ${model}.kept --resume)
  weights_of(kept ${model}.kept)
  if(NOT kept STREQUAL straight OR EXISTS ${model}.kept.backup)
    fail("--resume gives another model, or its backup stays")
  endif()
  # One that is killed leaves it, and goes on with it.
  set(backup ${model}.killed.backup/latest.linnet)
  file(REMOVE_RECURSE ${model}.killed ${model}.killed.backup)
  execute_process(COMMAND sh -c "\"$@\" & child=$!; for i in $(seq 1000); do
      [ ! -e '${backup}' ] || break; sleep 0.01; done; kill -9 $child; wait $child; echo $?"
    sh ${linnet} ${long} ${model}.killed --resume OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT output STREQUAL "137\n" OR NOT EXISTS ${backup} OR EXISTS ${model}.killed)
    fail("a training that was killed: no backup, or a model")
  endif()
  expect(1 "" "another model" ${long} ${model}.killed --resume --dim=9)
  expect(0 "" "" ${long} ${model}.killed --resume)
  weights_of(killed ${model}.killed)
  if(NOT killed STREQUAL straight OR EXISTS ${model}.killed.backup)
    fail("a training that was killed ends as another model, or its backup stays")
  endif()
  # Sureness tells texts of other topics.
  file(WRITE ${work}/outside.tsv "none\tno word of these\nnone\tquite another topic\n")
  expect(0 "rejection threshold +0\\.[0-9]+\n" "" train-text ${train} --validation-split 0.2
    --epochs 30 --batch-size 8 --answer 0.95 --save ${model}.sure)
  expect(0 "^tool\t0[^\n]+\nrejected\t[a-z]+\t0\\.[0-9]+\n$" ""
    predict ${model}.sure --text "hammer and nails" --text "quite another topic")
  expect(0 "" "" predict ${model}.sure --json --text "quite another topic")
  expect_json("^(ON|true)$" predictions 0 rejected)
  expect(0 "" "" evaluate ${model}.sure ${train} --out-of-scope ${work}/outside.tsv --json)
  expect_json("^1(\\.0)?$" auc)
  expect_json("^0(\\.0)?$" answered_out_of_scope)
  expect(0 "accuracy +1\\.0000.*auc +1\\.0000\n" ""
    evaluate ${model}.sure ${train} --out-of-scope ${work}/outside.tsv)
  expect(0 "validation accuracy +1\\.0000.*train rows +96\nvalidation rows +24\n$" ""
    train-text ${train} --validation-split 0.2 --epochs 30 --batch-size 8)
  # Keras has no such model, but its weights.
  foreach(ending keras h5)
    expect(1 "" "TextVectorization: Keras's has no [a-z]+; .linnet takes the whole model, .weights.h5 "
      convert ${model} ${work}/no_such.${ending})
    if(EXISTS ${work}/no_such.${ending})
      fail("a failed conversion left a file")
    endif()
  endforeach()

elseif(topic STREQUAL "predict")
  expect(0 "^fruit\t[01]\\.[0-9]+\ntool\t[01]\\.[0-9]+\n$" ""
    predict ${model} --text "one pear" --text "a sharp saw")
  expect(0 "^tool\t[01]\\.[0-9]+\tfruit\t[01]\\.[0-9]+\n$" ""
    predict ${model} --top 5 --text "a hammer")
  expect(0 "" "" predict ${model} --top 2 --json --text "a pear" --text "\"quoted\" saw")
  expect_json("^fruit$" predictions 0 label)
  expect_json("^\"quoted\" saw$" predictions 1 text)
  expect_json("^tool$" predictions 1 top 0 label)
  expect_json("^0\\.[0-9]+$" predictions 1 top 1 probability)
  file(WRITE ${work}/lines.txt "plum\n\nsaw\r\nnail")
  set(input ${work}/lines.txt)
  expect(0 "^fruit\t[^\n]+\n[a-z]+\t[^\n]+\ntool\t[^\n]+\n[a-z]+\t[^\n]+\n$" "" predict ${model})
  expect(0 "" "" predict ${model} --json)
  expect_json("^saw$" predictions 2 text)
  string(ASCII 255 not_utf8)
  file(WRITE ${work}/lines.txt "plum\nsaw\n${not_utf8}\nplum\n")
  execute_process(COMMAND ${linnet} predict ${model} INPUT_FILE ${work}/lines.txt
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT result EQUAL 1 OR NOT output MATCHES "^fruit\t[^\n]+\ntool\t[^\n]+\n$" OR
     NOT error MATCHES "standard input: line 3: .*UTF-8")
    fail("linnet predict answers lines before a wrong one: exit code ${result}: ${error}")
  endif()
  file(WRITE ${work}/lines.txt "")
  expect(0 "^$" "" predict ${model})
  unset(input)
  expect(0 "^[a-z]+\t[^\n]+\n$" "" predict ${model} --text=)
  execute_process(COMMAND sh -c "exec \"$0\" predict \"$1\" < /" ${linnet} ${model}
    RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE error)
  if(NOT result EQUAL 1 OR NOT error MATCHES "standard input: cannot be read")
    fail("linnet predict reads a folder: exit code ${result}")
  endif()

elseif(topic STREQUAL "evaluate")
  expect(0 "^rows +120\naccuracy +1\\.0000\nloss +0\\.[0-9]+\nclasses +2\n$" ""
    evaluate ${model} ${train})
  expect(0 "" "" evaluate ${model} ${train} --json)
  expect_json("^120$" rows)
  expect_json("^1(\\.0)?$" accuracy)
  expect(0 "text_vectorization.*\n  dense.*Total params.*Labels \\(2\\):\n  fruit\n  tool\n$" ""
    summary ${model})
  expect(0 "^digraph \"[a-z_0-9]+\" {\n.*n[0-9]+ -> n[0-9]+;\n}\n$" "" summary ${model} --dot)
  expect(0 "" "" summary ${model} --json)
  expect_json("^text_vectorization$" layers 0 path)
  expect_json("^sequential$" layers 1 path)
  expect_json("^sequential/dense$" layers 3 path)
  expect_json("^Dense$" layers 3 class)
  expect_json("^2$" layers 3 output_shape 1)
  expect_json("^18$" layers 3 parameters)
  expect_json("^(ON|true)$" layers 3 trainable)
  expect_json("^[1-9][0-9]+$" parameters)
  expect_json("^tool$" labels 1)

elseif(topic STREQUAL "chinese")
  write_rows(${work}/zh.tsv "水果\t苹果和梨" "水果\t吃苹果" "工具\t锤子和锯" "工具\t用锤子")
  expect(0 "" "" train-text ${work}/zh.tsv --language zh --test ${work}/zh.tsv --json
    --save ${work}/zh.linnet --epochs 30 --batch-size 8)
  expect_json("^1(\\.0)?$" test_accuracy)
  expect(0 "^水果\t" "" predict ${work}/zh.linnet --text "苹果")

elseif(topic STREQUAL "files")
  set(missing ${work}/there_is_no_such_file)
  expect(1 "" "there_is_no_such_file" train-text ${missing} --save ${work}/m)
  expect(1 "" "there_is_no_such_file" train-text ${train} --test ${missing} --save ${work}/m)
  expect(1 "" "there_is_no_such_file" predict ${missing} --text x)
  expect(1 "" "there_is_no_such_file" evaluate ${model} ${missing})
  expect(1 "" "there_is_no_such_file" summary ${missing})
  expect(1 "" "no_such_folder" train-text ${train} --save ${work}/no_such_folder/m --epochs 1)

  expect(1 "" "no_such_folder" train-text ${missing} --save ${work}/no_such_folder/m)  # at once
  expect(1 "" "expected a regular file or none" train-text ${missing} --save ${work})
  # Two rows are left for three labels, whatever is drawn.
  write_rows(${work}/three.tsv "fruit\tpear" "tool\tsaw" "animal\tcat")
  expect(1 "" "--validation-split leaves no row to train on: LabelIndex: unknown label" train-text
    ${work}/three.tsv --validation-split 0.96 --save ${work}/m)

  write_rows(${work}/rows.tsv "1\ta pear\tfruit" "2\ta saw\ttool")
  file(READ ${work}/rows.tsv rows)
  file(WRITE ${work}/header.tsv "id\ttext\tlabel\n${rows}")
  expect(0 "test rows +40\n" "" train-text ${work}/header.tsv --header --test ${work}/header.tsv
    --epochs 2)
  expect(0 "" "" train-text ${work}/header.tsv --header --save ${work}/header.linnet --json
    --epochs 2)
  expect_json("^40$" train_rows)
  expect(0 "^rows +40\n" "" evaluate ${work}/header.linnet ${work}/header.tsv --header)
  expect(1 "" "header.tsv.*line 1" train-text ${work}/header.tsv --save ${work}/m)

  file(WRITE ${work}/empty.tsv "")
  expect(1 "" "empty.tsv" train-text ${work}/empty.tsv --save ${work}/m)
  file(WRITE ${work}/labels.tsv "fruit\ntool\n")
  expect(1 "" "labels.tsv.*1" train-text ${work}/labels.tsv --save ${work}/m)
  file(WRITE ${work}/tabs.tsv "fruit\tpear\ntool\ta\tb\n")
  expect(1 "" "tabs.tsv.*2" train-text ${work}/tabs.tsv --save ${work}/m)
  file(WRITE ${work}/one_class.tsv "fruit\tpear\nfruit\tplum\n")
  expect(1 "" "two classes" train-text ${work}/one_class.tsv --save ${work}/m)
  file(WRITE ${work}/animal.tsv "fruit\ta pear\nanimal\ta cat\n")
  set(animal "animal.tsv: line 2: [^\n]*unknown label 'animal'; the 2 classes are 'fruit', 'tool'\n$")
  expect(1 "" "${animal}" train-text ${train} --test ${work}/animal.tsv --save ${work}/m)
  expect(1 "" "${animal}" evaluate ${model} ${work}/animal.tsv)
  file(WRITE ${work}/animal.tsv "group\twords\n\n\nanimal\ta cat\n")  # the header's line counts
  expect(1 "" "animal.tsv: line 4: [^\n]*unknown label 'animal'" evaluate ${model} ${work}/animal.tsv
    --header)
  if(EXISTS ${work}/m)
    fail("a failed training left a model")
  endif()

  file(WRITE ${work}/corrupt.linnet "this is not a model\n")
  expect(1 "" "^linnet: [^ ]*corrupt.linnet is not a linnet model: " predict ${work}/corrupt.linnet
    --text x)
  file(WRITE ${work}/corrupt.linnet "")
  expect(1 "" "corrupt.linnet" summary ${work}/corrupt.linnet)
  expect(1 "" "${work}: " summary ${work})

elseif(topic STREQUAL "keras")
  set(chain ${golden}/chain)
  set(branches ${golden}/branches)
  foreach(kind keras h5)
    expect(0 "^[^\t]+y.npy\t\\([0-9]+, [0-9]+\\)\n$" "" predict ${chain}/model.${kind}
      --input ${chain}/x0.npy --output ${work}/y.npy)
    expect(0 "" "" verify ${chain}/model.${kind} --input ${chain}/x0.npy --expect ${work}/y.npy
      --tolerance 0)
    expect(0 "" "" evaluate ${chain}/model.${kind} --input ${chain}/x0.npy --expect ${chain}/t0.npy
      --json)
    expect_json("^[0-9.]+$" loss)
    expect(0 "Total params" "" summary ${chain}/model.${kind})
    # What a file may ask for.
    expect(0 "" "" summary ${chain}/model.${kind} --json)
    expect_json("^[1-9][0-9]*$" parameters)
    math(EXPR less "${value} - 1")
    file(SIZE ${chain}/model.${kind} size)
    math(EXPR smaller "${size} - 1")
    expect(0 "" "" summary ${chain}/model.${kind} --max-parameters ${value})
    set(in "${chain}/model.${kind}")
    foreach(command "predict ${in} --input ${chain}/x0.npy --output ${work}/none.npy"
        "evaluate ${in} --input ${chain}/x0.npy --expect ${chain}/t0.npy" "summary ${in}"
        "verify ${in} --input ${chain}/x0.npy --expect ${chain}/y0.npy" "bench ${in}"
        "convert ${in} ${work}/none.npy.linnet" "finetune ${chain} --base ${in}")
      separate_arguments(command)
      expect(1 "" "model.${kind}: with '[^']+' .* its weights are more than ${less} numbers"
        ${command} --max-parameters ${less})
      expect(1 "" "model.${kind}: it has ${size} bytes, more than --max-bytes, ${smaller}"
        ${command} --max-bytes ${smaller})
    endforeach()
    set(finds yes)
    expect(1 "\nNot supported: with '[^']+' .* its weights are more than ${less} numbers"
      "model.${kind}: not supported: with '[^']+' .* its weights are more than ${less} numbers"
      inspect ${chain}/model.${kind} --max-parameters ${less})
    expect(1 "" "more than --max-bytes" inspect ${chain}/model.${kind} --max-bytes ${smaller})
    unset(finds)
  endforeach()
  expect(0 "" "" predict ${branches}/model.keras --json --input ${branches}/x0.npy
    --input ${branches}/x1.npy --output ${work}/y0.npy --output ${work}/y1.npy)
  expect_json("y1.npy$" outputs 1 file)
  expect(0 "" "" verify ${branches}/model.keras --input ${branches}/x0.npy
    --input ${branches}/x1.npy --expect ${work}/y0.npy --expect ${work}/y1.npy --tolerance 0)
  expect(2 "" "has 2 outputs, but --output is given 1 times" predict ${branches}/model.keras
    --input ${branches}/x0.npy --input ${branches}/x1.npy --output ${work}/y0.npy)
  expect(2 "" "y0.npy would be written twice" predict ${branches}/model.keras --input ${branches}/x0.npy
    --input ${branches}/x1.npy --output ${work}/y0.npy --output ${work}/./y0.npy)
  # Neither the model nor what it is given is written over.
  file(COPY_FILE ${chain}/model.keras ${work}/kept_model.keras)
  file(COPY_FILE ${chain}/x0.npy ${work}/kept_x0.npy)
  foreach(file model.keras x0.npy)
    expect(2 "" "kept_${file} is read" predict ${work}/kept_model.keras --input ${work}/kept_x0.npy
      --output ${work}/kept_${file})
  endforeach()
  # A name that is no UTF-8 is no reason to fail when all is done.
  string(ASCII 255 byte)
  expect(0 "" "" predict ${chain}/model.keras --input ${chain}/x0.npy --output ${work}/${byte}.npy
    --json)
  expect_json("/.xff.npy$" outputs 0 file)
  file(REMOVE ${work}/first.npy)
  expect(1 "" "no_such_folder" predict ${branches}/model.keras --input ${branches}/x0.npy
    --input ${branches}/x1.npy --output ${work}/first.npy --output ${work}/no_such_folder/y1.npy)
  if(EXISTS ${work}/first.npy)
    fail("of two outputs of which one cannot be written the other was written")
  endif()
  expect(0 "" "" convert ${chain}/model.h5 ${work}/converted.keras --json)
  expect_json("converted.keras$" model)
  expect_json("^[1-9][0-9]*$" parameters)
  # Texts in arrays, as numpy keeps them.
  set(texts ${golden}/../text_arrays)
  foreach(first x0 x0_big x0_bytes)
    foreach(second x1 x1_columns)
      expect(0 "" "" verify ${texts}/model.keras --input ${texts}/${first}.npy
        --input ${texts}/${second}.npy --expect ${texts}/y.npy --tolerance 1e-6)
    endforeach()
  endforeach()
  expect(0 "" "" evaluate ${texts}/model.keras --input ${texts}/x0.npy --input ${texts}/x1.npy
    --expect ${texts}/y.npy --loss mse --json)
  expect_json("^[0-9.]+e-[0-9]+$|^0(\\.0)?$" loss)
  expect(1 "" "x1.npy: expected numbers, got texts; classes are given by their numbers" evaluate
    ${texts}/model.keras --input ${texts}/x0.npy --input ${texts}/x1.npy --expect ${texts}/x1.npy
    --loss mse)
  expect(1 "" "this model takes numbers, got texts" predict ${chain}/model.keras
    --input ${texts}/x0.npy --output ${work}/none.npy)
  expect(1 "" "this model takes texts, got float32" predict ${texts}/model.keras
    --input ${texts}/y.npy --input ${texts}/x1.npy --output ${work}/none.npy)
  expect(2 "" "model.keras is read: write to another file" convert ${chain}/model.keras
    ${chain}/model.keras)
  expect(2 "" "has 1 inputs, but --input is given 2 times" predict ${chain}/model.keras
    --input ${chain}/x0.npy --input ${chain}/x0.npy --output ${work}/y0.npy)
  expect(0 "^loss +[0-9.]+\nmae +[0-9.]+\n$|^mae +[0-9.]+\nloss +[0-9.]+\n$" "" evaluate
    ${chain}/model.keras --input ${chain}/x0.npy --expect ${chain}/y0.npy --loss mse --metric mae)
  expect(2 "" "--metric needs --loss" evaluate ${chain}/model.keras --input ${chain}/x0.npy
    --expect ${chain}/y0.npy --metric mae)
  # Numbers that JSON has not.
  set(grow "{\"class_name\": \"Rescaling\", \"config\": {\"name\": \"r\", \"scale\": 1e30")
  string(REPLACE "\"r\"" "\"r2\"" grow2 "${grow}")
  file(WRITE ${work}/huge.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [${grow}, \"batch_input_shape\": [null, 5]}}, ${grow2}}}]}}")
  expect(0 "" "" evaluate ${work}/huge.json --input ${chain}/x0.npy --expect ${chain}/x0.npy
    --loss mse --json)
  expect_json("^$" loss)
  string(JSON value TYPE "${output}" loss)
  if(NOT value STREQUAL "NULL")
    fail("the loss that is no number is '${value}'")
  endif()
  # An architecture, and its weights in another file. As each Dense is named, so are its weights.
  file(WRITE ${work}/small.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 2,
    \"batch_input_shape\": [null, 3]}}]}}")
  expect(0 "Total params: 8" "" summary ${work}/small.json)
  expect(1 "" "load_weights" summary ${work}/small.json --weights ${chain}/model.h5)
  file(SIZE ${chain}/model.h5 size)
  math(EXPR size "${size} - 1")
  expect(1 "" "model.h5: it has .* more than --max-bytes" summary ${work}/small.json
    --weights ${chain}/model.h5 --max-bytes ${size})
  expect(2 "" "small.json is an architecture alone: give its --weights" predict ${work}/small.json
    --input ${branches}/x0.npy --output ${work}/none.npy)
  expect(1 "" "was built for 5 features on the last axis, got 6" predict ${chain}/model.keras
    --input ${golden}/words/x0.npy --output ${work}/none.npy)
  if(EXISTS ${work}/none.npy)
    fail("a failed prediction left a file")
  endif()
  file(WRITE ${work}/lambda.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [{\"class_name\": \"Dense\", \"config\": {\"name\": \"d\", \"units\": 2,
    \"batch_input_shape\": [null, 3]}}, {\"class_name\": \"Lambda\", \"config\":
    {\"name\": \"f\"}}]}}")
  expect(1 "" "lambda.json: layer 'f': Lambda holds a Python function" predict ${work}/lambda.json
    --input ${chain}/x0.npy --output ${work}/none.npy)

elseif(topic STREQUAL "inspect")
  expect(0 "^dense[^ ]* +Dense +supported\n|\n[a-z_0-9]+ +Dense +supported\n" ""
    inspect ${golden}/chain/model.keras)
  foreach(file chain/model.h5 branches/model.keras branches/model.h5 words/model.keras)
    expect(0 "" "" inspect ${golden}/${file} --json)
    expect_json("^(ON|true)$" supported)
  endforeach()
  # What is refused does not hide what follows, also within models.
  set(gate "{\"class_name\": \"Gate\", \"module\": \"mine\", \"config\": {\"name\": \"gate\"}}")
  set(dense "{\"class_name\": \"Dense\", \"config\": {\"name\": \"dense\", \"units\": 2}}")
  set(wrong "{\"class_name\": \"Dense\", \"config\": {\"name\": \"wrong\", \"units\": -2}}")
  set(inner "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"inner\", \"layers\":
    [${gate}, ${dense}]}}")
  file(WRITE ${work}/mixed.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [${inner}, ${gate}, ${dense}]}}")
  set(finds yes)
  expect(1 "inner +Sequential +supported\ninner/gate +Gate +not supported: the layer class 'Gate' of \
'mine' is not supported[^\n]*\ninner/dense +Dense +supported\ngate +Gate +not supported: [^\n]+\n\
dense +Dense +supported\n$" "mixed.json: of 5 layers, not supported: 2" inspect ${work}/mixed.json)
  expect(1 "" "not supported: 2" inspect ${work}/mixed.json --json)
  expect_json("^(OFF|false)$" supported)
  expect_json("^inner/gate$" layers 1 path)
  expect_json("^(OFF|false)$" layers 1 supported)
  expect_json("^(ON|true)$" layers 2 supported)
  # A name of a file's layer neither ends a line nor moves the cursor.
  string(REPLACE "\"gate\"" "\"dense\\n\\u001bM\"" odd "${gate}")
  file(WRITE ${work}/odd.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [${odd}]}}")
  expect(1 "^dense.n.x1bM +Gate +not supported: [^\n]+\n$" "odd.json" inspect ${work}/odd.json)
  unset(finds)
  string(REPLACE "\"dense\"" "\"d\\nTotal params: 1\"" odd "${dense}")
  string(REPLACE "\"units\"" "\"batch_input_shape\": [null, 3], \"units\"" odd "${odd}")
  file(WRITE ${work}/odd.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [${odd}]}}")
  expect(0 "\nd.nTotal params: 1 \\(Dense\\)" "" summary ${work}/odd.json)
  expect(0 "d..nTotal params: 1.nDense" "" summary ${work}/odd.json --dot)
  expect_graph()
  string(REPLACE "\"dense\"" "\"say \\\"<b>&amp;\\\" { | }\\\\\"" odd "${dense}")
  string(REPLACE "\"units\"" "\"batch_input_shape\": [null, 3], \"units\"" odd "${odd}")
  file(WRITE ${work}/odd.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m \\\"1\\\"\",
    \"layers\": [${odd}]}}")
  expect(0 "digraph \"m ..1..\" {.*say ..\"<b>&amp;..\" { | }" "" summary ${work}/odd.json --dot)
  expect_graph()
  expect(0 "digraph" "" summary ${golden}/branches/model.keras --dot)
  expect_graph()
  # What is refused of the whole, or of a layer that the file does not say all of.
  set(texts ${golden}/../text_arrays)
  set(finds yes)
  set(twice "texts: a string input must be used by one layer [^\n]*'hash_3' and 'hash_4'\n$")
  expect(1 "hash_3 +Hashing +supported\n.*\nNot supported: [^\n]*${twice}"
    "twice.json: not supported: [^\n]*${twice}" inspect ${texts}/twice.json)
  expect(1 "" "${twice}" inspect ${texts}/twice.json --json)
  expect_json("'hash_3' and 'hash_4'$" problem)
  set(learnt "its vocabulary is not in the file: what adapt\\(\\) learnt is kept in .keras files alone")
  expect(1 " IntegerLookup +not supported: IntegerLookup: ${learnt}\n" "of 3 layers, not supported: 1"
    inspect ${texts}/learnt.h5)
  expect(1 "" "of 3 layers, not supported: 1" inspect ${texts}/learnt.h5 --json)
  expect_json("${learnt}$" layers 1 problem)
  unset(finds)
  expect(1 "" "${learnt}\n$" summary ${texts}/learnt.h5)
  expect(1 "" "there_is_none" inspect ${work}/there_is_none)
  file(WRITE ${work}/bad.json "{\"class_name\": 1}")
  expect(1 "" "bad.json" inspect ${work}/bad.json)

elseif(topic STREQUAL "verify")
  set(chain ${golden}/chain)
  expect(0 "^output +max absolute +max relative\n[^\n]+y0.npy +[0-9.e-]+ +[0-9.e-]+\n$" ""
    verify ${chain}/model.keras --input ${chain}/x0.npy --expect ${chain}/y0.npy)
  set(finds yes)
  expect(1 "differs\n$" "model.keras: it differs from .*t0.npy" verify ${chain}/model.keras
    --input ${chain}/x0.npy --expect ${chain}/t0.npy)
  expect(1 "" "differs" verify ${chain}/model.keras --input ${chain}/x0.npy
    --expect ${chain}/t0.npy --json)
  expect_json("^(OFF|false)$" equal)
  unset(finds)
  # The last layer's output is the model's.
  expect(0 "" "" summary ${chain}/model.keras --json)
  string(JSON count LENGTH "${output}" layers)
  math(EXPR last "${count} - 1")
  string(JSON layer GET "${output}" layers ${last} path)
  file(REMOVE_RECURSE ${work}/layers)
  file(MAKE_DIRECTORY ${work}/layers)
  expect(1 "" "no <layer>.npy of a layer" verify ${chain}/model.keras --input ${chain}/x0.npy
    --expect ${chain}/y0.npy --layers ${work}/layers)
  file(COPY_FILE ${chain}/y0.npy ${work}/layers/${layer}.npy)
  expect(0 "" "" verify ${chain}/model.keras --input ${chain}/x0.npy --expect ${chain}/y0.npy
    --layers ${work}/layers --json)
  expect_json("^${layer}$" layers 0 name)
  expect_json("^(ON|true)$" equal)
  # What Keras gives for a layer is behind the layer that stands as its activation.
  set(relu "{\"class_name\": \"ReLU\", \"config\": {\"name\": \"r\"")
  file(WRITE ${work}/relu.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [${relu}, \"batch_input_shape\": [null, 5]}}]}}")
  file(WRITE ${work}/active.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [{\"class_name\": \"Activation\", \"config\": {\"name\": \"a\",
    \"batch_input_shape\": [null, 5], \"activation\": ${relu}}}}}]}}")
  file(MAKE_DIRECTORY ${work}/active)
  expect(0 "" "" predict ${work}/relu.json --input ${chain}/x0.npy --output ${work}/active/a.npy)
  expect(0 "\na +0 +0\n" "" verify ${work}/active.json --input ${chain}/x0.npy
    --expect ${work}/active/a.npy --layers ${work}/active)
  expect(0 "\na_activation \\(ReLU\\)" "" summary ${work}/active.json)
  # A name of the model's makes no path.
  file(WRITE ${work}/outside.json "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"m\",
    \"layers\": [{\"class_name\": \"ReLU\", \"config\": {\"name\": \"../outside\",
    \"batch_input_shape\": [null, 5]}}]}}")
  file(COPY_FILE ${chain}/x0.npy ${work}/outside.npy)
  expect(1 "" "no <layer>.npy of a layer" verify ${work}/outside.json --input ${chain}/x0.npy
    --expect ${chain}/x0.npy --layers ${work}/layers)
  expect(1 "" "no_such_folder" verify ${chain}/model.keras --input ${chain}/x0.npy
    --expect ${chain}/y0.npy --layers ${work}/no_such_folder)
  file(COPY_FILE ${chain}/t0.npy ${work}/layers/${layer}.npy)
  set(finds yes)
  expect(1 "" "the first layer that differs is '${layer}'" verify ${chain}/model.keras
    --input ${chain}/x0.npy --expect ${chain}/y0.npy --layers ${work}/layers)

elseif(topic STREQUAL "bench")
  expect(0 "^batch +4\nruns +[0-9]+\nload ms +[0-9.e+-]+\np50 ms +[0-9.e+-]+\np99 ms +[^\n]+\n\
rows per second +[^\n]+\n$" "" bench ${golden}/branches/model.keras --batch 4 --seconds 0.05)
  expect(0 "" "" bench ${golden}/words/model.h5 --seconds 0.05 --threads 1 --json)
  expect_json("^[1-9][0-9]*$" runs)
  expect_json("^[0-9.e+]+$" rows_per_second)

elseif(topic STREQUAL "photographs")
  # A base without weights, which needs no file of them: means of squares of 4 x 4.
  set(begin "{\"class_name\": \"Sequential\", \"config\": {\"name\": \"b\",
    \"layers\": [{\"class_name\": \"AveragePooling2D\", \"config\": {\"name\": \"c\",
    \"pool_size\": [4, 4], \"batch_input_shape\": [null, 32, 32, 3]}}, {\"class_name\": \"Flatten\",
    \"config\": {\"name\": \"g\"}}")
  file(WRITE ${work}/base.json "${begin}]}}")
  file(WRITE ${work}/whole.json "${begin}, {\"class_name\": \"Dense\", \"config\": {\"name\": \"d\",
    \"units\": 9}}]}}")
  expect(2 "" "whole.json is an architecture alone" finetune ${photographs}
    --base ${work}/whole.json)
  expect(0 "" "" finetune ${photographs} --base ${work}/base.json --preprocess tf --epochs 4
    --seed 1 --threads 1 --save ${work}/photographs.linnet --json)
  expect_json("^[1-9][0-9]*$" classes)
  set(classes ${value})
  expect_json("^[0-9.]+$" val_accuracy)
  # A model with weights as the base: its last Dense is left out, the rest learns at the end.
  expect(0 "" "" finetune ${photographs} --base ${work}/photographs.linnet --epochs 1 --tune 1
    --threads 1 --json)
  expect_json("^[0-9.]+$" val_accuracy)
  expect(0 "" "" finetune ${photographs} --base ${work}/photographs.linnet --epochs 1 --tune 1
    --threads 1 --save ${work}/tuned.keras)
  expect(0 "" "" inspect ${work}/tuned.keras)
  file(GLOB pictures ${photographs}/*/*.jpg)
  list(GET pictures 0 first)
  list(GET pictures 1 second)
  expect(0 "^[a-z]+\t[01]\\.[0-9]+\n[a-z]+\t[01]\\.[0-9]+\n$" "" predict
    ${work}/photographs.linnet --image ${first} ${second})
  expect(0 "" "" predict ${work}/photographs.linnet --image ${first} --json)
  expect_json("jpg$" predictions 0 image)
  expect(0 "" "" summary ${work}/photographs.linnet --json)
  expect_json("^base/c$" layers 5 path)
  expect(2 "" "--size: the base takes pictures of 32 x 32" finetune ${photographs}
    --base ${work}/base.json --size 64)
  expect(1 "" "no layer 'z'; there are: c, g\n$" finetune ${photographs} --base ${work}/base.json --features z)
  expect(1 "" "there_is_none" finetune ${work}/there_is_none --base ${work}/base.json)
  expect(1 "" "expected one input" finetune ${photographs} --base ${golden}/chain/model.keras)

elseif(topic STREQUAL "banking77")
  # The defaults have to be good: more than the best of Keras and fastText on this set.
  expect(0 "" "" train-text ${data}/train.tsv.gz --test ${data}/test.tsv.gz --json)
  expect_json("^0\\.(8[89]|9)" test_accuracy)
  expect_json("^77$" classes)
else()
  message(FATAL_ERROR "no topic is called '${topic}'")
endif()
