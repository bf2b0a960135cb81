"""training.safetensors: losses of 30 training steps, and histories of fit."""

import re

import keras
import numpy as np
from keras import layers, losses, optimizers

from topics.store import GoldenFile, Values, config_of

STEPS, BATCH, LENGTH, VOCABULARY, FEATURES = 30, 8, 12, 50, 6


def make_optimizer(name):
    if name == "sgd":
        return optimizers.SGD(learning_rate=0.1, momentum=0.9)
    if name == "adam":
        return optimizers.Adam(learning_rate=0.01)
    return optimizers.AdamW(learning_rate=0.01, weight_decay=0.05)


def embedding_net(mask_zero):
    return keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(VOCABULARY, 8, mask_zero=mask_zero),
            layers.GlobalAveragePooling1D(),
            layers.Dense(4, activation="softmax"),
        ]
    )


def mlp():
    return keras.Sequential(
        [
            keras.Input((FEATURES,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(3, activation="softmax"),
        ]
    )


def mlp_logits():
    return keras.Sequential(
        [keras.Input((FEATURES,)), layers.Dense(16, activation="relu"), layers.Dense(3)]
    )


def binary_head():
    return keras.Sequential([keras.Input((FEATURES,)), layers.Dense(1, activation="sigmoid")])


def sequence_net():
    """One prediction per step: the mask reaches the loss."""
    return keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(VOCABULARY, 8, mask_zero=True),
            layers.Dense(4, activation="softmax"),
        ]
    )


def id_batches(rows):
    """Rows of 3 to LENGTH ids, the rest padded with zeros; some ids repeat often."""
    values = Values("training/ids")
    ids = 1 + (VOCABULARY - 1) * values.uniform((rows, LENGTH), 0.0, 1.0) ** 2
    used = values.integers((rows, 1), 3, LENGTH + 1)
    return np.where(np.arange(LENGTH) < used, ids, 0).astype("int32")


def labels_of_ids(ids):
    """A rule to learn: the most frequent of four groups of ids."""
    counts = [((ids % 4 == group) & (ids > 0)).sum(-1) for group in range(4)]
    return np.argmax(np.stack(counts, -1), -1).astype("int32")


def feature_batches(rows, name="training/features"):
    return Values(name).uniform((rows, FEATURES), -2.0, 2.0)


def labels_of_features(x):
    scores = x @ Values("training/rule").uniform((FEATURES, 3))
    return np.argmax(scores, -1).astype("int32")


def one_hot(ids, classes):
    return np.eye(classes, dtype="float32")[ids]


def in_batches(array):
    return array.reshape(STEPS, BATCH, *array.shape[1:])


def set_weights(model):
    """Weights that depend only on their shape and place, about as wide as Glorot's."""
    start = []
    for index, weight in enumerate(model.weights):
        values = Values(f"training/weights/{index}/{weight.shape}")
        start.append(values.uniform(weight.shape, -0.5, 0.5))
    model.set_weights(start)
    return start


def path_in_model(weight):
    """Without the model, and without the cell inside LSTM, GRU and SimpleRNN."""
    return re.sub(r"/(lstm|gru|simple_rnn)_cell(_\d+)?/", "/", weight.path.split("/", 1)[1])


def describe(file, case, model, loss, optimizer, **more):
    file.describe(
        case,
        model={"class_name": type(model).__name__, "config": model.get_config()},
        loss=config_of(loss),
        optimizer=config_of(optimizer),
        weights=[path_in_model(w) for w in model.weights],
        **more,
    )


def add(file, case, make, data, loss, optimizer, class_weight=None, sample_weight=None):
    """Trains on each batch once, in order, and keeps each batch's loss."""
    keras.backend.clear_session()
    x, y = data
    model, optimizer = make(), make_optimizer(optimizer)
    start = set_weights(model)
    model.compile(optimizer=optimizer, loss=loss)
    history = []
    for step in range(STEPS):
        model.reset_metrics()
        weight = None if sample_weight is None else sample_weight[step]
        history.append(
            model.train_on_batch(x[step], y[step], sample_weight=weight, class_weight=class_weight)
        )
    describe(
        file,
        case,
        model,
        loss,
        optimizer,
        kind="steps",
        steps=STEPS,
        batch_size=BATCH,
        class_weight=class_weight,
        sample_weight=sample_weight is not None,
    )
    file.put(case, "x", x)
    file.put(case, "y", y)
    file.put(case, "sample_weight", [] if sample_weight is None else sample_weight)
    file.put(case, "initial", start)
    file.put(case, "final", model.get_weights())
    file.put(case, "loss", np.array(history, "float32"))


