"""Random models saved by Keras, each compared with what linnet makes of its file. Run by hand:

    python sweep_models.py LINNET COUNT [FIRST_SEED]

LINNET: the command, built. Each seed gives a model of several chains of random layers with random
configs, joined at random, saved as `.keras` and `.h5`; `linnet verify` compares outputs. Prints what
differs or is refused, and how often, by what the command says.
"""
import collections
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers as L

R = random.Random()
ACTIVATIONS = ["relu", "tanh", "sigmoid", "gelu", "elu", "selu", "softmax", "linear", "softplus", "silu",
               "hard_sigmoid", "leaky_relu", "mish", None]
INITIALIZERS = ["glorot_uniform", "he_normal", "lecun_uniform", "random_normal", "variance_scaling",
                "truncated_normal"]


def one(*options):
    return R.choice(options)


def weights():
    return {"activation": R.choice(ACTIVATIONS), "use_bias": one(True, False),
            "kernel_initializer": R.choice(INITIALIZERS), "bias_initializer": one("zeros", "ones"),
            "kernel_regularizer": one(None, "l2", keras.regularizers.L1L2(0.01, 0.02)),
            "kernel_constraint": one(None, "max_norm", "non_neg", "unit_norm")}


def recurrent():
    kind = one(L.LSTM, L.GRU, L.SimpleRNN)
    options = {"return_sequences": one(True, False), "go_backwards": one(True, False),
               "use_bias": one(True, False), "activation": one("tanh", "relu", "sigmoid"),
               "dropout": one(0.0, 0.2), "unroll": one(True, False)}
    if kind is L.GRU:
        options["reset_after"] = one(True, False)
    if kind is not L.SimpleRNN:
        options["recurrent_activation"] = one("sigmoid", "hard_sigmoid")
    layer = kind(R.randint(1, 4), **options)
    shape = one("plain", "both", "cells")
    if shape == "both":
        return L.Bidirectional(layer, merge_mode=one("concat", "sum", "mul", "ave"))
    if shape == "cells":
        cells = [one(L.LSTMCell, L.GRUCell, L.SimpleRNNCell)(R.randint(1, 4))
                 for _ in range(R.randint(1, 3))]
        return L.RNN(cells if len(cells) > 1 else cells[0], return_sequences=one(True, False))
    return layer


def normalization(rank):
    axes = R.sample(range(1, rank + 1), R.randint(1, rank))
    return one(
        lambda: L.BatchNormalization(axis=R.choice([-1, *range(1, rank + 1)]), scale=one(True, False),
                                     center=one(True, False), epsilon=one(1e-3, 1e-5)),
        lambda: L.LayerNormalization(axis=one(-1, axes), scale=one(True, False),
                                     center=one(True, False)),
        lambda: L.UnitNormalization(axis=one(-1, axes)), lambda: L.RMSNormalization(),
        lambda: L.GroupNormalization(-1))()


def plain(shape):
    size = int(np.prod(shape))
    return one(
        lambda: L.Activation(R.choice(ACTIVATIONS[:-1])), lambda: L.Dropout(0.2), lambda: L.LeakyReLU(),
        lambda: L.ReLU(one(None, 6.0), one(0.0, 0.1), one(0.0, 0.5)), lambda: L.ELU(0.7),
        lambda: L.PReLU(shared_axes=one(None, list(range(1, len(shape))) or None)),
        lambda: L.Softmax(), lambda: L.Rescaling(one(2.0, 0.5), one(0.0, 1.0)), lambda: L.Flatten(),
        lambda: L.Reshape(one((size,), (-1, shape[-1]), (1, size))), lambda: L.GaussianNoise(0.1),
        lambda: L.Permute(tuple(R.sample(range(1, len(shape) + 1), len(shape)))),
        lambda: L.Masking(), lambda: L.Identity(), lambda: L.ActivityRegularization(0.1))()


