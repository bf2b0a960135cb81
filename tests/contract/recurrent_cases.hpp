// Cases of the contract for recurrent layers, their cells and wrappers, by class name.
#pragma once

#include "contract/layer_cases.hpp"

namespace linnet::test {

inline LayerCases recurrent_cases() {
  const LayerInput x{{any, 4}}, state{{any, 3}};
  const LSTM seen{.units = 3, .return_sequences = true};
  return {
      {"SimpleRNN",
       {masking(one(SimpleRNN{.units = 3}, {kSteps}), false),
        masking(
            one(SimpleRNN{.units = 3, .return_sequences = true, .go_backwards = true}, {kSteps}),
            true),
        random_one(
            one(SimpleRNN{.units = 2, .dropout = 0.5f, .recurrent_dropout = 0.25f}, {kSteps}))}},
      {"LSTM",
       {one(LSTM{.units = 3}, {kSteps}), masking(one(seen, {kSteps}), true),
        one(LSTM{.units = 3, .return_state = true}, {kSteps, state, state}),
        masking(one(LSTM{.units = 3, .activation = "softsign", .return_sequences = true}, {kSteps}),
                true),
        random_one(one(LSTM{.units = 2, .dropout = 0.5f}, {kSteps})),
        random_one(one(LSTM{.units = 2, .dropout = 0.25f, .recurrent_dropout = 0.5f, .seed = 3},
                       {kSteps}))}},
      {"GRU",
       {one(GRU{.units = 3}, {kSteps, state}),
        masking(one(GRU{.units = 3,
                        .return_sequences = true,
                        .zero_output_for_mask = true,
                        .reset_after = false},
                    {kSteps}),
                true),
        one(GRU{.units = 2, .activation = "linear", .recurrent_activation = "silu"}, {kSteps}),
        random_one(
            one(GRU{.units = 2, .recurrent_dropout = 0.5f, .reset_after = false}, {kSteps}))}},
      {"SimpleRNNCell", {one(SimpleRNNCell{.units = 3}, {x, state})}},
      {"LSTMCell",
       {one(LSTMCell{.units = 3, .unit_forget_bias = false}, {x, state, state}),
        random_one(one(LSTMCell{.units = 3, .dropout = 0.5f}, {x, state, state}))}},
      {"GRUCell",
       {one(GRUCell{.units = 3}, {x, state}),
        one(GRUCell{.units = 3, .use_bias = false, .reset_after = false}, {x, state})}},
      {"RNN",
       {masking(one(RNN{.cell = LSTMCell{.units = 3}}, {kSteps}), false),
        masking(
            one(RNN{.cell = StackedRNNCells{.cells = {GRUCell{.units = 2}, LSTMCell{.units = 3}}},
                    .return_sequences = true},
                {kSteps}),
            true),
        random_one(one(RNN{.cell = GRUCell{.units = 2, .dropout = 0.5f}}, {kSteps}))}},
      {"StackedRNNCells",
       {one(StackedRNNCells{.cells = {SimpleRNNCell{.units = 3}, GRUCell{.units = 3}}},
            {x, state, state})}},
      {"ConvLSTM1D",
       {masking(one(ConvLSTM1D{.filters = 2, .kernel_size = 2, .return_sequences = true},
                    {{{any, any, 4, 2}}}),
                true),
        random_one(one(ConvLSTM1D{.filters = 2,
                                  .kernel_size = 3,
                                  .padding = "same",
                                  .dropout = 0.5f,
                                  .recurrent_dropout = 0.5f},
                       {{{any, any, 4, 2}}}))}},
      {"ConvLSTM2D",
       {one(
           ConvLSTM2D{
               .filters = 2, .kernel_size = {2, 1}, .strides = 2, .data_format = "channels_first"},
           {{{any, any, 2, 4, 3}}})}},
      {"ConvLSTM3D", {one(ConvLSTM3D{.filters = 1, .kernel_size = 2}, {{{any, any, 2, 3, 2, 2}}})}},
      {"Bidirectional",
       {one(Bidirectional{.layer = LSTM{.units = 2}}, {kSteps}),
        masking(one(Bidirectional{.layer = seen, .merge_mode = "mul"}, {kSteps}), true),
        one(Bidirectional{.layer = GRU{.units = 3},
                          .merge_mode = "ave",
                          .backward_layer = SimpleRNN{.units = 3, .go_backwards = true}},
            {kSteps, state, state})}},
      {"TimeDistributed",
       {masking(one(TimeDistributed{.layer = Dense{.units = 2}}, {kSteps}), true),
        one(TimeDistributed{.layer = Flatten{}}, {{{any, any, 2, 3}}})}},
  };
}

}  // namespace linnet::test
