"""Writes keras_operations/gradients/: gradients through the functions of make_keras_operations.py.

x and y of each topic's model are the rows of embeddings, so that its gradients are what a step of
SGD with the rate 1 takes off. `<topic>.keras` is the compiled model before the step, with the
outputs that have finite gradients; `<topic>.safetensors` its inputs `model/x/0`, ..., targets `t`,
`loss`, and `gradient/<table>`. Each output's loss has a weight that makes its gradient
about 1, so that none hides behind another. Arguments: topics; none: all.
"""
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import keras
import numpy as np
from keras import layers as L

from make_keras_layers import deflate
from make_keras_operations import I, X, Y, topics
from topics.store import GoldenFile, Values

FOLDER = pathlib.Path(__file__).parent / "keras_operations" / "gradients"
INPUTS = [np.arange(5, dtype="int32").reshape(5, 1), I]


def model_of(topic, kept=None):
    """With all float outputs, or those of them at these places."""
    keras.backend.clear_session()
    rows, i = keras.Input((1,), dtype="int32", name="rows"), keras.Input((4,), dtype="int32", name="i")
    x, y = (L.Reshape((4, 6))(L.Embedding(5, 24, name=name)(rows)) for name in ("table_x", "table_y"))
    outputs = [output for output in topics(x, y, i)[topic] if output.dtype == "float32"]
    model = keras.Model([rows, i], outputs if kept is None else [outputs[k] for k in kept])
    for layer in model.layers:
        if isinstance(layer, L.Embedding):
            layer.set_weights([(X if layer.name == "table_x" else Y).reshape(5, 24)])
    return model


def losses_of(model, inputs, draw):
    """By output: a target, and the largest gradient of its mean squared error for weights and inputs
    (NaN: that, or the output, is not finite)."""
    targets, sizes = [], []
    for output in model.outputs:
        part = keras.Model(model.inputs, output)  # alone, since 0 * inf of another would be NaN
        fixed = [variable.value for variable in part.non_trainable_variables]

        def predicted(learnt, floats):
            given = iter(floats)
            x = [next(given) if each.dtype == "float32" else each for each in inputs]
            return part.stateless_call(learnt, fixed, x, training=True)[0]

        y, back = jax.vjp(predicted, [variable.value for variable in part.trainable_variables],
                          [each for each in inputs if each.dtype == "float32"])
        targets.append(draw.uniform(y.shape))
        slopes = jax.tree.leaves(back(2 * (y - targets[-1]) / max(y.size, 1)))
        size = max((float(np.abs(np.asarray(part)).max()) for part in slopes), default=0.0)
        sizes.append(size if np.isfinite(size) and np.isfinite(y).all() else np.nan)
    return targets, sizes


def weight_of(size):
    """A power of two that brings a gradient of this size near to 1."""
    return 2.0 ** -round(np.log2(size)) if size > 0 else 1.0


def write(topic):
    draw = Values(topic)
    targets, sizes = losses_of(model_of(topic), INPUTS, draw)
    kept = [k for k, size in enumerate(sizes) if not np.isnan(size)]
    if not any(sizes[k] > 0 for k in kept):
        return
    model = model_of(topic, kept)
    targets = [targets[k] for k in kept]
    model.compile(keras.optimizers.SGD(1.0), ["mse"] * len(kept),
                  loss_weights=[weight_of(sizes[k]) for k in kept])
    FOLDER.mkdir(exist_ok=True)
    path = FOLDER / f"{topic}.keras"
    model.save(path)
    deflate(path)
    before = {layer.name: layer.get_weights() for layer in model.layers if layer.weights}
    loss = model.train_on_batch(INPUTS, targets, return_dict=True)["loss"]
    file = GoldenFile()
    file.describe("model", outputs=kept)
    file.put("model", "x", INPUTS)
    file.put("model", "t", targets)
    file.put("model", "loss", np.float32(loss))
    for name, [table] in before.items():
        file.put_named(f"model/gradient/{name}", table - model.get_layer(name).get_weights()[0])
    file.write(FOLDER / f"{topic}.safetensors")
    print(topic, len(kept), "of", len(sizes), "loss", loss)


if __name__ == "__main__":
    placeholders = [keras.Input((4, 6)), keras.Input((4, 6)), keras.Input((4,), dtype="int32")]
    for name in topics(*placeholders):
        if len(sys.argv) < 2 or name in sys.argv[1:]:
            write(name)
