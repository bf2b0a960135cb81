"""metrics.safetensors: what metrics say after each of several updates."""

import itertools

import keras
import numpy as np
from keras import metrics

from topics.store import GoldenFile, Values, config_of

CLASSES = 7
UPDATES = 3


def full_config(metric):
    """With the arguments that Keras leaves out of some configs, and arrays as lists."""
    described = config_of(metric)
    config = {**getattr(metric, "_fn_kwargs", {}), **described["config"]}
    for key, value in config.items():
        if hasattr(value, "tolist"):
            config[key] = np.array(value).tolist()
    return {**described, "config": config}


def add(file, case, metric, batches):
    """`batches` are (y_true, y_pred, sample_weight or None)."""
    results = []
    for y_true, y_pred, weight in batches:
        metric.update_state(y_true, y_pred, sample_weight=weight)
        results.append(np.array(metric.result(), "float32"))
    file.describe(case, **full_config(metric), updates=len(batches))
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


CROSSENTROPIES = {
    "binary": (metrics.BinaryCrossentropy, ("from_logits", "label_smoothing")),
    "categorical": (metrics.CategoricalCrossentropy, ("from_logits", "label_smoothing", "axis")),
    "sparse": (metrics.SparseCategoricalCrossentropy, ("from_logits", "ignore_class")),
}


def add_crossentropies(file):
    """Each with each of its options, and with all of them; axis 1 has the classes in the
    middle, which Keras's sparse one cannot on JAX."""
    values_of = {"from_logits": True, "label_smoothing": 0.2, "axis": 1, "ignore_class": 2}
    for kind, (make, names) in CROSSENTROPIES.items():
        for chosen in [*[(name,) for name in names], names]:
            options = {name: values_of[name] for name in chosen}
            for weighted in (False, True):
                case = f"{kind}_crossentropy_" + "_".join(chosen) + "_weights" * weighted
                axis = options.get("axis", 2)
                shape = (3, 4, 2) if axis == 1 else (3, 2, 4)

                def prediction(values):
                    if "from_logits" in options:
                        return values.uniform(shape, -3.0, 3.0)
                    raw = values.uniform(shape, 0.1, 0.9)
                    return raw if kind == "binary" else raw / raw.sum(axis, keepdims=True)

                def target(values):
                    if kind == "binary":
                        return values.integers(shape, 0, 2).astype("float32")
                    if kind == "sparse":
                        return values.integers((3, 2), 0, 4)
                    return np.moveaxis(values.one_hot((3, 2), 4), 2, axis)

                data = batches_of(case, target, prediction, (3, 2) if weighted else None)
                add(file, case, make(**options), data)


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


SAMPLES = {
    "accuracy": metrics.Accuracy,
    "absolute": metrics.MeanAbsoluteError,
    "percentage": metrics.MeanAbsolutePercentageError,
    "logarithmic": metrics.MeanSquaredLogarithmicError,
    "root": metrics.RootMeanSquaredError,
    "log_cosh": metrics.LogCoshError,
    "cosine": metrics.CosineSimilarity,
    "pearson": metrics.PearsonCorrelation,
    "concordance": metrics.ConcordanceCorrelation,
    "hinge": metrics.Hinge,
    "squared_hinge": metrics.SquaredHinge,
    "categorical_hinge": metrics.CategoricalHinge,
    "divergence": metrics.KLDivergence,
    "poisson": metrics.Poisson,
}


