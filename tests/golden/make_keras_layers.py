"""Writes tests/golden/keras_layers/: every layer of linnet's in models that Keras saved.

A topic is one functional model, `<topic>.keras`, with an output for each layer and config;
`<topic>.safetensors` has its inputs `model/x/0`, ... and outputs `model/y/0`, ....
tests/keras/golden_layers_test.cpp reads them. The `.keras` files are deflated afterwards.
Arguments: topics; none: all but `words` and `lookups`, which need KERAS_BACKEND=tensorflow.
"""
import os
import pathlib
import sys
import zipfile

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np
from keras import layers as L
from keras import ops

from topics.store import GoldenFile

FOLDER = pathlib.Path(__file__).parent / "keras_layers"
DRAW = np.random.default_rng(11)


class Topic:
    """Inputs by shape, and the outputs of layers called with them."""

    def __init__(self):
        self.inputs, self.values, self.outputs = {}, [], []
        self.texts = []  # inputs that get TEXTS, in front of the others

    def input(self, *shape, ids=None, number=0):
        """An input of this shape; of numbers below `ids`, if that is given."""
        key = (shape, ids, number)
        if key not in self.inputs:
            dtype = "float32" if ids is None else "int32"
            self.inputs[key] = keras.Input(shape, dtype=dtype)
            self.values.append(DRAW.normal(size=(3, *shape)).astype("float32") if ids is None
                               else DRAW.integers(0, ids, (3, *shape)).astype("int32"))
        return self.inputs[key]

    def add(self, x, *layers, **arguments):
        for layer in layers:
            x = layer(x, **arguments)
        self.outputs += x if isinstance(x, (list, tuple)) else [x]

    def model(self):
        return keras.Model(self.texts + list(self.inputs.values()), self.outputs)


def core(t):
    x, wide = t.input(4), t.input(5, 4)
    for activation in ("relu", "softmax", "gelu", "hard_sigmoid", "silu", "elu", "exponential", None):
        t.add(x, L.Dense(3, activation=activation))
    t.add(wide, L.Dense(3, use_bias=False, kernel_regularizer="l1", kernel_constraint="max_norm"))
    t.add(x, L.Dense(2, kernel_initializer=keras.initializers.RandomNormal(stddev=0.1, seed=3)))
    ids = t.input(6, ids=9)
    t.add(ids, L.Embedding(9, 3))
    t.add(ids, L.Embedding(9, 3, embeddings_regularizer=keras.regularizers.L1L2(0.1, 0.2)))
    t.add(ids, keras.Sequential([keras.Input((6,)), L.Embedding(9, 3, mask_zero=True),
                                 L.GlobalAveragePooling1D()]))
    t.add(wide, L.EinsumDense("abc,cd->abd", (None, 3), bias_axes="d", activation="tanh"))
    t.add(wide, L.EinsumDense("...x,xy->...y", 2))
    t.add(wide, L.EinsumDense("abc,bcd->ad", 3))
    for layer in (L.Identity(), L.Masking(0.0), L.Rescaling(2.0, offset=-1.0), L.Dropout(0.3),
                  L.Rescaling([1.0, 2.0, 3.0, 4.0], [0.5, 0.0, 1.0, 2.0]), L.GaussianNoise(0.2),
                  L.SpatialDropout1D(0.2), L.GaussianDropout(0.1), L.AlphaDropout(0.1),
                  L.Dropout(0.2, noise_shape=(None, 1, None), seed=4),
                  L.ActivityRegularization(0.1, 0.2)):
        t.add(wide, layer)
    t.add(t.input(4, 4, 2), L.SpatialDropout2D(0.2))
    t.add(t.input(2, 4, 4, 2), L.SpatialDropout3D(0.2))


