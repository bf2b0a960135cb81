"""Compares Keras's applications with linnet, by hand: each is saved by Keras with random weights and
statistics, as .keras and as .h5, and predicted by both.

    python compare_applications.py path/to/linnet [name ...]      needs keras 3 and tensorflow

Prints for each file the largest difference in parts of the largest output, and how long
`linnet summary` takes, which loads it; ends with 1 if a difference is above 1e-4.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras  # noqa: E402
import numpy as np  # noqa: E402

NAMES = [
    "MobileNet", "MobileNetV2", "MobileNetV3Small", "MobileNetV3Large", "ResNet50", "ResNet50V2",
    "VGG16", "EfficientNetB0", "EfficientNetV2B0", "EfficientNetV2S", "DenseNet121", "InceptionV3",
    "Xception", "NASNetMobile", "ConvNeXtTiny", "InceptionResNetV2", "ResNet101", "VGG19",
    "EfficientNetB3", "DenseNet201", "ConvNeXtSmall", "ResNet152V2", "NASNetLarge", "ResNet152",
    "ResNet101V2", "EfficientNetB1", "EfficientNetB2", "EfficientNetB4", "EfficientNetB5", "EfficientNetB6",
    "EfficientNetB7", "EfficientNetV2B1", "EfficientNetV2B2", "EfficientNetV2B3", "EfficientNetV2M",
    "EfficientNetV2L", "DenseNet169", "ConvNeXtBase", "ConvNeXtLarge", "ConvNeXtXLarge",
]
SMALLEST = {"InceptionV3": 75, "InceptionResNetV2": 75, "Xception": 71, "NASNetMobile": 224,
            "NASNetLarge": 331}
RANDOM = np.random.default_rng(1)


def made(name):
    size = SMALLEST.get(name, 64)
    whole = name.startswith("NASNet")
    model = getattr(keras.applications, name)(
        weights=None, input_shape=(size, size, 3), classes=1000 if whole else 10,
        classifier_activation=None)
    # Numbers before the softmax: behind it one class has it all, or none.
    values = []
    for weight in model.weights:
        shape, value = tuple(weight.shape), weight.numpy()
        if value.dtype != np.float32:
            values.append(value)
        elif "variance" in weight.name:
            values.append(RANDOM.uniform(0.5, 1.5, shape).astype("float32"))
        elif len(shape) <= 1:
            values.append((value + 0.1 * RANDOM.standard_normal(shape)).astype("float32"))
        else:
            values.append(value)
    model.set_weights(values)
    return model, RANDOM.uniform(0, 255, (2, size, size, 3)).astype("float32")


def compare(linnet, name, folder):
    model, x = made(name)
    if not any(isinstance(layer, keras.layers.Rescaling) for layer in model.layers):
        x = (x / 127.5 - 1).astype("float32")
    np.save(folder / "x.npy", x)
    # Read again: a Normalization does not notice weights that are set.
    model.save(folder / "model.keras")
    expected = np.asarray(keras.models.load_model(folder / "model.keras")(x, training=False))
    worst = 0.0
    for kind in ("keras", "h5"):
        file = folder / f"model.{kind}"
        model.save(file)
        begin = time.perf_counter()
        subprocess.run([linnet, "summary", file], stdout=subprocess.DEVNULL)
        loaded = time.perf_counter() - begin
        run = subprocess.run([linnet, "predict", file, "--input", folder / "x.npy", "--output",
                              folder / "y.npy"], capture_output=True, text=True)
        if run.returncode != 0:
            print(f"{name:18} {kind:6} refused: {run.stderr.strip()}", flush=True)
            worst = float("inf")
            continue
        y = np.load(folder / "y.npy")
        apart = float(np.abs(y - expected).max() / np.abs(expected).max())
        worst = float(np.max([worst, apart]))  # NaN too
        print(f"{name:18} {kind:6} {apart:.1e} {1000 * loaded:6.0f} ms "
              f"{file.stat().st_size / 1e6:6.1f} MB", flush=True)
    return worst


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        results = [compare(sys.argv[1], name, pathlib.Path(temporary))
                   for name in sys.argv[2:] or NAMES]
    sys.exit(not np.max(results) <= 1e-4)