def add_samples(file):
    """Means of numbers that samples have, in two ranks, with and without weights."""
    for (name, make), shape in itertools.product(SAMPLES.items(), ((4, 3), (2, 3, 4))):
        for weighted in (False, True):
            case = f"{name}_{len(shape)}" + "_weights" * weighted

            def target(values):
                if name == "accuracy":
                    return values.integers(shape, 0, 2).astype("float32")
                if name == "categorical_hinge":
                    return values.one_hot(shape[:-1], shape[-1])
                return values.uniform(shape, 0.1, 1.0)

            def prediction(values):
                if name == "accuracy":
                    return values.integers(shape, 0, 2).astype("float32")
                return values.uniform(shape, 0.05, 0.95)

            data = batches_of(case, target, prediction, shape[:-1] if weighted else None)
            add(file, case, make(), data)
    case = "cosine_axis"
    data = batches_of(
        case, lambda values: values.uniform((2, 3, 4)), lambda values: values.uniform((2, 3, 4))
    )
    add(file, case, metrics.CosineSimilarity(axis=1), data)


def binary_batches(case, shape, weighted):
    """0 and 1, and probabilities that tend to them; some lie on thresholds."""

    def prediction(values):
        raw = values.uniform(shape, 0.0, 1.0)
        return np.where(raw < 0.3, np.round(raw, 1), raw).astype("float32")

    def target(values):
        return values.integers(shape, 0, 2).astype("float32")

    return batches_of(case, target, prediction, shape[:1] if weighted else None)


CONFUSIONS = {
    "true_positives": metrics.TruePositives(),
    "false_positives": metrics.FalsePositives(thresholds=[0.7, 0.2]),
    "true_negatives": metrics.TrueNegatives(thresholds=0.3),
    "false_negatives": metrics.FalseNegatives(thresholds=[0.0, 0.25, 0.5, 0.75, 1.0]),
    "precision": metrics.Precision(),
    "precision_thresholds": metrics.Precision(thresholds=[0.2, 0.9, 0.5]),
    "precision_top_k": metrics.Precision(top_k=2),
    "precision_class": metrics.Precision(class_id=1),
    "precision_top_k_class": metrics.Precision(top_k=1, class_id=2, thresholds=0.4),
    "recall": metrics.Recall(),
    "recall_thresholds": metrics.Recall(thresholds=[0.1, 0.6]),
    "recall_top_k": metrics.Recall(top_k=2),
    "recall_class": metrics.Recall(class_id=0),
    "sensitivity": metrics.SensitivityAtSpecificity(0.5),
    "sensitivity_one": metrics.SensitivityAtSpecificity(0.4, num_thresholds=1),
    "specificity": metrics.SpecificityAtSensitivity(0.7, num_thresholds=30, class_id=1),
    "precision_at_recall": metrics.PrecisionAtRecall(0.6),
    "recall_at_precision": metrics.RecallAtPrecision(0.55, num_thresholds=50),
    "recall_at_no_precision": metrics.RecallAtPrecision(1.0, num_thresholds=3),
}


def add_confusions(file):
    for (name, metric), weighted in itertools.product(CONFUSIONS.items(), (False, True)):
        metric.reset_state()
        case = name + "_weights" * weighted
        add(file, case, metric, binary_batches(case, (6, 4), weighted))
    metric = metrics.Precision()
    values = Values("metrics/precision_flat")
    flat = values.integers((6,), 0, 2), values.uniform((6, 1), 0.0, 1.0), None
    add(file, "precision_flat_targets", metric, [flat])


def add_areas(file):
    """AUC: curves x sums x weights, labels by themselves, thresholds that are given."""
    curves = itertools.product(
        ("ROC", "PR", "PRGAIN"), ("interpolation", "minoring", "majoring"), (False, True)
    )
    for curve, summation, weighted in curves:
        case = f"auc_{curve}_{summation}" + "_weights" * weighted
        metric = metrics.AUC(curve=curve, summation_method=summation, num_thresholds=40)
        add(file, case, metric, binary_batches(case, (12, 1), weighted))
    options = {
        "default": {},
        "labels": {"multi_label": True},
        "labels_weights": {"multi_label": True, "label_weights": [0.5, 2.0, 1.0]},
        "labels_pr": {"multi_label": True, "curve": "PR", "num_labels": 3},
        "elements_weights": {"label_weights": [0.5, 2.0, 1.0]},
        "thresholds": {"thresholds": [0.7, 0.1, 0.5]},
        "thresholds_labels": {"thresholds": [0.3, 0.4], "multi_label": True},
        "thresholds_even": {"thresholds": [0.25, 0.5, 0.75]},
        "logits": {"from_logits": True},
    }
    for name, arguments in options.items():
        for weighted in (False, True):
            if weighted and name == "thresholds_labels":
                continue  # Keras cannot
            case = f"auc_{name}" + "_by_sample" * weighted
            add(file, case, metrics.AUC(**arguments), binary_batches(case, (8, 3), weighted))


