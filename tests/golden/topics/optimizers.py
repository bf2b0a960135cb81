"""optimizers.safetensors: two variables after each of ten given gradients."""

import keras
import numpy as np
from keras import optimizers
from keras.optimizers import schedules

from topics.store import GoldenFile, Values, config_of

SHAPES = {"kernel": (4, 3), "bias": (3,)}
# Per step: ordinary, small, large, all zero, tiny (where epsilon matters), and ordinary again.
SCALES = [1.0, 0.1, 10.0, 0.0, 1e-5, 1.0, -2.0, 0.5, 0.5, 3.0]


def cases():
    """Case name -> (class, options)."""
    sgd, adam, adamw = optimizers.SGD, optimizers.Adam, optimizers.AdamW
    decay = schedules.ExponentialDecay(0.1, decay_steps=3, decay_rate=0.5)
    cosine = schedules.CosineDecay(0.0, 5, alpha=0.1, warmup_target=0.05, warmup_steps=3)
    momentum = {"learning_rate": 0.05, "momentum": 0.9}
    fast = {"learning_rate": 0.02}
    return {
        "sgd": (sgd, {}),
        "sgd_momentum": (sgd, momentum),
        "sgd_nesterov": (sgd, {**momentum, "nesterov": True}),
        "sgd_clipnorm": (sgd, {**momentum, "clipnorm": 1.0}),
        "sgd_clipvalue": (sgd, {**momentum, "clipvalue": 0.4}),
        "sgd_global_clipnorm": (sgd, {**momentum, "global_clipnorm": 1.0}),
        "sgd_weight_decay": (sgd, {**momentum, "weight_decay": 0.1}),
        "sgd_schedule": (sgd, {"learning_rate": decay, "momentum": 0.9}),
        "sgd_ema": (sgd, {**momentum, "use_ema": True, "ema_momentum": 0.8}),
        "sgd_accumulation": (sgd, {**momentum, "gradient_accumulation_steps": 3}),
        "sgd_loss_scale": (sgd, {**momentum, "loss_scale_factor": 8.0}),
        "adam": (adam, {}),
        "adam_fast": (adam, fast),
        "adam_betas": (adam, {**fast, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
        "adam_amsgrad": (adam, {**fast, "amsgrad": True}),
        "adam_clipnorm": (adam, {**fast, "clipnorm": 0.5}),
        "adam_clipvalue": (adam, {**fast, "clipvalue": 0.3}),
        "adam_global_clipnorm": (adam, {**fast, "global_clipnorm": 0.5}),
        "adam_weight_decay": (adam, {**fast, "weight_decay": 0.1}),
        "adam_schedule": (adam, {"learning_rate": cosine}),
        "adam_ema_overwrite": (
            adam,
            {**fast, "use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 4},
        ),
        "adam_accumulation": (adam, {**fast, "gradient_accumulation_steps": 2}),
        "adamw": (adamw, {}),
        "adamw_decay": (adamw, {**fast, "weight_decay": 0.2}),
        "adamw_no_decay": (adamw, {**fast, "weight_decay": 0.0}),
        "adamw_amsgrad": (adamw, {**fast, "weight_decay": 0.1, "amsgrad": True}),
        "adamw_clipnorm": (adamw, {**fast, "weight_decay": 0.1, "clipnorm": 0.5}),
        "adamw_schedule": (adamw, {"learning_rate": decay, "weight_decay": 0.1}),
        "adamw_exclude_bias": (adamw, {**fast, "weight_decay": 0.2}),
    }


def gradients(shape, name):
    scales = np.array(SCALES, "float32").reshape(-1, *[1] * len(shape))
    return Values(f"optimizers/gradient/{name}").uniform((len(SCALES), *shape)) * scales


def add(file, case, optimizer_class, options):
    keras.backend.clear_session()
    optimizer = optimizer_class(**options)
    excluded = ["bias"] if case.endswith("exclude_bias") else []
    if excluded:
        optimizer.exclude_from_weight_decay(var_names=excluded)
    start = {n: Values(f"optimizers/start/{n}").uniform(s) for n, s in SHAPES.items()}
    variables = [keras.Variable(value, name=name) for name, value in start.items()]
    given = [gradients(shape, name) for name, shape in SHAPES.items()]
    after = [[], []]
    for step in range(len(SCALES)):
        optimizer.apply([g[step] for g in given], variables)
        for row, variable in zip(after, variables):
            row.append(np.array(variable))
    file.describe(
        case, **config_of(optimizer), steps=len(SCALES), variables=list(SHAPES), excluded=excluded
    )
    file.put(case, "start", list(start.values()))
    file.put(case, "gradient", given)
    file.put(case, "variable", [np.stack(row) for row in after])
    for slot in optimizer.variables:
        if len(slot.shape):
            file.put_named(f"{case}/slot/{slot.name}", slot)


def write(folder):
    file = GoldenFile()
    for case, (optimizer_class, options) in cases().items():
        add(file, case, optimizer_class, options)
    return file.write(folder / "optimizers.safetensors")
