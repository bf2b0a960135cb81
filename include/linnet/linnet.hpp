// The whole public interface of a program that makes, trains and runs models. What is not here
// serves code that extends linnet, and is included where it is used: ops/ (layers, losses, metrics,
// optimizers of one's own), optimizers/pending_rows.hpp, text/utf8.hpp, io/atomic_file.hpp,
// io/checksum.hpp, io/packed_strings.hpp.
#pragma once

#include <linnet/applications/decode_predictions.hpp>
#include <linnet/applications/densenet.hpp>
#include <linnet/applications/efficientnet.hpp>
#include <linnet/applications/inception_v3.hpp>
#include <linnet/applications/mobilenet.hpp>
#include <linnet/applications/networks.hpp>
#include <linnet/applications/preprocess_input.hpp>
#include <linnet/applications/resnet.hpp>
#include <linnet/applications/text_classifier.hpp>
#include <linnet/applications/vgg.hpp>
#include <linnet/applications/xception.hpp>
#include <linnet/blocks/residual.hpp>
#include <linnet/core/log.hpp>
#include <linnet/core/printable.hpp>
#include <linnet/core/threads.hpp>
#include <linnet/data/dataset.hpp>
#include <linnet/data/idx.hpp>
#include <linnet/data/split.hpp>
#include <linnet/data/table.hpp>
#include <linnet/data/targets.hpp>
#include <linnet/images/image_dataset.hpp>
#include <linnet/io/json.hpp>
#include <linnet/io/npy.hpp>
#include <linnet/io/safetensors.hpp>
#include <linnet/io/tokenizer_json.hpp>
#include <linnet/layers.hpp>
#include <linnet/model/augment.hpp>
#include <linnet/model/inspect_model.hpp>
#include <linnet/model/loggers.hpp>
#include <linnet/model/model_to_dot.hpp>
#include <linnet/model/rejection.hpp>
#include <linnet/model/sequential.hpp>
#include <linnet/model/summary.hpp>
#include <linnet/text/labels.hpp>
#include <linnet/text/pad_sequences.hpp>
#include <linnet/version.hpp>
