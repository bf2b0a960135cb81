"""metrics.safetensors: accuracies after each of several updates."""

import keras
import numpy as np
from keras import metrics

from topics.store import GoldenFile, Values, config_of

CLASSES = 7
UPDATES = 3


def add(file, case, metric, batches):
    """`batches` are (y_true, y_pred, sample_weight or None)."""
    results = []
    for y_true, y_pred, weight in batches:
        metric.update_state(y_true, y_pred, sample_weight=weight)
        results.append(np.float32(metric.result()))
    file.describe(case, **config_of(metric), updates=len(batches))
    put_batches(file, case, batches)
    file.put(case, "result", np.array(results))


def put_batches(file, case, batches):
    file.put(case, "y_true", [b[0] for b in batches])
    file.put(case, "y_pred", [b[1] for b in batches])
    file.put(case, "sample_weight", [b[2] for b in batches if b[2] is not None])


def batches_of(case, make_target, make_prediction, weight_shape=None):
    values = Values("metrics/" + case)
    batches = []
    for _ in range(UPDATES):
        y_true, y_pred = make_target(values), make_prediction(values)
        weight = values.uniform(weight_shape, 0.0, 2.0) if weight_shape else None
        batches.append((y_true, y_pred, weight))
    return batches


def add_class_metrics(file):
    """One-hot and integer targets, rank 2 and 3, with and without weights."""
    for rank, shape in ((2, (5,)), (3, (3, 2))):
        for weighted in (False, True):
            for kind in ("categorical", "sparse"):
                add_class_metric(file, kind, shape, weighted, f"rank{rank}")


def make_class_metric(kind, k=None):
    if kind == "categorical":
        return metrics.TopKCategoricalAccuracy(k=k) if k else metrics.CategoricalAccuracy()
    if k:
        return metrics.SparseTopKCategoricalAccuracy(k=k)
    return metrics.SparseCategoricalAccuracy()


def add_class_metric(file, kind, shape, weighted, ending):
    for k in (None, 1, 3, 5):
        case = f"{kind}_top{k}" if k else kind
        case += "_weights" * weighted + "_" + ending

        def target(values):
            if kind == "categorical":
                return values.one_hot(shape, CLASSES)
            return values.integers(shape, 0, CLASSES)

        def prediction(values):
            return values.probabilities((*shape, CLASSES))

        data = batches_of(case, target, prediction, shape if weighted else None)
        add(file, case, make_class_metric(kind, k), data)


def add_ties(file):
    """Equal scores: the lowest index wins an argmax; every equal score counts for top k."""
    y_pred = np.array(
        [[0.4, 0.4, 0.2, 0], [0.25] * 4, [0.1, 0.3, 0.3, 0.3], [0.3, 0.3, 0.2, 0.2]], "float32"
    )
    for column in range(4):
        ids = np.full(4, column, "int32")
        hot = np.eye(4, dtype="float32")[ids]
        for k in (None, 1, 2, 3):
            for kind, y_true in (("categorical", hot), ("sparse", ids)):
                case = kind + (f"_top{k}" if k else "") + f"_ties_class{column}"
                add(file, case, make_class_metric(kind, k), [(y_true, y_pred, None)])


def add_binary(file):
    for shape in ((6, 1), (5, 3), (3, 2, 2)):
        for weighted in (False, True):
            case = "binary_" + "x".join(map(str, shape)) + "_weights" * weighted
            data = batches_of(
                case,
                lambda values: values.integers(shape, 0, 2).astype("float32"),
                lambda values: values.uniform(shape, 0.0, 1.0),
                shape[:-1] if weighted else None,
            )
            add(file, case, metrics.BinaryAccuracy(), data)
    edge = np.array([[0.5], [0.50001], [0.49999], [0.0], [1.0], [0.5]], "float32")
    y_true = np.array([[1], [1], [0], [0], [1], [0]], "float32")
    add(file, "binary_edge", metrics.BinaryAccuracy(), [(y_true, edge, None)])
    add(file, "binary_threshold", metrics.BinaryAccuracy(threshold=0.3), [(y_true, edge, None)])
    add(file, "binary_flat_targets", metrics.BinaryAccuracy(), [(y_true[:, 0], edge, None)])


def add_means(file):
    values = Values("metrics/means")
    plain = [(values.uniform((4, 3)), values.uniform((4, 3)), None) for _ in range(UPDATES)]
    add(file, "mean_squared_error", metrics.MeanSquaredError(), plain)
    sparse = [(values.integers((5,), 0, 4), values.probabilities((5, 4)), None) for _ in range(2)]
    add(file, "sparse_categorical_crossentropy", metrics.SparseCategoricalCrossentropy(), sparse)
    hot = [(values.one_hot((5,), 4), values.probabilities((5, 4)), values.uniform((5,), 0, 2))]
    add(file, "categorical_crossentropy", metrics.CategoricalCrossentropy(), hot)
    binary = [(values.integers((5, 1), 0, 2), values.uniform((5, 1), 0.05, 0.95), None)]
    add(file, "binary_crossentropy", metrics.BinaryCrossentropy(), binary)


def identity_model(shape):
    return keras.Sequential([keras.Input(shape[1:]), keras.layers.Activation("linear")])


def add_resolved(file, case, y_true, y_pred, weight=None):
    """Lets a compiled model choose the metric that "accuracy" means for these shapes."""
    keras.backend.clear_session()
    model = identity_model(y_pred.shape)
    model.compile(metrics=["accuracy"], weighted_metrics=["accuracy"] if weight is not None else [])
    result = model.evaluate(
        y_pred, y_true, sample_weight=weight, batch_size=4, verbose=0, return_dict=True
    )
    chosen = [m for m in model._compile_metrics.metrics if m.name == "accuracy"][0]
    file.describe(
        case, identifier="accuracy", resolved=type(chosen).__name__, updates=1, results=list(result)
    )
    put_batches(file, case, [(y_true, y_pred, weight)])
    for name, value in result.items():
        file.put_named(f"{case}/result/{name}", np.float32(value))


def add_accuracy_string(file):
    values = Values("metrics/accuracy")
    shapes = {
        "one_hot": (values.one_hot((10,), 4), (10, 4)),
        "integers": (values.integers((10,), 0, 4), (10, 4)),
        "integers_column": (values.integers((10, 1), 0, 4), (10, 4)),
        "binary": (values.integers((10, 1), 0, 2), (10, 1)),
        "binary_flat": (values.integers((10,), 0, 2), (10, 1)),
        "several_binary": (values.integers((10, 3), 0, 2).astype("float32"), (10, 3)),
        "sequence_one_hot": (values.one_hot((10, 3), 4), (10, 3, 4)),
        "sequence_integers": (values.integers((10, 3), 0, 4), (10, 3, 4)),
        "sequence_binary": (values.integers((10, 3, 1), 0, 2), (10, 3, 1)),
    }
    for name, (y_true, shape) in shapes.items():
        y_pred = values.probabilities(shape) if shape[-1] > 1 else values.uniform(shape, 0.0, 1.0)
        add_resolved(file, "accuracy_" + name, y_true, y_pred)
    y_true, y_pred = shapes["integers"][0], values.probabilities((10, 4))
    add_resolved(file, "accuracy_weights", y_true, y_pred, values.uniform((10,), 0.0, 2.0))


def write(folder):
    file = GoldenFile()
    add_class_metrics(file)
    add_ties(file)
    add_binary(file)
    add_means(file)
    add_accuracy_string(file)
    return file.write(folder / "metrics.safetensors")