def activations(t):
    x, maps = t.input(6), t.input(3, 4, 2)
    for name in ("relu", "leaky_relu", "relu6", "softmax", "celu", "elu", "selu", "softplus", "softsign",
                 "squareplus", "soft_shrink", "sparse_plus", "silu", "gelu", "glu", "tanh",
                 "tanh_shrink", "threshold", "sigmoid", "sparse_sigmoid", "exponential",
                 "hard_sigmoid", "hard_silu", "hard_tanh", "hard_shrink", "linear", "mish",
                 "log_softmax", "log_sigmoid", "sparsemax"):
        if name != "threshold":
            t.add(x, L.Activation(name))
    for layer in (L.ReLU(), L.ReLU(2.0, 0.1, 0.3), L.LeakyReLU(), L.LeakyReLU(negative_slope=0.1),
                  L.ELU(), L.ELU(alpha=0.4), L.Softmax(), L.PReLU()):
        t.add(x, layer)
    t.add(maps, L.Softmax(axis=1))
    t.add(maps, L.Softmax(axis=[2]))
    t.add(maps, L.PReLU(shared_axes=[1, 2]))
    t.add(maps, L.PReLU())


def convolutions(t):
    x1, x2, x3 = t.input(8, 4), t.input(7, 8, 4), t.input(5, 4, 4, 2)
    t.add(x1, L.Conv1D(3, 3))
    t.add(x1, L.Conv1D(4, 2, strides=2, padding="same", groups=2, activation="relu"))
    t.add(x1, L.Conv1D(3, 3, padding="causal", dilation_rate=2, use_bias=False))
    t.add(x2, L.Conv2D(3, 3))
    t.add(x2, L.Conv2D(3, (3, 2), strides=2, padding="same", activation="relu"))
    t.add(x2, L.Conv2D(3, 3, padding="SAME", dilation_rate=2))
    t.add(x2, L.Conv2D(4, 3, groups=4, padding="same", use_bias=False))
    t.add(x3, L.Conv3D(3, 2, padding="same"))
    t.add(x3, L.Conv3D(2, 3, strides=(1, 2, 1), padding="same"))
    t.add(x1, L.Conv1DTranspose(3, 3, strides=2))
    t.add(x1, L.Conv1DTranspose(3, 3, strides=2, padding="same", output_padding=1))
    t.add(x2, L.Conv2DTranspose(3, 3, strides=2, padding="same"))
    t.add(x2, L.Conv2DTranspose(2, (2, 3), strides=(1, 2), activation="tanh", use_bias=False))
    t.add(x3, L.Conv3DTranspose(2, 2, strides=2, padding="same"))
    t.add(x1, L.DepthwiseConv1D(3, depth_multiplier=2))
    t.add(x1, L.DepthwiseConv1D(2, strides=2, padding="same", use_bias=False))
    t.add(x2, L.DepthwiseConv2D(3, padding="same"))
    t.add(x2, L.DepthwiseConv2D((2, 3), strides=2, depth_multiplier=2, activation="relu"))
    t.add(x1, L.SeparableConv1D(3, 3, padding="same"))
    t.add(x2, L.SeparableConv2D(3, 3, strides=2, padding="same", depth_multiplier=2))
    t.add(x2, L.SeparableConv2D(5, 2, use_bias=False, activation="relu"))
    first = t.input(4, 7, 8)
    t.add(first, L.MaxPooling2D(2, data_format="channels_first"))
    t.add(first, L.ZeroPadding2D(1, data_format="channels_first"))


def pooling(t):
    x = {1: t.input(9, 2), 2: t.input(7, 8, 2), 3: t.input(5, 4, 6, 2)}
    for rank, value in x.items():
        for kind in ("Max", "Average"):
            layer = getattr(L, f"{kind}Pooling{rank}D")
            t.add(value, layer(2))
            t.add(value, layer(3, strides=2, padding="same"))
            t.add(value, layer(pool_size=(2,) * rank, strides=1))
            whole = getattr(L, f"Global{kind}Pooling{rank}D")
            t.add(value, whole())
            t.add(value, whole(keepdims=True))
            t.add(value, getattr(L, f"Adaptive{kind}Pooling{rank}D")((3,) * rank))


