"""conv_lstm.safetensors: recurrent layers over space, as recurrent.safetensors."""

import keras
import numpy as np
from keras import layers

from topics.recurrent import UNITS, add
from topics.store import GoldenFile, Values


def add_convolutions(file):
    seen = {"return_sequences": True, "return_state": True}
    cases = {
        "ConvLSTM1D": (layers.ConvLSTM1D, (2, 3, 5, 2), {"strides": 2, **seen}),
        "ConvLSTM1D_mask": (  # only unrolled steps take a mask, on JAX
            layers.ConvLSTM1D,
            (2, 3, 5, 2),
            {"dilation_rate": 2, "unroll": True, **seen},
        ),
        "ConvLSTM2D": (layers.ConvLSTM2D, (2, 3, 4, 3, 2), {"padding": "same"}),
        "ConvLSTM2D_first": (
            layers.ConvLSTM2D,
            (2, 3, 2, 4, 3),
            {"data_format": "channels_first", **seen},
        ),
        "ConvLSTM3D": (layers.ConvLSTM3D, (1, 2, 2, 3, 2, 2), {"go_backwards": True}),
    }
    for case, (kind, shape, options) in cases.items():
        keras.backend.clear_session()
        x = Values("inputs/" + case).uniform(shape, -2.0, 2.0)
        mask = None
        if case == "ConvLSTM1D_mask":
            mask = np.array([[1, 0, 1], [0, 1, 1]], bool)
        add(file, case, kind(UNITS, 2, **options), [x], mask)


def write(folder):
    file = GoldenFile()
    add_convolutions(file)
    return file.write(folder / "conv_lstm.safetensors")
