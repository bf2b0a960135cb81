"""losses.safetensors: values and gradients of all losses, every reduction, clipped extremes."""

import itertools

import jax
import numpy as np
from keras import losses

from topics.store import GoldenFile, Values, config_of

CLASSES = 4
CROSSENTROPIES = {
    "categorical": losses.CategoricalCrossentropy,
    "sparse": losses.SparseCategoricalCrossentropy,
    "binary": losses.BinaryCrossentropy,
}


def full_config(loss):
    """With the arguments that Keras leaves out of some configs: axis, delta."""
    described = config_of(loss)
    described["config"] = {**loss._fn_kwargs, **described["config"]}
    return described


def add(file, case, loss, y_true, y_pred, sample_weight=None):
    """The reduced loss, the weighted loss of each sample, and the gradient by y_pred."""
    separate = type(loss).from_config({**full_config(loss)["config"], "reduction": None})
    gradient = jax.grad(lambda y: loss(y_true, y, sample_weight).sum())(y_pred)
    file.describe(case, **full_config(loss), sample_weight=sample_weight is not None)
    file.put(case, "y_true", y_true)
    file.put(case, "y_pred", y_pred)
    file.put(case, "sample_weight", [] if sample_weight is None else sample_weight)
    file.put(case, "value", loss(y_true, y_pred, sample_weight))
    file.put(case, "unreduced", separate(y_true, y_pred, sample_weight))
    file.put(case, "grad", gradient)


def predictions(values, kind, shape, from_logits):
    if from_logits:
        return values.uniform(shape, -3.0, 3.0)
    if kind == "binary":
        return values.uniform(shape, 0.05, 0.95)
    return values.probabilities(shape)


def targets(values, kind, shape):
    if kind == "sparse":
        return values.integers(shape[:-1], 0, shape[-1])
    if kind == "binary":
        return values.integers(shape, 0, 2).astype("float32")
    return values.one_hot(shape[:-1], shape[-1])


def add_crossentropies(file):
    """Each loss x probabilities or logits x smoothing x weights x rank."""
    choices = itertools.product(CROSSENTROPIES, (False, True), (0.0, 0.1), (False, True), (2, 3))
    for kind, from_logits, smoothing, weighted, rank in choices:
        if kind == "sparse" and smoothing:
            continue
        options = {"from_logits": from_logits}
        if smoothing:
            options["label_smoothing"] = smoothing
        case = f"{kind}_{'logits' if from_logits else 'probabilities'}"
        case += "_smoothing" * bool(smoothing) + "_weights" * weighted + f"_rank{rank}"
        values = Values("losses/" + case)
        shape = (5, CLASSES) if rank == 2 else (3, 2, CLASSES)
        y_pred = predictions(values, kind, shape, from_logits)
        weights = values.uniform(shape[:-1], 0.2, 2.0) if weighted else None
        loss = CROSSENTROPIES[kind](**options)
        add(file, case, loss, targets(values, kind, shape), y_pred, weights)


def add_mean_squared_error(file):
    for shape, weighted in itertools.product([(5, 3), (3, 2, 4), (4, 1)], (False, True)):
        case = "squared_" + "x".join(map(str, shape)) + "_weights" * weighted
        values = Values("losses/" + case)
        y_true, y_pred = values.uniform(shape), values.uniform(shape)
        weights = values.uniform(shape[:-1], 0.2, 2.0) if weighted else None
        add(file, case, losses.MeanSquaredError(), y_true, y_pred, weights)


def add_shapes(file):
    """Targets and weights whose ranks differ from the predictions'."""
    values = Values("losses/shapes")
    y_pred, ids = values.probabilities((5, CLASSES)), values.integers((5, 1), 0, CLASSES)
    add(file, "sparse_column", losses.SparseCategoricalCrossentropy(), ids, y_pred)
    column = values.uniform((5, 1), 0.2, 2.0)
    hot = values.one_hot((5,), CLASSES)
    add(file, "categorical_weights_column", losses.CategoricalCrossentropy(), hot, y_pred, column)
    y_pred, hot = values.probabilities((3, 2, CLASSES)), values.one_hot((3, 2), CLASSES)
    column = values.uniform((3, 1), 0.2, 2.0)
    case = "categorical_weights_column_rank3"
    add(file, case, losses.CategoricalCrossentropy(), hot, y_pred, column)
    y_pred, flat = values.uniform((4, 1), 0.1, 0.9), np.array([0, 1, 1, 0], "float32")
    add(file, "binary_flat_targets", losses.BinaryCrossentropy(), flat, y_pred)
    add(file, "binary_integer_targets", losses.BinaryCrossentropy(), flat.astype("int32"), y_pred)
    soft = values.probabilities((5, CLASSES))
    y_pred = values.probabilities((5, CLASSES))
    add(file, "categorical_soft_targets", losses.CategoricalCrossentropy(), soft, y_pred)
    ids = np.array([0, -1, 2, -1, 3], "int32")
    loss = losses.SparseCategoricalCrossentropy(ignore_class=-1)
    add(file, "sparse_ignore_class", loss, ids, y_pred)