def normalization(t):
    x, maps = t.input(4), t.input(5, 6, 4)
    t.add(x, L.BatchNormalization())
    t.add(maps, L.BatchNormalization(axis=1, scale=False, epsilon=1e-4, momentum=0.9))
    t.add(maps, L.BatchNormalization(center=False, gamma_regularizer="l2"))
    t.add(maps, L.LayerNormalization())
    t.add(maps, L.LayerNormalization(axis=[2, 3], epsilon=1e-5, center=False))
    t.add(maps, L.LayerNormalization(axis=1, scale=False))
    t.add(maps, L.GroupNormalization(2))
    t.add(maps, L.GroupNormalization(-1, axis=-1, scale=False))
    t.add(maps, L.RMSNormalization())
    t.add(maps, L.RMSNormalization(axis=(2, 3), epsilon=1e-4))
    t.add(maps, L.UnitNormalization())
    t.add(maps, L.UnitNormalization(axis=(1, 2)))
    t.add(x, L.Normalization(mean=1.5, variance=2.0))
    t.add(x, L.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[1.0, 0.5, 2.0, 1.0], invert=True))
    for layer, value in ((L.Normalization(), x), (L.Normalization(axis=None), maps)):
        layer.adapt(DRAW.normal(2, 3, (20, *value.shape[1:])).astype("float32"))
        t.add(value, layer)
    bins = L.Discretization(num_bins=4)
    bins.adapt(DRAW.normal(size=(50, 4)).astype("float32"))
    t.add(x, bins)
    t.add(x, L.Discretization([-0.5, 0.2, 1.0]))
    t.add(x, L.Discretization([-0.5, 0.2], output_mode="multi_hot"))


def shapes(t):
    x, line, maps, solid = t.input(12), t.input(6, 4), t.input(4, 5, 2), t.input(3, 4, 2, 2)
    t.add(maps, L.Flatten())
    t.add(x, L.Reshape((3, 4)))
    t.add(x, L.Reshape((-1, 2)))
    t.add(maps, L.Permute((3, 1, 2)))
    t.add(x, L.RepeatVector(3))
    for value, layers in ((line, (L.Cropping1D(1), L.Cropping1D((2, 1)), L.ZeroPadding1D(2),
                                  L.ZeroPadding1D((0, 1)), L.UpSampling1D(2))),
                          (maps, (L.Cropping2D(1), L.Cropping2D(((1, 0), (2, 1))), L.ZeroPadding2D(1),
                                  L.ZeroPadding2D(((0, 1), (2, 0))), L.UpSampling2D(2),
                                  L.UpSampling2D((2, 3), interpolation="bilinear"))),
                          (solid, (L.Cropping3D(((1, 0), (1, 1), (0, 1))), L.ZeroPadding3D((1, 0, 2)),
                                   L.UpSampling3D((2, 1, 2))))):
        for layer in layers:
            t.add(value, layer)
    a, b = line, t.input(6, 4, number=1)
    for kind in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        t.add([a, b, a], getattr(L, kind)())
    t.add([a, b], L.Subtract())
    t.add([a, b], L.Concatenate(axis=1))
    t.add([a, b], L.Dot(axes=2))
    t.add([a, b], L.Dot(axes=(1, 1), normalize=True))


def images(t):
    x = t.input(8, 9, 3)
    for layer in (L.Resizing(5, 6), L.Resizing(12, 7, interpolation="nearest"),
                  L.Resizing(6, 6, crop_to_aspect_ratio=True),
                  L.Resizing(6, 7, pad_to_aspect_ratio=True, fill_value=0.5), L.CenterCrop(4, 6),
                  L.RandomFlip("horizontal"), L.RandomFlip(seed=2),
                  L.RandomRotation(0.1), L.RandomZoom(0.2), L.RandomZoom((-0.1, 0.2), (0.0, 0.1)),
                  L.RandomTranslation(0.1, 0.2, fill_mode="constant"), L.RandomContrast(0.2),
                  L.RandomBrightness(0.2, value_range=(0, 1))):
        t.add(x, layer)


