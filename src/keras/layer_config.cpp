#include "keras/layer_config.hpp"

#include <algorithm>
#include <cctype>

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "keras/old_hard_sigmoid.hpp"
#include "keras/plain_config.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

struct ClassName {
  std::string_view old_name, name;
};

constexpr ClassName kClasses[] = {
    {"AtrousConvolution1D", "Conv1D"},
    {"AtrousConvolution2D", "Conv2D"},
    {"AvgPool1D", "AveragePooling1D"},
    {"AvgPool2D", "AveragePooling2D"},
    {"AvgPool3D", "AveragePooling3D"},
    {"BatchNormalizationV1", "BatchNormalization"},
    {"BatchNormalizationV2", "BatchNormalization"},
    {"Convolution1D", "Conv1D"},
    {"Convolution2D", "Conv2D"},
    {"Convolution2DTranspose", "Conv2DTranspose"},
    {"Convolution3D", "Conv3D"},
    {"Convolution3DTranspose", "Conv3DTranspose"},
    {"CuDNNGRU", "GRU"},
    {"CuDNNLSTM", "LSTM"},
    {"Deconvolution2D", "Conv2DTranspose"},
    {"Deconvolution3D", "Conv3DTranspose"},
    {"DenseV1", "Dense"},
    {"GRUV1", "GRU"},
    {"GRUV2", "GRU"},
    {"GlobalAvgPool1D", "GlobalAveragePooling1D"},
    {"GlobalAvgPool2D", "GlobalAveragePooling2D"},
    {"GlobalAvgPool3D", "GlobalAveragePooling3D"},
    {"GlobalMaxPool1D", "GlobalMaxPooling1D"},
    {"GlobalMaxPool2D", "GlobalMaxPooling2D"},
    {"GlobalMaxPool3D", "GlobalMaxPooling3D"},
    {"GroupedQueryAttention", "GroupQueryAttention"},
    {"LSTMV1", "LSTM"},
    {"LSTMV2", "LSTM"},
    {"MaxPool1D", "MaxPooling1D"},
    {"MaxPool2D", "MaxPooling2D"},
    {"MaxPool3D", "MaxPooling3D"},
    {"SeparableConvolution1D", "SeparableConv1D"},
    {"SeparableConvolution2D", "SeparableConv2D"},
    {"SyncBatchNormalization", "BatchNormalization"},
    {"ThresholdedReLU", "ReLU"},
    {"TimeDistributedDense", "Dense"},
};

/// A key of one class ("": of all; "Conv*": of all that begin so) and what it became.
struct Rename {
  std::string_view layer, old_key, key;
};

constexpr Rename kRenames[] = {
    {"Dense", "output_dim", "units"},
    {"*LSTM", "output_dim", "units"},
    {"GRU", "output_dim", "units"},
    {"SimpleRNN", "output_dim", "units"},
    {"*", "inner_init", "recurrent_initializer"},
    {"*", "inner_activation", "recurrent_activation"},
    {"*", "U_regularizer", "recurrent_regularizer"},
    {"*", "dropout_W", "dropout"},
    {"*", "dropout_U", "recurrent_dropout"},
    {"PReLU", "init", "alpha_initializer"},
    {"Embedding", "init", "embeddings_initializer"},
    {"Embedding", "W_constraint", "embeddings_constraint"},
    {"Embedding", "W_regularizer", "embeddings_regularizer"},
    {"LeakyReLU", "alpha", "negative_slope"},
    {"ReLU", "slope", "negative_slope"},
    {"ReLU", "theta", "threshold"},
    {"*Dropout*", "p", "rate"},
    {"GaussianNoise", "sigma", "stddev"},
    {"BatchNormalization", "gamma_init", "gamma_initializer"},
    {"BatchNormalization", "beta_init", "beta_initializer"},
    {"*Pooling1D", "pool_length", "pool_size"},
    {"*Pooling1D", "stride", "strides"},
    {"UpSampling1D", "length", "size"},
    {"Conv1D", "filter_length", "kernel_size"},
    {"Conv1D", "subsample_length", "strides"},
    {"*Conv*", "nb_filter", "filters"},
    {"*Conv*", "subsample", "strides"},
    {"Conv*", "atrous_rate", "dilation_rate"},
    {"RandomRotation", "fill_val", "fill_value"},
    {"*", "bias", "use_bias"},
    {"*", "border_mode", "padding"},
    {"*", "dim_ordering", "data_format"},
    {"*", "init", "kernel_initializer"},
    {"*", "W_regularizer", "kernel_regularizer"},
    {"*", "b_regularizer", "bias_regularizer"},
    {"*", "W_constraint", "kernel_constraint"},
    {"*", "b_constraint", "bias_constraint"},
};

