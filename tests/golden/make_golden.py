"""Writes the golden files of linnet's tests with Keras on JAX.

    python3.11 -m venv golden-venv
    golden-venv/bin/pip install -r requirements.txt
    golden-venv/bin/python make_golden.py             # all files
    golden-venv/bin/python make_golden.py layers text # only these

Pinned: Keras 3.15.1, JAX 0.10.2, numpy 2.4.6; TensorFlow 2.21.0 and Pillow 11.3.0 serve text.json,
categories, resize, images and image_data.
Running it again with these versions on the same kind of processor gives the same bytes.
README.md describes the files.
"""

import importlib
import os
import pathlib
import sys

os.environ["KERAS_BACKEND"] = "jax"
os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["XLA_FLAGS"] = "--xla_cpu_max_isa=AVX2"

TOPICS = [
    "layers",
    "spatial",
    "network_layers",
    "simple_layers",
    "categories",
    "adapt",
    "applications",
    "activations",
    "losses",
    "optimizers",
    "schedules",
    "metrics",
    "initializers",
    "training",
    "optimizer_training",
    "convolution_training",
    "loss_training",
    "reduction_training",
    "recurrent",
    "recurrent_training",
    "conv_lstm",
    "functional",
    "text",
    "tokenizer",
    "resize",
    "images",
    "image_layers",
    "augmentation",
    "image_data",
    "attention",
    "spectral_normalization",
]


def check_versions(folder):
    """Stops when an installed package is not the pinned one."""
    from importlib.metadata import version

    for line in (folder / "requirements.txt").read_text().split():
        package, pinned = line.split("==")
        if version(package) != pinned:
            sys.exit(f"{package} {pinned} is needed, {version(package)} is installed")


def main(names):
    folder = pathlib.Path(__file__).resolve().parent
    check_versions(folder)
    for name in names or TOPICS:
        if name not in TOPICS:
            sys.exit(f"unknown topic {name}; known: {', '.join(TOPICS)}")
        path = importlib.import_module(f"topics.{name}").write(folder)
        print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
