"""Random models that Keras has begun to train, which linnet goes on training. Run by hand:

    python sweep_training.py LINNET_TESTS COUNT [FIRST_SEED]

LINNET_TESTS: the test program, built. Each seed gives a small model with a random optimizer, loss and
metrics; Keras takes some steps, saves it and takes further ones. The hidden test in
tests/keras/golden_optimizers_test.cpp loads each file and compares the logs of those further steps.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

from make_keras_operations import save_file
from sweep_models import R, keras, np, one
from keras import layers as L
from keras import losses, metrics, optimizers
from keras.optimizers import schedules as S

STEPS = 4


def rate(number):
    return one(
        lambda: number, lambda: number, lambda: S.ExponentialDecay(number, 3, 0.7, staircase=one(True, False)),
        lambda: S.CosineDecay(number, 9, alpha=0.1, warmup_target=one(None, number * 2), warmup_steps=one(0, 2)),
        lambda: S.PiecewiseConstantDecay([2, 5], [number, number / 2, number / 4]),
        lambda: S.PolynomialDecay(number, 6, number / 10, power=2.0, cycle=one(True, False)),
        lambda: S.InverseTimeDecay(number, 2, 0.7, staircase=one(True, False)),
        lambda: S.CosineDecayRestarts(number, 3, t_mul=2.0, m_mul=0.9))()


def optimizer():
    shared = one({}, {}, {"clipnorm": 0.5}, {"clipvalue": 0.1}, {"global_clipnorm": 0.4},
                 {"use_ema": True, "ema_momentum": 0.8, "ema_overwrite_frequency": one(None, 3)},
                 {"gradient_accumulation_steps": 2}, {"weight_decay": 0.02}, {"loss_scale_factor": 8.0})
    made = one(
        lambda: optimizers.SGD(rate(0.05), momentum=one(0.0, 0.9), nesterov=one(True, False), **shared),
        lambda: optimizers.Adam(rate(0.01), beta_1=one(0.9, 0.7), epsilon=one(1e-7, 1e-3),
                                amsgrad=one(True, False), **shared),
        lambda: optimizers.AdamW(rate(0.01), **shared), lambda: optimizers.Nadam(rate(0.01), **shared),
        lambda: optimizers.Adamax(rate(0.01), **shared),
        lambda: optimizers.RMSprop(rate(0.01), momentum=one(0.0, 0.5), centered=one(True, False), **shared),
        lambda: optimizers.Adagrad(rate(0.1), **shared), lambda: optimizers.Adadelta(rate(1.0), **shared),
        lambda: optimizers.Ftrl(rate(0.05), l1_regularization_strength=one(0.0, 0.01),
                                l2_shrinkage_regularization_strength=one(0.0, 0.01), beta=one(0.0, 0.1), **shared),
        lambda: optimizers.Lion(rate(0.003), **shared), lambda: optimizers.Lamb(rate(0.01), **shared),
        lambda: optimizers.Adafactor(rate(0.02), relative_step=one(True, False), **shared),
        lambda: optimizers.Muon(rate(0.01), nesterov=one(True, False), **shared))()
    return optimizers.LossScaleOptimizer(made, initial_scale=64.0) if R.random() < 0.1 and not shared else made


def head(x, draw, rows, name):
    """An output with a loss that suits it, metrics, and a function that draws targets."""
    numbers = lambda *shape: draw.normal(size=shape).astype("float32")
    kind = one("classes", "sparse", "binary", "numbers", "positive", "signs")
    if kind == "classes":
        y = L.Dense(3, activation="softmax", name=name)(x)
        loss = one(losses.CategoricalCrossentropy(label_smoothing=one(0.0, 0.1)), losses.CategoricalFocalCrossentropy(),
                   losses.KLDivergence(), losses.CategoricalHinge(), losses.Dice(), losses.Tversky(0.3, 0.7),
                   losses.CosineSimilarity(), "categorical_crossentropy", losses.CategoricalGeneralizedCrossEntropy(0.4))
        metric = one("accuracy", metrics.AUC(num_thresholds=30), metrics.F1Score(average="macro"),
                     metrics.TopKCategoricalAccuracy(2), metrics.Recall(class_id=1), metrics.Precision(top_k=1))
        return y, loss, metric, lambda: np.eye(3, dtype="float32")[draw.integers(0, 3, rows)]
    if kind == "sparse":
        logits = one(True, False)
        y = L.Dense(3, activation=None if logits else "softmax", name=name)(x)
        loss = losses.SparseCategoricalCrossentropy(from_logits=logits, ignore_class=one(None, 2),
                                                    reduction=one("sum", "sum_over_batch_size"))
        metric = one("accuracy", metrics.SparseTopKCategoricalAccuracy(2),
                     metrics.SparseCategoricalCrossentropy(from_logits=logits))
        return y, loss, metric, lambda: draw.integers(0, 3, (rows,)).astype("int32")
    if kind == "binary":
        logits = one(True, False)
        y = L.Dense(2, activation=None if logits else "sigmoid", name=name)(x)
        loss = one(losses.BinaryCrossentropy(from_logits=logits, label_smoothing=one(0.0, 0.2)),
                   losses.BinaryFocalCrossentropy(gamma=1.5, from_logits=logits, apply_class_balancing=one(True, False)))
        metric = one("accuracy", metrics.BinaryAccuracy(threshold=0.4), metrics.BinaryCrossentropy(from_logits=logits))
        return y, loss, metric, lambda: draw.integers(0, 2, (rows, 2)).astype("float32")
    if kind == "positive":
        y = L.Dense(2, activation="softplus", name=name)(x)
        loss = one(losses.Poisson(), losses.MeanSquaredLogarithmicError(), losses.MeanAbsolutePercentageError())
        return y, loss, one(metrics.MeanAbsoluteError(), metrics.LogCoshError()), lambda: np.abs(numbers(rows, 2)) + 0.1
    if kind == "signs":
        y = L.Dense(2, activation="tanh", name=name)(x)
        return (y, one(losses.Hinge(), losses.SquaredHinge()), one("mae", metrics.Hinge()),
                lambda: np.sign(numbers(rows, 2)))
    y = L.Dense(2, name=name)(x)
    loss = one("mse", "mae", losses.Huber(), losses.LogCosh(), losses.MeanSquaredError(reduction="sum"))
    metric = one("mse", metrics.RootMeanSquaredError(), metrics.R2Score(), metrics.CosineSimilarity())
    return y, loss, metric, lambda: numbers(rows, 2)


def trunk(kind):
    """An input and what a few layers make of it."""
    penalty = {"kernel_regularizer": one(None, "l2", "l1"), "kernel_constraint": one(None, None, "max_norm", "unit_norm")}
    if kind == "ids":
        ids = keras.Input((5,), dtype="int32")
        x = L.Embedding(20, 4, mask_zero=one(True, False))(ids)
        return ids, one(lambda: L.GlobalAveragePooling1D()(x), lambda: L.LSTM(3)(x), lambda: L.GRU(3)(x),
                        lambda: L.Bidirectional(L.SimpleRNN(2))(x),
                        lambda: L.GlobalAveragePooling1D()(L.MultiHeadAttention(2, 2)(x, x)))()
    if kind == "maps":
        maps = keras.Input((5, 5, 2))
        x = L.Conv2D(3, 2, strides=one(1, 2), activation=one("relu", "elu"), **penalty)(maps)
        x = one(L.BatchNormalization(), L.GroupNormalization(3), L.MaxPooling2D(2), L.DepthwiseConv2D(2))(x)
        return maps, one(L.Flatten(), L.GlobalMaxPooling2D())(x)
    numbers = keras.Input((6,))
    x = L.Dense(5, activation=one("relu", "tanh", "gelu"), **penalty)(numbers)
    x = one(L.BatchNormalization(), L.LayerNormalization(), L.Identity(), L.ActivityRegularization(0.01))(x)
    return numbers, L.Dense(4, activation=one("relu", "selu"))(x)


def batch(net, draw, rows):
    return [draw.integers(0, 20, (rows, *x.shape[1:])).astype("int32") if "int" in x.dtype
            else draw.normal(size=(rows, *x.shape[1:])).astype("float32") for x in net.inputs]


def write(seed, folder):
    R.seed(seed)
    keras.utils.set_random_seed(seed)
    keras.backend.clear_session()
    draw, rows = np.random.default_rng(seed), 6
    parts = [trunk(kind) for kind in R.sample(["ids", "maps", "numbers"], R.randint(1, 2))]
    x = parts[0][1] if len(parts) == 1 else L.Concatenate()([y for _, y in parts])
    heads = [head(x, draw, rows, f"out{i}") for i in range(one(1, 1, 2))]
    net = keras.Model([a for a, _ in parts], [h[0] for h in heads])
    for layer in net.layers:
        if R.random() < 0.1:
            layer.trainable = False
    options = {"loss_weights": [0.3, 0.8]} if len(heads) > 1 else {}
    net.compile(optimizer(), [h[1] for h in heads], metrics=[[h[2]] for h in heads], **options)
    weights = one(True, False, False)

    def step():
        x, t = batch(net, draw, rows), [h[3]() for h in heads]
        w = draw.uniform(0.2, 2.0, rows).astype("float32") if weights else None
        logs = net.train_on_batch(x if len(x) > 1 else x[0], t if len(t) > 1 else t[0], return_dict=True,
                                  sample_weight=w if w is None or len(t) == 1 else [w] * len(t))
        return x, t, w, logs

    for _ in range(R.randint(0, 4)):
        step()
    net.save(folder / f"{seed}.keras")
    arrays, keys = {}, []
    for i in range(STEPS):
        x, t, w, logs = step()
        arrays |= {f"x{i}/{k}": each for k, each in enumerate(x)} | {f"t{i}/{k}": each for k, each in enumerate(t)}
        if w is not None:
            arrays[f"w{i}"] = w
        keys = sorted(logs)
        arrays[f"logs{i}"] = np.array([logs[key] for key in keys], "float32")
    if all(np.isfinite(arrays[f"logs{i}"]).all() for i in range(STEPS)):
        save_file(arrays, folder / f"{seed}.safetensors", {"keys": " ".join(keys), "optimizer": net.optimizer.name})


def main():
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    with tempfile.TemporaryDirectory() as folder:
        folder, unmade = pathlib.Path(os.environ.get("KEEP", folder)), 0
        for seed in range(first, first + int(sys.argv[2])):
            try:
                write(seed, folder)
            except (ValueError, TypeError) as error:  # Keras cannot
                unmade += 1
                print(f"seed {seed}: {str(error).splitlines()[0][:200]}", flush=True)
        print(f"{unmade} models that Keras did not make", flush=True)
        run = subprocess.run([sys.argv[1], "Models of a folder go on training as in Keras"],
                             env=os.environ | {"LINNET_SWEEP": str(folder)})
    sys.exit(run.returncode)


if __name__ == "__main__":
    main()
