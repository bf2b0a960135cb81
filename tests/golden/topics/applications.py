"""applications.safetensors: what whole networks give for one small picture.

Their weights come from a formula (formula_weight here and in applications/formula_weights.hpp),
so that none are stored.
"""

import contextlib
import re
from unittest import mock

import keras
import numpy as np
from keras import applications
from keras.src.initializers.random_initializers import VarianceScaling
from keras.src.utils import file_utils

from topics.store import GoldenFile, Values

SMALLEST = {"InceptionV3": 75, "Xception": 71}  # the others: 32
OWN_PREPROCESSING = ("EfficientNet", "MobileNetV3")  # take 0..255
NETWORKS = [
    "DenseNet121", "DenseNet169", "DenseNet201",
    *(f"EfficientNetB{i}" for i in range(8)),
    "InceptionV3",
    "MobileNet", "MobileNetV2", "MobileNetV3Large", "MobileNetV3Small",
    "ResNet101", "ResNet101V2", "ResNet152", "ResNet152V2", "ResNet50", "ResNet50V2",
    "VGG16", "VGG19",
    "Xception",
]
# Options of single networks that change layers, and what is asked of them.
VARIANTS = {
    "mobilenet_thin": ("MobileNet", dict(alpha=0.3, depth_multiplier=2, classes=3, input_shape=(33, 47, 3))),
    "mobilenet_max": ("MobileNet", dict(alpha=0.25, include_top=False, pooling="max", input_shape=(32, 32, 3))),
    "mobilenet_v2_thin": ("MobileNetV2", dict(alpha=0.35, include_top=False, pooling="avg", input_shape=(45, 32, 3))),
    "mobilenet_v2_wide": ("MobileNetV2", dict(alpha=1.3, classes=3, input_shape=(32, 32, 3))),
    "mobilenet_v3_minimalistic": ("MobileNetV3Small", dict(minimalistic=True, classes=3, input_shape=(33, 47, 3))),
    "mobilenet_v3_thin": ("MobileNetV3Large", dict(alpha=0.75, include_top=False, pooling="max", input_shape=(32, 32, 3), include_preprocessing=False)),
    "mobilenet_v3_wide": ("MobileNetV3Small", dict(alpha=1.5, classes=3, input_shape=(32, 40, 3), dropout_rate=0.0)),
    "efficientnet_odd": ("EfficientNetB0", dict(include_top=False, pooling="max", input_shape=(33, 47, 3))),
    "efficientnet_open": ("EfficientNetB0", dict(include_top=False, pooling="avg")),
    "resnet50_features": ("ResNet50", dict(include_top=False, pooling="avg", input_shape=(32, 32, 3))),
    "vgg16_features": ("VGG16", dict(include_top=False, pooling="avg", input_shape=(32, 32, 3))),
}
# Names and files that depend on more than the network.
NAMED = [
    ("MobileNet", dict(alpha=alpha, input_shape=(size, size, 3)))
    for alpha, size in ((0.25, 128), (0.5, 160), (0.75, 192), (1.0, 224))
] + [
    ("MobileNet", dict(include_top=False, input_shape=(100, 100, 3))),
    ("MobileNet", dict(include_top=False)),
    ("MobileNetV2", dict(include_top=False, alpha=0.35, input_shape=(96, 96, 3))),
    ("MobileNetV2", dict(include_top=False, alpha=1.3, input_shape=(64, 96, 3))),
    ("MobileNetV2", dict(alpha=1.4)),
    ("MobileNetV3Small", dict(alpha=0.75)),
    ("MobileNetV3Small", dict(minimalistic=True, include_top=False)),
    ("MobileNetV3Large", dict(minimalistic=True)),
    ("MobileNetV3Large", dict(alpha=0.75, include_top=False)),
]


