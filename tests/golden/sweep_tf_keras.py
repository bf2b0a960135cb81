"""Models of Keras 2 (tf_keras), saved in every format it has, each compared with what linnet makes
of the files. Run by hand, with tensorflow and tf_keras installed:

    python sweep_tf_keras.py LINNET [NAME ...]

LINNET: the command, built. NAME: only these models. Each is trained a step and saved as `.keras`,
also as 2.12 and 2.13 laid it out; `.h5` of the whole model; JSON with weights as `.h5`, as
`.weights.h5` and under TensorFlow's names. `linnet verify` compares outputs, within 1e-5 of their
scale. Prints what differs or is refused.
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras import layers as L
from tf_keras.src.saving import saving_lib
from tf_keras.src.utils import generic_utils

I = keras.Input
MODELS = {}


def made(function):
    MODELS[function.__name__] = function
    return function


@made
def cnn():
    x = I((12, 12, 3))
    y = L.Conv2D(4, 3, strides=2, padding="same", kernel_regularizer="l2")(x)
    y = L.BatchNormalization()(y)
    y = L.Activation("relu")(y)
    y = L.DepthwiseConv2D(3, depth_multiplier=2, padding="same")(y)
    y = L.LayerNormalization(axis=[1, -1])(y)
    y = L.LeakyReLU(alpha=0.2)(y)
    y = L.SeparableConv2D(5, 3, activation="elu")(y)
    y = L.UnitNormalization()(y)
    y = L.PReLU(shared_axes=[1, 2])(y)
    return keras.Model(x, L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(y)))


@made
def normalizations():
    x = I((4, 6))
    norm = L.Normalization(mean=[0.1] * 6, variance=[2.0] * 6)
    adapted = L.Normalization()
    adapted.adapt(np.random.default_rng(1).normal(size=(9, 4, 6)))
    y = L.concatenate([norm(x), adapted(x), L.GroupNormalization(groups=2)(x)])
    y = L.BatchNormalization(axis=1, scale=False, momentum=0.9)(y)
    return keras.Model(x, L.LayerNormalization(center=False)(y))


@made
def sequential():
    return keras.Sequential([I((8,)), L.Dense(6, "tanh", name="first"), L.Dropout(0.3), L.GaussianNoise(0.1),
                             L.AlphaDropout(0.1), L.Dense(6, "selu"), L.ActivityRegularization(0.01),
                             L.BatchNormalization(), L.Dense(2)])


@made
def no_input_layer():
    return keras.Sequential([L.Dense(5, input_shape=(4,), activation="relu"), L.Dense(3)])


@made
def built_late():
    net = keras.Sequential([L.Conv1D(3, 2, activation="relu"), L.Flatten(), L.Dense(2)])
    net.build((None, 5, 2))
    return net


@made
def lstm():
    x = I((6, 3))
    y = L.LSTM(4, return_sequences=True, dropout=0.1)(x)
    y = L.LSTM(3, return_sequences=True, recurrent_activation="hard_sigmoid", unit_forget_bias=False)(y)
    return keras.Model(x, [L.LSTM(5, go_backwards=True)(y), L.SimpleRNN(3)(y)])


@made
def gru():
    x = I((6, 3))
    y = L.GRU(4, return_sequences=True)(x)
    y = L.GRU(3, return_sequences=True, reset_after=False)(y)
    return keras.Model(x, L.GRU(2, use_bias=False)(y))


@made
def states():
    x, h, c = I((5, 2)), I((3,)), I((3,))
    y, h2, c2 = L.LSTM(3, return_state=True)(x, initial_state=[h, c])
    return keras.Model([x, h, c], [y, h2, c2])


@made
def masked_words():
    x = I((7,), dtype="int32")
    y = L.Embedding(9, 4, mask_zero=True)(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True))(y)
    return keras.Model(x, L.Dense(2)(L.GRU(4)(y)))


@made
def bidirectional():
    x = I((5, 3))
    y = L.Bidirectional(L.GRU(3, return_sequences=True), merge_mode="sum")(x)
    y = L.Bidirectional(L.LSTM(2), backward_layer=L.LSTM(2, go_backwards=True, activation="relu"))(y)
    return keras.Model(x, y)


@made
def cells():
    x = I((5, 3))
    y = L.RNN([L.LSTMCell(4), L.GRUCell(3), L.SimpleRNNCell(2)], return_sequences=True)(x)
    return keras.Model(x, L.RNN(L.GRUCell(3, reset_after=False))(y))


@made
def time_distributed():
    x = I((3, 8, 8, 2))
    inner = keras.Sequential([I((8, 8, 2)), L.Conv2D(3, 3, activation="relu"), L.BatchNormalization(),
                              L.Flatten(), L.Dense(4)])
    y = L.TimeDistributed(inner)(x)
    return keras.Model(x, L.LSTM(3)(L.TimeDistributed(L.Dense(5))(y)))


@made
def conv_lstm():
    x = I((3, 6, 6, 2))
    y = L.ConvLSTM2D(3, 2, padding="same", return_sequences=True)(x)
    y = L.BatchNormalization()(y)
    return keras.Model(x, L.ConvLSTM2D(2, 3)(y))


@made
def convolutions():
    x = I((10, 4))
    y = L.Conv1D(4, 3, padding="causal", dilation_rate=2)(x)
    y = L.SeparableConv1D(6, 3, depth_multiplier=2, padding="same")(y)
    y = L.Conv1DTranspose(4, 3, strides=2, padding="same")(y)
    y = L.Conv1D(4, 3, groups=2)(y)
    y = L.DepthwiseConv1D(3)(y)
    return keras.Model(x, L.GlobalMaxPooling1D()(L.AveragePooling1D()(y)))


@made
def transposed():
    x = I((4, 4, 2))
    y = L.Conv2DTranspose(3, 3, strides=2, padding="same", activation="relu")(x)
    y = L.UpSampling2D(2, interpolation="bilinear")(L.Cropping2D(1)(L.ZeroPadding2D(2)(y)))
    return keras.Model(x, L.Conv2D(1, 1, activation="sigmoid")(L.MaxPooling2D(3, 2, "same")(y)))


@made
def volumes():
    x = I((6, 6, 6, 2))
    y = L.MaxPooling3D(2)(L.Conv3D(3, 3, padding="same", activation="relu")(x))
    y = L.Conv3DTranspose(2, 2, strides=2)(y)
    return keras.Model(x, L.GlobalAveragePooling3D()(y))


@made
def nested():
    inner = keras.Sequential([I((4,)), L.Dense(5, "relu"), L.BatchNormalization(), L.Dense(3)], name="base")
    z = I((3,))
    outer = keras.Model(z, L.Dense(4, name="kept")(L.Dense(3, "tanh")(z)), name="tail")
    x = I((4,))
    return keras.Model(x, L.Dense(2)(outer(L.Dense(3)(inner(x)))))


@made
def frozen_nested():
    net = nested()
    net.layers[1].trainable = False
    return net


@made
def shared():
    a, b = I((4,), name="a"), I((4,), name="b")
    layer = L.Dense(3, name="twin")
    return keras.Model([a, b], L.Dense(2)(L.subtract([L.Dense(3)(layer(a)), layer(b)])))


@made
def shared_between_models():
    """The layer of one model is used in another, and in front of a second layer of its class."""
    layer = L.Dense(4, "tanh")
    z, w, x = I((4,)), I((4,)), I((4,))
    one = keras.Model(z, L.Dense(4)(layer(z)), name="one")
    two = keras.Model(w, L.Dense(3)(L.Dense(4)(layer(w))), name="two")
    return keras.Model(x, [one(x), two(x), L.Dense(2)(layer(x))])


@made
def several():
    a, b = I((6,), name="numbers"), I((5,), dtype="int32", name="ids")
    y = L.concatenate([L.Dense(4, "relu")(a), L.GlobalAveragePooling1D()(L.Embedding(8, 3)(b))])
    return keras.Model([a, b], [L.Dense(1, name="score")(y), L.Dense(3, "softmax", name="kind")(y)])


@made
def named_inputs():
    a, b = I((3,), name="b_first"), I((3,), name="a_second")
    y = L.multiply([L.Dense(3)(a), b])
    return keras.Model({"b_first": a, "a_second": b}, {"out": L.Dense(2, name="out")(y)})


@made
def attention():
    x = I((5, 6))
    y = L.MultiHeadAttention(2, 3, name="heads")(x, x)
    y = L.LayerNormalization(epsilon=1e-6)(L.add([x, y]))
    y = L.concatenate([L.Attention(use_scale=True)([x, y]), L.AdditiveAttention()([x, y])])
    return keras.Model(x, L.EinsumDense("abc,cd->abd", (None, 4), bias_axes="d")(y))


@made
def functions():
    x = I((4, 3))
    y = tf.nn.relu(x * 2.0 - 0.5) + tf.reduce_mean(x, axis=-1, keepdims=True)
    y = L.Dense(3)(tf.concat([y[:, 1:], x[:, :1] / 3.0], axis=1))
    return keras.Model(x, tf.sigmoid(tf.reshape(y, (-1, 12))) ** 2)


@made
def words():
    x = I((1,), dtype=tf.string)
    text = L.TextVectorization(output_sequence_length=5)
    text.adapt(["the cat sat", "a dog ran", "the dog sat on a mat"])
    y = L.Embedding(20, 4)(text(x))
    return keras.Model(x, L.Dense(2, "softmax")(L.Flatten()(y)))


@made
def weighted_words():
    x = I((1,), dtype=tf.string)
    text = L.TextVectorization(output_mode="tf_idf")
    text.adapt(["the cat sat", "a dog ran", "the dog sat on a mat"])
    return keras.Model(x, L.Dense(2, "softmax")(text(x)))


@made
def lookups():
    x = I((2,), dtype="int64")
    given = L.IntegerLookup(vocabulary=[3, 5, 8], output_mode="multi_hot")
    learnt = L.IntegerLookup(output_mode="count", num_oov_indices=2)
    learnt.adapt([1, 2, 2, 4])
    bins = L.Discretization(bin_boundaries=[1.5, 3.0], output_mode="count")
    y = L.concatenate([given(x), learnt(x), L.CategoryEncoding(4, "multi_hot")(L.Hashing(4)(x)), bins(x)])
    return keras.Model(x, L.Dense(2)(y))


@made
def string_lookup():
    x = I((1,), dtype=tf.string)
    words = L.StringLookup(output_mode="one_hot")
    words.adapt(["x", "y", "y", "the cat"])
    inner = keras.Sequential([I((4,)), L.Dense(4, "tanh"), L.Dense(3)], name="inner")
    return keras.Model(x, L.Dense(2, "softmax")(inner(words(x))))


@made
def pictures():
    x = I((8, 8, 3))
    y = L.Rescaling(1 / 127.5, -1.0)(L.Resizing(6, 6)(x))
    y = L.RandomContrast(0.1)(L.RandomFlip("horizontal")(L.CenterCrop(4, 4)(y)))
    return keras.Model(x, L.Dense(2)(L.Flatten()(y)))


@made
def shapes():
    x = I((4, 6))
    y = L.Permute((2, 1))(L.Reshape((6, 4))(L.Flatten()(x)))
    y = L.Dot(axes=(2, 1))([y, L.Dense(5)(L.Permute((2, 1))(x))])
    y = L.maximum([y, L.minimum([y, L.average([y, y])])])
    return keras.Model(x, L.RepeatVector(3)(L.Softmax()(L.ThresholdedReLU(0.1)(L.Flatten()(y)))))


@made
def half():
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    net = keras.Sequential([I((4,)), L.Dense(3, "relu"), L.Dense(2, dtype="float32")])
    keras.mixed_precision.set_global_policy("float32")
    return net


@made
def double():
    keras.backend.set_floatx("float64")
    net = keras.Sequential([I((4,)), L.Dense(3, "relu"), L.BatchNormalization(), L.Dense(2)])
    keras.backend.set_floatx("float32")
    return net


@made
def mobilenet():
    return keras.applications.MobileNetV2((32, 32, 3), alpha=0.35, weights=None, classes=4)


# Files that Keras 2 itself cannot read: a shared layer gets the inputs that it has in another model,
# and JSON does not say that it is shared.
TOLERANCES = {"half": "2e-2"}  # Keras computes in bfloat16
NOT_READ = {("shared_between_models", "m.h5"), ("shared_between_models", "m.weights.h5")}


def drawn(value, draw):
    shape = (3, *(5 if n is None else n for n in value.shape[1:]))
    if value.dtype == tf.string:
        return draw.choice(["x", "y", "the cat", "a dog sat", "other words"], shape).astype(object)
    return draw.integers(0, 7, shape) if value.dtype.is_integer else draw.normal(size=shape).astype("float32")


def refill(net, draw):
    for weight in net.weights:
        known = hasattr(weight, "dtype") and None not in weight.shape
        adapted = known and weight.name in ("mean:0", "variance:0")  # the layer has copies of these
        if known and weight.dtype.is_floating and not adapted:
            low = 0.4 if "variance" in weight.name or "gamma" in weight.name else -0.6
            weight.assign(draw.uniform(low, 0.9, weight.shape))


def in_list(value):
    value = list(value.values()) if isinstance(value, dict) else value
    return list(value) if isinstance(value, (list, tuple)) else [value]


class OldLayout:
    """While it lasts, saving_lib lays out `.keras` files as 2.12 and 2.13 did."""

    def __enter__(self):
        self.kept = saving_lib._walk_trackable, saving_lib._save_container_state, saving_lib.ATTR_SKIPLIST
        saving_lib.ATTR_SKIPLIST = self.kept[2] - {"_layer_checkpoint_dependencies"}
        saving_lib._walk_trackable = self.walk
        saving_lib._save_container_state = self.save

    def __exit__(self, *_):
        saving_lib._walk_trackable, saving_lib._save_container_state, saving_lib.ATTR_SKIPLIST = self.kept

    @staticmethod
    def walk(trackable):
        for name in dir(trackable):
            if name.startswith("__") or name in saving_lib.ATTR_SKIPLIST:
                continue
            try:
                yield name, getattr(trackable, name)
            except Exception:
                continue

    @staticmethod
    def save(container, weights_store, assets_store, inner_path, visited_trackables):
        used = {}
        for trackable in list(container.values()) if isinstance(container, dict) else container:
            if saving_lib._is_keras_trackable(trackable):
                name = generic_utils.to_snake_case(trackable.__class__.__name__)
                used[name] = used.get(name, -1) + 1
                name += f"_{used[name]}" if used[name] else ""
                saving_lib._save_state(trackable, weights_store, assets_store, f"{inner_path}/{name}",
                                       visited_trackables)


def save(net, folder):
    """Yields the arguments by which linnet gets each file."""
    net.save(folder / "m.keras")
    yield [folder / "m.keras"]
    with OldLayout():
        saving_lib.save_model(net, folder / "old.keras")
    yield [folder / "old.keras"]
    with open(folder / "npz.keras", "wb"):
        saving_lib.save_model(net, str(folder / "npz.keras"), weights_format="npz")
    yield [folder / "npz.keras"]
    vocabularies = (L.TextVectorization, L.StringLookup, L.IntegerLookup)  # no `.h5` has these
    if not any(isinstance(layer, vocabularies) for layer in net.layers):
        net.save(folder / "m.h5", save_format="h5")
        yield [folder / "m.h5"]
        (folder / "m.json").write_text(net.to_json())
        net.save_weights(folder / "w.h5", save_format="h5")
        yield [folder / "m.json", "--weights", folder / "w.h5"]
        net.save_weights(folder / "m.weights.h5")
        yield [folder / "m.json", "--weights", folder / "m.weights.h5"]


def told_apart(linnet, file, texts, y):
    """What is wrong with the probabilities that linnet gives the texts; empty: nothing."""
    command = [linnet, "predict", *file, "--json", "--top", str(y.shape[1])]
    for text in texts:
        command += ["--text", text]
    run = subprocess.run(command, capture_output=True, text=True)
    if run.returncode != 0:
        return run.stderr
    rows = json.loads(run.stdout)["predictions"]
    given = [sorted((p["probability"] for p in row["top"]), reverse=True) for row in rows]
    worst = np.abs(np.array(given) - np.sort(y)[:, ::-1]).max()
    return f"probabilities differ by {worst}" if not worst <= 1e-5 else ""


def check(linnet, name, folder, draw):
    try:
        net = MODELS[name]()
    except Exception as error:
        return print(f"{name}: tf_keras: {str(error).splitlines()[0]}") or 0
    refill(net, draw)
    x = [drawn(v, draw) for v in net.inputs]
    if not any(v.dtype == tf.string for v in net.inputs):
        net.compile("adam", "mse", run_eagerly=True)
        fed = dict(zip(net.input_names, x)) if isinstance(net.input, dict) else x if len(x) > 1 else x[0]
        net.train_on_batch(fed, net(fed))
    else:
        fed = [tf.constant(v) for v in x] if len(x) > 1 else tf.constant(x[0])
    y = [np.asarray(v, "float32") for v in in_list(net(fed, training=False))]
    arguments, wrong = [], 0
    for role, arrays in (("--input", x), ("--expect", y)):
        for i, array in enumerate(arrays):
            np.save(folder / f"{role[2:]}{i}.npy", array)
            arguments += [role, folder / f"{role[2:]}{i}.npy"]
    for file in save(net, folder):
        if (name, file[-1].name) in NOT_READ:
            continue
        if x[0].dtype == object:
            line = told_apart(linnet, file, list(x[0][:, 0]), y[0])
        else:
            command = [linnet, "verify", *file, *arguments, "--tolerance", TOLERANCES.get(name, "1e-5")]
            run = subprocess.run(command, capture_output=True, text=True)
            line = (run.stderr.strip() or run.stdout.strip() or "nothing") if run.returncode != 0 else ""
        if line:
            line = line.strip().replace(str(folder), "")
            print(f"{name}: {file[-1].name}: {line.splitlines()[-1]}", flush=True)
            wrong += 1
    return wrong


def main():
    linnet, names = sys.argv[1], sys.argv[2:] or list(MODELS)
    wrong = 0
    for number, name in enumerate(names):
        keras.backend.clear_session()
        keras.utils.set_random_seed(number)
        with tempfile.TemporaryDirectory() as folder:
            wrong += check(linnet, name, pathlib.Path(folder), np.random.default_rng(number))
        print(f"{name} is done", flush=True)
    print(f"{len(names)} models, {wrong} files that differ")
    return wrong > 0


if __name__ == "__main__":
    sys.exit(main())