def recurrent(t):
    x, ids = t.input(5, 4), t.input(6, ids=9)
    for kind in (L.SimpleRNN, L.LSTM, L.GRU):
        t.add(x, kind(3))
        t.add(x, kind(3, return_sequences=True, go_backwards=True, activation="relu"))
        t.add(x, kind(3, return_sequences=True, return_state=True, use_bias=False))
        t.add(ids, keras.Sequential([keras.Input((6,)), L.Embedding(9, 4, mask_zero=True),
                                     kind(3, return_sequences=True, zero_output_for_mask=True),
                                     kind(2)]))
        t.add(x, L.Bidirectional(kind(3, return_sequences=True)))
        t.add(x, L.Bidirectional(kind(2), merge_mode="sum"))
    t.add(x, L.GRU(3, reset_after=False))
    t.add(x, L.LSTM(3, recurrent_activation="hard_sigmoid", unit_forget_bias=False, unroll=True,
                    dropout=0.1, recurrent_dropout=0.2))
    h, c = t.input(3), t.input(3, number=1)
    t.add(x, L.LSTM(3), initial_state=[h, c])
    t.add(x, L.GRU(3, return_state=True), initial_state=h)
    t.add(x, L.Bidirectional(L.SimpleRNN(3)), initial_state=[h, c])
    t.add(x, L.Bidirectional(L.GRU(2), merge_mode=None))
    t.add(x, L.Bidirectional(L.LSTM(2), backward_layer=L.GRU(3, go_backwards=True)))
    t.add(ids, keras.Sequential([keras.Input((6,)), L.Embedding(9, 4, mask_zero=True),
                                 L.Bidirectional(L.LSTM(2, return_sequences=True), merge_mode="ave"),
                                 L.Bidirectional(L.GRU(2), merge_mode="mul")]))
    t.add(x, L.RNN(L.LSTMCell(3), return_sequences=True))
    t.add(x, L.RNN([L.GRUCell(3), L.LSTMCell(2), L.GRUCell(3)]))
    t.add(x, L.RNN(L.StackedRNNCells([L.SimpleRNNCell(3), L.SimpleRNNCell(2)]), return_state=True))
    t.add(t.input(4, 6, 2), L.ConvLSTM1D(2, 3))
    t.add(t.input(3, 5, 4, 2), L.ConvLSTM2D(2, (2, 3), padding="same", return_sequences=True))
    t.add(t.input(2, 4, 3, 3, 1), L.ConvLSTM3D(2, 2, strides=2, padding="same"))


def attention(t):
    x, y, ids = t.input(5, 4), t.input(6, 4), t.input(6, ids=9)
    mask = t.input(5, 6, ids=2)
    t.add(x, L.MultiHeadAttention(2, 3), value=x)
    t.add(x, L.MultiHeadAttention(2, 3, value_dim=2, use_bias=False, dropout=0.1), value=y)
    t.add(x, L.MultiHeadAttention(2, 3, output_shape=3, dropout=0.1), value=y, key=y)
    t.add(x, L.MultiHeadAttention(2, 3), value=x, use_causal_mask=True)
    t.add(x, L.MultiHeadAttention(2, 3), value=y, return_attention_scores=True)
    t.add(x, L.MultiHeadAttention(2, 3, use_gate=True), value=y, attention_mask=mask)
    maps = t.input(3, 4, 4)
    t.add(maps, L.MultiHeadAttention(2, 3, attention_axes=(2,)), value=maps)
    t.add(x, L.GroupQueryAttention(3, 4, 2), value=y)
    t.add(x, L.GroupQueryAttention(3, 2, 1, use_bias=False), value=x, use_causal_mask=True)
    for layer in (L.Attention(), L.Attention(use_scale=True), L.AdditiveAttention(),
                  L.Attention(use_scale=True, score_mode="concat"), L.AdditiveAttention(use_scale=False)):
        t.add([x, y], layer)
    t.add([x, y, t.input(6, 4, number=1)], L.Attention())
    t.add([x, x], L.Attention(), use_causal_mask=True, return_attention_scores=True)


def wrappers(t):
    x, maps = t.input(5, 4), t.input(3, 6, 5, 2)
    t.add(x, L.TimeDistributed(L.Dense(3, activation="relu")))
    t.add(maps, L.TimeDistributed(L.Conv2D(3, 3)))
    t.add(maps, L.TimeDistributed(keras.Sequential(
        [keras.Input((6, 5, 2)), L.Conv2D(2, 3), L.BatchNormalization(), L.Flatten(), L.Dense(3)])))
    t.add(x, L.TimeDistributed(L.BatchNormalization()))
    t.add(x, L.SpectralNormalization(L.Dense(3)))
    t.add(t.input(6, 5, 2), L.SpectralNormalization(L.Conv2D(3, 3), power_iterations=2))
    inner = keras.Input((4,))
    t.add(x, L.TimeDistributed(keras.Model(
        inner, L.Add()([L.Dense(4)(inner), L.Dense(4, activation="tanh")(inner)]))))


