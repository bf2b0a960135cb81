"""Random models saved by Keras, each compared with what linnet makes of its files. Run by hand:

    python sweep_models.py LINNET COUNT [FIRST_SEED]

LINNET: the command, built. Each seed gives a model of chains of random layers with random configs and
call arguments, joined at random, with masks, shared and frozen parts and models in models, saved as
`.keras`, `.h5` and as JSON with `.weights.h5`; `linnet verify` compares outputs. Prints what differs or
is refused, and how often, by what the command says. KEEP=FOLDER keeps the files of models that differ.

On TensorFlow convolutions know channels_last alone; KERAS_BACKEND=jax or numpy also make the others.
"""
import collections
import logging
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
import warnings

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np
from keras import layers as L

logging.getLogger("absl").setLevel("ERROR")
warnings.simplefilter("ignore")
R = random.Random()
FIRST = keras.backend.backend() != "tensorflow"  # it knows channels_first
ACTIVATIONS = ["relu", "tanh", "sigmoid", "gelu", "elu", "selu", "softmax", "linear", "softplus", "silu",
               "hard_sigmoid", "leaky_relu", "mish", "relu6", "celu", "softsign", "hard_silu", "exponential",
               "log_softmax", "log_sigmoid", "hard_tanh", "tanh_shrink", "soft_shrink", "squareplus", None]
INITIALIZERS = ["glorot_uniform", "he_normal", "lecun_uniform", "random_normal", "variance_scaling",
                "truncated_normal", "orthogonal"]


def one(*options):
    return R.choice(options)


def rarely(value, otherwise, chance=0.2):
    return value if R.random() < chance else otherwise


def weights(kernel="kernel"):
    return {"activation": R.choice(ACTIVATIONS), "use_bias": one(True, False),
            f"{kernel}_initializer": R.choice(INITIALIZERS), "bias_initializer": one("zeros", "ones"),
            f"{kernel}_regularizer": one(None, "l2", keras.regularizers.L1L2(0.01, 0.02)),
            f"{kernel}_constraint": one(None, "max_norm", "non_neg", "unit_norm"),
            "activity_regularizer": rarely("l1", None, 0.1)}


def layout():
    return {"data_format": rarely("channels_first", None)} if FIRST else {}


# Layers ---------------------------------------------------------------------------------------------


def recurrent(sequences=None, state=False):
    kind = one(L.LSTM, L.GRU, L.SimpleRNN)
    options = {"return_sequences": one(True, False) if sequences is None else sequences,
               "go_backwards": one(True, False, False), "use_bias": one(True, False),
               "activation": one("tanh", "relu", "sigmoid", "softsign", "gelu"), "dropout": one(0.0, 0.2),
               "recurrent_dropout": rarely(0.1, 0.0), "unroll": one(True, False, False),
               "zero_output_for_mask": rarely(True, False), "return_state": state}
    if kind is L.GRU:
        options["reset_after"] = one(True, False)
    if kind is L.LSTM:
        options["unit_forget_bias"] = one(True, False)
    if kind is not L.SimpleRNN:
        options["recurrent_activation"] = one("sigmoid", "hard_sigmoid", "tanh")
    layer = kind(R.randint(1, 4), **options)
    shape = one("plain", "plain", "both", "cells")
    if shape == "both" and not state:
        back = None
        if one(True, False):
            back = one(L.GRU, L.LSTM)(layer.units, return_sequences=layer.return_sequences,
                                      go_backwards=not layer.go_backwards,
                                      zero_output_for_mask=layer.zero_output_for_mask)
        return L.Bidirectional(layer, merge_mode=one("concat", "sum", "mul", "ave"), backward_layer=back)
    if shape == "cells":
        cells = [one(L.LSTMCell, L.GRUCell, L.SimpleRNNCell)(R.randint(1, 4))
                 for _ in range(R.randint(1, 3))]
        return L.RNN(cells if len(cells) > 1 else cells[0], go_backwards=one(True, False),
                     return_sequences=options["return_sequences"], return_state=state,
                     zero_output_for_mask=options["zero_output_for_mask"])
    return layer


