"""Writes tests/golden/tf_keras/: files of Keras 2 (tf_keras 2.21), a folder for each model.

x0.npy, ...: inputs of three rows; y0.npy, ...: outputs. The other files are the model: see
sweep_tf_keras.py, which makes it. Some are edited to be as older versions, or other backends than
TensorFlow, wrote them: cudnn, theano, first.
"""
import json
import pathlib
import shutil

import h5py
import numpy as np
import sweep_tf_keras as sweep
import tensorflow as tf
from sweep_tf_keras import I, L, keras
from tf_keras.src.saving.legacy import hdf5_format

FOLDER = pathlib.Path(__file__).parent / "tf_keras"
FILES = {"shared_between_models": ["m.keras", "old.keras", "npz.keras"], "norms": ["m.keras"],
         "heads": ["m.keras", "m.json", "w.h5", "m.weights.h5"], "kinds": ["m.keras", "old.keras"],
         "synchronized": ["m.keras"]}
# Each draws its numbers by its place.
MODELS = ["shared_between_models", "norms", "heads", "kinds", "cudnn", "theano", "first", "synchronized"]


def norms():
    x = I((4, 6))
    y = L.BatchNormalization(axis=1, scale=False)(L.GroupNormalization(groups=2)(x))
    return keras.Model(x, L.Softmax(axis=[1])(L.BatchNormalization()(y)))


def heads():
    x = I((5, 4))
    return keras.Model(x, L.Dense(2)(L.MultiHeadAttention(2, 3, name="heads")(x, x)))


def kinds():
    """Layers of one class, with and without weights, and models inside."""
    x = I((4,))
    y = L.Dense(3, "tanh")(x)
    plain = keras.Sequential([I((3,)), L.Activation("tanh")])
    inner = keras.Sequential([I((3,)), L.Dense(3), L.Dense(3, "tanh")])
    return keras.Model(x, L.Dense(2)(inner(plain(L.Dense(3)(y)))))


def synchronized():
    """A class that today's Keras has not, between two that are the same here."""
    x = I((4,))
    y = L.experimental.SyncBatchNormalization()(L.Dense(3)(L.BatchNormalization()(x)))
    return keras.Model(x, L.BatchNormalization()(y))


def cudnn(folder):
    x = I((5, 3))
    y = L.Bidirectional(L.LSTM(2, return_sequences=True), name="both")(x)
    net = keras.Model(x, L.Dense(2)(L.GRU(3, name="gru")(L.LSTM(4, return_sequences=True, name="lstm")(y))))
    sweep.refill(net, np.random.default_rng(1))
    yield net
    net.save(folder / "m.h5", save_format="h5")
    with h5py.File(folder / "m.h5", "a") as file:
        for layer in ("both", "both", "lstm", "gru"):
            group = file["model_weights"][layer]
            names = [n for n in group.attrs["weight_names"]]
            for part in (names[:3], names[3:]):
                kind = type("CuDNNGRU" if layer == "gru" else "CuDNNLSTM", (), {})
                stored = [group[n][()] for n in part]
                if not part or stored[2].shape[0] == 8 * stored[1].shape[0]:
                    continue
                for n, value in zip(part, hdf5_format._convert_rnn_weights(kind(), stored)):
                    del group[n]
                    group[n] = value
        text = json.loads(file.attrs["model_config"])
        for layer in text["config"]["layers"]:
            inner = layer["config"]["layer"] if layer["class_name"] == "Bidirectional" else layer
            if inner["class_name"] in ("LSTM", "GRU"):
                inner["class_name"] = "CuDNN" + inner["class_name"]
                for key in ("activation", "recurrent_activation", "dropout", "recurrent_dropout", "use_bias",
                            "implementation", "unroll", "time_major", "reset_after"):
                    inner["config"].pop(key, None)
        file.attrs["model_config"] = json.dumps(text)
        file.attrs["keras_version"] = "2.2.4"


def convolutions():
    x = I((4, 4, 2))
    y = L.Conv2DTranspose(2, 3, strides=2, name="up", activation="tanh")(L.Conv2D(2, (2, 3), name="flat")(x))
    y = L.Conv1D(3, 2, name="line")(L.Reshape((5 * 5, 2))(y[:, :5, :5]))
    net = keras.Model(x, L.GlobalAveragePooling1D()(y))
    sweep.refill(net, np.random.default_rng(2))
    return net


