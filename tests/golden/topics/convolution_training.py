"""convolution_training.safetensors: losses of 30 training steps of small networks with a
normalization."""

import functools

import keras
import numpy as np
from keras import layers, losses

from topics.store import GoldenFile, Values
from topics.training import BATCH, STEPS, add, in_batches

PICTURE = (5, 6, 2)
STEPS_OF_ROW = 6


def network(**renorm):
    return keras.Sequential(
        [
            keras.Input(PICTURE),
            layers.Conv2D(6, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9, **renorm),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def pictures(rows):
    """Noise; the class is whether a channel's mean or that of their product is the largest."""
    x = Values("training/pictures").uniform((rows, *PICTURE))
    means = [x[..., 0], x[..., 1], x[..., 0] * x[..., 1]]
    classes = np.argmax(np.stack([m.mean((1, 2)) for m in means], -1), -1)
    return in_batches(x), in_batches(classes.astype("int32"))


def normalized(axis):
    """Statistics of another axis than the last, whose sizes are all different."""
    return keras.Sequential(
        [
            keras.Input(PICTURE),
            layers.Conv2D(4, 3, padding="same", use_bias=False),
            layers.BatchNormalization(axis=axis, momentum=0.9),
            layers.ReLU(),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def normalized_steps():
    """Statistics of the steps that a mask keeps."""
    return keras.Sequential(
        [
            keras.Input((STEPS_OF_ROW, 3)),
            layers.Masking(),
            layers.Dense(4),
            layers.BatchNormalization(momentum=0.9),
            layers.GlobalAveragePooling1D(),
            layers.Dense(3, activation="softmax"),
        ]
    )


def padded_rows(rows):
    """Rows of 1 to STEPS_OF_ROW steps, the rest zeros; the class is the feature of the largest mean."""
    values = Values("training/padded_rows")
    x = values.uniform((rows, STEPS_OF_ROW, 3))
    used = values.integers((rows, 1), 1, STEPS_OF_ROW + 1)
    x = x * (np.arange(STEPS_OF_ROW) < used)[..., None].astype("float32")
    return in_batches(x), in_batches(np.argmax(x.sum(1), -1).astype("int32"))


def write(folder):
    file = GoldenFile()
    for name in ("sgd", "adam", "adamw"):
        loss = losses.SparseCategoricalCrossentropy()
        add(file, f"convolution_{name}", network, pictures(STEPS * BATCH), loss, name)
    renorm = {"renorm": True, "renorm_momentum": 0.8}
    clipped = renorm | {"renorm_clipping": {"rmin": 0.8, "rmax": 1.1, "dmax": 0.1}}
    for case, options in {"renorm": renorm, "renorm_clipped": clipped}.items():
        loss = losses.SparseCategoricalCrossentropy()
        make = functools.partial(network, **options)
        add(file, f"convolution_{case}", make, pictures(STEPS * BATCH), loss, "sgd")
    for axis in (1, 2):
        make = functools.partial(normalized, axis)
        loss = losses.SparseCategoricalCrossentropy()
        add(file, f"normalization_axis{axis}", make, pictures(STEPS * BATCH), loss, "sgd")
    loss = losses.SparseCategoricalCrossentropy()
    add(file, "normalization_masked", normalized_steps, padded_rows(STEPS * BATCH), loss, "sgd")
    return file.write(folder / "convolution_training.safetensors")
