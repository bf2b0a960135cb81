"""loss_training.safetensors: 30 training steps with each loss, and with rules for weights."""

import keras
import numpy as np
from keras import constraints, layers, losses, optimizers, regularizers

from topics import training
from topics.losses import full_config
from topics.store import GoldenFile, Values, config_of

STEPS, BATCH, FEATURES, OUTPUTS, TIME = 30, 4, 4, 3, 5


def network(activation, *last):
    return [
        keras.Input((FEATURES,)),
        layers.Dense(5, activation="tanh"),
        layers.Dense(OUTPUTS, activation=activation),
        *last,
    ]


def sequence_network():
    return [keras.Input((TIME, FEATURES)), layers.Dense(4)]


def targets(kind):
    values = Values("loss_training/" + kind)
    shape = (STEPS, BATCH)
    if kind == "one_hot":
        return values.one_hot(shape, OUTPUTS)
    if kind == "ids":
        return values.integers(shape, 0, OUTPUTS)
    if kind == "labels":
        return values.integers((*shape, 2), 1, 4)
    if kind == "signs":
        return 2 * values.integers((*shape, OUTPUTS), 0, 2).astype("float32") - 1
    return values.uniform((*shape, OUTPUTS), 0.1 if kind == "positive" else -1.0, 1.0)


CASES = {
    "binary_crossentropy": (losses.BinaryCrossentropy(), "sigmoid", "one_hot"),
    "binary_focal": (losses.BinaryFocalCrossentropy(), "sigmoid", "one_hot"),
    "categorical_crossentropy": (losses.CategoricalCrossentropy(), "softmax", "one_hot"),
    "categorical_focal": (losses.CategoricalFocalCrossentropy(), "softmax", "one_hot"),
    "sparse_logits": (losses.SparseCategoricalCrossentropy(from_logits=True), None, "ids"),
    "generalized": (losses.CategoricalGeneralizedCrossEntropy(), "softmax", "ids"),
    "circle": (losses.Circle(gamma=3.0), "tanh", "ids"),
    "cosine": (losses.CosineSimilarity(), None, "numbers"),
    "dice": (losses.Dice(), "sigmoid", "one_hot"),
    "dice_axis": (losses.Dice(axis=(1,)), "sigmoid", "one_hot"),
    "tversky": (losses.Tversky(alpha=0.3, beta=0.7), "sigmoid", "one_hot"),
    "hinge": (losses.Hinge(), None, "signs"),
    "squared_hinge": (losses.SquaredHinge(), None, "one_hot"),
    "categorical_hinge": (losses.CategoricalHinge(), None, "one_hot"),
    "huber": (losses.Huber(delta=0.5), None, "numbers"),
    "log_cosh": (losses.LogCosh(), None, "numbers"),
    "divergence": (losses.KLDivergence(), "softmax", "positive"),
    "poisson": (losses.Poisson(), "softplus", "positive"),
    "absolute": (losses.MeanAbsoluteError(), None, "numbers"),
    "percentage": (losses.MeanAbsolutePercentageError(), None, "positive"),
    "squared": (losses.MeanSquaredError(reduction="sum"), None, "numbers"),
    "logarithmic": (losses.MeanSquaredLogarithmicError(), "softplus", "positive"),
    "ctc": (losses.CTC(), "sequence", "labels"),
}


def run(file, case, make, x, y, loss, optimizer, weight=None):
    keras.backend.clear_session()
    model = keras.Sequential(make())
    start = training.set_weights(model)
    model.compile(optimizer=optimizer, loss=loss)
    history = []
    for step in range(len(x)):
        model.reset_metrics()
        w = None if weight is None else weight[step]
        history.append(model.train_on_batch(x[step], y[step], sample_weight=w))
    file.describe(
        case,
        model={"class_name": type(model).__name__, "config": model.get_config()},
        loss=full_config(loss),
        optimizer=config_of(optimizer),
        weights=[w.path.split("/", 1)[1] for w in model.weights],
        kind="steps",
        class_weight=None,
    )
    file.put(case, "x", x)
    file.put(case, "y", y)
    if weight is not None:
        file.put(case, "sample_weight", weight)
    file.put(case, "initial", start)
    file.put(case, "final", model.get_weights())
    file.put(case, "loss", np.array(history, "float32"))


