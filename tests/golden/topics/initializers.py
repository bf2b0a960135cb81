"""initializers.safetensors: exact values where there are some, else the distribution's facts."""

import itertools
import math

import keras
import numpy as np
from keras import initializers
from keras.src.initializers.random_initializers import compute_fans

from topics.store import GoldenFile, config_of

SHAPES = [(64, 48), (3, 700), (3, 3, 16, 32), (5, 12, 24), (2000,), (500, 16)]
EXACT_SHAPES = [(3, 4), (5,), (4, 4), (2, 2, 1, 3), (4, 2)]
# A normal distribution cut at two deviations keeps this share of its deviation.
CUT = 0.87962566103423978


def random_cases():
    """Case name -> initializer."""
    scaling = initializers.VarianceScaling
    cases = {
        "random_normal": initializers.RandomNormal(seed=1),
        "random_normal_arguments": initializers.RandomNormal(mean=0.5, stddev=2.0, seed=1),
        "truncated_normal": initializers.TruncatedNormal(seed=1),
        "truncated_normal_arguments": initializers.TruncatedNormal(mean=-1.0, stddev=0.3, seed=1),
        "random_uniform": initializers.RandomUniform(seed=1),
        "random_uniform_arguments": initializers.RandomUniform(-0.2, 0.6, seed=1),
        "glorot_uniform": initializers.GlorotUniform(seed=1),
        "glorot_normal": initializers.GlorotNormal(seed=1),
        "lecun_uniform": initializers.LecunUniform(seed=1),
        "lecun_normal": initializers.LecunNormal(seed=1),
        "he_uniform": initializers.HeUniform(seed=1),
        "he_normal": initializers.HeNormal(seed=1),
    }
    distributions = ("uniform", "truncated_normal", "untruncated_normal")
    for mode, distribution in itertools.product(("fan_in", "fan_out", "fan_avg"), distributions):
        case = f"variance_scaling_{mode}_{distribution}"
        cases[case] = scaling(scale=1.5, mode=mode, distribution=distribution, seed=1)
    return cases


def scaled_variance(initializer, fans):
    """The variance that a VarianceScaling aims at."""
    fan = {"fan_in": fans[0], "fan_out": fans[1], "fan_avg": sum(fans) / 2.0}[initializer.mode]
    return initializer.scale / max(1.0, fan)


def uniform_facts(low, high):
    return {
        "distribution": "uniform",
        "mean": (low + high) / 2.0,
        "stddev": (high - low) / math.sqrt(12.0),
        "low": low,
        "high": high,
    }


def normal_facts(mean, stddev, cut):
    """`stddev` is that of the normal before it is cut at two deviations."""
    return {
        "distribution": "truncated_normal" if cut else "normal",
        "mean": mean,
        "stddev": stddev * (CUT if cut else 1.0),
        "low": mean - 2.0 * stddev if cut else None,
        "high": mean + 2.0 * stddev if cut else None,
    }


def facts(initializer, fans):
    if isinstance(initializer, initializers.VarianceScaling):
        deviation = math.sqrt(scaled_variance(initializer, fans))
        if initializer.distribution == "uniform":
            limit = math.sqrt(3.0) * deviation
            return uniform_facts(-limit, limit)
        cut = initializer.distribution == "truncated_normal"
        return normal_facts(0.0, deviation / CUT if cut else deviation, cut)
    if isinstance(initializer, initializers.RandomUniform):
        return uniform_facts(initializer.minval, initializer.maxval)
    cut = isinstance(initializer, initializers.TruncatedNormal)
    return normal_facts(initializer.mean, initializer.stddev, cut)


def check(case, initializer, shape, expected):
    """Stops when a sample drawn by Keras contradicts the facts."""
    sample = np.asarray(initializer(shape), "float64")
    spread = expected["stddev"]
    wrong = abs(sample.mean() - expected["mean"]) > 5.0 * spread / math.sqrt(sample.size)
    wrong |= abs(sample.std() / spread - 1.0) > 5.0 / math.sqrt(2.0 * sample.size)
    if expected["low"] is not None:
        wrong |= sample.min() < expected["low"] - 1e-6 or sample.max() > expected["high"] + 1e-6
    if wrong:
        raise ValueError(f"{case} with shape {shape} does not fit {expected}")


def shape_name(shape):
    return "x".join(map(str, shape))


def add_random(file):
    for case, initializer in random_cases().items():
        for shape in SHAPES:
            fans = compute_fans(shape)
            expected = facts(initializer, fans)
            check(case, initializer, shape, expected)
            file.describe(
                f"{case}_{shape_name(shape)}",
                **config_of(initializer),
                shape=shape,
                fan_in=fans[0],
                fan_out=fans[1],
                **expected,
            )


def add_exact(file):
    cases = {
        "zeros": initializers.Zeros(),
        "ones": initializers.Ones(),
        "constant": initializers.Constant(-1.5),
        "constant_default": initializers.Constant(),
        "identity": initializers.Identity(),
        "identity_gain": initializers.Identity(gain=0.5),
    }
    for case, initializer in cases.items():
        for shape in EXACT_SHAPES:
            if case.startswith("identity") and len(shape) != 2:
                continue
            name = f"{case}_{shape_name(shape)}"
            file.describe(name, **config_of(initializer), shape=shape, distribution="exact")
            file.put(name, "value", initializer(shape))


def add_orthogonal(file):
    """With all axes but the last flattened: gain^2 * identity = W'W if it is tall, else WW'."""
    for gain, shape in itertools.product((1.0, 2.0), [(6, 4), (4, 6), (5, 5), (3, 2, 4)]):
        initializer = initializers.Orthogonal(gain=gain, seed=1)
        matrix = np.asarray(initializer(shape), "float64").reshape(-1, shape[-1])
        side = "columns" if matrix.shape[0] >= matrix.shape[1] else "rows"
        product = matrix.T @ matrix if side == "columns" else matrix @ matrix.T
        if not np.allclose(product, gain**2 * np.eye(len(product)), atol=1e-5):
            raise ValueError(f"not orthogonal: {shape}")
        case = f"orthogonal_gain{gain:g}_{shape_name(shape)}"
        file.describe(
            case,
            **config_of(initializer),
            shape=shape,
            distribution="orthogonal",
            orthogonal=side,
        )


def add_stft(file):
    """Windows of even and odd lengths; sides, scalings and shapes in turn."""
    names = (
        "barthann bartlett blackman blackmanharris bohman boxcar cosine exponential flattop "
        "hamming hann lanczos nuttall parzen taylor triang tukey"
    ).split()
    windows = [*names, *names, None, [0.5, -1.0, 2.0, 0.25]]
    shapes = [(8, 1, 3), (12, 1, 5)]
    for i, window in enumerate(windows):
        initializer = initializers.STFT(
            side=("real", "imag")[i % 2],
            window=window,
            scaling=("density", "spectrum", None)[i % 3],
            periodic=i >= len(names),
        )
        shape = (4, 1, 4) if isinstance(window, list) else shapes[i // len(names) % 2]
        case = f"stft_{i}"
        file.describe(case, **config_of(initializer), shape=shape, distribution="formula")
        file.put(case, "value", initializer(shape))


def write(folder):
    keras.backend.clear_session()
    file = GoldenFile()
    add_random(file)
    add_exact(file)
    add_orthogonal(file)
    add_stft(file)
    return file.write(folder / "initializers.safetensors")