/// What a key may hold that is left out because it changes nothing.
enum class Harmless { any, null, no, one, utf8 };

struct Idle {
  std::string_view layer, key;
  Harmless value = Harmless::any;
};

constexpr Idle kIdle[] = {
    {"*", "dtype"},
    {"*", "batch_input_shape"},
    {"*", "batch_shape"},
    {"*", "input_shape"},
    {"*", "input_dtype"},
    {"*", "autocast"},
    {"*", "sparse", Harmless::no},
    {"*", "time_major", Harmless::no},
    {"*", "quantization_config", Harmless::null},
    {"*", "lora_rank", Harmless::null},
    {"*", "lora_alpha", Harmless::null},
    {"*", "gptq_unpacked_column_size", Harmless::null},
    {"Activation", "activity_regularizer", Harmless::null},
    {"*", "consume_less"},
    {"*", "rng_type"},
    {"*", "forget_bias_init"},
    {"*", "encoding", Harmless::utf8},
    {"*", "vocabulary", Harmless::null},
    {"*", "vocabulary_size"},
    {"*", "idf_weights", Harmless::null},
    {"*Lookup", "vocabulary_dtype"},
    {"*Lookup", "has_input_vocabulary"},
    {"StringLookup", "oov_method"},
    {"Discretization", "bin_boundaries", Harmless::null},
    {"BatchNormalization", "fused"},
    {"BatchNormalization", "virtual_batch_size", Harmless::null},
    {"BatchNormalization", "adjustment", Harmless::null},
    {"BatchNormalization", "mode", Harmless::no},
    {"Conv*Transpose", "groups", Harmless::one},
    {"Conv*Transpose", "output_shape"},
    {"Conv1D", "input_dim"},
    {"Conv1D", "input_length"},
    {"*LSTM", "input_dim"},
    {"*LSTM", "input_length"},
    {"GRU", "input_dim"},
    {"GRU", "input_length"},
    {"SimpleRNN", "input_dim"},
    {"SimpleRNN", "input_length"},
    {"Conv*", "rank"},
    {"Dense", "input_dim"},
    {"Dense", "input_length"},
    {"DepthwiseConv*", "filters"},
    {"DepthwiseConv*", "groups"},
    {"DepthwiseConv*", "rank"},
    {"DepthwiseConv*", "kernel_initializer"},
    {"DepthwiseConv*", "kernel_regularizer", Harmless::null},
    {"DepthwiseConv*", "kernel_constraint", Harmless::null},
    {"Embedding", "activity_regularizer", Harmless::null},
    {"Embedding", "dropout", Harmless::no},
    {"Embedding", "input_length"},
    {"Embedding", "sparse"},
    {"Embedding", "weights", Harmless::null},
    {"GlobalAveragePooling1D", "ragged"},
    {"MultiHeadAttention", "softmax_robust_masking", Harmless::no},
    {"MultiHeadAttention", "query_shape"},
    {"MultiHeadAttention", "key_shape"},
    {"MultiHeadAttention", "value_shape"},
    {"Normalization", "input_mean", Harmless::null},
    {"SeparableConv*", "init"},
    {"SeparableConv*", "groups", Harmless::one},
    {"SeparableConv*", "rank"},
    {"SeparableConv*", "kernel_initializer"},
    {"SeparableConv*", "kernel_regularizer", Harmless::null},
    {"SeparableConv*", "kernel_constraint", Harmless::null},
    {"SpatialDropout*", "noise_shape"},
};

