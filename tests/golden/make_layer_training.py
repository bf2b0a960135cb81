"""Writes of each topic of keras_layers/ the same model as `<topic>.h5`, and training/ for the next steps.

training/<topic>.keras and .h5: a Dense without a bias for each input of floats, behind them the
layers of the topic as a model inside, but for those that `is_left_out` names or that have no
gradient; compiled, and trained for two steps. training/<topic>.safetensors: its inputs `model/x/0`,
..., targets `t`, the `loss` of the steps that follow, and the outputs `y` after them. Each output's
loss has a weight that makes its gradient about 1. Arguments: topics; none: all but `lookups`, which
needs KERAS_BACKEND=tensorflow and is not trained. (`words`: a legacy file has no vocabularies.)
"""
import json
import os
import pathlib
import sys

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ["JAX_PLATFORMS"] = "cpu"

import keras
import numpy as np
from keras import layers as L
from keras.src.applications.convnext import LayerScale, StochasticDepth
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

from make_keras_layers import FOLDER, TOPICS, deflate
from topics.store import DTYPES, GoldenFile, Values

PRIVATE = {each.__name__: each for each in (LayerScale, StochasticDepth, CustomScaleLayer)}
STEPS_BEFORE, STEPS = 2, 4
KINDS = {kind: name for name, kind in DTYPES.items()}


def loaded(path):
    return keras.models.load_model(path, custom_objects=PRIVATE)


def arrays_of(path, role):
    """All of model/role/0, model/role/1, ... of a golden file."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    header, found = json.loads(data[8:start]), []
    while entry := header.get(f"model/{role}/{len(found)}"):
        begin, end = (start + offset for offset in entry["data_offsets"])
        found.append(np.frombuffer(data[begin:end], KINDS[entry["dtype"]]).reshape(entry["shape"]))
    return found


def is_left_out(layer):
    """Whether a layer, or one inside it, draws numbers while it trains; or is SpectralNormalization,
    whose kernel does not keep what it is divided to on JAX (spectral_normalization.safetensors has
    that)."""
    for each in layer._flatten_layers():
        if type(each).__name__.startswith("Random") or isinstance(each, (
                L.Dropout, L.SpatialDropout1D, L.SpatialDropout2D, L.SpatialDropout3D, L.AlphaDropout,
                L.GaussianNoise, L.GaussianDropout, StochasticDepth, L.SpectralNormalization)):
            return True
        if any(getattr(each, key, 0) for key in ("dropout", "recurrent_dropout", "_dropout")):
            return True
    return False


def candidates(topic):
    """The model of the topic with the outputs that may be trained."""
    keras.backend.clear_session()
    model = loaded(FOLDER / f"{topic}.keras")
    return keras.Model(model.inputs, [
        output for output in model.outputs if output.dtype == "float32" and
        not is_left_out(keras.Model(model.inputs, output))])


def trained(topic, x, kept):
    """A model as described above, with these of the candidates."""
    model, draw = candidates(topic), Values(topic)
    inner = keras.Model(model.inputs, [model.outputs[k] for k in kept], name="layers")
    inputs, fronts = [], []
    for array in x:
        inputs.append(keras.Input(array.shape[1:], dtype=str(array.dtype)))
        fronts.append(inputs[-1])
        if array.dtype == "float32":
            size = array.shape[-1]
            front = L.Dense(size, use_bias=False, name=f"front_{len(fronts)}")
            fronts[-1] = front(inputs[-1])
            front.set_weights([np.eye(size, dtype="float32") + draw.uniform((size, size), -0.2, 0.2)])
    return keras.Model(inputs, inner(fronts))


def write_training(topic, x):
    from make_operation_gradients import losses_of, weight_of

    targets, sizes = losses_of(candidates(topic), x, Values(topic))
    kept = [k for k, size in enumerate(sizes) if size > 0]
    kept_layers = [candidates(topic).outputs[k]._keras_history.operation.name for k in kept]
    model, targets = trained(topic, x, kept), [targets[k] for k in kept]
    model.compile(keras.optimizers.SGD(0.002, momentum=0.9), ["mse"] * len(kept),
                  loss_weights=[weight_of(sizes[k]) for k in kept])

    def step():
        return model.train_on_batch(x, targets, return_dict=True)["loss"]

    before = [step() for _ in range(STEPS_BEFORE)]
    folder = FOLDER / "training"
    folder.mkdir(exist_ok=True)
    path = folder / f"{topic}.keras"
    model.save(path)
    deflate(path)
    model.save(folder / f"{topic}.h5")
    losses = [step() for _ in range(STEPS)]
    assert np.isfinite(losses).all()
    file = GoldenFile()
    file.describe("model", layers=kept_layers)
    file.put("model", "x", x)
    file.put("model", "t", targets)
    file.put("model", "loss", np.array(losses, "float32"))
    file.put("model", "y", model.predict(x, verbose=0))
    file.write(folder / f"{topic}.safetensors")
    print(topic, len(kept), "of", len(sizes), "losses", before, losses)
    other = loaded(path)  # Keras itself does not read losses called "mse" from its legacy format
    loss = other.train_on_batch(x, targets, return_dict=True)["loss"]
    if abs(loss - losses[0]) > 1e-4 * abs(losses[0]):
        print(f"Keras itself goes on otherwise with {path.name}: {loss}")


def write(topic):
    keras.backend.clear_session()
    arrays = FOLDER / f"{topic}.safetensors"
    legacy = FOLDER / f"{topic}.h5"
    x = arrays_of(arrays, "x")
    try:
        loaded(FOLDER / f"{topic}.keras").save(legacy)
        if topic not in [maker.__name__ for maker in TOPICS]:
            return
        y = loaded(legacy).predict(x, verbose=0)
    except (TypeError, ValueError) as error:
        print(f"Keras itself does not write or read {legacy.name}: {str(error).splitlines()[0]}")
        if "pickle" in str(error):  # layers that change pictures at random
            legacy.unlink()
    else:
        for k, (got, wanted) in enumerate(zip(y, arrays_of(arrays, "y"))):
            if not np.allclose(got, wanted, 1e-5, 1e-5):
                print(f"Keras itself reads output {k} of {legacy.name} otherwise")
    write_training(topic, x)


if __name__ == "__main__":
    for maker in TOPICS:
        if len(sys.argv) < 2 or maker.__name__ in sys.argv[1:]:
            write(maker.__name__)
    if "lookups" in sys.argv[1:]:
        write("lookups")
