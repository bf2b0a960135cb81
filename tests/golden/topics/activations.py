"""activations.safetensors: every activation function of Keras, forward and gradient."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np

from topics.store import GoldenFile, Values

# Points where some activation has a corner or a jump; gradients are taken elsewhere.
KINKS = np.array([0.0, 0.5, -0.5, 1.0, -1.0, 3.0, -3.0, 6.0, -6.0], "float32")
MARGIN = 0.03

# Case name -> function and arguments; all others run with their defaults.
WITH_ARGUMENTS = {
    "threshold": ("threshold", {"threshold": 1.0, "default_value": 0.25}),
    "gelu_approximate": ("gelu", {"approximate": True}),
    "relu_arguments": ("relu", {"negative_slope": 0.1, "max_value": 3.0, "threshold": 0.5}),
    "leaky_relu_slope": ("leaky_relu", {"negative_slope": 0.01}),
    "elu_alpha": ("elu", {"alpha": 0.5}),
    "celu_alpha": ("celu", {"alpha": 2.0}),
    "squareplus_b": ("squareplus", {"b": 1.0}),
    "soft_shrink_threshold": ("soft_shrink", {"threshold": 1.0}),
    "hard_shrink_threshold": ("hard_shrink", {"threshold": 1.0}),
    "softmax_axis0": ("softmax", {"axis": 0}),
    "log_softmax_axis0": ("log_softmax", {"axis": 0}),
    "glu_axis0": ("glu", {"axis": 0}),
    "sparsemax_axis0": ("sparsemax", {"axis": 0}),
}

NAMES = [
    "relu", "leaky_relu", "relu6", "softmax", "celu", "elu", "selu", "softplus", "softsign",
    "squareplus", "soft_shrink", "sparse_plus", "silu", "swish", "gelu", "glu", "tanh",
    "tanh_shrink", "sigmoid", "sparse_sigmoid", "exponential", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "hard_shrink", "linear", "mish", "log_softmax", "log_sigmoid",
    "sparsemax",
]  # fmt: skip


def edge_input():
    """About -6 to 6, with the exact corner points in the first row and a half."""
    data = Values("activations/edge").uniform((6, 8), -6.0, 6.0)
    data.flat[: len(KINKS)] = KINKS
    return data


def smooth_input():
    """No value within MARGIN of a corner; the later rows are narrower, for sparsemax."""
    values = Values("activations/smooth")
    rows = [values.uniform(8, -width, width) for width in (6.5, 6.5, 4.0, 2.0, 1.2, 0.6)]
    data = np.stack(rows)
    near = np.abs(data[..., None] - KINKS).min(-1) < MARGIN
    return np.where(near, data + np.float32(2.5 * MARGIN), data)


def large_input():
    """Magnitudes where naive formulas overflow or cancel."""
    return np.array([[50, -50, 100, -100], [-10, 20, -20, 10]], "float32")


def arguments_of(function, given):
    """All arguments but x, defaults included."""
    parameters = list(inspect.signature(function).parameters.values())[1:]
    return {p.name: given.get(p.name, p.default) for p in parameters}


def add(file, case, name, given, inputs):
    function = keras.activations.get(name)
    arguments = arguments_of(function, given)
    file.describe(case, function=name, arguments=arguments)

    def run(x):
        return function(jnp.asarray(x), **arguments)

    smooth = run(inputs["smooth"])
    cotangent = Values("activations/" + case).uniform(smooth.shape)
    gradient = jax.grad(lambda x: jnp.sum(run(x) * cotangent))(inputs["smooth"])
    file.put(case, "output", run(inputs["edge"]))
    file.put(case, "large_output", run(inputs["large"]))
    file.put(case, "smooth_output", smooth)
    file.put(case, "cotangent", cotangent)
    file.put(case, "smooth_grad", gradient)


def write(folder):
    file = GoldenFile()
    inputs = {"edge": edge_input(), "smooth": smooth_input(), "large": large_input()}
    file.describe("shared", note="inputs of all cases", kinks=KINKS.tolist())
    for name, data in inputs.items():
        file.put("shared", name, data)
    for name in NAMES:
        add(file, name, name, {}, inputs)
    for case, (name, given) in WITH_ARGUMENTS.items():
        add(file, case, name, given, inputs)
    return file.write(folder / "activations.safetensors")
