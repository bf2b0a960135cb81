"""Writes tests/golden/keras_files/: whole models as Keras saves them, `.keras` and `.h5`.

Of each model there are also inputs (x0, ...), outputs (y0, ...), targets (t0, ...) and the losses of
five more steps of training, as `.npy`. tests/keras/load_model_test.cpp reads them. Arguments: the
models to write; none: all.
"""
import os
import pathlib
import sys
import zipfile

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np
from keras import layers

FOLDER = pathlib.Path(__file__).parent / "keras_files"
DRAW = np.random.default_rng(3)


def numbers(*shape):
    return DRAW.normal(size=shape).astype("float32")


def ids(most, *shape):
    return DRAW.integers(0, most, shape).astype("int32")


def dense(units, **options):
    return layers.Dense(units, bias_initializer="random_uniform", **options)


def chain():
    """One input, one output; Adam has slots."""
    model = keras.Sequential([
        keras.Input((5,)), dense(4, activation="relu", kernel_regularizer="l2"),
        layers.BatchNormalization(), dense(3, activation="softmax")], name="chain")
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    return model, [numbers(8, 5)], [np.eye(3, dtype="float32")[ids(3, 8)]]


def words():
    """An embedding, whose rows Adam moves also where a batch does not use them."""
    model = keras.Sequential([
        keras.Input((6,), dtype="int32"), layers.Embedding(9, 4, mask_zero=True),
        layers.GlobalAveragePooling1D(), dense(3, activation="softmax")], name="words")
    model.compile("adam", "sparse_categorical_crossentropy")
    x = ids(6, 8, 6)
    x[:, 0] = 1
    return model, [x], [ids(3, 8)]


def branches():
    """Two inputs and outputs, a layer used twice, models inside, one of them used twice."""
    a, b = keras.Input((5,), name="a"), keras.Input((5,), name="b")
    shared = dense(4, activation="tanh")
    inner = keras.Sequential([keras.Input((4,)), dense(3), layers.BatchNormalization()])
    x = keras.Input((3,))
    twice = keras.Model(x, layers.Add()([dense(3)(x), x]), name="twice")
    y = twice(twice(inner(layers.Add()([shared(a), shared(b)]))))
    model = keras.Model(
        [a, b], [dense(2, activation="softmax", name="kind")(y), layers.LeakyReLU()(dense(3)(y))])
    model.compile(
        keras.optimizers.SGD(0.05, momentum=0.9), ["categorical_crossentropy", "mse"],
        loss_weights=[1.0, 0.5], metrics=[["accuracy"], ["mae"]])
    return model, [numbers(8, 5), numbers(8, 5)], [np.eye(2, dtype="float32")[ids(2, 8)],
                                                   numbers(8, 3)]


def sequences():
    """Layers inside layers, with Adam's slots, and steps that are masked."""
    model = keras.Sequential([
        keras.Input((6,), dtype="int32"), layers.Embedding(9, 4, mask_zero=True),
        layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
        layers.TimeDistributed(dense(4, activation="relu")),
        layers.RNN([layers.GRUCell(3), layers.SimpleRNNCell(2)], return_sequences=True),
        layers.GRU(3), dense(3, activation="softmax")])
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    x = ids(6, 8, 6)
    x[:, 0] = 1
    x[:4, 3:] = 0
    return model, [x], [ids(3, 8)]


def heads():
    """Attention within a functional model."""
    x = keras.Input((5, 4))
    y = layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)
    y = layers.LayerNormalization()(layers.Add()([x, y]))
    y, scores = layers.GroupQueryAttention(3, 4, 2)(y, y, return_attention_scores=True)
    z = layers.Attention(use_scale=True)([y, x])
    z = layers.AdditiveAttention()([layers.EinsumDense("abc,cd->abd", (None, 4), bias_axes="d")(z), x])
    model = keras.Model(x, [layers.GlobalAveragePooling1D()(z), layers.Flatten()(scores)])
    model.compile(keras.optimizers.Adam(0.01), ["mse", "mse"])
    return model, [numbers(8, 5, 4)], [numbers(8, 4), numbers(8, 100)]


def one_or_all(arrays):
    return arrays if len(arrays) > 1 else arrays[0]


def deflate(path):
    """Keras stores, which takes much room; it reads both."""
    with zipfile.ZipFile(path) as zipped:
        members = {name: zipped.read(name) for name in zipped.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
        for name, data in members.items():
            zipped.writestr(name, data)


def write(make):
    model, x, t = make()
    folder = FOLDER / make.__name__
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(3):
        model.train_on_batch(one_or_all(x), one_or_all(t))
    model.save(folder / "model.keras")
    deflate(folder / "model.keras")
    model.save(folder / "model.h5")
    y = model.predict(one_or_all(x), verbose=0)
    for role, arrays in (("x", x), ("y", y if isinstance(y, list) else [y]), ("t", t)):
        for i, array in enumerate(arrays):
            np.save(folder / f"{role}{i}.npy", array)
    losses = [model.train_on_batch(one_or_all(x), one_or_all(t), return_dict=True)["loss"]
              for _ in range(5)]
    np.save(folder / "losses.npy", np.array(losses, "float32"))


if __name__ == "__main__":
    for maker in (chain, words, branches, sequences, heads):
        if len(sys.argv) < 2 or maker.__name__ in sys.argv[1:]:
            write(maker)