def normalization(rank):
    axes = R.sample(range(1, rank + 1), R.randint(1, rank))
    some = {"scale": one(True, False), "center": one(True, False), "epsilon": one(1e-3, 1e-5)}
    return one(
        lambda: L.BatchNormalization(axis=R.choice([-1, *range(1, rank + 1)]), momentum=0.9,
                                     beta_regularizer=one(None, "l2"), **some),
        lambda: L.BatchNormalization(**some),
        lambda: L.LayerNormalization(axis=one(-1, axes), **some),
        lambda: L.UnitNormalization(axis=one(-1, axes)),
        lambda: L.RMSNormalization(axis=one(-1, axes), epsilon=1e-3),
        lambda: L.GroupNormalization(one(-1, 1, 2, 3), axis=R.choice([-1, *range(1, rank + 1)]), **some),
        lambda: L.Normalization(mean=one(0.5, [0.1] * 2), variance=2.0, axis=one(-1, None),
                                invert=one(True, False)))()


def plain(shape):
    size = int(np.prod(shape))
    last = (None, list(range(1, len(shape))) or None)
    return one(
        lambda: L.Activation(R.choice(ACTIVATIONS[:-1])), lambda: L.Dropout(0.2, seed=3),
        lambda: L.LeakyReLU(negative_slope=one(0.3, 0.1)),
        lambda: L.ReLU(one(None, 6.0), one(0.0, 0.1), one(0.0, 0.5)), lambda: L.ELU(0.7),
        lambda: L.PReLU(shared_axes=one(*last)), lambda: L.Softmax(axis=R.choice([-1, *range(1, len(shape) + 1)])),
        lambda: L.Rescaling(one(2.0, 0.5), one(0.0, 1.0)), lambda: L.Flatten(),
        lambda: L.Reshape(one((size,), (-1, shape[-1]), (1, size), (size, 1))), lambda: L.GaussianNoise(0.1),
        lambda: L.Permute(tuple(R.sample(range(1, len(shape) + 1), len(shape)))),
        lambda: L.Masking(one(0.0, 0.5)), lambda: L.Identity(), lambda: L.ActivityRegularization(0.1),
        lambda: L.GaussianDropout(0.2), lambda: L.AlphaDropout(0.1),
        lambda: L.Discretization([-0.5, 0.1, 0.7], output_mode=one("int", "one_hot") if size == 1 else "int"),
        lambda: L.Activation(L.LeakyReLU(negative_slope=0.2)))()


def inner_model(shape):
    """A small model of such rows."""
    a = keras.Input(shape)
    x = L.Dense(3, activation=one("relu", "tanh"))(a)
    if one(True, False):
        x = L.BatchNormalization()(x)
    if one(True, False):
        return keras.Sequential([keras.Input(shape), L.Dense(2, activation="relu"), L.Dropout(0.1), L.Dense(3)])
    return keras.Model(a, L.Add()([x, L.Dense(3)(a)]))


def convolution(shape):
    """Of 1 to 3 spatial axes."""
    rank = len(shape) - 1
    form = layout()
    first = form.get("data_format") == "channels_first"
    sizes, channels = (shape[1:], shape[0]) if first else (shape[:-1], shape[-1])
    kernel = tuple(R.randint(1, min(3, size)) for size in sizes)
    stride = one(1, 1, 2, 3, tuple(R.randint(1, 3) for _ in sizes))
    padding = one("same", "valid")
    groups = one(1, 1, R.choice([g for g in range(1, channels + 1) if channels % g == 0]))
    filters = groups * R.randint(1, 3)
    where = dict(kernel_size=kernel, padding=padding, **form)
    conv, turned = getattr(L, f"Conv{rank}D"), getattr(L, f"Conv{rank}DTranspose")
    options = [
        lambda: conv(filters, strides=stride, groups=groups, **where, **weights()),
        lambda: conv(filters, dilation_rate=tuple(R.randint(1, 2) for _ in sizes), groups=groups, **where),
        lambda: turned(R.randint(1, 3), strides=stride, **where, **weights()),
        lambda: turned(2, strides=2, output_padding=rarely(1, None), **where)]
    if rank < 3:
        even = one(1, 1, 2)
        depthwise, separable = getattr(L, f"DepthwiseConv{rank}D"), getattr(L, f"SeparableConv{rank}D")
        options += [
            lambda: depthwise(strides=even, depth_multiplier=one(1, 2), **where, **weights("depthwise")),
            lambda: depthwise(dilation_rate=one(1, 2), **where),
            lambda: separable(R.randint(1, 4), strides=even, depth_multiplier=one(1, 2), **where),
            lambda: separable(2, dilation_rate=one(1, 2), use_bias=False, activation="relu", **where)]
    if rank == 1:
        options += [lambda: L.Conv1D(2, kernel, padding="causal", dilation_rate=one(1, 2), **weights()),
                    lambda: L.Conv1D(2, kernel, padding="causal", strides=2)]
    return R.choice(options)()