/// True if `name` is what `pattern` says, in which "*" stands for any run of letters.
bool matches(std::string_view pattern, std::string_view name) {
  const std::size_t star = pattern.find('*');
  if (star == pattern.npos) return pattern == name;
  const std::string_view begin = pattern.substr(0, star), rest = pattern.substr(star + 1);
  if (!name.starts_with(begin)) return false;
  for (std::size_t at = begin.size(); at <= name.size(); ++at) {
    if (matches(rest, name.substr(at))) return true;
  }
  return false;
}

bool is_harmless(Harmless kind, const Config& value) {
  switch (kind) {
    case Harmless::any:
      return true;
    case Harmless::null:
      return value.is_null();
    case Harmless::no:
      return is_nothing(value) || (value.is_number() && value.as_number() == 0);
    case Harmless::one:
      return value.is_number() && value.as_number() == 1;
    case Harmless::utf8:
      return value.is_string() && value.as_string() == "utf-8";
  }
  return false;
}

bool is_idle(std::string_view layer, const Config::Member& member) {
  return std::ranges::any_of(kIdle, [&](const Idle& idle) {
    return idle.key == member.key && matches(idle.layer, layer) &&
           is_harmless(idle.value, member.value);
  });
}

std::string_view key_today(std::string_view layer, std::string_view key, const Config& config) {
  for (const Rename& rename : kRenames) {
    if (rename.old_key != key || !matches(rename.layer, layer)) continue;
    return config.find(rename.key) == nullptr ? rename.key : key;
  }
  return key;
}

/// Computation is in float32, whatever float a file asks for; numbers packed into fewer bits are
/// something else.
void check_dtype(const Config& dtype) {
  if (dtype.is_object()) {
    const Config* quantized = dtype.find("mode");
    if (quantized != nullptr && dtype.find("source_name") != nullptr) {
      fail(ErrorCode::unsupported,
           cat("dtype: quantized layers are not supported: ", quantized->as_string()));
    }
    for (const auto& [key, part] : dtype.members()) check_dtype(part);
  } else if (dtype.is_string() && dtype.as_string().find("_from_") != std::string::npos) {
    fail(ErrorCode::unsupported,
         cat("dtype: quantized layers are not supported: '", dtype.as_string(), "'"));
  }
}

Config in_lower_case(const Config& value) {
  if (!value.is_string()) return value;
  std::string word = value.as_string();
  for (char& c : word) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  if (word == "tf") word = "channels_last";
  if (word == "th") word = "channels_first";
  return Config(std::move(word));
}

/// A regularizer or constraint of Keras 1, {"name": "WeightRegularizer", "l2": 0.01}, as an object
/// of today; all else is itself.
Config object_today(const Config& value) {
  const Config* name = value.is_object() ? value.find("name") : nullptr;
  if (name == nullptr || !name->is_string() || value.find("class_name") != nullptr) return value;
  Config fields = Config::object();
  for (const auto& [key, field] : value.members()) {
    if (key != "name") fields[key == "m" ? "max_value" : key] = field;
  }
  const bool regularizer = name->as_string().ends_with("Regularizer");
  Config object = Config::object();
  object["class_name"] = regularizer ? Config("L1L2") : *name;
  object["config"] = std::move(fields);
  return object;
}

/// An initializer, regularizer or activation without what older versions added.
Config without_extras(const Config& given) {
  const Config value = object_today(given);
  const Config* fields = value.is_object() ? value.find("config") : nullptr;
  if (fields == nullptr || !fields->is_object()) return value;
  Config::Object kept;
  for (const Config::Member& field : fields->members()) {
    const bool generator = field.key == "seed" && field.value.is_object();
    if (field.key == "dtype" || generator) continue;
    const bool normal = field.key == "distribution" && field.value.is_string() &&
                        field.value.as_string() == "normal";
    kept.push_back({field.key, normal ? Config("truncated_normal") : field.value});
  }
  Config result = value;
  result["config"] = Config::object(std::move(kept));
  return result;
}

