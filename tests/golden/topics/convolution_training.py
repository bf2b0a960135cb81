"""convolution_training.safetensors: losses of 30 training steps of a small convolution network."""

import functools

import keras
import numpy as np
from keras import layers, losses

from topics.store import GoldenFile, Values
from topics.training import BATCH, STEPS, add, in_batches

PICTURE = (5, 6, 2)


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
    return file.write(folder / "convolution_training.safetensors")