def pooling(shape):
    rank = len(shape) - 1
    form = layout()
    sizes = shape[1:] if form.get("data_format") == "channels_first" else shape[:-1]
    pool = tuple(R.randint(1, min(3, size)) for size in sizes)
    kind = one("Max", "Average")
    return one(
        lambda: getattr(L, f"{kind}Pooling{rank}D")(pool, strides=one(None, 1, 2), padding=one("same", "valid"), **form),
        lambda: getattr(L, f"Global{kind}Pooling{rank}D")(keepdims=one(True, False), **form),
        lambda: getattr(L, f"Adaptive{kind}Pooling{rank}D")(tuple(R.randint(1, size) for size in sizes), **form),
        lambda: getattr(L, f"ZeroPadding{rank}D")(1, **form),
        lambda: getattr(L, f"ZeroPadding{rank}D")(tuple((R.randint(0, 2), R.randint(0, 2)) for _ in sizes)
                                                  if rank > 1 else (R.randint(0, 2), 1), **form),
        lambda: getattr(L, f"Cropping{rank}D")(tuple((1, 0) for _ in sizes) if rank > 1 else (1, 0), **form),
        lambda: getattr(L, f"UpSampling{rank}D")(tuple(R.randint(1, 2) for _ in sizes) if rank > 1 else 2,
                                                 **(form if rank > 1 else {})),
        lambda: getattr(L, f"SpatialDropout{rank}D")(0.1))()


def images():
    return one(
        lambda: L.Resizing(R.randint(2, 7), R.randint(2, 7), interpolation=one("bilinear", "nearest")),
        lambda: L.Resizing(R.randint(2, 7), R.randint(2, 7), crop_to_aspect_ratio=True),
        lambda: L.Resizing(R.randint(2, 7), R.randint(2, 7), pad_to_aspect_ratio=True),
        lambda: L.CenterCrop(R.randint(2, 6), R.randint(2, 6)), lambda: L.RandomFlip(),
        lambda: L.RandomRotation(0.1), lambda: L.RandomZoom(0.1), lambda: L.RandomContrast(0.1),
        lambda: L.RandomTranslation(0.1, 0.2), lambda: L.RandomCrop(R.randint(2, 6), R.randint(2, 5)),
        lambda: L.UpSampling2D(2, interpolation=one("nearest", "bilinear")))()


def sequence_layer(shape):
    return one(
        lambda: recurrent(), lambda: recurrent(), lambda: recurrent(),
        lambda: L.EinsumDense("abc,cd->abd", (None, 3), bias_axes=one(None, "d", "bd"), activation="tanh")
        if one(True, False) else L.EinsumDense("abc,cd->abd", (shape[0], 3), bias_axes="bd"),
        lambda: L.EinsumDense("...x,xy->...y", (3,)), lambda: L.EinsumDense("abc,bcde->ade", (2, 2)),
        lambda: L.TimeDistributed(inner_model(shape[1:])),
        lambda: L.TimeDistributed(one(L.Dense(3), L.LayerNormalization(), L.BatchNormalization(),
                                      L.Dropout(0.1))))()