def rewritten(path, root, change):
    with h5py.File(path, "a") as file:
        group = file[root]
        for layer in ("up", "flat", "line"):
            name = f"{layer}/kernel:0"
            value = change(layer, group[layer][name][()])
            del group[layer][name]
            group[layer][name] = value
        for place in (file, group):
            for attribute in ("keras_version", "backend"):
                place.attrs.pop(attribute, None)
        if root != "/":
            file.attrs["keras_version"], file.attrs["backend"] = "2.1.6", "theano"


def theano(folder):
    net = convolutions()
    yield net
    net.save(folder / "m.h5", save_format="h5")
    with h5py.File(folder / "m.h5", "a") as file:
        file["model_weights"].attrs["keras_version"] = "2.1.6"
    rewritten(folder / "m.h5", "model_weights",
              lambda _, kernel: np.flip(kernel, tuple(range(kernel.ndim - 2))))


def first(folder):
    net = convolutions()
    yield net
    (folder / "m.json").write_text(net.to_json())
    net.save_weights(folder / "w.h5", save_format="h5")
    stored = {"up": lambda k: k.transpose(0, 1, 3, 2), "flat": lambda k: k, "line": lambda k: k[:, None]}
    rewritten(folder / "w.h5", "/", lambda layer, kernel: stored[layer](kernel))


OPTIMIZERS = {  # by folder; "before" are those of Keras before 2.11
    "adam": ("keras", lambda o: o.Adam(0.01, amsgrad=True)), "nadam": ("keras", lambda o: o.Nadam(0.01)),
    "rmsprop": ("h5", lambda o: o.RMSprop(0.01, momentum=0.5, centered=True)),
    "adam_before": ("h5", lambda o: o.Adam(0.01, amsgrad=True)),
    "sgd_before": ("h5", lambda o: o.SGD(0.1, momentum=0.9, nesterov=True)),
    "rmsprop_before": ("h5", lambda o: o.RMSprop(0.01, momentum=0.5, centered=True))}


def trained(folder, optimizer, suffix):
    """losses.npy: of the next two steps with the target t0.npy."""
    net = keras.Sequential([I((3,)), L.Dense(4, "tanh"), L.BatchNormalization(), L.Dense(2)])
    net.compile(optimizer, "mse", run_eagerly=True)
    draw = np.random.default_rng(3)
    sweep.refill(net, draw)
    x, target = draw.normal(size=(6, 3)).astype("float32"), draw.normal(size=(6, 2)).astype("float32")
    for _ in range(2):
        net.train_on_batch(x, target)
    net.save(folder / f"m.{suffix}", save_format=suffix)
    np.save(folder / "x0.npy", x)
    np.save(folder / "y0.npy", net(x))
    np.save(folder / "t0.npy", target)
    np.save(folder / "losses.npy", np.float32([net.train_on_batch(x, target) for _ in range(2)]))


def write(name, draw):
    folder = FOLDER / name
    folder.mkdir()
    if name in FILES:
        net = globals()[name]() if name in globals() else sweep.MODELS[name]()
        sweep.refill(net, draw)
        for _ in sweep.save(net, folder):
            pass
        for file in folder.iterdir():
            if file.name not in FILES[name]:
                file.unlink()
    else:
        steps = globals()[name](folder)
        net = next(steps)
        next(steps, None)
    x = [sweep.drawn(v, draw) for v in net.inputs]
    y = sweep.in_list(net(x if len(x) > 1 else x[0], training=False))
    for role, arrays in (("x", x), ("y", y)):
        for i, array in enumerate(arrays):
            np.save(folder / f"{role}{i}.npy", np.asarray(array))


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    for number, name in enumerate(MODELS):
        keras.backend.clear_session()
        tf.random.set_seed(number)
        write(name, np.random.default_rng(number))
    for name, (suffix, make) in OPTIMIZERS.items():
        (FOLDER / name).mkdir()
        before = name.endswith("_before")
        trained(FOLDER / name, make(keras.optimizers.legacy if before else keras.optimizers), suffix)


if __name__ == "__main__":
    main()
