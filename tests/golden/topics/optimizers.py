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
        **other_cases(fast, decay),
    }


def other_cases(fast, decay):
    rmsprop, adagrad, ftrl = optimizers.RMSprop, optimizers.Adagrad, optimizers.Ftrl
    nadam, adamax, adadelta = optimizers.Nadam, optimizers.Adamax, optimizers.Adadelta
    lion, lamb, adafactor = optimizers.Lion, optimizers.Lamb, optimizers.Adafactor
    muon = optimizers.Muon
    heavy = {**fast, "momentum": 0.8}
    regularized = {
        "l1_regularization_strength": 0.02,
        "l2_regularization_strength": 0.1,
        "l2_shrinkage_regularization_strength": 0.05,
        "beta": 0.3,
    }
    return {
        "nadam": (nadam, {}),
        "nadam_betas": (nadam, {**fast, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
        "nadam_accumulation": (nadam, {**fast, "gradient_accumulation_steps": 3}),
        "nadam_weight_decay": (nadam, {**fast, "weight_decay": 0.1, "clipnorm": 0.5}),
        "adamax": (adamax, {}),
        "adamax_betas": (adamax, {**fast, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
        "adamax_weight_decay": (adamax, {**fast, "weight_decay": 0.1}),
        "rmsprop": (rmsprop, {}),
        "rmsprop_momentum": (rmsprop, {**heavy, "rho": 0.8}),
        "rmsprop_centered": (rmsprop, {**fast, "centered": True, "epsilon": 1e-3}),
        "rmsprop_both": (rmsprop, {**heavy, "centered": True, "weight_decay": 0.1}),
        "rmsprop_schedule": (rmsprop, {"learning_rate": decay, "momentum": 0.5}),
        "adagrad": (adagrad, {}),
        "adagrad_fast": (adagrad, {**fast, "initial_accumulator_value": 0.0, "epsilon": 1e-3}),
        "adagrad_weight_decay": (adagrad, {**fast, "weight_decay": 0.1, "clipvalue": 0.3}),
        "adadelta": (adadelta, {}),
        "adadelta_fast": (adadelta, {"learning_rate": 1.0, "rho": 0.8, "epsilon": 1e-3}),
        "adadelta_weight_decay": (adadelta, {"learning_rate": 1.0, "weight_decay": 0.01}),
        "ftrl": (ftrl, {}),
        "ftrl_power": (ftrl, {**fast, "learning_rate_power": -0.3}),
        "ftrl_regularized": (ftrl, {"learning_rate": 0.1, **regularized}),
        "ftrl_schedule": (ftrl, {"learning_rate": decay, "weight_decay": 0.1}),
        "lion": (lion, {}),
        "lion_betas": (lion, {**fast, "beta_1": 0.8, "beta_2": 0.9, "weight_decay": 0.1}),
        "lion_ema": (lion, {**fast, "use_ema": True, "ema_momentum": 0.8}),
        "lamb": (lamb, {}),
        "lamb_fast": (lamb, {**fast, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3}),
        "lamb_weight_decay": (lamb, {**fast, "weight_decay": 0.1, "global_clipnorm": 0.5}),
        "adafactor": (adafactor, {}),
        "adafactor_fast": (adafactor, {"learning_rate": 0.5, "epsilon_2": 0.01}),
        "adafactor_options": (
            adafactor,
            {**fast, "beta_2_decay": -0.5, "epsilon_1": 1e-6, "clip_threshold": 0.5},
        ),
        "adafactor_weight_decay": (
            adafactor,
            {**fast, "weight_decay": 0.1, "relative_step": False},
        ),
        "muon": (muon, {}),
        "muon_plain": (muon, {**fast, "nesterov": False, "rms_rate": None, "ns_steps": 3}),
        "muon_ratio": (muon, {**fast, "adam_lr_ratio": 0.5, "adam_weight_decay": 0.1}),
        "muon_adam": (muon, {**fast, "exclude_layers": ["ker"], "adam_weight_decay": None}),
        "schedule_free_adamw": (optimizers.ScheduleFreeAdamW, {}),
        "schedule_free_adamw_warmup": (
            optimizers.ScheduleFreeAdamW,
            {**fast, "beta_1": 0.8, "beta_2": 0.95, "epsilon": 1e-3, "warmup_steps": 3},
        ),
        "schedule_free_adamw_weight_decay": (
            optimizers.ScheduleFreeAdamW,
            {**fast, "weight_decay": 0.1, "clipnorm": 0.5},
        ),
        "ema_accumulation": (
            rmsprop,
            {
                **fast,
                "use_ema": True,
                "ema_momentum": 0.7,
                "ema_overwrite_frequency": 2,
                "gradient_accumulation_steps": 2,
            },
        ),
    }


def slot_name(optimizer, slot):
    """Adafactor names both its means like the variable."""
    if isinstance(optimizer, optimizers.Adafactor) and slot.name in SHAPES:
        mean = "row_mean" if tuple(slot.shape) == SHAPES[slot.name][:1] else "column_mean"
        return f"{slot.name}_{mean}"
    return slot.name


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
            file.put_named(f"{case}/slot/{slot_name(optimizer, slot)}", slot)


def write(folder):
    file = GoldenFile()
    for case, (optimizer_class, options) in cases().items():
        add(file, case, optimizer_class, options)
    return file.write(folder / "optimizers.safetensors")
