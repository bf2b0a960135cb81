"""schedules.safetensors: the learning rate that each schedule gives at many steps."""

import numpy as np
from keras.optimizers import schedules

from topics.store import GoldenFile, config_of

STEPS = np.array([*range(41), 50, 99, 100, 101, 999, 1000, 1001, 10000, 100000], "int64")


def cases():
    """Case name -> schedule."""
    exponential, inverse = schedules.ExponentialDecay, schedules.InverseTimeDecay
    piecewise, polynomial = schedules.PiecewiseConstantDecay, schedules.PolynomialDecay
    cosine, restarts = schedules.CosineDecay, schedules.CosineDecayRestarts
    return {
        "exponential": exponential(0.1, 10, 0.9),
        "exponential_staircase": exponential(0.1, 10, 0.5, staircase=True),
        "exponential_growth": exponential(0.001, 1000, 2.0),
        "piecewise": piecewise([5, 20, 100], [1.0, 0.5, 0.1, 0.01]),
        "piecewise_one": piecewise([10], [0.1, 0.001]),
        "polynomial": polynomial(0.1, 30),
        "polynomial_square": polynomial(0.1, 30, end_learning_rate=0.01, power=2.0),
        "polynomial_root": polynomial(0.1, 100, end_learning_rate=0.0, power=0.5),
        "polynomial_cycle": polynomial(0.1, 10, end_learning_rate=0.01, cycle=True),
        "inverse_time": inverse(0.1, 10, 0.5),
        "inverse_time_staircase": inverse(0.1, 10, 0.5, staircase=True),
        "cosine": cosine(0.1, 30),
        "cosine_alpha": cosine(0.1, 100, alpha=0.1),
        "cosine_warmup": cosine(0.0, 20, alpha=0.01, warmup_target=0.1, warmup_steps=10),
        "cosine_warmup_from": cosine(0.02, 25, warmup_target=0.2, warmup_steps=5),
        "restarts": restarts(0.1, 8),
        "restarts_same_length": restarts(0.1, 10, t_mul=1.0, m_mul=0.9, alpha=0.05),
        "restarts_growing": restarts(0.1, 7, t_mul=1.5, m_mul=0.5),
    }


def write(folder):
    file = GoldenFile()
    for case, schedule in cases().items():
        file.describe(case, **config_of(schedule))
        file.put(case, "step", STEPS)
        file.put(case, "value", np.array([schedule(int(s)) for s in STEPS], "float32"))
    return file.write(folder / "schedules.safetensors")