def networks(t):
    """Layers that only Keras's ready-made networks have, and what is so while predicting alone."""
    from keras.src.applications.convnext import LayerScale, StochasticDepth
    from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

    maps, other, pictures = t.input(3, 4, 4), t.input(3, 4, 4, number=1), t.input(8, 9, 3)
    t.add(maps, LayerScale(1e-6, 4))
    t.add(t.input(4), LayerScale(0.5, 4, trainable=False))
    t.add(maps, StochasticDepth(0.1))
    t.add(t.input(4), StochasticDepth(0.0))
    t.add([maps, other], CustomScaleLayer(0.17))
    t.add([other, maps], CustomScaleLayer(scale=1.0))
    # Keras does not cut while it predicts: linnet's, which does, has to give the same here.
    t.add(pictures, L.RandomCrop(8, 9))
    t.add(t.input(3, 8, 9), L.RandomCrop(8, 9, seed=3, data_format="channels_first"))


def configurations(t):
    """Second ones for classes of which the other topics have one."""
    x, line, maps, solid = t.input(4), t.input(6, 4), t.input(5, 6, 4), t.input(4, 5, 4, 2)
    t.add(line, L.ActivityRegularization(l2=0.01))
    t.add(line, L.AlphaDropout(0.3, noise_shape=(None, 1, 4), seed=2))
    for layer in (L.GaussianDropout(0.3, seed=3), L.GaussianNoise(0.5, seed=4), L.Masking(-1.0),
                  L.Identity(dtype="float32"), L.SpatialDropout1D(0.5, seed=5), L.Permute((2, 1)),
                  L.UpSampling1D(3)):
        t.add(line, layer)
    t.add(maps, L.SpatialDropout2D(0.5, data_format="channels_first"))
    t.add(solid, L.SpatialDropout3D(0.5, data_format="channels_first"))
    for kind in ("Average", "Max"):
        t.add(line, getattr(L, f"Adaptive{kind}Pooling1D")(4))
        t.add(maps, getattr(L, f"Adaptive{kind}Pooling2D")((2, 5), data_format="channels_first"))
        t.add(solid, getattr(L, f"Adaptive{kind}Pooling3D")((3, 2, 1)))
    row, one = t.input(1, 4), t.input(6, 1)
    for kind in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Subtract"):
        t.add([line, row], getattr(L, kind)())
        t.add([one, line], getattr(L, kind)())
    t.add(maps, L.Flatten(data_format="channels_first"))
    t.add(x, L.RepeatVector(1))
    t.add(solid, L.Cropping3D(1), L.ZeroPadding3D(2))
    t.add(solid, L.Cropping3D((2, 1, 0), data_format="channels_first"))
    t.add(solid, L.ZeroPadding3D(((0, 1), (1, 0), (2, 1))))
    t.add(solid, L.UpSampling3D(2, data_format="channels_first"))
    t.add(line, L.SeparableConv1D(3, 2, padding="same", dilation_rate=2, depth_multiplier=2,
                                  use_bias=False))
    t.add(line, L.SeparableConv1D(2, 3, strides=2, activation="relu"))
    t.add(solid, L.Conv3DTranspose(3, (2, 1, 3), activation="tanh", use_bias=False))
    t.add(solid, L.Conv3DTranspose(2, 2, strides=2, output_padding=1))
    t.add(t.input(4, 6, 2), L.ConvLSTM1D(2, 2, strides=2, return_sequences=True, go_backwards=True,
                                         activation="relu", recurrent_activation="hard_sigmoid"))
    t.add(t.input(3, 5, 4, 2), L.ConvLSTM2D(3, 2, dilation_rate=2, use_bias=False, return_state=True))
    t.add(t.input(2, 4, 3, 3, 1), L.ConvLSTM3D(1, 2, unit_forget_bias=False, return_sequences=True))
    t.add(line, L.RNN(L.GRUCell(3, reset_after=False, activation="relu")))
    t.add(line, L.RNN([L.LSTMCell(2, unit_forget_bias=False), L.SimpleRNNCell(3, use_bias=False)],
                      return_sequences=True, go_backwards=True))
    pictures = t.input(8, 9, 3)
    for layer in (L.CenterCrop(9, 10), L.RandomBrightness((-0.1, 0.3)), L.RandomContrast((0.1, 0.4), seed=1),
                  L.RandomRotation((-0.2, 0.1), "nearest", "nearest"),
                  L.RandomTranslation((-0.1, 0.0), 0.1, "wrap", seed=2)):
        t.add(pictures, layer)
    t.add(maps, L.Softmax(axis=(1, 3)))
    t.add(line, L.Softmax(axis=[1, 2]), mask=ops.greater(line, 0.0))
    t.add(line, L.GRU(3, return_sequences=1, unroll=0), L.Dense(2, use_bias=0))
    t.add(line, L.TimeDistributed(L.Dense(3, activation=L.LeakyReLU(negative_slope=0.2))))
    t.add(maps, L.TimeDistributed(L.Conv1D(3, 2, activation=L.Softmax(axis=1))))
    t.add(line, L.SpectralNormalization(L.Conv1D(3, 2, activation=L.ELU(alpha=0.7))))


