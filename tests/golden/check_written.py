"""Opens in Keras what linnet writes: python3 check_written.py build/linnet [topic ...]

With ENDING=.h5 in the legacy format: predictions alone, since Keras 3 cannot train the models that it has
read of its own such files.

Keras makes models, `linnet convert` reads each and writes it anew, and Keras opens both: they must
predict the same, and go on training alike. Prints a line for each that does not; ends with exit
code 1 if there is one. Run by hand, with Keras 3 on any backend (KERAS_BACKEND).
"""
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np
from keras import layers as L
from keras import losses, metrics, optimizers
from keras.optimizers import schedules

HERE = pathlib.Path(__file__).parent
DRAW = np.random.default_rng(5)
STEPS = 5
ENDING = os.environ.get("ENDING", ".keras")
LEGACY = ENDING == ".h5"
# Keras computes these in 16 bits, where linnet has float32, or cannot read them.
NOT_COMPARED = {"bfloat", "half", "scaled", "variables"}
TEXTS = ["the cat sat", "a dog, a cat!", "\u00c9t\u00e9 ou hiver?"]


def numbers(*shape):
    return DRAW.normal(size=shape).astype("float32")


def one_or_all(arrays):
    return arrays if len(arrays) > 1 else arrays[0]


def as_list(y):
    return y if isinstance(y, (list, tuple)) else [y]


def difference(a, b):
    """The largest, as a part of the largest number; only NaN is like NaN."""
    worst = 0.0
    for one, other in zip(as_list(a), as_list(b), strict=True):
        one, other = np.asarray(one, "float64"), np.asarray(other, "float64")
        if one.shape != other.shape or (np.isnan(one) != np.isnan(other)).any():
            return float("inf")
        unlike = (one != other) & ~np.isnan(one)
        largest = np.abs(one[np.isfinite(one)]).max(initial=1.0)
        worst = max(worst, np.abs(one[unlike] - other[unlike]).max(initial=0.0) / largest)
    return worst


def small_inputs(model, rows=3):
    """Rows that fit the model's inputs; axes of any size get 6."""
    arrays = []
    for x in model.inputs:
        shape = (rows, *(size or 6 for size in x.shape[1:]))
        if x.dtype == "string":
            arrays.append(keras.ops.convert_to_tensor(DRAW.choice(TEXTS, shape).tolist(), "string"))
            continue
        whole = "float" not in x.dtype
        arrays.append(DRAW.integers(0, 2, shape).astype(x.dtype) if whole else numbers(*shape))
    return arrays


class Checker:
    def __init__(self, linnet):
        self.linnet, self.count, self.failed = linnet, 0, []

    def written(self, path):
        """The model as linnet writes it anew."""
        new = path.with_name("written" + ENDING)
        run = subprocess.run([self.linnet, "convert", path, new], capture_output=True, text=True)
        if run.returncode:
            raise RuntimeError(run.stderr.strip())
        return keras.saving.load_model(new, compile=not LEGACY)

    @staticmethod
    def layers_of(model):
        """What trains, by name; a layer that was another's activation stands behind that one."""
        return {x.name: x.trainable for x in model.layers if not x.name.endswith("_activation")}

    def check(self, name, path, x=None, t=None, tolerance=1e-5, layers=True):
        self.count += 1
        try:
            old, new = keras.saving.load_model(path), self.written(path)
            x = one_or_all(x or small_inputs(old))
            worst = difference(old.predict(x, verbose=0), new.predict(x, verbose=0))
            if layers and self.layers_of(old) != self.layers_of(new):
                raise RuntimeError(f"layers {self.layers_of(old)} became {self.layers_of(new)}")
            if t is not None and not LEGACY:
                for _ in range(STEPS):
                    logs = [m.train_on_batch(x, t, return_dict=True) for m in (old, new)]
                    keys = [set(each) for each in logs]
                    if keys[0] != keys[1]:
                        raise RuntimeError(f"logs {sorted(keys[0])} became {sorted(keys[1])}")
                    worst = max(worst, *(difference(logs[0][k], logs[1][k]) for k in logs[0]))
            if not worst <= tolerance:
                raise RuntimeError(f"differs by {worst:.2e}")
        except Exception as error:  # anything: the next one is checked too
            self.failed.append(name)
            if os.environ.get("TRACE"):
                traceback.print_exc()
            print(f"{name}: {str(error).splitlines()[0][:300] if str(error) else repr(error)}", flush=True)
        finally:
            keras.backend.clear_session()

    def check_model(self, name, model, x=None, t=None, steps=3, **options):
        with tempfile.TemporaryDirectory() as folder:
            if t is not None:
                for _ in range(steps):
                    model.train_on_batch(one_or_all(x), t)
            path = pathlib.Path(folder) / "model.keras"
            model.save(path)
            self.check(name, path, x, t, **options)


