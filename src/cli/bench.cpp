#include <algorithm>
#include <chrono>
#include <cmath>

#include "commands.hpp"
#include "load_model.hpp"
#include "print_result.hpp"

namespace linnet::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr Option kOptions[] = {
    {"--batch", "N", "rows of one prediction (1)"},
    {"--size", "N", "for axes whose size the model leaves open (32)"},
    {"--threads", "N", "threads to use; 0: all cores (0)"},
    {"--seconds", "S", "how long to measure (3)"},
    {"--weights", "W.h5", "weights for a JSON architecture"},
    kMaxBytes,
    kMaxParameters,
    {"--json", "", "print one JSON object"},
};

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Numbers between 0 and 1, or ids 0; texts of a few words.
Tensor some_rows(const TensorType& type, Index batch, Index size) {
  Shape shape = type.shape.with(0, batch);
  for (int axis = 1; axis < shape.rank(); ++axis) {
    if (shape[axis] == any) shape = shape.with(axis, size);
  }
  Tensor rows(type.dtype, shape);
  if (type.dtype == DType::string) {
    for (std::string& text : rows.data<std::string>()) text = "a few words of text";
  } else if (type.dtype == DType::float32) {
    float next = 0;
    for (float& number : rows.data<float>()) {
      number = next;
      next = next < 0.9f ? next + 0.0625f : 0;
    }
  }
  return rows;
}

/// The time that this part of the runs takes at most, by the nearest rank.
double percentile(const std::vector<double>& sorted, double part) {
  const auto rank = static_cast<std::size_t>(std::ceil(part * static_cast<double>(sorted.size())));
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

/// Seconds of each run, sorted; the first runs, which make the plan, are left out.
std::vector<double> measured(const Model& model, const std::vector<Tensor>& x, Index batch,
                             double seconds) {
  constexpr std::size_t kWarm = 3, kLeast = 10;
  std::vector<double> times;
  const PredictOptions options{.batch_size = batch};
  for (std::size_t i = 0; i < kWarm; ++i) model.predict_all(x, options);
  const auto begin = Clock::now();
  while (times.size() < kLeast || seconds_since(begin) < seconds) {
    const auto start = Clock::now();
    model.predict_all(x, options);
    times.push_back(seconds_since(start));
  }
  std::ranges::sort(times);
  return times;
}

void run(const Arguments& arguments) {
  const std::string path = arguments.names({"MODEL"}).front();
  const Index batch = arguments.integer("--batch", 1, 1, 1'000'000);
  const Index size = arguments.integer("--size", 32, 1, 1'000'000);
  const double seconds = arguments.number("--seconds", 3, 0, 3600);
  const auto start = Clock::now();
  const Model model = load_model(path, {.threads = arguments.integer("--threads", 0, 0, 1024),
                                        .weights = arguments.text("--weights"),
                                        .any_weights = true,
                                        .limits = limits_of(arguments)});
  const double load = seconds_since(start);
  std::vector<Tensor> x;
  for (const Value& input : model.inputs()) x.push_back(some_rows(input.type(), batch, size));
  const std::vector<double> times = measured(model, x, batch, seconds);
  double total = 0;
  for (const double time : times) total += time;
  const auto runs = static_cast<double>(times.size());
  Config result = Config::object();
  result["batch"] = Config(batch);
  result["runs"] = Config(static_cast<Index>(times.size()));
  result["load_ms"] = Config(1e3 * load);
  result["p50_ms"] = Config(1e3 * percentile(times, 0.5));
  result["p99_ms"] = Config(1e3 * percentile(times, 0.99));
  result["rows_per_second"] = Config(runs * static_cast<double>(batch) / total);
  print_result(result, arguments.has("--json"));
}

}  // namespace

const Command kBench{"bench", "MODEL [options]",
                     "how long predictions take: half of them, 99 of 100, and rows a second",
                     kOptions, run};

}  // namespace linnet::cli
