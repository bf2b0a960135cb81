// Functions of TensorFlow that stand in models of Keras 2, as those of keras.ops that do the same.
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/config_access.hpp"
#include "core/is_one_of.hpp"
#include "keras/function_call.hpp"
#include "keras/plain_config.hpp"

namespace linnet::inline v0::detail::keras {

namespace {

/// `arguments`: TensorFlow's names in the order of its call, each with Keras's behind "=" if that
/// is another; with none, what it says does not count (here positions are int32).
struct Translation {
  std::string_view name, function, arguments;
};

constexpr Translation kTable[] = {
    {"__operators__.add", "numpy.Add", "x=x1 y=x2"},
    {"__operators__.getitem", "numpy.GetItem", "tensor=x slice_spec=key"},
    {"argsort", "numpy.Argsort", "values=x axis direction stable="},
    {"broadcast_to", "numpy.BroadcastTo", "input=x shape"},
    {"cast", "core.Cast", "x dtype"},
    {"clip_by_norm", "math.ClipByNorm", "t=x clip_norm axes"},
    {"clip_by_value", "numpy.Clip", "t=x clip_value_min=x_min clip_value_max=x_max"},
    {"compat.v1.floor_div", "numpy.FloorDivide", "x=x1 y=x2"},
    {"compat.v1.gather", "numpy.Take", "params=x indices axis"},
    {"compat.v1.norm", "linalg.Norm", "tensor=x ord axis keepdims"},
    {"compat.v1.pad", "numpy.Pad", "tensor=x paddings=pad_width mode constant_values"},
    {"compat.v1.shape", "core.Shape", "input=x out_type="},
    {"compat.v1.squeeze", "numpy.Squeeze", "input=x axis"},
    {"compat.v1.transpose", "numpy.Transpose", "a=x perm=axes"},
    {"concat", "numpy.Concatenate", "values=xs axis"},
    {"expand_dims", "numpy.ExpandDims", "input=x axis"},
    {"gather", "numpy.Take", "params=x indices axis"},
    {"identity", "numpy.Copy", "input=x"},
    {"image.extract_patches", "image.ExtractPatches",
     "images sizes=size strides rates=dilation_rate padding"},
    {"image.resize", "image.Resize", "images size method=interpolation antialias"},
    {"linalg.l2_normalize", "nn.Normalize", "x axis epsilon"},
    {"linalg.matmul", "numpy.Matmul", "a=x1 b=x2 transpose_a transpose_b"},
    {"linalg.norm", "linalg.Norm", "tensor=x ord axis keepdims"},
    {"math.abs", "numpy.Absolute", "x"},
    {"math.add", "numpy.Add", "x=x1 y=x2"},
    {"math.add_n", "math.AddN", "inputs"},
    {"math.argmax", "numpy.Argmax", "input=x axis output_type="},
    {"math.argmin", "numpy.Argmin", "input=x axis output_type="},
    {"math.atan", "numpy.Arctan", "x"},
    {"math.atan2", "numpy.Arctan2", "y=x1 x=x2"},
    {"math.ceil", "numpy.Ceil", "x"},
    {"math.cos", "numpy.Cos", "x"},
    {"math.cosh", "numpy.Cosh", "x"},
    {"math.cumsum", "numpy.Cumsum", "x axis"},
    {"math.divide", "numpy.Divide", "x=x1 y=x2"},
    {"math.divide_no_nan", "numpy.DivideNoNan", "x=x1 y=x2"},
    {"math.equal", "numpy.Equal", "x=x1 y=x2"},
    {"math.erf", "math.Erf", "x"},
    {"math.exp", "numpy.Exp", "x"},
    {"math.expm1", "numpy.Expm1", "x"},
    {"math.floor", "numpy.Floor", "x"},
    {"math.floordiv", "numpy.FloorDivide", "x=x1 y=x2"},
    {"math.floormod", "numpy.Mod", "x=x1 y=x2"},
    {"math.greater", "numpy.Greater", "x=x1 y=x2"},
    {"math.greater_equal", "numpy.GreaterEqual", "x=x1 y=x2"},
    {"math.is_finite", "numpy.Isfinite", "x"},
    {"math.is_inf", "numpy.Isinf", "x"},
    {"math.is_nan", "numpy.Isnan", "x"},
    {"math.less", "numpy.Less", "x=x1 y=x2"},
    {"math.less_equal", "numpy.LessEqual", "x=x1 y=x2"},
    {"math.l2_normalize", "nn.Normalize", "x axis epsilon"},
    {"math.log", "numpy.Log", "x"},
    {"math.log1p", "numpy.Log1p", "x"},
    {"math.log_sigmoid", "nn.LogSigmoid", "x"},
    {"math.logical_and", "numpy.LogicalAnd", "x=x1 y=x2"},
    {"math.logical_not", "numpy.LogicalNot", "x"},
    {"math.logical_or", "numpy.LogicalOr", "x=x1 y=x2"},
    {"math.logical_xor", "numpy.LogicalXor", "x=x1 y=x2"},
    {"math.maximum", "numpy.Maximum", "x=x1 y=x2"},
    {"math.minimum", "numpy.Minimum", "x=x1 y=x2"},
    {"math.multiply", "numpy.Multiply", "x=x1 y=x2"},
    {"math.negative", "numpy.Negative", "x"},
    {"math.not_equal", "numpy.NotEqual", "x=x1 y=x2"},
    {"math.pow", "numpy.Power", "x=x1 y=x2"},
    {"math.reciprocal", "numpy.Reciprocal", "x"},
    {"math.reduce_all", "numpy.All", "input_tensor=x axis keepdims"},
    {"math.reduce_any", "numpy.Any", "input_tensor=x axis keepdims"},
    {"math.reduce_logsumexp", "math.Logsumexp", "input_tensor=x axis keepdims"},
    {"math.reduce_max", "numpy.Max", "input_tensor=x axis keepdims"},
    {"math.reduce_mean", "numpy.Mean", "input_tensor=x axis keepdims"},
    {"math.reduce_min", "numpy.Min", "input_tensor=x axis keepdims"},
    {"math.reduce_prod", "numpy.Prod", "input_tensor=x axis keepdims"},
    {"math.reduce_std", "numpy.Std", "input_tensor=x axis keepdims"},
    {"math.reduce_sum", "numpy.Sum", "input_tensor=x axis keepdims"},
    {"math.reduce_variance", "numpy.Var", "input_tensor=x axis keepdims"},
    {"math.rint", "numpy.Round", "x"},
    {"math.round", "numpy.Round", "x"},
    {"math.rsqrt", "math.Rsqrt", "x"},
    {"math.sigmoid", "nn.Sigmoid", "x"},
    {"math.sign", "numpy.Sign", "x"},
    {"math.sin", "numpy.Sin", "x"},
    {"math.sinh", "numpy.Sinh", "x"},
    {"math.softplus", "nn.Softplus", "features=x"},
    {"math.sqrt", "numpy.Sqrt", "x"},
    {"math.square", "numpy.Square", "x"},
    {"math.squared_difference", "math.SquaredDifference", "x=x1 y=x2"},
    {"math.subtract", "numpy.Subtract", "x=x1 y=x2"},
    {"math.tan", "numpy.Tan", "x"},
    {"math.tanh", "numpy.Tanh", "x"},
    {"math.top_k", "math.TopK", "input=x k sorted"},
    {"math.truediv", "numpy.TrueDivide", "x=x1 y=x2"},
    {"matmul", "numpy.Matmul", "a=x1 b=x2 transpose_a transpose_b"},
    {"nn.depth_to_space", "nn.DepthToSpace", "input=x block_size data_format"},
    {"nn.elu", "nn.Elu", "features=x"},
    {"nn.gelu", "nn.Gelu", "features=x approximate"},
    {"nn.l2_normalize", "nn.Normalize", "x axis epsilon"},
    {"nn.leaky_relu", "nn.LeakyRelu", "features=x alpha=negative_slope"},
    {"nn.log_softmax", "nn.LogSoftmax", "logits=x axis"},
    {"nn.relu", "nn.Relu", "features=x"},
    {"nn.relu6", "nn.Relu6", "features=x"},
    {"nn.selu", "nn.Selu", "features=x"},
    {"nn.sigmoid", "nn.Sigmoid", "x"},
    {"nn.silu", "nn.Silu", "features=x"},
    {"nn.softmax", "nn.Softmax", "logits=x axis"},
    {"nn.softplus", "nn.Softplus", "features=x"},
    {"nn.softsign", "nn.Softsign", "features=x"},
    {"nn.space_to_depth", "nn.SpaceToDepth", "input=x block_size data_format"},
    {"nn.swish", "nn.Silu", "features=x"},
    {"nn.tanh", "numpy.Tanh", "x"},
    {"norm", "linalg.Norm", "tensor=x ord axis keepdims"},
    {"one_hot", "nn.OneHot", "indices=x depth=num_classes axis dtype"},
    {"ones_like", "numpy.OnesLike", "input=x dtype"},
    {"pad", "numpy.Pad", "tensor=x paddings=pad_width mode constant_values"},
    {"range", "numpy.Arange", "start limit=stop delta=step dtype="},
    {"repeat", "numpy.Repeat", "input=x repeats axis"},
    {"reshape", "numpy.Reshape", "tensor=x shape=newshape"},
    {"reverse", "numpy.Flip", "tensor=x axis"},
    {"roll", "numpy.Roll", "input=x shift axis"},
    {"shape", "core.Shape", "input=x out_type="},
    {"sort", "numpy.Sort", "values=x axis direction"},
    {"split", "numpy.Split", "value=x num_or_size_splits=indices_or_sections axis"},
    {"squeeze", "numpy.Squeeze", "input=x axis"},
    {"stack", "numpy.Stack", "values=x axis"},
    {"stop_gradient", "core.StopGradient", "input=variable"},
    {"tile", "numpy.Tile", "input=x multiples=repeats"},
    {"transpose", "numpy.Transpose", "a=x perm=axes"},
    {"unstack", "core.Unstack", "value=x num axis"},
    {"where", "numpy.Where", "condition x=x1 y=x2"},
    {"zeros_like", "numpy.ZerosLike", "input=x dtype"},
};

constexpr Index kFarthest = std::numeric_limits<std::int32_t>::max();

/// TensorFlow counts parts by their sizes, numpy by where they begin. A size -1 is the rest: what
/// is behind it begins at places that count from the end, which itself is as far as can be.
Config split_places(const Config& sizes) {
  if (!sizes.is_list()) return sizes;
  Index end = 0, behind = 0;
  bool open = false;
  const auto checked = [](const Config& part) {
    const Index size = part.as_integer();
    if (size >= -1 && size <= kFarthest) return size;
    fail(ErrorCode::corrupt_file, cat("a part of ", size, " elements"));
  };
  for (const Config& part : sizes.items()) behind += std::max<Index>(checked(part), 0);
  Config places = Config::list();
  for (const Config& part : sizes.items()) {
    const Index size = checked(part);
    if (size == -1 && open) fail(ErrorCode::corrupt_file, "two parts of size -1");
    open = open || size == -1;
    end += std::max<Index>(size, 0);
    behind -= std::max<Index>(size, 0);
    if (&part == &sizes.items().back()) break;
    places.push_back(Config(!open ? end : behind > 0 ? -behind : kFarthest));
  }
  return places;
}

/// A word of TensorFlow's as Keras spells it.
Config lower(const Config& arguments, const char* key, std::string word) {
  if (const std::string* given = string_at(arguments, key)) word = *given;
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return Config(std::move(word));
}

/// What differs beyond names.
void adapt(FunctionCall& call) {
  if (call.function == "numpy.Split") {
    Config& sections = call.arguments["indices_or_sections"];
    sections = split_places(sections);
  }
  if (call.function == "nn.Gelu" && call.arguments.find("approximate") == nullptr) {
    call.arguments["approximate"] = Config(false);
  }
  if (call.function == "nn.Normalize") {  // x / sqrt(max(sum of squares, epsilon))
    const Config* floor = call.arguments.find("epsilon");
    call.arguments["epsilon"] = Config(std::sqrt(floor != nullptr ? floor->as_number() : 1e-12));
    if (call.arguments.find("axis") == nullptr) call.arguments["axis"] = Config();  // all of them
  }
  if (call.function == "linalg.Norm") {  // Keras has no word for it: a norm without an order
    const std::string* order = string_at(call.arguments, "ord");
    if (order != nullptr && *order == "euclidean") call.arguments["ord"] = Config();
  }
  const bool first_axis =
      is_one_of(call.function, {"numpy.Take", "numpy.Argmax", "numpy.Argmin", "numpy.Cumsum"});
  if (first_axis && call.arguments.find("axis") == nullptr) call.arguments["axis"] = Config(0);
  if (const std::string* format = string_at(call.arguments, "data_format")) {
    if (*format == "NHWC") call.arguments["data_format"] = Config("channels_last");
  }
  if (call.function == "numpy.Pad")
    call.arguments["mode"] = lower(call.arguments, "mode", "CONSTANT");
  if (call.function == "image.ExtractPatches") {
    call.arguments["padding"] = lower(call.arguments, "padding", "VALID");
    for (const char* key :
         {"size", "strides", "dilation_rate"}) {  // of batch, height, width, channels
      const Config* sizes = call.arguments.find(key);
      if (sizes == nullptr || !sizes->is_list() || sizes->items().size() != 4) continue;
      Config sides = Config::list();
      for (const std::size_t i : {1, 2}) sides.push_back(sizes->items()[i]);
      call.arguments[key] = std::move(sides);
    }
  }
}

/// Of a function that is called with a list of tensors: the list; else the first argument.
Config first_argument(const Config& args, std::string_view function) {
  const bool list = args.items().size() > 1 ||
                    is_one_of(function, {"numpy.Concatenate", "numpy.Stack", "math.AddN"});
  return list ? args : args.items().front();
}

/// Of a NodeDef's "op": functions of each element, which have no attributes but types.
constexpr Translation kNodeTable[] = {
    {"Abs", "numpy.Absolute", "x"},
    {"Add", "numpy.Add", "x1 x2"},
    {"AddV2", "numpy.Add", "x1 x2"},
    {"Cos", "numpy.Cos", "x"},
    {"Equal", "numpy.Equal", "x1 x2"},
    {"Erf", "math.Erf", "x"},
    {"Exp", "numpy.Exp", "x"},
    {"Floor", "numpy.Floor", "x"},
    {"Greater", "numpy.Greater", "x1 x2"},
    {"GreaterEqual", "numpy.GreaterEqual", "x1 x2"},
    {"Less", "numpy.Less", "x1 x2"},
    {"LessEqual", "numpy.LessEqual", "x1 x2"},
    {"Log", "numpy.Log", "x"},
    {"Log1p", "numpy.Log1p", "x"},
    {"Maximum", "numpy.Maximum", "x1 x2"},
    {"Minimum", "numpy.Minimum", "x1 x2"},
    {"Mul", "numpy.Multiply", "x1 x2"},
    {"Neg", "numpy.Negative", "x"},
    {"Pow", "numpy.Power", "x1 x2"},
    {"RealDiv", "numpy.TrueDivide", "x1 x2"},
    {"Relu", "nn.Relu", "x"},
    {"Relu6", "nn.Relu6", "x"},
    {"Rsqrt", "math.Rsqrt", "x"},
    {"Sigmoid", "nn.Sigmoid", "x"},
    {"Sin", "numpy.Sin", "x"},
    {"Softplus", "nn.Softplus", "x"},
    {"Sqrt", "numpy.Sqrt", "x"},
    {"Square", "numpy.Square", "x"},
    {"SquaredDifference", "math.SquaredDifference", "x1 x2"},
    {"Sub", "numpy.Subtract", "x1 x2"},
    {"Tanh", "numpy.Tanh", "x"},
};

}  // namespace

FunctionCall tensorflow_node(const Entry& entry, const CallData& call) {
  const std::string& name = entry.config->at("node_def").at("op").as_string();
  const auto row = std::ranges::find(kNodeTable, name, &Translation::name);
  if (row == std::end(kNodeTable)) {
    fail(ErrorCode::unsupported, cat("the operation ", name, " of TensorFlow is not supported"));
  }
  FunctionCall made{std::string(row->function)};
  const Config* constants = entry.config->find("constants");
  std::size_t place = 0, next = 0;
  for (const std::string_view argument : words_in(row->arguments)) {
    const Config* constant =
        constants == nullptr ? nullptr : constants->find(std::to_string(place++));
    if (constant == nullptr && next == call.args.items().size()) {
      fail(ErrorCode::corrupt_file, cat(name, ": the argument ", std::uint64_t{place - 1},
                                        " is neither a tensor nor a constant"));
    }
    made.arguments[argument] = constant != nullptr ? plain(*constant) : call.args.items()[next++];
  }
  if (next == call.args.items().size()) return made;
  fail(ErrorCode::corrupt_file, cat(name, ": more tensors than it has arguments"));
}

FunctionCall tensorflow_function(const Entry& entry, const CallData& call) {
  const std::string& name = entry.config->at("function").as_string();
  const auto row = std::ranges::find(kTable, name, &Translation::name);
  if (row == std::end(kTable)) {
    fail(ErrorCode::unsupported, cat("the function ", name, " of TensorFlow is not supported"));
  }
  FunctionCall made{std::string(row->function)};
  bool first = true;
  std::string known;
  for (const std::string_view word : words_in(row->arguments)) {
    const std::size_t equal = word.find('=');
    const std::string_view theirs = word.substr(0, equal);
    const std::string_view ours = equal == word.npos ? word : word.substr(equal + 1);
    known += cat(" ", theirs, " ");
    if (ours.empty()) continue;
    const Config* given = call.kwargs.find(theirs);
    if (given != nullptr && !given->is_null()) made.arguments[ours] = *given;
    const bool by_place = given == nullptr && first && !call.args.items().empty();
    if (by_place) made.arguments[ours] = first_argument(call.args, row->function);
    first = false;
  }
  for (const auto& [key, value] : call.kwargs.members()) {
    const bool nothing = is_nothing(value) || (key == "batch_dims" && value == Config(0));
    if (nothing || key == "name" || known.find(cat(" ", key, " ")) != known.npos) continue;
    fail(ErrorCode::unsupported, cat(name, ": the argument '", key, "' is not supported"));
  }
  adapt(made);
  return made;
}

}  // namespace linnet::inline v0::detail::keras
