// The text classifier's speed: training steps, prediction of one row and of a batch.
#include <benchmark/benchmark.h>

#include <linnet/linnet.hpp>

#include "text_workload.hpp"

namespace {

namespace ln = linnet;

/// Training over epochs of 20,000 rows; range(0): batch size, range(1): threads.
void text_training(benchmark::State& state) {
  const bench::TextRows data = bench::text_rows(20000);
  ln::Sequential model = bench::text_model();
  model.configure({.threads = static_cast<int>(state.range(1))});
  const ln::FitOptions options{.batch_size = state.range(0)};
  model.fit(data.x.rows(0, 64 * state.range(0)), data.y.rows(0, 64 * state.range(0)), options);
  for (auto _ : state) model.fit(data.x, data.y, options);
  state.SetItemsProcessed(state.iterations() * data.x.shape()[0]);
}
BENCHMARK(text_training)
    ->ArgNames({"batch", "threads"})
    ->ArgsProduct({{32, 256}, {1, 2}})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

/// Rows of 200 ids into memory that is there; range(0): rows, range(1): threads.
void text_prediction(benchmark::State& state) {
  const ln::Index rows = state.range(0);
  const bench::TextRows data = bench::text_rows(512 * rows);
  ln::Sequential model = bench::text_model();
  model.configure({.threads = static_cast<int>(state.range(1))});
  model.build({ln::any, bench::kLength});
  ln::Tensor y(ln::DType::float32, {rows, bench::kClasses});
  ln::Index at = 0;
  for (auto _ : state) {
    model.predict_into(data.x.rows(at, at + rows), y);
    at = (at + rows) % (512 * rows);
  }
  state.SetItemsProcessed(state.iterations() * rows);
}
BENCHMARK(text_prediction)
    ->ArgNames({"rows", "threads"})
    ->Args({1, 1})
    ->Args({256, 1})
    ->Args({256, 2})
    ->UseRealTime();

}  // namespace
