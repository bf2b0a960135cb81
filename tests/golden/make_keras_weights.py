"""Writes tests/golden/keras_weights/: weight files of small models, as Keras saves them.

expected.json tells for each model the input and the output; tests/io/load_weights_test.cpp builds
the same models.
"""
import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import h5py
import keras
import numpy as np
from keras import layers
from keras.src.legacy.saving import legacy_h5_format

FOLDER = pathlib.Path(__file__).parent / "keras_weights"


def dense(units, **options):
    return layers.Dense(units, bias_initializer="random_uniform", **options)


def plain():
    return keras.Sequential([
        keras.Input((3,)), dense(4, activation="tanh"), dense(4, activation="tanh"), dense(2)],
        name="m")


def words():
    return keras.Sequential([
        keras.Input((5,), dtype="int32"), layers.Embedding(7, 3),
        layers.GlobalAveragePooling1D(), dense(2)])


def branched():
    """A shortcut that comes first among the inputs of add, as in a residual block; equal shapes."""
    x = keras.Input((3,))
    short = dense(3, name="short")(x)
    y = dense(3, name="first")(x)
    y = dense(3, name="second")(y)
    return keras.Model(x, dense(2, name="head")(layers.Add(name="add")([short, y])))


def nested(names=("left", "right")):
    inner = keras.Sequential(
        [keras.Input((3,)), dense(3, name=names[0]), dense(3, name=names[1])], name="base")
    return keras.Sequential([keras.Input((3,)), inner, dense(2, name="head")])


def shared():
    x = keras.Input((3,))
    layer = dense(3)
    return keras.Model(x, dense(2)(layer(dense(3)(layer(x)))))


def example(model):
    shape = (2, *model.input_shape[1:])
    if model.inputs[0].dtype == "int32":
        return (np.arange(np.prod(shape)) % 7).reshape(shape).astype("int32")
    return np.linspace(-1, 1, int(np.prod(shape))).reshape(shape).astype("float32")


def network():
    """A whole application, a few channels wide."""
    model = keras.applications.MobileNet(
        weights=None, alpha=0.04, input_shape=(32, 32, 3), classes=3, name="mobilenet")
    draw = np.random.default_rng(7)
    for weight in model.weights:
        if weight.name in ("gamma", "moving_variance"):
            weight.assign(draw.uniform(0.5, 1.5, weight.shape))
        elif len(weight.shape) == 1:  # few channels: none may be 0 everywhere
            weight.assign(draw.uniform(0.1, 0.5, weight.shape))
        elif "conv_dw" in weight.path:  # mostly the middle, which also the last map has
            kernel = draw.uniform(-0.05, 0.05, weight.shape)
            kernel[1, 1] += 1.0
            weight.assign(kernel)
        else:
            weight.assign(draw.uniform(0.0, 2.0 / np.prod(weight.shape[:-1]), weight.shape))
    return model


def features():
    """The smallest application whose ImageNet weights are published; of few values, so that the
    file is small."""
    model = keras.applications.MobileNet(
        weights=None, alpha=0.25, include_top=False, input_shape=(32, 32, 3))
    draw = np.random.default_rng(8)
    for weight in model.weights:
        shape = weight.shape
        if weight.name in ("gamma", "moving_variance"):
            weight.assign(draw.choice([0.5, 1.0, 1.5], shape))
        elif len(shape) == 1:
            weight.assign(draw.choice([0.125, 0.25, 0.375], shape))
        elif "conv_dw" in weight.path:  # mostly the middle, which also the last map has
            kernel = draw.choice([-0.0625, 0.0, 0.0625], shape)
            kernel[1, 1] += 1.0
            weight.assign(kernel)
        else:
            weight.assign(draw.choice([0.0, 1.0, 2.0], shape) / np.prod(shape[:-1]))
    return model


def save_legacy(model, path):
    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


def save_legacy_packed(model, path):
    """As save_legacy, but large weights are packed."""
    create = h5py.Group.create_dataset

    def create_packed(self, name, shape, dtype):
        packed = {"compression": "gzip"} if np.prod(shape) > 256 else {}
        return create(self, name, shape, dtype, **packed)

    h5py.Group.create_dataset = create_packed
    save_legacy(model, path)
    h5py.Group.create_dataset = create


def save_double(path, kernel):
    """A Dense of one input and one unit, in double precision."""
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([b"dense"])
        group = file.create_group("dense")
        group.attrs["weight_names"] = np.array([b"kernel", b"bias"])
        group["kernel"] = np.array([[kernel]], "float64")
        group["bias"] = np.array([0.5], "float64")


def save_cells(path):
    """Two cells, whose names Keras 2.2 makes different by a number."""
    names = [f"rnn/{name}{end}:0" for end in ("", "_1") for name in ("kernel", "recurrent_kernel", "bias")]
    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = np.array([b"rnn"])
        file.attrs["keras_version"], file.attrs["backend"] = "2.2.4", "tensorflow"
        group = file.create_group("rnn")
        group.attrs["weight_names"] = np.array([name.encode() for name in names])
        for i, name in enumerate(names):
            group[name] = np.full((2,) if "bias" in name else (2, 2), i, "float32")


def main():
    FOLDER.mkdir(exist_ok=True)
    expected = {}

    def keep(name, model):
        x = example(model)
        y = np.asarray(model(x))
        expected[name] = {"input": x.reshape(-1).tolist(), "output": y.reshape(-1).tolist()}

    for number, make in enumerate((plain, words, branched, nested, shared)):
        keras.utils.set_random_seed(number)
        keras.backend.clear_session()
        model = make()
        keep(make.__name__, model)
        model.save(FOLDER / f"{make.__name__}.h5")
        model.save_weights(FOLDER / f"{make.__name__}.weights.h5")
        if make is nested:
            model.layers[0].layers[0].trainable = False
            save_legacy(model, FOLDER / "nested_frozen.h5")
        if make is plain:
            save_legacy(model, FOLDER / "plain_weights.h5")
            limit = legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT
            legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = 18
            save_legacy(model, FOLDER / "plain_split.h5")
            legacy_h5_format.HDF5_OBJECT_HEADER_LIMIT = limit
    save_double(FOLDER / "double.h5", 0.25)
    save_double(FOLDER / "double_large.h5", 1e300)
    save_cells(FOLDER / "cells.h5")
    keras.backend.clear_session()
    model = network()
    expected["mobilenet"] = {"output": np.asarray(model(example(model))).reshape(-1).tolist()}
    save_legacy(model, FOLDER / "mobilenet.h5")
    keras.backend.clear_session()
    model = features()
    expected["imagenet"] = {"output": np.asarray(model(example(model))).reshape(-1).tolist()}
    save_legacy_packed(model, FOLDER / "mobilenet_2_5_224_tf_no_top.h5")
    (FOLDER / "expected.json").write_text(json.dumps(expected))


if __name__ == "__main__":
    main()
