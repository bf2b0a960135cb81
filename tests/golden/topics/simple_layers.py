"""simple_layers.safetensors: normalizations by sample, Dot, Masking, and layers that move or keep."""

import numpy as np
from keras import layers

from topics.layers import add, random_inputs, time_mask, two_masks
from topics.store import GoldenFile

STEPS = (3, 5, 4)


def add_normalizations(file):
    cases = {
        "layer_normalization": ((4, 6), {}),
        "layer_normalization_steps": (STEPS, {"epsilon": 1e-6}),
        "layer_normalization_axis1": (STEPS, {"axis": 1}),
        "layer_normalization_axes": ((2, 3, 4, 2), {"axis": [1, 3]}),
        "layer_normalization_plain": (STEPS, {"center": False, "scale": False}),
        "layer_normalization_center": (STEPS, {"scale": False}),
        "layer_normalization_rms": (STEPS, {"rms_scaling": True}),
        "layer_normalization_initializers": (
            (3, 4),
            {"gamma_initializer": "he_normal", "beta_initializer": "ones", "beta_regularizer": "l2"},
        ),
    }
    for case, (shape, options) in cases.items():
        add(file, case, layers.LayerNormalization, options, random_inputs(case, shape))
    data = random_inputs("layer_normalization_mask", STEPS)
    add(file, "layer_normalization_mask", layers.LayerNormalization, {}, data, [time_mask(3, 5)])
    cases = {
        "unit_normalization": ((4, 6), {}),
        "unit_normalization_axis1": (STEPS, {"axis": 1}),
        "unit_normalization_axes": (STEPS, {"axis": [1, 2]}),
    }
    for case, (shape, options) in cases.items():
        add(file, case, layers.UnitNormalization, options, random_inputs(case, shape))
    data = random_inputs("unit_normalization_mask", STEPS)
    add(file, "unit_normalization_mask", layers.UnitNormalization, {}, data, [time_mask(3, 5)])


def add_dot(file):
    cases = {
        "dot": ([(4, 3), (4, 3)], {"axes": 1}),
        "dot_cosine": ([(4, 3), (4, 3)], {"axes": -1, "normalize": True}),
        "dot_steps": ([(2, 3, 4), (2, 5, 4)], {"axes": -1}),
        "dot_pair": ([(2, 3, 5), (2, 6, 3)], {"axes": (1, 2)}),
        "dot_first_axes": ([(2, 4, 3), (2, 4, 5)], {"axes": 1, "normalize": True}),
        "dot_row_and_steps": ([(2, 4), (2, 3, 4)], {"axes": (1, 2)}),
        "dot_steps_and_row": ([(2, 4, 3), (2, 3)], {"axes": (2, 1)}),
        "dot_rank4": ([(2, 3, 4, 5), (2, 6, 5)], {"axes": (3, 2)}),
    }
    for case, (shapes, options) in cases.items():
        add(file, case, layers.Dot, options, random_inputs(case, *shapes))
    data = random_inputs("dot_mask", (3, 5, 4), (3, 5, 4))
    add(file, "dot_mask", layers.Dot, {"axes": -1}, data, two_masks())


def add_masking(file):
    for case, value in (("masking", 0.0), ("masking_value", -1.5)):
        (x,) = random_inputs(case, STEPS)
        x[0, 3:] = value
        x[1, 1] = value
        x[2, 2, :2] = value  # not the whole step
        add(file, case, layers.Masking, {"mask_value": value}, [x])


def add_moving(file):
    for dims in ((1, 2), (2, 1), (3, 1, 2), (1, 3, 2)):
        case = "permute_" + "".join(map(str, dims))
        shape = (2, 3, 4, 5)[: len(dims) + 1]
        add(file, case, layers.Permute, {"dims": dims}, random_inputs(case, shape))
    for n in (1, 3):
        case = f"repeat_vector_{n}"
        add(file, case, layers.RepeatVector, {"n": n}, random_inputs(case, (2, 4)))


def add_passing(file):
    """Layers that only do something in training."""
    cases = {
        "identity": (layers.Identity, {}),
        "gaussian_noise": (layers.GaussianNoise, {"stddev": 0.5}),
        "gaussian_dropout": (layers.GaussianDropout, {"rate": 0.25, "seed": 3}),
        "alpha_dropout": (layers.AlphaDropout, {"rate": 0.25, "noise_shape": (None, 1, 4)}),
        "activity_regularization": (layers.ActivityRegularization, {"l1": 0.1, "l2": 0.2}),
    }
    for case, (layer, options) in cases.items():
        add(file, case, layer, options, random_inputs(case, STEPS), [time_mask(3, 5)])


def add_softmax(file):
    """Of scores that the mask which they carry leaves out in part, and of a whole row."""
    mask = time_mask(3, 5)
    rest = mask.copy()
    rest[1] = False
    for case, kept in (("softmax_mask", mask), ("softmax_mask_row", rest)):
        add(file, case, layers.Softmax, {}, random_inputs(case, (3, 5)), [kept])


def write(folder):
    file = GoldenFile()
    add_normalizations(file)
    add_dot(file)
    add_masking(file)
    add_moving(file)
    add_passing(file)
    add_softmax(file)
    return file.write(folder / "simple_layers.safetensors")