def sharing(t):
    """Layers that are used more than once, one use behind the other; statistics go on from each."""
    x, y, line = t.input(4), t.input(4, number=1), t.input(5, 4)
    normal, dense = L.BatchNormalization(momentum=0.7), L.Dense(4, activation="tanh")
    t.add(x, normal, dense, normal, dense)
    inner = keras.Sequential([keras.Input((4,)), L.Dense(4), L.BatchNormalization(momentum=0.6)])
    t.add(y, inner, inner, inner)
    cell, each_step = L.GRU(4, return_sequences=True), L.BatchNormalization()
    t.add(line, each_step, cell, cell, each_step)


TEXTS = ["the cat sat", "a dog, a cat!", "Été ou hiver?"]


def words(t):
    """Layers that look words up, whose vocabularies are in the config or assets (on TensorFlow)."""
    lines, ids = [], t.input(2, ids=9)

    def text(layer, learnt=None):
        if learnt:
            layer.adapt(np.array(learnt, dtype=object))
        lines.append(keras.Input((1,), dtype="string"))
        t.add(lines[-1], layer)

    known = ["the cat and the dog", "a cat sat", "été"]
    tokens = [["the cat sat"], ["a bird"], ["the cat sat"]]
    text(L.TextVectorization(output_sequence_length=5), known)
    text(L.TextVectorization(max_tokens=5, output_mode="multi_hot"), known)
    text(L.TextVectorization(output_mode="tf_idf", ngrams=2), known)
    text(L.TextVectorization(vocabulary=["cat", "the"], output_sequence_length=3))
    text(L.StringLookup(), tokens)
    text(L.StringLookup(num_oov_indices=2, mask_token="", output_mode="one_hot"), tokens)
    text(L.StringLookup(output_mode="tf_idf"), tokens)
    text(L.StringLookup(vocabulary=["a dog, a cat!"]))
    text(L.Hashing(5))
    inner = keras.Input((1,), dtype="string")
    again = L.StringLookup()
    again.adapt(np.array([["the cat sat"], ["a dog, a cat!"]], dtype=object))
    lines.append(keras.Input((1,), dtype="string"))
    t.add(lines[-1], keras.Model(inner, L.Embedding(4, 2)(again(inner))))
    for options, learnt in (({}, [[1], [3], [3]]), ({"num_oov_indices": 2}, [[1], [4]]),
                            ({"vocabulary": [2, 5], "output_mode": "multi_hot"}, None),
                            ({"mask_token": 0, "output_mode": "count"}, [[1], [0]])):
        layer = L.IntegerLookup(**options)
        if learnt:
            layer.adapt(np.array(learnt))
        t.add(ids, layer)
    t.add(ids, L.CategoryEncoding(9, output_mode="multi_hot"))
    t.add(ids, L.CategoryEncoding(9, output_mode="count"))
    t.add((t.input(1, ids=5), t.input(1, ids=5, number=1)), L.HashedCrossing(7))
    t.texts = lines