def layer_for(shape):
    rank = len(shape)
    kind = one("plain", "normal", "own", "own", "own", "own")
    if kind == "plain":
        return plain(shape)
    if kind == "normal":
        return normalization(rank)
    dense = lambda: L.Dense(R.randint(1, 6), **weights())
    conv, pool = (lambda: convolution(shape)), (lambda: pooling(shape))
    if rank == 1:
        return one(dense, dense, lambda: L.RepeatVector(3), lambda: L.SpectralNormalization(L.Dense(3)),
                   lambda: inner_model(shape), lambda: L.EinsumDense("ab,bc->ac", 3))()
    if rank == 2:
        sequence = lambda: sequence_layer(shape)
        return one(sequence, sequence, sequence, dense, conv, conv, pool, lambda: inner_model(shape))()
    if rank == 3:
        return one(conv, conv, pool, pool, images, images, dense,
                   lambda: L.SpectralNormalization(L.Conv2D(2, 1)),
                   lambda: L.TimeDistributed(one(L.Dense(2), recurrent(), L.Conv1D(2, 1))),
                   lambda: L.ConvLSTM1D(2, 2, padding="same", return_sequences=one(True, False)))()
    return one(conv, conv, pool, dense, lambda: L.TimeDistributed(L.Flatten()),
               lambda: L.TimeDistributed(one(L.Conv2D(2, 2, padding="same"), L.MaxPooling2D(1))),
               lambda: L.ConvLSTM2D(2, (1, 2), padding="same", go_backwards=one(True, False)))()


# Calls ----------------------------------------------------------------------------------------------


def tries(call, otherwise):
    """What the call gives, or `otherwise` where Keras cannot."""
    try:
        result = call()
    except Exception:
        return otherwise
    values = result if isinstance(result, (list, tuple)) else [result]
    if all(v.shape[0] is None and all(v.shape[1:]) and len(v.shape) < 6 and np.prod(v.shape[1:]) < 3000
           for v in values):
        return result
    return otherwise


def in_inference(layer, x):
    """With `training` given where it changes nothing random."""
    if isinstance(layer, L.BatchNormalization):
        return layer(x, training=one(True, False))
    return layer(x, training=False)


def chain(x, more):
    """Some layers behind one another; further outputs go to `more`."""
    for _ in range(R.randint(1, 4)):
        shape = x.shape[1:]
        if len(shape) == 2 and R.random() < 0.15:
            states = tries(lambda: recurrent(state=True)(x), None)
            if states is not None:
                x, *rest = states
                more += rest
            continue
        layer = layer_for(shape)
        if isinstance(x, list):
            continue
        call = in_inference if R.random() < 0.1 else (lambda layer, x: layer(x))
        y = tries(lambda: call(layer, x), x)
        if one(True, False, False, False) and y is not x:  # shared: the layer once more
            again = tries(lambda: layer(L.Rescaling(0.5)(x)), None)
            if again is not None:
                more.append(again)
        x = y
    return x


def attention(a, b):
    causal, scores = {"use_causal_mask": one(True, False)}, {"return_attention_scores": rarely(True, False)}
    heads = {"use_bias": one(True, False), "dropout": one(0.0, 0.1)}
    mask = {}
    if one(True, False, False):
        row = L.Dense(b.shape[1])(a)
        mask = {"attention_mask": one(lambda: row > 0, lambda: L.Rescaling(1.0)(row) > -0.5)()}
    dot = dict(use_scale=one(True, False), dropout=one(0.0, 0.1))
    return one(
        lambda: L.Attention(score_mode=one("dot", "concat"), **dot)([a, b], **causal, **scores),
        lambda: L.Attention(**dot)([a, b, b], **causal), lambda: L.AdditiveAttention(**dot)([a, b], **causal),
        lambda: L.MultiHeadAttention(2, 3, value_dim=one(None, 2), output_shape=one(None, 4), **heads)(
            a, b, **one(causal, mask), **scores),
        lambda: L.MultiHeadAttention(one(1, 2), 2, **heads)(a, b, b, **mask),
        lambda: L.GroupQueryAttention(2, 4, 2, **heads)(a, b, **one(causal, mask), **scores),
        lambda: L.GroupQueryAttention(3, 2, 1)(a, b, b))()


