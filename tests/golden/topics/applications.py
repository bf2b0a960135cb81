"""applications.safetensors: what whole networks give for one small picture.

Their weights come from a formula (formula_weight here and in applications/formula_weights.hpp),
so that none are stored.
"""

import keras
import numpy as np
from keras import applications

from topics.store import GoldenFile, Values

NETWORKS = {
    "ResNet50": 32,
    "ResNet50V2": 32,
}


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
    if name in ("gamma", "moving_variance"):
        return (0.5 + unit).astype("float32")
    return ((unit - 0.5) * 0.2).astype("float32")


def set_weights(model):
    for layer in model.layers:
        for weight in layer.weights:
            weight.assign(formula_weight(layer.name, weight.name, weight.shape))


def write(folder):
    file = GoldenFile()
    for name, size in NETWORKS.items():
        keras.backend.clear_session()
        build = getattr(applications, name)
        model = build(
            weights=None, include_top=False, input_shape=(size, size, 3), pooling="avg"
        )
        set_weights(model)
        case = name.lower()
        picture = Values("applications/" + case).uniform((1, size, size, 3))
        file.describe(
            case,
            name=name,
            parameters=model.count_params(),
            parameters_with_top=build(weights=None).count_params(),
            layers=[layer.name for layer in model.layers],
        )
        file.put(case, "input", [picture])
        file.put(case, "output", np.asarray(model(picture, training=False)))
    return file.write(folder / "applications.safetensors")