def lookups(t):
    """Second configurations of layers that look words up, with vocabularies in the config."""
    t.texts = [keras.Input((1,), dtype="string") for _ in range(5)]
    for x, layer in zip(t.texts, (
            L.Hashing(4, salt=133, output_mode="one_hot"), L.Hashing(6, mask_value=""),
            L.StringLookup(vocabulary=["a", *TEXTS], num_oov_indices=0, mask_token="a",
                           output_mode="int"),
            L.StringLookup(vocabulary=["b", "the cat sat"], oov_token="b", output_mode="multi_hot"),
            L.TextVectorization(vocabulary=["cat", "a dog", "a"], ngrams=(1, 2), output_mode="count",
                                pad_to_max_tokens=True, max_tokens=8, standardize="lower"))):
        t.add(x, layer)
    pair = t.input(1, ids=5), t.input(1, ids=5, number=1)
    t.add(pair, L.HashedCrossing(6, output_mode="one_hot"))


def fill(model):
    """Numbers for all weights, none of them special."""
    for weight in model.weights:
        if weight.dtype != "float32" or weight.name in ("mean", "variance"):
            continue
        low, high = (0.5, 1.5) if "variance" in weight.name or "gamma" in weight.name else (-0.6, 0.6)
        weight.assign(DRAW.uniform(low, high, weight.shape).astype("float32"))


def deflate(path):
    with zipfile.ZipFile(path) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name, data in members.items():
            zipped.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), data,
                            zipfile.ZIP_DEFLATED, 9)


def predict(model, topic):
    if not topic.texts:
        return model.predict(topic.values, verbose=0)
    import tensorflow as tf

    lines = [tf.constant([[text] for text in TEXTS])] * len(topic.texts)
    return [np.asarray(y) for y in model(lines + [tf.constant(x) for x in topic.values])]


def write(make):
    keras.backend.clear_session()
    topic = Topic()
    make(topic)
    model = topic.model()
    fill(model)
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{make.__name__}.keras"
    model.save(path)
    deflate(path)
    y = predict(model, topic)
    file = GoldenFile()
    file.describe("model", layers=[output._keras_history.operation.name for output in model.outputs],
                  texts=TEXTS if topic.texts else [], text_inputs=len(topic.texts))
    file.put("model", "x", topic.values)
    file.put("model", "y", y)
    file.write(FOLDER / f"{make.__name__}.safetensors")
    print(make.__name__, len(y), path.stat().st_size)


def integers(t):
    """Layers that compute with floats, given whole numbers. (Keras rounds in some on JAX alone.)"""
    row, steps, picture = t.input(6, ids=5), t.input(5, 3, ids=5), t.input(6, 6, 3, ids=5)
    t.add(row, L.Dense(3))
    t.add(row, L.ActivityRegularization(0.5))
    for kind in (L.SimpleRNN, L.GRU, L.LSTM):
        t.add(steps, kind(2))
    t.add(steps, L.RNN([L.LSTMCell(3), L.GRUCell(2)]))
    t.add(steps, L.Bidirectional(L.GRU(2)))
    t.add(L.Rescaling(0.5)(steps), L.GRU(3), initial_state=t.input(3, ids=4))
    t.add(t.input(3, 5, 2, ids=5), L.ConvLSTM1D(2, 2))
    t.add(steps, L.MultiHeadAttention(2, 3), value=steps)
    t.add(steps, L.GroupQueryAttention(3, 2, 1), value=steps)
    t.add([steps, steps], L.Attention(use_scale=True))
    t.add([steps, steps], L.AdditiveAttention())
    t.add(steps, L.EinsumDense("abc,cd->abd", (None, 4)))
    t.add(steps, L.UpSampling1D(2))
    t.add(picture, L.UpSampling2D(2))
    t.add(picture, L.Conv2D(2, 2))
    t.add(picture, L.BatchNormalization())
    t.add(picture, L.AveragePooling2D(2))
    t.add(picture, L.GlobalAveragePooling2D())
    t.add(steps, L.TimeDistributed(L.Dense(2)))


TOPICS = (core, activations, convolutions, pooling, normalization, shapes, images, recurrent, attention,
          wrappers, networks, configurations, sharing, integers)

if __name__ == "__main__":
    for maker in (*TOPICS, words, lookups):
        if maker.__name__ in sys.argv[1:] or (len(sys.argv) < 2 and maker in TOPICS):
            write(maker)