def join(a, b):
    if a.shape == b.shape and len(a.shape) > 1:
        merged = [L.Add, L.Multiply, L.Average, L.Maximum, L.Minimum, L.Subtract]
        options = [lambda: R.choice(merged[:-1])()([a, b, a]), lambda: R.choice(merged)()([a, b]),
                   lambda: L.Concatenate(axis=R.choice([-1, *range(1, len(a.shape))]))([a, b, a])]
        if len(a.shape) == 3:
            options += [lambda: L.Dot(one(1, 2, (1, 1), (2, 2)), normalize=one(True, False))([a, b]),
                        lambda: attention(a, b)]
        return R.choice(options)()
    if len(a.shape) == len(b.shape) == 3:
        return one(lambda: attention(a, b), lambda: L.Dot(2, normalize=one(True, False))([a, b]),
                   lambda: L.Concatenate(axis=1)([a, L.Dense(a.shape[2])(b)]),
                   lambda: L.GRU(2, return_sequences=True)(a, initial_state=L.Dense(2)(L.Flatten()(b))),
                   lambda: L.LSTM(2)(a, initial_state=[L.Dense(2)(b[:, 0]), L.Dense(2)(b[:, -1])]),
                   lambda: L.Bidirectional(L.SimpleRNN(2))(
                       a, initial_state=[L.Dense(2)(b[:, 0]), L.Dense(2)(b[:, -1])]))()
    if len(a.shape) == 3 and len(b.shape) == 2:
        return L.SimpleRNN(3, return_sequences=True)(a, initial_state=L.Dense(3)(b))
    return L.Concatenate()([L.Flatten()(a), L.Flatten()(b)])


def of_ids(ids):
    """What models make of whole numbers first."""
    return one(
        lambda: L.Embedding(7, 3)(ids), lambda: L.Embedding(7, 3, mask_zero=True)(ids),
        lambda: L.Embedding(7, 2, mask_zero=True, embeddings_regularizer="l2")(ids),
        lambda: L.CategoryEncoding(7, output_mode=one("multi_hot", "count"))(ids),
        lambda: L.Embedding(6, 3)(L.Hashing(6, salt=one(None, 3), mask_value=one(None, 0))(ids)),
        lambda: L.Embedding(8, 2)(L.IntegerLookup(vocabulary=[1, 2, 5], num_oov_indices=one(1, 2))(ids)),
        lambda: L.IntegerLookup(vocabulary=[1, 3], output_mode=one("multi_hot", "count"))(ids),
        lambda: keras.Sequential([keras.Input((5,)), L.Embedding(7, 3, mask_zero=True), recurrent()])(ids))()


def nested(values):
    """A model of two inputs and outputs, called twice."""
    a, b = R.choice(values), R.choice(values)
    p, q = keras.Input(a.shape[1:]), keras.Input(b.shape[1:])
    more = []
    y = chain(tries(lambda: join(p, q), p), more)
    if isinstance(y, (list, tuple)):
        return []
    model = keras.Model([p, q], [y, *(m for m in more if m is not y)][:2] if more else y)
    results = []
    for _ in range(one(1, 2)):
        y = model([a, b])
        results += y if isinstance(y, (list, tuple)) else [y]
    return results


def model():
    words = keras.Input((5,), dtype="int32", name="words")
    inputs = [keras.Input((4,)), keras.Input((6, 3)), keras.Input((6, 5, 2)), keras.Input((3, 4, 3, 2)), keras.Input((1,))]
    inputs = R.sample(inputs, R.randint(1, 3)) + [words]
    values = inputs[:-1] + [tries(lambda: of_ids(words), L.Embedding(7, 3)(words)) for _ in range(R.randint(1, 2))]
    values += [L.Masking()(x) for x in inputs if len(x.shape) == 3 and one(True, False)]
    for _ in range(R.randint(1, 3)):
        values.append(chain(R.choice(values), values))
    if one(True, False):
        values += tries(lambda: nested(values), [])
    values = [v for i, v in enumerate(values) if not any(v is w for w in values[:i])]
    while len(values) > 4:
        a, b = values.pop(), values.pop(R.randrange(len(values)))
        joined = tries(lambda: join(a, b), None)
        if joined is None:
            values.append(chain(a, values[:0]))
            continue
        joined = joined if isinstance(joined, (list, tuple)) else [joined]
        values += [chain(joined[0], values[:0]), *joined[1:]]
    outputs = [value for value in values if not any(value is x for x in inputs)]
    net = keras.Model(inputs, outputs)
    for layer in net.layers:
        if R.random() < 0.15:
            layer.trainable = False
    return net


# Comparison -----------------------------------------------------------------------------------------


def refill(net, draw):
    """Numbers for all weights, none of them special."""
    for weight in net.weights:
        if "float" in str(weight.dtype):
            low = 0.3 if "variance" in weight.name or "gamma" in weight.name else -0.7
            weight.assign(draw.uniform(low, 1.0, weight.shape).astype("float32"))


