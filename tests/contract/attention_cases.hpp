// Cases of the contract for attention, EinsumDense, layers on branches and SpectralNormalization.
#pragma once

#include "contract/layer_cases.hpp"

namespace linnet::test {

inline const LayerInput kQuery{{any, any, 5}}, kKeys{{any, any, 4}}, kWide{{any, any, 3, 4}};

inline LayerCase changing_first(LayerCase c) {
  c.random = true;  // training and prediction differ
  c.changes_first = true;
  return c;
}

inline LayerCases attention_cases() {
  return {
      {"AdditiveAttention",
       {masking(one(AdditiveAttention{}, {kQuery, kQuery}), true),
        one(AdditiveAttention{.use_scale = false, .use_causal_mask = true},
            {kQuery, {{any, 3, 2}}, {{any, 3, 5}}}),
        random_one(one(AdditiveAttention{.dropout = 0.5f}, {kQuery, {{any, 3, 5}}}))}},
      {"Attention",
       {masking(one(Attention{.use_causal_mask = true}, {kQuery, kQuery}), true),
        one(Attention{.use_scale = true}, {kWide, kWide}),
        one(Attention{.use_scale = true, .score_mode = "concat"}, {kQuery, kQuery, kQuery}),
        random_one(one(Attention{.dropout = 0.5f, .seed = 3}, {kQuery, kQuery}))}},
      {"CustomScaleLayer", {one(CustomScaleLayer{.scale = 0.2f}, {kQuery, kQuery})}},
      {"EinsumDense",
       {one(EinsumDense{.equation = "ab,bc->ac", .output_shape = {3}, .bias_axes = "c"},
            {{{any, 5}}}),
        one(
            EinsumDense{
                .equation = "abc,cde->abde", .output_shape = {any, 2, 3}, .activation = "tanh"},
            {kQuery}),
        one(EinsumDense{.equation = "...x,xy->...y", .output_shape = {3}, .bias_axes = "y"},
            {kWide}),
        one(EinsumDense{.equation = "ab...,bc->ac...", .output_shape = {3}, .bias_axes = "c"},
            {{{any, 4, any, 2}}})}},
      {"GroupQueryAttention",
       {masking(one(GroupQueryAttention{.head_dim = 3,
                                        .num_query_heads = 4,
                                        .num_key_value_heads = 2,
                                        .use_gate = true},
                    {kQuery}),
                true),
        one(GroupQueryAttention{.head_dim = 2,
                                .num_query_heads = 2,
                                .num_key_value_heads = 1,
                                .sliding_window = 2,
                                .use_causal_mask = true},
            {kQuery, kKeys, kQuery}),
        random_one(one(
            GroupQueryAttention{
                .head_dim = 2, .num_query_heads = 2, .num_key_value_heads = 2, .dropout = 0.4f},
            {kQuery, kKeys}))}},
      {"LayerScale",
       {one(LayerScale{.init_values = 0.5f, .projection_dim = 5}, {{{any, 3, 2, 5}}})}},
      {"MultiHeadAttention",
       {masking(one(MultiHeadAttention{.num_heads = 2, .key_dim = 3}, {kQuery}), true),
        masking(one(MultiHeadAttention{.num_heads = 2, .key_dim = 3, .use_causal_mask = true},
                    {kQuery, kQuery}),
                true),
        one(MultiHeadAttention{.num_heads = 1,
                               .key_dim = 2,
                               .value_dim = 3,
                               .use_bias = false,
                               .use_gate = true,
                               .output_shape = {{2, 3}}},
            {kQuery, kKeys, kQuery}),
        one(MultiHeadAttention{.num_heads = 2, .key_dim = 2}, {kWide, kWide}),
        one(MultiHeadAttention{.num_heads = 2, .key_dim = 2, .attention_axes = {{1}}}, {kWide}),
        random_one(one(MultiHeadAttention{.num_heads = 2, .key_dim = 2, .dropout = 0.4f},
                       {kQuery, kKeys}))}},
      {"SpectralNormalization",
       {changing_first(one(SpectralNormalization{.layer = Dense{.units = 3}}, {kQuery})),
        changing_first(one(SpectralNormalization{.layer = Conv2D{.filters = 2, .kernel_size = 2},
                                                 .power_iterations = 2},
                           {{{any, 3, 4, 2}}})),
        changing_first(
            one(SpectralNormalization{.layer = Embedding{.input_dim = 9, .output_dim = 3}},
                {{{any, any}, 9}}))}},
      {"StochasticDepth",
       {one(StochasticDepth{}, {kQuery}),
        random_one(one(StochasticDepth{.drop_path_rate = 0.5f}, {{{any, 3, 2, 5}}}))}},
  };
}

}  // namespace linnet::test