def hash_of(text):
    """FNV-1a, 32 bits."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 % 2**32
    return value


def formula_weight(layer, name, shape):
    """Numbers that depend on the weight's path and the place alone."""
    size = int(np.prod(shape))
    counter = np.arange(size, dtype=np.uint64) * np.uint64(2654435761)
    mixed = (counter + np.uint64(hash_of(f"{layer}/{name}"))) % np.uint64(2**32)
    mixed = (mixed ^ (mixed >> np.uint64(15))) * np.uint64(2246822519) % np.uint64(2**32)
    unit = (mixed / 2.0**32).reshape(shape)  # in [0, 1)
    if name.endswith("kernel"):
        return ((unit - 0.5) * 2 * np.sqrt(3 / np.prod(shape[:-1]))).astype("float32")
    if name in ("gamma", "moving_variance", "variance"):
        return (0.5 + unit).astype("float32")
    return ((unit - 0.5) * 0.2).astype("float32")


def set_weights(model):
    for layer in model.layers:
        for weight in layer.weights:
            weight.assign(formula_weight(layer.name, weight.name, weight.shape))


@contextlib.contextmanager
def without_random_weights():
    """Weights are set by the formula, or only counted."""
    with mock.patch.object(
        VarianceScaling, "__call__", lambda self, shape, dtype=None: np.zeros(shape, "float32")
    ):
        yield


def build(name, **options):
    keras.backend.clear_session()
    with without_random_weights():
        return getattr(applications, name)(weights=None, **options)


class FileWanted(Exception):
    pass


def weight_file(name, **options):
    """The file that Keras would download."""

    def refuse(fname, *args, **kwargs):
        raise FileWanted(fname)

    keras.backend.clear_session()
    with mock.patch.object(file_utils, "get_file", refuse), without_random_weights():
        try:
            getattr(applications, name)(weights="imagenet", **options)
        except FileWanted as wanted:
            return str(wanted)
    raise ValueError(name)


def is_generated(layer):
    """Whether the name was made from the class."""
    base = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", layer.__class__.__name__)
    base = re.sub(r"([a-z])([A-Z])", r"\1_\2", base).lower()
    return re.fullmatch(base + r"(_\d+)?", layer.name) is not None


def weight_list(model):
    """Layers and weights in the order of Keras's legacy files."""
    return "".join(
        f"{layer.name}/{weight.name} {'x'.join(map(str, weight.shape))}\n"
        for layer in model.layers
        for weight in layer.trainable_weights + layer.non_trainable_weights
    )


def layer_list(model):
    return "".join(sorted(f"{layer.name}\n" for layer in model.layers if not is_generated(layer)))


def describe_network(file, name):
    whole, bare = build(name), build(name, include_top=False)
    file.describe(
        name,
        parameters=whole.count_params(),
        parameters_no_top=bare.count_params(),
        model_name=whole.name,
        weights_hash=hash_of(weight_list(whole)),
        layers_hash=hash_of(layer_list(whole)),
        file=weight_file(name),
        file_no_top=weight_file(name, include_top=False),
    )


def add_outputs(file, case, name, **options):
    model = build(name, **options)
    set_weights(model)
    shape = options.get("input_shape", (40, 35, 3))
    most = 255.0 if name.startswith(OWN_PREPROCESSING) else 1.0
    picture = Values("applications/" + case).uniform((1, *shape), 0.0, most)
    output = np.asarray(model(picture, training=False))
    if not np.isfinite(output).all() or np.ptp(output) < 0.01 * np.abs(output).max():
        raise ValueError(f"{case}: {output} shows nothing")
    file.describe(case, name=name, options=options, parameters=model.count_params())
    file.put(case, "input", [picture])
    file.put(case, "output", output)


def write(folder):
    file = GoldenFile()
    for name in NETWORKS:
        describe_network(file, name)
        size = SMALLEST.get(name, 32)
        add_outputs(file, "output_" + name, name, classes=5, classifier_activation=None,
                    input_shape=(size, size, 3))
    for case, (name, options) in VARIANTS.items():
        add_outputs(file, case, name, **options)
    named = [
        dict(name=name, options=options, model_name=build(name, **options).name,
             file=weight_file(name, **options))
        for name, options in NAMED
    ]
    file.describe("names", networks=named)
    return file.write(folder / "applications.safetensors")