def layer_for(shape):
    rank = len(shape)
    kind = one("plain", "normal", "own", "own", "own")
    if kind == "plain":
        return plain(shape)
    if kind == "normal":
        return normalization(rank)
    same = one("same", "valid")
    if rank == 1:
        return one(lambda: L.Dense(R.randint(1, 6), **weights()), lambda: L.RepeatVector(3),
                   lambda: L.SpectralNormalization(L.Dense(3)))()
    if rank == 2:
        time = shape[0]
        kernel = R.randint(1, min(3, time))
        conv = dict(kernel_size=kernel, strides=one(1, 1, min(2, kernel)), **weights())
        return one(
            lambda: recurrent(), lambda: recurrent(), lambda: L.Dense(R.randint(1, 5), **weights()),
            lambda: L.Conv1D(R.randint(1, 4), padding=one(same, "causal"), **conv),
            lambda: L.Conv1DTranspose(R.randint(1, 4), padding=same, **conv),
            lambda: L.SeparableConv1D(3, kernel, padding=same, depth_multiplier=one(1, 2)),
            lambda: L.DepthwiseConv1D(kernel, padding=same, depth_multiplier=one(1, 2)),
            lambda: one(L.MaxPooling1D, L.AveragePooling1D)(kernel, strides=one(None, 1), padding=same),
            lambda: one(L.GlobalAveragePooling1D, L.GlobalMaxPooling1D)(keepdims=one(True, False)),
            lambda: L.ZeroPadding1D(one(1, (0, 2))), lambda: L.UpSampling1D(2),
            lambda: L.SpatialDropout1D(0.1),
            lambda: L.TimeDistributed(one(L.Dense(3), L.LayerNormalization(), keras.Sequential(
                [L.Dense(2, activation="relu"), L.Dense(3)]))),
            lambda: L.EinsumDense("abc,cd->abd", (None, 3), bias_axes=one(None, "d", "bd") if False
                                  else one(None, "d")))()
    if rank == 3:
        h, w, c = shape
        kernel = (R.randint(1, min(3, h)), R.randint(1, min(3, w)))
        stride = one(1, 1, min(2, *kernel))
        conv = dict(kernel_size=kernel, strides=stride, padding=same, **weights())
        return one(
            lambda: L.Conv2D(R.randint(1, 4), **conv), lambda: L.Conv2DTranspose(R.randint(1, 4), **conv),
            lambda: L.Conv2D(c, kernel, groups=c, padding=same),
            lambda: L.Conv2D(3, kernel, dilation_rate=2, padding="same"),
            lambda: L.DepthwiseConv2D(kernel, padding=same, depth_multiplier=one(1, 2)),
            lambda: L.SeparableConv2D(3, kernel, padding=same),
            lambda: one(L.MaxPooling2D, L.AveragePooling2D)(kernel, strides=one(None, 1), padding=same),
            lambda: one(L.GlobalAveragePooling2D, L.GlobalMaxPooling2D)(keepdims=one(True, False)),
            lambda: L.ZeroPadding2D(one(1, ((0, 1), (1, 0)))),
            lambda: L.UpSampling2D(2, interpolation=one("nearest", "bilinear")),
            lambda: L.TimeDistributed(L.Dense(2)), lambda: L.SpatialDropout2D(0.1),
            lambda: L.Resizing(R.randint(2, 6), R.randint(2, 6)), lambda: L.Dense(3, **weights()))()
    return one(lambda: L.Conv3D(2, 1, **weights()), lambda: L.GlobalAveragePooling3D(),
               lambda: L.MaxPooling3D(1), lambda: L.Dense(2), lambda: L.TimeDistributed(L.Flatten()),
               lambda: L.ZeroPadding3D(1))()


def chain(x):
    for _ in range(R.randint(1, 4)):
        shape = x.shape[1:]
        if len(shape) > 4 or np.prod(shape) > 3000:
            break
        x = layer_for(shape)(x)
    return x


