"""Writes tests/golden/keras_files/: whole models as Keras saves them, `.keras` and `.h5`.

Of each model there are also inputs (x0, ...), outputs (y0, ...), targets (t0, ...) and the losses of
five more steps of training, as `.npy`. tests/keras/load_model_test.cpp reads them.
"""
import os
import pathlib

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


def one_or_all(arrays):
    return arrays if len(arrays) > 1 else arrays[0]


def write(make):
    model, x, t = make()
    folder = FOLDER / make.__name__
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(3):
        model.train_on_batch(one_or_all(x), one_or_all(t))
    model.save(folder / "model.keras")
    model.save(folder / "model.h5")
    y = model.predict(one_or_all(x), verbose=0)
    for role, arrays in (("x", x), ("y", y if isinstance(y, list) else [y]), ("t", t)):
        for i, array in enumerate(arrays):
            np.save(folder / f"{role}{i}.npy", array)
    losses = [model.train_on_batch(one_or_all(x), one_or_all(t), return_dict=True)["loss"]
              for _ in range(5)]
    np.save(folder / "losses.npy", np.array(losses, "float32"))


if __name__ == "__main__":
    for maker in (chain, words, branches):
        write(maker)