def add_networks(file):
    """Each network with each optimizer."""
    ids, x = id_batches(STEPS * BATCH), feature_batches(STEPS * BATCH)
    groups, classes = labels_of_ids(ids), labels_of_features(x)
    ids, x = in_batches(ids), in_batches(x)
    hot_groups, hot = in_batches(one_hot(groups, 4)), in_batches(one_hot(classes, 3))
    groups, classes = in_batches(groups), in_batches(classes)
    positive = (classes == 0).astype("float32")[..., None]
    steps = np.where(ids > 0, ids % 4, 0)
    categorical, sparse = losses.CategoricalCrossentropy, losses.SparseCategoricalCrossentropy
    binary = losses.BinaryCrossentropy
    for name in ("sgd", "adam", "adamw"):
        plain = ids, hot_groups
        add(file, f"embedding_{name}", lambda: embedding_net(False), plain, categorical(), name)
        masked = ids, groups
        add(file, f"embedding_masked_{name}", lambda: embedding_net(True), masked, sparse(), name)
        add(file, f"mlp_{name}", mlp, (x, hot), categorical(), name)
        add(file, f"binary_{name}", binary_head, (x, positive), binary(), name)
        add(file, f"sequence_masked_{name}", sequence_net, (ids, steps), sparse(), name)
    add(file, "mlp_logits", mlp_logits, (x, classes), sparse(from_logits=True), "adam")
    add_weighted(file, x, classes, hot)


def add_weighted(file, x, classes, hot):
    """Class weights, sample weights, both, and label smoothing."""
    sparse, smooth = losses.SparseCategoricalCrossentropy, losses.CategoricalCrossentropy
    by_class = {0: 0.5, 1: 2.0, 2: 1.25}
    by_sample = Values("training/sample_weight").uniform((STEPS, BATCH), 0.0, 2.0)
    for name in ("sgd", "adam"):
        data = (x, classes)
        add(file, f"class_weight_{name}", mlp, data, sparse(), name, by_class)
        add(file, f"sample_weight_{name}", mlp, data, sparse(), name, None, by_sample)
        loss = smooth(label_smoothing=0.1)
        add(file, f"label_smoothing_{name}", mlp, (x, hot), loss, name)
    data = (x, hot)
    add(file, "class_weight_one_hot", mlp, data, smooth(), "adam", by_class)


def add_fit(file, case, loss, y_of, class_weight=None, sample_weight=None):
    """Whole epochs in the order given, with a short last batch and validation."""
    keras.backend.clear_session()
    model, optimizer = mlp(), make_optimizer("adam")
    start = set_weights(model)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    x, x_val = feature_batches(50), feature_batches(21, "training/validation")
    y, y_val = y_of(labels_of_features(x)), y_of(labels_of_features(x_val))
    options = {"epochs": 5, "batch_size": 16, "shuffle": False, "verbose": 0}
    history = model.fit(
        x,
        y,
        validation_data=(x_val, y_val),
        class_weight=class_weight,
        sample_weight=sample_weight,
        **options,
    ).history
    describe(
        file,
        case,
        model,
        loss,
        optimizer,
        kind="fit",
        epochs=5,
        batch_size=16,
        metrics=["accuracy"],
        class_weight=class_weight,
        sample_weight=sample_weight is not None,
        history=list(history),
    )
    file.put(case, "x", [x, x_val])
    file.put(case, "y", [y, y_val])
    file.put(case, "sample_weight", [] if sample_weight is None else sample_weight)
    file.put(case, "initial", start)
    file.put(case, "final", model.get_weights())
    file.put(case, "prediction", model.predict(x_val, verbose=0))
    for name, values in history.items():
        file.put_named(f"{case}/history/{name}", np.array(values, "float32"))


def write(folder):
    file = GoldenFile()
    add_networks(file)
    categorical, sparse = losses.CategoricalCrossentropy(), losses.SparseCategoricalCrossentropy()
    add_fit(file, "fit", categorical, lambda ids: one_hot(ids, 3))
    add_fit(file, "fit_class_weight", sparse, lambda ids: ids, {0: 0.5, 1: 2.0, 2: 1.25})
    weight = Values("training/fit_weight").uniform((50,), 0.0, 2.0)
    add_fit(file, "fit_sample_weight", sparse, lambda ids: ids, None, weight)
    return file.write(folder / "training.safetensors")
