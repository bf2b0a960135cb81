"""optimizer_training.safetensors: losses of 30 training steps, each optimizer x two networks."""

import keras
import numpy as np
from keras import layers, losses, optimizers
from keras.optimizers import schedules

from topics.store import GoldenFile, Values, config_of
from topics.training import BATCH, STEPS, feature_batches, in_batches
from topics.training import labels_of_features, labels_of_ids, mlp, one_hot, set_weights

LENGTH, VOCABULARY = 12, 150
RATE = {"learning_rate": 0.01}


def embedding_net():
    """Its table has rows that few batches use, and some that none does."""
    return keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(VOCABULARY, 8),
            layers.GlobalAveragePooling1D(),
            layers.Dense(4, activation="softmax"),
        ]
    )


def id_batches(rows):
    values = Values("optimizer_training/ids")
    ids = 1 + (VOCABULARY - 10) * values.uniform((rows, LENGTH), 0.0, 1.0) ** 3
    return ids.astype("int32")


def cases():
    """Case name -> optimizer class and options."""
    sgd, adam, rmsprop = optimizers.SGD, optimizers.Adam, optimizers.RMSprop
    adagrad, adadelta, ftrl = optimizers.Adagrad, optimizers.Adadelta, optimizers.Ftrl
    lion, lamb, adafactor = optimizers.Lion, optimizers.Lamb, optimizers.Adafactor
    heavy = {"learning_rate": 0.1, "momentum": 0.9}
    falling = {"learning_rate": schedules.ExponentialDecay(0.05, 10, 0.5)}
    regularized = {
        "l1_regularization_strength": 1e-3,
        "l2_regularization_strength": 0.01,
        "l2_shrinkage_regularization_strength": 0.01,
        "beta": 0.1,
    }
    average = {"use_ema": True, "ema_momentum": 0.9}
    return {
        "sgd": (sgd, {"learning_rate": 0.5}),
        "sgd_momentum": (sgd, heavy),
        "sgd_nesterov": (sgd, {**heavy, "nesterov": True}),
        "sgd_weight_decay": (sgd, {**heavy, "weight_decay": 0.05}),
        "adam": (adam, RATE),
        "adam_amsgrad": (adam, {**RATE, "amsgrad": True}),
        "adamw": (optimizers.AdamW, {**RATE, "weight_decay": 0.05}),
        "nadam": (optimizers.Nadam, RATE),
        "nadam_weight_decay": (optimizers.Nadam, {**falling, "weight_decay": 0.05}),
        "adamax": (optimizers.Adamax, RATE),
        "adamax_weight_decay": (optimizers.Adamax, {**RATE, "weight_decay": 0.05}),
        "rmsprop": (rmsprop, RATE),
        "rmsprop_momentum": (rmsprop, {**RATE, "momentum": 0.8}),
        "rmsprop_centered": (rmsprop, {**RATE, "centered": True, "epsilon": 1e-4}),
        "rmsprop_both": (
            rmsprop,
            {**RATE, "centered": True, "momentum": 0.8, "epsilon": 1e-4, "weight_decay": 0.05},
        ),
        "adagrad": (adagrad, {"learning_rate": 0.1}),
        "adagrad_weight_decay": (adagrad, {"learning_rate": 0.1, "weight_decay": 0.05}),
        "adadelta": (adadelta, {"learning_rate": 1.0}),
        "adadelta_weight_decay": (adadelta, {"learning_rate": 1.0, "weight_decay": 0.01}),
        "ftrl": (ftrl, {"learning_rate": 0.1}),
        "ftrl_regularized": (ftrl, {"learning_rate": 0.1, **regularized}),
        "ftrl_schedule": (ftrl, {**falling, "l1_regularization_strength": 1e-4}),
        "lion": (lion, {"learning_rate": 0.005}),
        "lion_weight_decay": (lion, {"learning_rate": 0.005, "weight_decay": 0.1}),
        "lamb": (lamb, RATE),
        "lamb_weight_decay": (lamb, {**RATE, "weight_decay": 0.05}),
        "adafactor": (adafactor, {"learning_rate": 0.1}),
        "adafactor_weight_decay": (adafactor, {"learning_rate": 0.1, "weight_decay": 0.05}),
        "schedule_free_adamw": (optimizers.ScheduleFreeAdamW, RATE),
        "muon": (optimizers.Muon, RATE),
        "muon_matrices": (optimizers.Muon, {**RATE, "exclude_embeddings": False}),
        "clipnorm": (rmsprop, {**RATE, "clipnorm": 0.05}),
        "global_clipnorm": (optimizers.Nadam, {**RATE, "global_clipnorm": 0.1}),
        "clipvalue": (adagrad, {"learning_rate": 0.1, "clipvalue": 0.01}),
        "ema": (lion, {"learning_rate": 0.005, **average}),
        "ema_overwrite": (adam, {**RATE, **average, "ema_overwrite_frequency": 4}),
        "accumulation": (optimizers.Nadam, {**RATE, "gradient_accumulation_steps": 3}),
        "accumulation_ema": (
            rmsprop,
            {**RATE, **average, "ema_overwrite_frequency": 2, "gradient_accumulation_steps": 4},
        ),
        "loss_scale": (adagrad, {"learning_rate": 0.1, "loss_scale_factor": 64.0}),
        "exclude_bias": (lion, {"learning_rate": 0.005, "weight_decay": 0.2}),
    }


def networks():
    """Network name -> model, x and y by step."""
    ids, x = id_batches(STEPS * BATCH), feature_batches(STEPS * BATCH)
    groups, classes = one_hot(labels_of_ids(ids), 4), one_hot(labels_of_features(x), 3)
    return {
        "embedding": (embedding_net, in_batches(ids), in_batches(groups)),
        "mlp": (mlp, in_batches(x), in_batches(classes)),
    }


def compiled(make, case):
    keras.backend.clear_session()
    optimizer_class, options = cases()[case]
    model, optimizer = make(), optimizer_class(**options)
    if case == "exclude_bias":
        optimizer.exclude_from_weight_decay(var_names=["bias"])
    set_weights(model)
    model.compile(optimizer=optimizer, loss=losses.CategoricalCrossentropy())
    return model


def add(file, case, network, make, x, y):
    """Trains on each batch once, in order; fit ends with the averages of use_ema."""
    model = compiled(make, case)
    history = []
    for step in range(STEPS):
        model.reset_metrics()
        history.append(model.train_on_batch(x[step], y[step]))
    name = f"{case}_{network}"
    if not np.isfinite(history).all():
        raise ValueError(f"{name}: the loss is not finite")
    file.describe(name, network=network, options=case, optimizer=config_of(model.optimizer))
    file.put(name, "loss", np.array(history, "float32"))
    file.put(name, "final", model.get_weights())
    if model.optimizer.use_ema:
        model = compiled(make, case)
        rows = x.reshape(-1, x.shape[-1]), y.reshape(-1, y.shape[-1])
        model.fit(*rows, batch_size=BATCH, shuffle=False, verbose=0)
        file.put(name, "fitted", model.get_weights())


def write(folder):
    file = GoldenFile()
    for network, (make, x, y) in networks().items():
        model = make()
        start = set_weights(model)
        file.describe(network, model={"class_name": "Sequential", "config": model.get_config()})
        file.put(network, "x", x)
        file.put(network, "y", y)
        file.put(network, "initial", start)
        for case in cases():
            add(file, case, network, make, x, y)
    return file.write(folder / "optimizer_training.safetensors")
