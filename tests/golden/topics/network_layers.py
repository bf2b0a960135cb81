"""network_layers.safetensors: layers that ready-made networks need beside those of spatial."""

import keras
import numpy as np
from keras import layers

from topics.layers import add, distinct, random_inputs, two_masks
from topics.store import GoldenFile, Values

STEPS, IMAGE, VOLUME = (2, 4, 3), (2, 3, 4, 2), (1, 2, 3, 2, 2)


def add_merging(file):
    kinds = {
        "subtract": layers.Subtract,
        "multiply": layers.Multiply,
        "average": layers.Average,
        "maximum": layers.Maximum,
        "minimum": layers.Minimum,
    }
    for name, layer in kinds.items():
        cases = {
            name: [(3, 4)] * 2,
            name + "_broadcast": [(2, 3, 4, 5), (2, 1, 1, 5)],
            name + "_ranks": [(2, 4), (2, 3, 4)],
        }
        if name != "subtract":
            cases[name + "_three"] = [(2, 3, 4)] * 3
        for case, shapes in cases.items():
            add(file, case, layer, {}, random_inputs(case, *shapes))
        if name != "multiply":
            data = random_inputs(name + "_mask", (3, 5, 4), (3, 5, 4))
            add(file, name + "_mask", layer, {}, data, two_masks())


def add_up_sampling(file):
    cases = {
        "up_sampling1d": (layers.UpSampling1D, STEPS, {}),
        "up_sampling1d_three": (layers.UpSampling1D, STEPS, {"size": 3}),
        "up_sampling2d": (layers.UpSampling2D, IMAGE, {}),
        "up_sampling2d_pair": (layers.UpSampling2D, IMAGE, {"size": (3, 2)}),
        "up_sampling2d_channels_first": (layers.UpSampling2D, IMAGE, {"data_format": "channels_first"}),
        "up_sampling3d": (layers.UpSampling3D, VOLUME, {}),
        "up_sampling3d_sizes": (layers.UpSampling3D, VOLUME, {"size": (1, 2, 3)}),
    }
    for method in ("bilinear", "bicubic", "lanczos3", "lanczos5"):
        case = f"up_sampling2d_{method}"
        cases[case] = (layers.UpSampling2D, IMAGE, {"size": (2, 3), "interpolation": method})
    for case, (layer, shape, options) in cases.items():
        add(file, case, layer, options, random_inputs(case, shape))


def add_normalization(file):
    cases = {
        "normalization_weights": ((3, 4), {}),
        "normalization_weights_axis1": ((2, 3, 4), {"axis": 1}),
        "normalization_weights_two_axes": ((2, 3, 4), {"axis": (1, -1)}),
        "normalization_weights_none": ((2, 3), {"axis": None}),
        "normalization_weights_invert": ((3, 4), {"invert": True}),
        "normalization_number": ((2, 3, 4), {"mean": 0.5, "variance": 2.0}),
        "normalization_list": ((2, 3, 4), {"mean": [1.0, 2.0, 3.0, 4.0], "variance": [0.5, 1.0, 0.0, 4.0]}),
        "normalization_axis1": ((2, 3, 4), {"axis": 1, "mean": [1.0, 2.0, 3.0], "variance": [0.5, 1.0, 2.0]}),
        "normalization_two_axes": (
            (2, 2, 3),
            {"axis": (1, 2), "mean": [[1.0, 2.0, 3.0], [0.0, 1.0, 0.5]], "variance": [[0.5, 1.0, 2.0], [1.5, 3.0, 0.25]]},
        ),
        "normalization_row_of_two_axes": (
            (2, 2, 3),
            {"axis": (1, 2), "mean": [1.0, 2.0, 3.0], "variance": [0.5, 1.0, 2.0]},
        ),
        "normalization_invert": ((3, 2), {"mean": [1.0, 2.0], "variance": [0.5, 4.0], "invert": True}),
    }
    for case, (shape, options) in cases.items():
        add(file, case, layers.Normalization, options, random_inputs(case, shape))


def write(folder):
    file = GoldenFile()
    add_merging(file)
    add_up_sampling(file)
    add_normalization(file)
    return file.write(folder / "network_layers.safetensors")