/// True for layers that older versions gave a list of one axis.
bool takes_one_axis(std::string_view layer) {
  return layer == "BatchNormalization" || layer == "GroupNormalization";
}

/// Keras 1's sizes of a kernel, of which each had a key of its own.
void join_kernel_sizes(std::string_view layer, Config::Object& members) {
  if (!matches("*Conv*", layer)) return;
  Config sizes = Config::list();
  for (const char* key : {"kernel_dim1", "kernel_dim2", "kernel_dim3", "nb_row", "nb_col"}) {
    const auto at = std::ranges::find(members, key, &Config::Member::key);
    if (at == members.end()) continue;
    sizes.push_back(at->value);
    members.erase(at);
  }
  if (!sizes.items().empty()) members.push_back({"kernel_size", std::move(sizes)});
}

/// Keras's public layers that linnet has not, also those of Keras 2 alone.
constexpr std::string_view kMissing[] = {"AugMix",
                                         "AutoContrast",
                                         "ContrastLimitedAdaptiveHistogramEqualization",
                                         "DenseFeatures",
                                         "Equalization",
                                         "FeatureSpace",
                                         "LocallyConnected1D",
                                         "LocallyConnected2D",
                                         "MaxNumBoundingBoxes",
                                         "MelSpectrogram",
                                         "Pipeline",
                                         "RandAugment",
                                         "RandomColorDegeneration",
                                         "RandomColorJitter",
                                         "RandomElasticTransform",
                                         "RandomErasing",
                                         "RandomGaussianBlur",
                                         "RandomGrayscale",
                                         "RandomHeight",
                                         "RandomHue",
                                         "RandomInvert",
                                         "RandomPerspective",
                                         "RandomPosterization",
                                         "RandomSaturation",
                                         "RandomSharpness",
                                         "RandomShear",
                                         "ReversibleEmbedding",
                                         "STFTSpectrogram",
                                         "Solarization",
                                         "TernaryDense",
                                         "Wrapper"};

}  // namespace

bool is_missing_layer(std::string_view class_name) {
  return std::ranges::find(kMissing, class_name) != std::end(kMissing);
}

std::string_view layer_class(std::string_view class_name) {
  const auto at = std::ranges::find(kClasses, class_name, &ClassName::old_name);
  return at == std::end(kClasses) ? class_name : at->name;
}

Config layer_config(std::string_view class_name, const Config& config) {
  Config::Object members;
  const Config given = plain(config);
  for (const Config::Member& member : given.members()) {
    if (member.key == "dtype") check_dtype(member.value);
    if (is_idle(class_name, member)) continue;
    if (is_one_of(member.key, {"quantization_config", "lora_rank", "lora_alpha"})) {
      fail(ErrorCode::unsupported, cat(class_name, ": '", member.key,
                                       "': weights that Keras quantized, or that have LoRA's "
                                       "beside them, are not supported"));
    }
    const std::string_view key = key_today(class_name, member.key, config);
    const bool word = key == "padding" || key == "data_format" || key == "mode";
    const bool open = member.value.is_null() || member.value == Config("default");
    if (key == "data_format" && open) continue;
    const bool one = key == "axis" && takes_one_axis(class_name) && member.value.is_list() &&
                     member.value.items().size() == 1;
    const bool old = key.ends_with("activation") && is_written_hard_sigmoid(member.value);
    members.push_back({std::string(key), word  ? in_lower_case(member.value)
                                         : one ? member.value.items()[0]
                                         : old ? Config(kOldHardSigmoid)
                                               : without_extras(member.value)});
  }
  join_kernel_sizes(class_name, members);
  return Config::object(std::move(members));
}

bool is_keras_module(std::string_view module) {
  for (const std::string_view package :
       {"keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras"}) {
    if (!module.starts_with(package)) continue;
    if (module.size() == package.size() || module[package.size()] == '.') return true;
  }
  return module == "builtins";
}

}  // namespace linnet::inline v0::detail::keras