def join(a, b):
    if a.shape == b.shape:
        return one(L.Add, L.Multiply, L.Average, L.Maximum, L.Concatenate, L.Subtract)()([a, b])
    if len(a.shape) == len(b.shape) == 3 and a.shape[2] == b.shape[2]:
        return one(lambda: L.Attention(use_scale=one(True, False))([a, b]),
                   lambda: L.AdditiveAttention()([a, b]), lambda: L.Dot(2)([a, b]),
                   lambda: L.MultiHeadAttention(2, 3)(a, b, use_causal_mask=one(True, False)))()
    return L.Concatenate()([L.Flatten()(a), L.Flatten()(b)])


def model():
    words = keras.Input((5,), dtype="int32")
    inputs = [keras.Input((4,)), keras.Input((6, 3)), keras.Input((6, 5, 2)), keras.Input((3, 4, 3, 2))]
    inputs = R.sample(inputs, R.randint(1, 3)) + [words]
    values = inputs[:-1] + [L.Embedding(7, 3)(words)]
    if one(True, False):
        inner = keras.Sequential([keras.Input((5,)), L.Embedding(7, 3, mask_zero=True), recurrent()])
        values.append(inner(words))
    outputs = []
    for _ in range(R.randint(1, 3)):
        values.append(chain(R.choice(values)))
    while len(values) > 3:
        a, b = values.pop(), values.pop(R.randrange(len(values)))
        values.append(chain(join(a, b)))
    for value in values:
        if not any(value is x for x in inputs):
            outputs.append(value)
    return keras.Model(inputs, outputs)


def refill(net, draw):
    for weight in net.weights:
        if "float" in str(weight.dtype):
            low = 0.3 if "variance" in weight.name or "gamma" in weight.name else -0.7
            weight.assign(draw.uniform(low, 1.0, weight.shape).astype("float32"))


def main():
    linnet, count = sys.argv[1], int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    said, tried, unmade = collections.Counter(), 0, 0
    for seed in range(first, first + count):
        R.seed(seed)
        draw = np.random.default_rng(seed)
        keras.backend.clear_session()
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            try:
                net = model()
                refill(net, draw)
                x = [draw.integers(0, 7, (3, *v.shape[1:])).astype("int32") if v.dtype == "int32"
                     else draw.normal(size=(3, *v.shape[1:])).astype("float32") for v in net.inputs]
                y = net(x if len(x) > 1 else x[0], training=False)
                y = [np.asarray(v) for v in (y if isinstance(y, (list, tuple)) else [y])]
                files = ["m.keras", "m.h5"]
                for file in files:
                    net.save(folder / file)
            except Exception as error:  # Keras cannot: not our business
                unmade += 1
                continue
            if not all(np.isfinite(v).all() for v in y):
                unmade += 1
                continue
            arguments = []
            for role, arrays in (("--input", x), ("--expect", y)):
                for i, array in enumerate(arrays):
                    np.save(folder / f"{role[2:]}{i}.npy", array)
                    arguments += [role, folder / f"{role[2:]}{i}.npy"]
            for file in files:
                tried += 1
                run = subprocess.run([linnet, "verify", folder / file, *arguments, "--tolerance", "1e-4"],
                                     capture_output=True, text=True)
                if run.returncode == 0:
                    continue
                line = (run.stderr.strip() or run.stdout.strip()).replace(str(folder), "")
                kind = re.sub(r"[0-9.e+-]+", "#", line.splitlines()[-1] if line else str(run.returncode))
                said[kind] += 1
                if said[kind] <= 2:
                    print(f"seed {seed} {file}: {line}", flush=True)
    print(f"{tried} files, {sum(said.values())} not equal; {unmade} models that Keras did not make")
    for kind, times in said.most_common():
        print(f"{times:5} {kind}")


if __name__ == "__main__":
    main()
