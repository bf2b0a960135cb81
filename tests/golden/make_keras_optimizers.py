"""Writes tests/golden/keras_optimizers/: a small model trained with each optimizer, as Keras saves it.

The models have seen three batches; `optimizers.safetensors` has, by case, five further ones, `x` and
`t`, and their losses. tests/keras/golden_optimizers_test.cpp reads them.
"""
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np
from keras import layers
from keras import optimizers as O

from make_keras_files import deflate
from topics.store import GoldenFile

FOLDER = pathlib.Path(__file__).parent / "keras_optimizers"
DRAW = np.random.default_rng(5)
S = O.schedules

CASES = {
    "sgd": lambda: O.SGD(0.1),
    "sgd_nesterov": lambda: O.SGD(0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    "adam": lambda: O.Adam(0.05),
    "adam_amsgrad": lambda: O.Adam(0.05, amsgrad=True, clipnorm=0.5),
    "adam_averaged": lambda: O.Adam(0.05, use_ema=True, ema_momentum=0.7),
    "adam_overwritten": lambda: O.Adam(0.05, use_ema=True, ema_overwrite_frequency=2),
    "adam_accumulated": lambda: O.Adam(0.05, gradient_accumulation_steps=2),
    "adam_clipped": lambda: O.Adam(0.05, global_clipnorm=0.3),
    "adamw": lambda: O.AdamW(0.05, weight_decay=0.02),
    "nadam": lambda: O.Nadam(0.05),
    "adamax": lambda: O.Adamax(0.05),
    "rmsprop": lambda: O.RMSprop(0.02),
    "rmsprop_centered": lambda: O.RMSprop(0.02, momentum=0.5, centered=True),
    "adagrad": lambda: O.Adagrad(0.1),
    "adadelta": lambda: O.Adadelta(1.0),
    "ftrl": lambda: O.Ftrl(0.1, l1_regularization_strength=0.001),
    "lion": lambda: O.Lion(0.01),
    "lamb": lambda: O.Lamb(0.05),
    "adafactor": lambda: O.Adafactor(0.05),
    "muon": lambda: O.Muon(0.02),
    "schedule_free_adamw": lambda: O.ScheduleFreeAdamW(0.05, warmup_steps=5, weight_decay=0.01),
    "exponential": lambda: O.Adam(S.ExponentialDecay(0.1, 2, 0.5)),
    "cosine": lambda: O.SGD(S.CosineDecay(0.2, 9, alpha=0.1, warmup_target=0.3, warmup_steps=2)),
    "restarts": lambda: O.SGD(S.CosineDecayRestarts(0.2, 3)),
    "piecewise": lambda: O.RMSprop(S.PiecewiseConstantDecay([2, 5], [0.05, 0.02, 0.01])),
    "polynomial": lambda: O.Adam(S.PolynomialDecay(0.1, 6, 0.01, power=2.0)),
    "inverse": lambda: O.SGD(S.InverseTimeDecay(0.2, 2, 0.7)),
    "scaled": lambda: O.LossScaleOptimizer(O.Adam(0.05), initial_scale=256.0),
}


def batch(most):
    """Ids of 40 tokens, of which a batch uses few."""
    return (DRAW.integers(0, most, (6, 4)).astype("int32"), DRAW.integers(0, 3, (6,)).astype("int32"))


def main():
    file = GoldenFile()
    FOLDER.mkdir(exist_ok=True)
    before = [batch(10) for _ in range(3)]
    after = [batch(20) for _ in range(5)]
    for name, make in CASES.items():
        keras.utils.set_random_seed(4)
        keras.backend.clear_session()
        model = keras.Sequential([
            keras.Input((4,), dtype="int32"), layers.Embedding(40, 3), layers.GlobalAveragePooling1D(),
            layers.Dense(4, activation="tanh"), layers.Dense(3, activation="softmax")])
        model.compile(make(), "sparse_categorical_crossentropy")
        for x, t in before:
            model.train_on_batch(x, t)
        model.save(FOLDER / f"{name}.keras")
        deflate(FOLDER / f"{name}.keras")
        losses = [model.train_on_batch(x, t, return_dict=True)["loss"] for x, t in after]
        file.describe(name)
        file.put(name, "loss", np.array(losses, "float32"))
    file.describe("batches")
    file.put("batches", "x", [x for x, _ in after])
    file.put("batches", "t", [t for _, t in after])
    file.write(FOLDER / "optimizers.safetensors")


if __name__ == "__main__":
    main()