def golden(checker):
    """What the C++ tests read."""
    for path in sorted(HERE.glob("keras_*/**/*.keras")):
        if path.stem in NOT_COMPARED or (
                path.stem == "words" and keras.backend.backend() != "tensorflow"):
            continue  # the layers of `words` need TensorFlow
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder) / "model.keras"
            copy.write_bytes(path.read_bytes())
            checker.check(str(path.relative_to(HERE)), copy)


def network():
    """Conv, statistics, a table, a matrix and vectors."""
    picture, ids = keras.Input((5, 5, 2)), keras.Input((4,), dtype="int32")
    a = L.Flatten()(L.BatchNormalization()(L.Conv2D(3, 2, activation="relu")(picture)))
    b = L.GlobalAveragePooling1D()(L.Embedding(7, 3)(ids))
    return keras.Model([picture, ids], L.Dense(3, activation="softmax")(L.Concatenate()([a, b])))


OPTIMIZERS = [
    optimizers.SGD(0.05), optimizers.SGD(0.05, momentum=0.9, nesterov=True), optimizers.Adam(),
    optimizers.Adam(0.01, beta_1=0.8, beta_2=0.95, epsilon=1e-4, amsgrad=True),
    optimizers.AdamW(), optimizers.AdamW(weight_decay=0.1, clipnorm=1.0), optimizers.Nadam(0.01),
    optimizers.Adamax(), optimizers.RMSprop(), optimizers.RMSprop(momentum=0.5, centered=True),
    optimizers.Adagrad(0.1), optimizers.Adadelta(1.0), optimizers.Ftrl(0.05),
    optimizers.Ftrl(0.05, l1_regularization_strength=0.01, beta=0.1), optimizers.Lion(0.001),
    optimizers.Lamb(0.01), optimizers.Adafactor(0.01), optimizers.Adafactor(0.01, relative_step=False),
    optimizers.ScheduleFreeAdamW(0.01), optimizers.ScheduleFreeAdamW(warmup_steps=4, weight_decay=0.1),
    optimizers.Muon(0.01), optimizers.Muon(0.01, exclude_layers=["dense"]),
    optimizers.Adam(global_clipnorm=0.5), optimizers.Adam(clipvalue=0.1),
    optimizers.Adam(use_ema=True, ema_momentum=0.9, ema_overwrite_frequency=4),
    optimizers.SGD(0.05, gradient_accumulation_steps=2), optimizers.Adam(loss_scale_factor=8.0),
]
OPTIMIZERS += [optimizers.Adam(schedule) for schedule in (
    schedules.ExponentialDecay(0.01, 3, 0.5, staircase=True), schedules.PolynomialDecay(0.01, 6, power=2.0),
    schedules.PiecewiseConstantDecay([2, 5], [0.01, 0.005, 0.001]), schedules.InverseTimeDecay(0.01, 2, 0.5),
    schedules.CosineDecay(0.01, 9, warmup_target=0.02, warmup_steps=2),
    schedules.CosineDecayRestarts(0.01, 3))]


def trained(checker):
    """All optimizers, also before their first step."""
    x = [numbers(8, 5, 5, 2), DRAW.integers(0, 5, (8, 4)).astype("int32")]
    t = DRAW.integers(0, 3, (8,))
    for i, optimizer in enumerate(OPTIMIZERS):
        # Keras fills the momenta of a model that has not trained from weights that are not yet loaded.
        for steps in (3,) if "ScheduleFree" in type(optimizer).__name__ else (0, 3):
            model = network()
            model.compile(type(optimizer).from_config(optimizer.get_config()),
                          "sparse_categorical_crossentropy", metrics=["accuracy"])
            checker.check_model(f"optimizer {i} {optimizer.name} after {steps}", model, x, t, steps,
                                tolerance=5e-5)