def add_losses(file):
    x = Values("loss_training/x").uniform((STEPS, BATCH, FEATURES), -2.0, 2.0)
    steps = Values("loss_training/steps").uniform((STEPS, BATCH, TIME, FEATURES), -2.0, 2.0)
    for case, (loss, activation, kind) in CASES.items():
        sequence = activation == "sequence"
        make = sequence_network if sequence else lambda: network(activation)
        run(file, case, make, steps if sequence else x, targets(kind), loss, optimizers.Adam(0.01))
    weight = Values("loss_training/weight").uniform((STEPS, BATCH), 0.2, 2.0)
    for case in ("dice", "circle", "huber"):
        loss, activation, kind = CASES[case]
        make = lambda: network(activation)
        run(file, case + "_weights", make, x, targets(kind), loss, optimizers.SGD(0.1), weight)
    values = Values("loss_training/by_step")
    y, weight = values.uniform((*steps.shape[:3], 4)), values.uniform(steps.shape[:3], 0.2, 2.0)
    loss, optimizer = losses.MeanSquaredError(), optimizers.SGD(0.1)
    run(file, "weights_by_step", sequence_network, steps, y, loss, optimizer, weight)


def embedding_network(rule):
    return [
        keras.Input((TIME,), dtype="int32"),
        layers.Embedding(12, 4, **rule),
        layers.GlobalAveragePooling1D(),
        layers.Dense(OUTPUTS, activation="softmax"),
    ]


def add_rules(file):
    """Constraints and regularizers, on tables of which a step uses some rows too."""
    ids = Values("loss_training/ids").integers((STEPS, BATCH, TIME), 0, 12)
    x = Values("loss_training/x").uniform((STEPS, BATCH, FEATURES), -2.0, 2.0)
    y = targets("ids")
    loss = losses.SparseCategoricalCrossentropy()
    tables = {
        "max_norm": {"embeddings_constraint": constraints.MaxNorm(0.7, axis=1)},
        "unit_norm": {"embeddings_constraint": constraints.UnitNorm(axis=1)},
        "min_max_norm": {"embeddings_constraint": constraints.MinMaxNorm(0.3, 0.6, 0.5, axis=1)},
        "l2": {"embeddings_regularizer": regularizers.L2(0.02)},
    }
    for name, rule in tables.items():
        for optimizer in (optimizers.Adam(0.02), optimizers.SGD(0.2, momentum=0.5)):
            case = f"embedding_{name}_{optimizer.name}"
            run(file, case, lambda: embedding_network(rule), ids, y, loss, optimizer)
    kernels = {
        "non_neg": {"kernel_constraint": constraints.NonNeg()},
        "both_max_norm": {
            "kernel_constraint": constraints.MaxNorm(1.0, axis=0),
            "bias_constraint": constraints.MaxNorm(0.2),
        },
        "l1_l2": {"kernel_regularizer": regularizers.L1L2(0.01, 0.02)},
        "orthogonal_rows": {"kernel_regularizer": regularizers.OrthogonalRegularizer(0.1)},
        "orthogonal_columns": {
            "kernel_regularizer": regularizers.OrthogonalRegularizer(0.1, mode="columns")
        },
    }
    for name, rule in kernels.items():
        make = lambda: [
            keras.Input((FEATURES,)),
            layers.Dense(5, activation="tanh", **rule),
            layers.Dense(OUTPUTS, activation="softmax"),
        ]
        run(file, "dense_" + name, make, x, y, loss, optimizers.Adam(0.02))


def write(folder):
    file = GoldenFile()
    add_losses(file)
    add_rules(file)
    return file.write(folder / "loss_training.safetensors")
