"""Writes tests/golden/keras_containers/: weights in whatever files Keras puts them.

expected.json: for each model the output of two rows, and the losses of two further steps of training.
Weights of 16 bits are compared in float32: the numbers are those of a float32 copy of the model.
"""
import json
import os
import pathlib
import shutil

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from keras import layers
from keras.src.saving import saving_lib

FOLDER = pathlib.Path(__file__).parent / "keras_containers"
X = np.linspace(-1, 1, 10).reshape(2, 5).astype("float32")
T = np.linspace(0, 1, 4).reshape(2, 2).astype("float32")


def plain():
    return keras.Sequential([
        keras.Input((5,)), layers.Dense(6, "tanh"), layers.BatchNormalization(momentum=0.5), layers.Dense(2)])


def trained(policy):
    keras.config.set_dtype_policy(policy)
    model = plain()
    model.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse", run_eagerly=True)
    for _ in range(3):
        model.train_on_batch(X, T)
    keras.config.set_dtype_policy("float32")
    return model


def copied(model):
    """In float32, with the state of the optimizer."""
    copy = plain()
    copy.compile(keras.optimizers.SGD(0.05, momentum=0.9), "mse", run_eagerly=True)
    copy.set_weights([np.asarray(w, "float32") for w in model.get_weights()])
    if getattr(model, "optimizer", None) is not None:
        inner = getattr(model.optimizer, "inner_optimizer", model.optimizer)
        copy.optimizer.build(copy.trainable_variables)
        for to, value in zip(copy.optimizer.variables, inner.variables, strict=True):
            to.assign(np.asarray(value, to.dtype))
    return copy


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    expected = {"versions": {"keras": keras.__version__}, "input": X.ravel().tolist(),
                "target": T.ravel().tolist()}
    keras.utils.set_random_seed(1)
    model = plain()
    model.save_weights(FOLDER / "sharded.weights.json", max_shard_size=130 / 1024 ** 3)
    (FOLDER / "sharded.json").write_text(model.to_json())
    expected["sharded"] = {"output": copied(model)(X).numpy().ravel().tolist()}
    for file, policy in (("half.keras", "float16"), ("bfloat.keras", "bfloat16"),
                         ("bfloat_legacy.h5", "bfloat16"), ("scaled_legacy.h5", "mixed_float16"),
                         ("scaled.keras", "mixed_float16")):
        model = trained(policy)
        model.save(FOLDER / file)
        copy = copied(model)
        expected[file] = {"output": copy(X).numpy().ravel().tolist(),
                          "losses": [float(copy.train_on_batch(X, T)) for _ in range(2)]}
    # Here Keras 3 pickles its own variables, and cannot read them again.
    saving_lib.save_model(plain(), str(FOLDER / "variables.keras"), weights_format="npz")
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=1))


if __name__ == "__main__":
    main()