def compiled(checker):
    """Losses and metrics."""
    x, kind = numbers(8, 5), np.eye(3, dtype="float32")[DRAW.integers(0, 3, 8)]
    values = np.abs(numbers(8, 3))
    for loss in (losses.BinaryCrossentropy(label_smoothing=0.1), losses.BinaryFocalCrossentropy(gamma=1.5),
                 losses.CategoricalCrossentropy(label_smoothing=0.1, reduction="sum"),
                 losses.CategoricalFocalCrossentropy(alpha=0.3), losses.CategoricalHinge(),
                 losses.CategoricalGeneralizedCrossEntropy(q=0.3),
                 losses.CosineSimilarity(), losses.Dice(), losses.Hinge(), losses.Huber(0.5),
                 losses.KLDivergence(), losses.LogCosh(), losses.MeanAbsoluteError(),
                 losses.MeanAbsolutePercentageError(), losses.MeanSquaredError(), losses.Poisson(),
                 losses.MeanSquaredLogarithmicError(), losses.SquaredHinge(), losses.Tversky(0.3, 0.7),
                 losses.SparseCategoricalCrossentropy(ignore_class=2), "mse", "categorical_crossentropy"):
        model = keras.Sequential([keras.Input((5,)), L.Dense(3, activation="softmax")])
        name = loss if isinstance(loss, str) else loss.name
        labels = "sparse" in name or "generalized" in name
        model.compile("adam", loss, **({} if labels else {
            "metrics": ["mae"], "weighted_metrics": [metrics.MeanSquaredError()]}))
        checker.check_model(f"loss {name}", model, [x], kind.argmax(1) if labels else kind)
    for metric in (metrics.AUC(num_thresholds=50, curve="PR"), metrics.Precision(thresholds=0.4),
                   metrics.Recall(class_id=1), metrics.F1Score(average="macro"), metrics.FBetaScore(beta=2.0),
                   metrics.TopKCategoricalAccuracy(2), metrics.R2Score(), metrics.IoU(3, [0, 1], sparse_y_true=False, sparse_y_pred=False),
                   metrics.MeanIoU(3, sparse_y_true=False, sparse_y_pred=False), metrics.OneHotMeanIoU(3),
                   metrics.RootMeanSquaredError(), metrics.TruePositives(), metrics.CosineSimilarity(),
                   metrics.SensitivityAtSpecificity(0.5), metrics.PrecisionAtRecall(0.4),
                   metrics.BinaryAccuracy(threshold=0.4), metrics.LogCoshError(), metrics.PearsonCorrelation()):
        model = keras.Sequential([keras.Input((5,)), L.Dense(3, activation="softmax")])
        model.compile("sgd", "mse", metrics=[metric])
        checker.check_model(f"metric {metric.name}", model, [x], kind)
    a = keras.Input((5,))
    model = keras.Model(a, [L.Dense(3, name="p")(a), L.Dense(3, name="q")(a)])
    model.compile("sgd", ["mse", "mae"], loss_weights=[0.3, 0.7],
                  metrics=[["mae", metrics.MeanSquaredError(name="m")], []])
    checker.check_model("two outputs", model, [x], [kind, values])
    model.compile("sgd", ["mse", "mae"], metrics=[["mae"], ["mse"]], weighted_metrics=[["mae"], []])
    checker.check_model("weighted metrics of one output", model, [x], [kind, values])


def frozen(checker):
    """Parts that do not train, models in models, shared layers."""
    x, t = [numbers(8, 5)], numbers(8, 2)
    for flags in ((False, True), (True, False)):
        base = keras.Sequential([keras.Input((5,)), L.Dense(4), L.BatchNormalization()], name="base")
        model = keras.Sequential([keras.Input((5,)), base, L.Dense(3), L.Dense(2)])
        base.trainable, model.layers[1].trainable = flags
        model.compile("adam", "mse")
        checker.check_model(f"frozen {flags}", model, x, t)
    a = keras.Input((5,))
    shared, again = L.Dense(5), keras.Input((5,))
    inner = keras.Model(again, L.Dense(5)(again), name="inner")
    y = L.Add()([shared(a), inner(shared(a)), inner(L.Dense(5)(a))])
    model = keras.Model(a, inner(L.Dense(5, activation="relu")(y)))
    model.compile("adam", "mse")
    checker.check_model("shared", model, x, numbers(8, 5))


def networks(checker):
    """Keras's applications, with random weights and statistics."""
    names = ["ResNet50", "ResNet50V2", "VGG16", "MobileNet", "MobileNetV2", "MobileNetV3Small", "EfficientNetB0",
             "EfficientNetV2B0", "DenseNet121", "InceptionV3", "InceptionResNetV2", "Xception", "NASNetMobile",
             "ConvNeXtTiny"]
    for name in names:
        make = getattr(keras.applications, name)
        model = make(weights=None, input_shape=(96, 96, 3), include_top=False, pooling="avg")
        for weight in model.weights:
            if "variance" in weight.path or "gamma" in weight.path:
                weight.assign(DRAW.uniform(0.5, 1.5, weight.shape))
        checker.check_model(name, model, [numbers(1, 96, 96, 3)])


def operations(checker):
    """Functions of keras.ops as nodes, in the models that the C++ tests read, but for a pool of two
    sizes, which Keras on JAX does not read again itself. Those of keras.activations become layers."""
    for path in sorted((HERE / "keras_operations").glob("*.json")):
        if path.stem not in ("tensorflow", "windows"):
            model = keras.models.model_from_json(path.read_text())
            checker.check_model(path.stem, model, layers=False)


TOPICS = (golden, operations, trained, compiled, frozen, networks)

if __name__ == "__main__":
    checker = Checker(pathlib.Path(sys.argv[1]).resolve())
    for topic in TOPICS:
        if len(sys.argv) < 3 or topic.__name__ in sys.argv[2:]:
            topic(checker)
    print(f"{checker.count - len(checker.failed)} of {checker.count} are the same")
    sys.exit(1 if checker.failed else 0)