def add_reductions(file):
    """With weights, since two of the reductions differ only then."""
    values = Values("losses/reductions")
    y_pred, hot = values.probabilities((5, CLASSES)), values.one_hot((5,), CLASSES)
    weights = values.uniform((5,), 0.2, 2.0)
    for reduction in ("sum", "mean", "mean_with_sample_weight", "none"):
        loss = losses.CategoricalCrossentropy(reduction=reduction)
        add(file, f"categorical_reduction_{reduction}", loss, hot, y_pred, weights)
    zero = np.zeros(5, "float32")
    for reduction in ("sum_over_batch_size", "mean_with_sample_weight"):
        loss = losses.CategoricalCrossentropy(reduction=reduction)
        add(file, f"categorical_zero_weights_{reduction}", loss, hot, y_pred, zero)
    values = Values("losses/reductions_by_step")
    y_true, y_pred = values.uniform((3, 4, 2)), values.uniform((3, 4, 2))
    for shape, reduction in itertools.product(
        ((3, 1), (3, 4)), ("sum", "mean", "mean_with_sample_weight")
    ):
        case = f"squared_reduction_{reduction}_weights" + "x".join(map(str, shape))
        loss = losses.MeanSquaredError(reduction=reduction)
        add(file, case, loss, y_true, y_pred, values.uniform(shape, 0.2, 2.0))


def add_extremes(file):
    """Exact 0 and 1, values below the clipping bound, rows that do not sum to one."""
    rows = [[0, 1, 0], [1, 0, 0], [0.5, 0.5, 0], [1e-8, 0.4, 0.6], [0.2, 0.2, 0.2], [2, 1, 5]]
    y_pred = np.array(rows, "float32")
    ids = np.array([0, 0, 2, 0, 1, 2], "int32")
    hot = np.eye(3, dtype="float32")[ids]
    add(file, "categorical_extremes", losses.CategoricalCrossentropy(), hot, y_pred)
    loss = losses.CategoricalCrossentropy(label_smoothing=0.1)
    add(file, "categorical_extremes_smoothing", loss, hot, y_pred)
    add(file, "sparse_extremes", losses.SparseCategoricalCrossentropy(), ids, y_pred)
    y_pred = np.array([[0, 1], [1, 0], [1e-8, 0.99999999], [0, 0.5], [1, 0.25]], "float32")
    y_true = np.array([[0, 1], [0, 1], [1, 0], [1, 1], [1, 0]], "float32")
    add(file, "binary_extremes", losses.BinaryCrossentropy(), y_true, y_pred)
    logits = np.array([[0, 100, -100], [100, 100, 0], [50, -50, 20], [-100, 0, 0]], "float32")
    ids = np.array([0, 1, 1, 2], "int32")
    hot = np.eye(3, dtype="float32")[ids]
    loss = losses.CategoricalCrossentropy(from_logits=True)
    add(file, "categorical_logits_extremes", loss, hot, logits)
    loss = losses.SparseCategoricalCrossentropy(from_logits=True)
    add(file, "sparse_logits_extremes", loss, ids, logits)
    add(file, "binary_logits_extremes", losses.BinaryCrossentropy(from_logits=True), hot, logits)


ERRORS = {
    "absolute": losses.MeanAbsoluteError(),
    "percentage": losses.MeanAbsolutePercentageError(),
    "logarithmic": losses.MeanSquaredLogarithmicError(),
    "huber": losses.Huber(delta=0.4),
    "log_cosh": losses.LogCosh(),
    "cosine": losses.CosineSimilarity(),
    "cosine_axis": losses.CosineSimilarity(axis=1),
    "hinge": losses.Hinge(),
    "squared_hinge": losses.SquaredHinge(),
    "categorical_hinge": losses.CategoricalHinge(),
    "divergence": losses.KLDivergence(),
    "poisson": losses.Poisson(),
    "dice": losses.Dice(),
    "dice_axis": losses.Dice(axis=(1,)),
    "tversky": losses.Tversky(alpha=0.3, beta=0.8),
    "tversky_axis": losses.Tversky(axis=(1, 2)),
    "focal_binary": losses.BinaryFocalCrossentropy(),
    "focal_binary_balanced": losses.BinaryFocalCrossentropy(
        apply_class_balancing=True, alpha=0.3, gamma=1.5, label_smoothing=0.1
    ),
    "focal_binary_axis": losses.BinaryFocalCrossentropy(axis=1),
    "focal_binary_logits": losses.BinaryFocalCrossentropy(from_logits=True),
    "focal_categorical": losses.CategoricalFocalCrossentropy(),
    "focal_categorical_smooth": losses.CategoricalFocalCrossentropy(
        alpha=0.4, gamma=1.0, label_smoothing=0.1
    ),
    "focal_categorical_logits": losses.CategoricalFocalCrossentropy(from_logits=True),
    "focal_categorical_axis": losses.CategoricalFocalCrossentropy(axis=1),
    "categorical_axis": losses.CategoricalCrossentropy(axis=1),
    "binary_axis": losses.BinaryCrossentropy(axis=1),
    "categorical_axis_smooth": losses.CategoricalCrossentropy(axis=1, label_smoothing=0.2),
    "focal_categorical_axis_smooth": losses.CategoricalFocalCrossentropy(
        axis=1, label_smoothing=0.2
    ),
}
POSITIVE = ("divergence", "poisson", "logarithmic", "dice", "tversky", "focal", "binary")


