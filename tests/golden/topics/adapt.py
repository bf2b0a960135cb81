"""adapt.safetensors: what Normalization learns from data."""

import keras
import numpy as np
from keras import layers

from topics.store import GoldenFile, Values


def write(folder):
    file = GoldenFile()
    cases = {
        "last_axis": ((20, 3), {}),
        "rows_of_rows": ((6, 4, 3), {}),
        "axis1": ((6, 4, 3), {"axis": 1}),
        "two_axes": ((7, 2, 3), {"axis": (1, 2)}),
        "middle_and_last": ((5, 2, 4, 3), {"axis": (1, 3)}),
        "one_for_all": ((9, 4), {"axis": None}),
        "invert": ((8, 2), {"invert": True}),
    }
    for case, (shape, options) in cases.items():
        keras.backend.clear_session()
        layer = layers.Normalization(**options)
        x = Values("adapt/" + case).uniform(shape, -3.0, 50.0)
        layer.adapt(x)
        file.describe(case, config={k: v for k, v in layer.get_config().items() if k in ("axis", "invert")})
        file.put(case, "x", [x])
        file.put(case, "mean", np.asarray(layer.adapt_mean.value))
        file.put(case, "variance", np.asarray(layer.adapt_variance.value))
        file.put(case, "y", np.asarray(layer(x)))
    return file.write(folder / "adapt.safetensors")
