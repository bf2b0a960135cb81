// The whole public interface.
#pragma once

#include <linnet/applications/preprocess_input.hpp>
#include <linnet/applications/resnet.hpp>
#include <linnet/applications/text_classifier.hpp>
#include <linnet/blocks/residual.hpp>
#include <linnet/data/dataset.hpp>
#include <linnet/data/idx.hpp>
#include <linnet/data/split.hpp>
#include <linnet/data/table.hpp>
#include <linnet/data/targets.hpp>
#include <linnet/images/image_dataset.hpp>
#include <linnet/layers.hpp>
#include <linnet/model/sequential.hpp>
#include <linnet/model/summary.hpp>
#include <linnet/version.hpp>
