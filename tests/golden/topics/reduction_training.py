"""reduction_training.safetensors: steps with regularized outputs, and with losses of masked steps."""

import itertools

import keras
import numpy as np
from keras import layers, losses, optimizers, regularizers

from topics.loss_training import BATCH, FEATURES, OUTPUTS, STEPS, TIME, run, targets
from topics.store import GoldenFile, Values


def add_activities(file):
    """What layers put out, as a part of the loss."""
    x = Values("loss_training/x").uniform((STEPS, BATCH, FEATURES), -2.0, 2.0)
    loss = losses.SparseCategoricalCrossentropy()
    rule = regularizers.L1L2(0.02, 0.05)
    hidden = {
        "dense": lambda: [layers.Dense(5, activation="tanh", activity_regularizer=rule)],
        "layer": lambda: [layers.Dense(5), layers.ActivityRegularization(l1=0.03, l2=0.01)],
    }
    for name, first in hidden.items():
        make = lambda: [
            keras.Input((FEATURES,)),
            *first(),
            layers.Dense(OUTPUTS, activation="softmax"),
        ]
        run(file, "activity_" + name, make, x, targets("ids"), loss, optimizers.Adam(0.02))


def add_reductions(file):
    """Of losses by step of which Masking leaves some out, with a weight for each row or none."""
    steps = 5
    values = Values("loss_training/reductions")
    x = values.uniform((steps, BATCH, TIME, FEATURES), -2.0, 2.0)
    used = values.integers((steps, BATCH, 1, 1), 1, TIME + 1)
    x = np.where(np.arange(TIME)[:, None] < used, x, 0).astype("float32")
    ids = values.integers((steps, BATCH, TIME), 0, OUTPUTS)
    hot = values.one_hot((steps, BATCH, TIME), OUTPUTS)
    weight = values.uniform((steps, BATCH), 0.0, 2.0)
    rules = {
        "sparse": (losses.SparseCategoricalCrossentropy, {}, ids),
        "ignore": (losses.SparseCategoricalCrossentropy, {"ignore_class": 1}, ids),
        "squared": (losses.MeanSquaredError, {}, hot),
    }
    make = lambda: [
        keras.Input((TIME, FEATURES)),
        layers.Masking(),
        layers.Dense(OUTPUTS, activation="softmax"),
    ]
    reductions = ("sum_over_batch_size", "sum", "mean", "mean_with_sample_weight")
    for (name, (loss, options, y)), reduction in itertools.product(rules.items(), reductions):
        for w in (None, weight):
            case = f"masked_{name}_{reduction}" + "_weights" * (w is not None)
            rule = loss(**options, reduction=reduction)
            # Beside losses of steps Keras takes weights of rows as a column.
            column = None if w is None else w[..., None]
            run(file, case, make, x, y, rule, optimizers.SGD(0.1), column)
            if w is not None:
                file.tensors[f"{case}/sample_weight/0"] = w


def write(folder):
    file = GoldenFile()
    add_activities(file)
    add_reductions(file)
    return file.write(folder / "reduction_training.safetensors")