def error_targets(values, case, shape):
    if case.startswith(("focal", "categorical", "binary", "hinge", "dice", "tversky")):
        return values.one_hot(shape[:-1], shape[-1])
    if case.startswith("squared_hinge"):
        return 2 * values.integers(shape, 0, 2).astype("float32") - 1
    return values.uniform(shape, 0.1 if case.startswith(POSITIVE) else -1.0, 1.0)


def error_predictions(values, case, shape):
    if case.startswith("categorical_axis"):
        return values.uniform(shape, 0.05, 0.95)
    if case.startswith(POSITIVE) and "logits" not in case:
        return values.uniform(shape, 0.05, 0.95)
    return values.uniform(shape, -1.5, 1.5)


def add_errors(file):
    """Every other loss of numbers, each with and without weights, in two ranks."""
    for (name, loss), weighted, rank in itertools.product(ERRORS.items(), (False, True), (2, 3)):
        if rank == 2 and "axis" in name:
            continue
        case = name + "_weights" * weighted + f"_rank{rank}"
        values = Values("losses/" + case)
        shape = (4, 3) if rank == 2 else (2, 3, 4)
        whole = name in ("dice", "tversky", "tversky_axis")
        weights = values.uniform((shape[0],) if whole or rank == 2 else shape[:-1], 0.2, 2.0)
        if "axis" in name and not whole:
            weights = values.uniform((2, 4), 0.2, 2.0)
        y_true = error_targets(values, name, shape)
        y_pred = error_predictions(values, name, shape)
        add(file, case, loss, y_true, y_pred, weights if weighted else None)


def add_reductions_of_a_number(file):
    """Of a loss that is one number for the whole batch."""
    values = Values("losses/numbers")
    y_true, y_pred = values.one_hot((4,), 3), values.probabilities((4, 3))
    weights = values.uniform((4,), 0.2, 2.0)
    for reduction in ("sum", "mean", "mean_with_sample_weight"):
        for weighted in (False, True):
            case = f"dice_reduction_{reduction}" + "_weights" * weighted
            loss = losses.Dice(reduction=reduction)
            add(file, case, loss, y_true, y_pred, weights if weighted else None)


def add_classes(file):
    """Losses of integer labels."""
    values = Values("losses/classes")
    ids, y_pred = values.integers((5,), 0, CLASSES), values.probabilities((5, CLASSES))
    weights = values.uniform((5,), 0.2, 2.0)
    for q in (0.5, 0.2):
        loss = losses.CategoricalGeneralizedCrossEntropy(q=q)
        add(file, f"generalized_{q}", loss, ids, y_pred)
        add(file, f"generalized_{q}_weights", loss, ids, y_pred, weights)


def add_circle(file):
    values = Values("losses/circle")
    ids = np.array([0, 1, 0, 2, 1, 0], "int32")
    raw = values.uniform((6, 4))
    y_pred = (raw / np.sqrt((raw**2).sum(-1, keepdims=True))).astype("float32")
    weights = values.uniform((6,), 0.2, 2.0)
    for name, options in {
        "": {},
        "_soft": {"gamma": 4.0, "margin": 0.2},
        "_diagonal": {"gamma": 4.0, "remove_diagonal": False},
    }.items():
        add(file, "circle" + name, losses.Circle(**options), ids, y_pred)
        add(file, f"circle{name}_weights", losses.Circle(**options), ids, y_pred, weights)
    add(file, "circle_column", losses.Circle(gamma=4.0), ids[:, None], y_pred)


def add_ctc(file):
    """Rows of different lengths, repeated labels, a row without labels, one that just fits."""
    values = Values("losses/ctc")
    labels = np.array(
        [[1, 2, 3, 0], [2, 2, 0, 0], [0, 0, 0, 0], [1, 1, 3, 3], [3, 0, 0, 0]], "int32"
    )
    y_pred = values.uniform((5, 6, 4), -2.0, 2.0)
    add(file, "ctc", losses.CTC(), labels, y_pred)
    add(file, "ctc_weights", losses.CTC(), labels, y_pred, values.uniform((5,), 0.2, 2.0))
    add(file, "ctc_sum", losses.CTC(reduction="sum"), labels, y_pred)


def write(folder):
    file = GoldenFile()
    add_crossentropies(file)
    add_mean_squared_error(file)
    add_shapes(file)
    add_reductions(file)
    add_extremes(file)
    add_errors(file)
    add_reductions_of_a_number(file)
    add_classes(file)
    add_circle(file)
    add_ctc(file)
    return file.write(folder / "losses.safetensors")