def add_f_scores(file):
    for average, threshold in itertools.product(
        (None, "micro", "macro", "weighted"), (None, 0.4)
    ):
        for weighted in (False, True):
            case = f"f_{average}_{threshold}" + "_weights" * weighted
            data = binary_batches(case, (6, 4), weighted)
            metric = metrics.FBetaScore(average=average, beta=2.0, threshold=threshold)
            add(file, case, metric, data)
            add(file, case + "_f1", metrics.F1Score(average=average, threshold=threshold), data)


def add_r2(file):
    for aggregation in (None, "uniform_average", "variance_weighted_average"):
        for regressors, weighted in ((0, False), (0, True), (3, False)):
            case = f"r2_{aggregation}_{regressors}" + "_weights" * weighted
            data = batches_of(
                case,
                lambda values: values.uniform((5, 3)),
                lambda values: values.uniform((5, 3)),
                (5,) if weighted else None,
            )
            metric = metrics.R2Score(class_aggregation=aggregation, num_regressors=regressors)
            add(file, case, metric, data)


def add_overlaps(file):
    """Weights are whole numbers: Keras counts in integers."""
    options = {
        "iou": (metrics.IoU(num_classes=4, target_class_ids=[0, 2]), True, True),
        "iou_ignore": (metrics.IoU(4, [0, 1, 3], ignore_class=1), True, True),
        "iou_scores": (metrics.IoU(4, [1], sparse_y_true=False, sparse_y_pred=False), False, False),
        "iou_outside": (metrics.IoU(num_classes=3, target_class_ids=[0, 2]), True, True),
        "mean_iou": (metrics.MeanIoU(num_classes=5), True, True),
        "one_hot_iou": (metrics.OneHotIoU(4, [0, 3]), False, False),
        "one_hot_mean_iou": (metrics.OneHotMeanIoU(4), False, False),
        "one_hot_mean_iou_sparse": (metrics.OneHotMeanIoU(4, sparse_y_pred=True), False, True),
    }
    for name, (metric, sparse_true, sparse_pred) in options.items():
        for weighted in (False, True):
            metric.reset_state()
            case = name + "_weights" * weighted

            def labels(values, sparse):
                if sparse:
                    return values.integers((9,), 0, 4)
                return values.uniform((9, 4), 0.0, 1.0)

            data = batches_of(
                case, lambda values: labels(values, sparse_true),
                lambda values: labels(values, sparse_pred).astype("float32"),
            )
            if weighted:
                weights = Values(case).integers((9,), 0, 4).astype("float32")
                data = [(t, p, weights) for t, p, _ in data]
            add(file, case, metric, data)
    data = binary_batches("binary_iou", (9,), False)
    add(file, "binary_iou", metrics.BinaryIoU(threshold=0.3), data)
    add(file, "binary_iou_one", metrics.BinaryIoU(target_class_ids=[1]), data)


def write(folder):
    file = GoldenFile()
    add_class_metrics(file)
    add_ties(file)
    add_binary(file)
    add_means(file)
    add_crossentropies(file)
    add_accuracy_string(file)
    add_samples(file)
    add_confusions(file)
    add_areas(file)
    add_f_scores(file)
    add_r2(file)
    add_overlaps(file)
    return file.write(folder / "metrics.safetensors")
