// The whole public interface.
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
#include <linnet/data/dataset.hpp>
#include <linnet/data/idx.hpp>
#include <linnet/data/split.hpp>
#include <linnet/data/table.hpp>
#include <linnet/data/targets.hpp>
#include <linnet/images/image_dataset.hpp>
#include <linnet/layers.hpp>
#include <linnet/model/augment.hpp>
#include <linnet/model/sequential.hpp>
#include <linnet/model/summary.hpp>
#include <linnet/version.hpp>