def rows_for(net, draw, rows=3):
    """Inputs; whole numbers and some rows of steps end in zeros, which masks leave out."""
    arrays = []
    for v in net.inputs:
        shape = (rows, *v.shape[1:])
        if "int" in v.dtype:
            x = draw.integers(0, 7, shape).astype("int32")
        else:
            x = draw.normal(size=shape).astype("float32")
        if len(shape) == 3 or "int" in v.dtype:
            x[0, shape[1] - R.randint(0, 2):] = 0
        arrays.append(x)
    return arrays


def saved(net, folder):
    """The files, each with the arguments that say where its weights are."""
    net.save(folder / "m.keras")
    net.save(folder / "m.h5")
    net.save_weights(folder / "m.weights.h5")
    (folder / "m.json").write_text(net.to_json())
    return {"m.keras": [], "m.h5": [], "m.json": ["--weights", folder / "m.weights.h5"]}


class Sweep:
    """Counts what the command says of each model."""

    def __init__(self, linnet):
        self.linnet, self.keep = linnet, os.environ.get("KEEP")
        self.said, self.tried, self.unmade = collections.Counter(), 0, 0

    def run(self, *arguments):
        return subprocess.run([self.linnet, *arguments], capture_output=True, text=True)

    def compare(self, seed, net, x, y, folder):
        arguments = []
        for role, arrays in (("--input", x), ("--expect", y)):
            for i, array in enumerate(arrays):
                np.save(folder / f"{role[2:]}{i}.npy", array)
                arguments += [role, folder / f"{role[2:]}{i}.npy"]
        files = saved(net, folder)
        before = sum(self.said.values())
        for file, weights in files.items():
            self.verify(seed, file, folder, [*weights, *arguments])
        run = self.run("convert", folder / "m.keras", folder / "written.keras")
        if run.returncode:
            self.note(seed, "convert", run, folder)
        else:
            self.verify(seed, "written.keras", folder, arguments)
        if self.keep and sum(self.said.values()) > before:
            shutil.copytree(folder, pathlib.Path(self.keep) / str(seed), dirs_exist_ok=True)

    def verify(self, seed, file, folder, arguments):
        self.tried += 1
        run = self.run("verify", folder / file, *arguments, "--tolerance", "1e-4")
        if run.returncode:
            self.note(seed, file, run, folder)

    def note(self, seed, file, run, folder):
        lines = (run.stdout + run.stderr).replace(str(folder), "").splitlines()
        differing = [line for line in lines if line.endswith("differs")]
        line = (differing or lines[-1:] or [f"exit code {run.returncode}"])[0]
        kind = re.sub(r"\d[\d.]*(e[+-]?\d+)?", "#", line)
        self.said[kind] += 1
        if self.said[kind] <= 2:
            print(f"seed {seed} {file}: {line}", flush=True)

    def over(self, make, first, count):
        for seed in range(first, first + count):
            R.seed(seed)
            draw = np.random.default_rng(seed)
            keras.backend.clear_session()
            with tempfile.TemporaryDirectory() as folder:
                try:
                    net, x, y = make(draw)
                    if not all(np.isfinite(v).all() for v in y if v.dtype.kind == "f"):
                        raise ValueError("not finite")
                    self.compare(seed, net, x, y, pathlib.Path(folder))
                except Exception:  # Keras cannot: not our business
                    self.unmade += 1
                    if os.environ.get("TRACE"):
                        traceback.print_exc()
        print(f"{count} models, {self.unmade} of them not made; {self.tried} files, "
              f"{sum(self.said.values())} not equal")
        for kind, times in self.said.most_common():
            print(f"{times:5} {kind}")
        return sum(self.said.values())


def outputs_of(net, x):
    y = net(x if len(x) > 1 else x[0], training=False)
    return [np.asarray(v) for v in (y if isinstance(y, (list, tuple)) else [y])]


def make_model(draw):
    net = model()
    refill(net, draw)
    x = rows_for(net, draw)
    return net, x, outputs_of(net, x)


def main(make):
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    sys.exit(1 if Sweep(sys.argv[1]).over(make, first, int(sys.argv[2])) else 0)


if __name__ == "__main__":
    main(make_model)
