"""resize.safetensors: tf.image.resize of float pictures, and its gradient."""

import numpy as np
import tensorflow as tf

from topics.store import GoldenFile, Values

METHODS = ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5", "area"]
SIZES = {  # (batch, height, width, channels) to (height, width)
    "up": ((2, 4, 5, 3), (7, 11)),
    "down": ((1, 13, 10, 3), (5, 4)),
    "double": ((1, 6, 6, 1), (12, 12)),
    "mixed": ((1, 3, 17, 2), (8, 6)),
}


def add(file, method, antialias, size):
    shape, (height, width) = SIZES[size]
    case = f"{method}_{size}" + ("_antialias" if antialias else "")
    values = Values("resize/" + case)
    x = tf.constant(values.uniform(shape, 0.0, 1.0))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.image.resize(x, (height, width), method=method, antialias=antialias)
        cotangent = values.uniform(y.shape)
        total = tf.reduce_sum(y * cotangent)
    file.describe(case, method=method, antialias=antialias, height=height, width=width)
    file.put(case, "input", x.numpy())
    file.put(case, "output", y.numpy().astype("float32"))
    if method in ("nearest", "bilinear") or (antialias and method != "area"):
        file.put(case, "cotangent", cotangent)
        file.put(case, "input_grad", np.asarray(tape.gradient(total, x)))


def write(folder):
    file = GoldenFile()
    for method in METHODS:
        for antialias in [False] if method in ("nearest", "area") else [False, True]:
            for size in SIZES:
                add(file, method, antialias, size)
    return file.write(folder / "resize.safetensors")
