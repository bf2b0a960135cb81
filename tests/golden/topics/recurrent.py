"""recurrent.safetensors: recurrent layers, their cells and wrappers: outputs, states, gradients."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import layers, tree

from topics.store import GoldenFile, Values, config_of

ROWS, STEPS, FEATURES, UNITS = 3, 4, 3, 2
RECURRENT = [layers.SimpleRNN, layers.LSTM, layers.GRU]


def forward(layer, weights, inputs, mask):
    """All outputs in one list: what the layer returns, flattened."""
    state = [v.value for v in layer.non_trainable_variables]
    options = {}
    if is_cell(layer):
        arguments = [inputs[0], inputs[1:]]
    else:
        arguments = inputs[:1]
        if mask is not None:
            options["mask"] = mask
        if len(inputs) > 1:
            options["initial_state"] = inputs[1:]
    output = layer.stateless_call(weights, state, *arguments, training=False, **options)[0]
    outputs = tree.flatten(output)
    if "mask" in options and "initial_state" in options:
        # Before the first step that the mask keeps Keras gives 0 on TensorFlow, which linnet
        # follows, and the first state on JAX.
        begun = jnp.cumsum(mask, axis=1) > 0
        outputs[0] = jnp.where(begun[:, :, None], outputs[0], 0.0)
    return outputs


def is_cell(layer):
    return hasattr(layer, "state_size") and not isinstance(layer, layers.RNN)


def output_mask(layer, inputs, mask):
    if mask is None or is_cell(layer):
        return None
    masks = layer.compute_mask(inputs[0], mask)
    return masks[0] if isinstance(masks, (list, tuple)) else masks


def add(file, case, layer, inputs, mask=None):
    """Runs one layer; weights, outputs and gradients are numbered in Keras's order."""
    layer.build(inputs[0].shape)
    values = Values("recurrent/" + case)
    weights = [values.uniform(v.shape) for v in layer.trainable_variables]
    outputs = forward(layer, weights, inputs, mask)
    cotangents = [values.uniform(output.shape) for output in outputs]

    def total(inputs, weights):
        outputs = forward(layer, weights, inputs, mask)
        return sum(jnp.sum(y * dy) for y, dy in zip(outputs, cotangents))

    by_input, by_weight = jax.grad(total, (0, 1))(inputs, weights)
    kept = output_mask(layer, inputs, mask)
    file.describe(case, **config_of(layer), weights=len(weights), outputs=len(outputs))
    file.put(case, "input", inputs)
    file.put(case, "mask", [] if mask is None else mask)
    file.put(case, "output_mask", [] if kept is None else kept)
    for role, all_values in {
        "weight": weights,
        "output": outputs,
        "cotangent": cotangents,
        "input_grad": by_input,
        "weight_grad": by_weight,
    }.items():
        file.put(case, role, list(all_values))


def sequence(case):
    return Values("inputs/" + case).uniform((ROWS, STEPS, FEATURES), -2.0, 2.0)


def states(case, count, units=UNITS):
    values = Values("states/" + case)
    return [values.uniform((ROWS, units)) for _ in range(count)]


def time_mask():
    """Holes at the start, within and at the end."""
    return np.array([[0, 1, 1, 0], [1, 1, 0, 1], [1, 0, 0, 1]], bool)


def add_layers(file):
    mask = time_mask()
    seen = {"return_sequences": True, "return_state": True}
    plain = {
        "last": ({}, None),
        "all": (seen, None),
        "backwards": (seen | {"go_backwards": True}, None),
        "unroll": ({"unroll": True}, None),
        "no_bias": ({"use_bias": False}, None),
        "mask": (seen, mask),
        "mask_last": ({}, mask),
        "mask_backwards": (seen | {"go_backwards": True}, mask),
        "mask_zero": (seen | {"zero_output_for_mask": True}, mask),
        "mask_zero_last": ({"zero_output_for_mask": True}, mask),
        "mask_zero_backwards": ({"zero_output_for_mask": True, "go_backwards": True}, mask),
        "relu": (seen | {"activation": "relu"}, None),
        "softsign": (seen | {"activation": "softsign"}, mask),
        "softsign_backwards": (
            seen | {"activation": "softsign", "go_backwards": True, "zero_output_for_mask": True},
            mask,
        ),
    }
    for kind in RECURRENT:
        name = kind.__name__
        cases = dict(plain)
        if kind is not layers.SimpleRNN:
            cases["hard"] = ({"activation": None, "recurrent_activation": "hard_sigmoid"}, None)
            cases["recurrent_silu"] = (seen | {"recurrent_activation": "silu"}, mask)
        if kind is layers.GRU:
            for case in ("all", "mask", "softsign", "no_bias"):
                options, case_mask = plain[case]
                cases["before_" + case] = (options | {"reset_after": False}, case_mask)
        for case, (options, case_mask) in cases.items():
            case = f"{name}/{case}".replace("/", "_")
            keras.backend.clear_session()
            add(file, case, kind(UNITS, **options), [sequence(case)], case_mask)
        count = 2 if kind is layers.LSTM else 1
        for case, case_mask in {"states": None, "states_mask": mask}.items():
            case = f"{name}_{case}"
            keras.backend.clear_session()
            inputs = [sequence(case), *states(case, count)]
            add(file, case, kind(UNITS, **seen), inputs, case_mask)


def add_cells(file):
    kinds = {"SimpleRNNCell": 1, "LSTMCell": 2, "GRUCell": 1}
    for name, count in kinds.items():
        keras.backend.clear_session()
        x = Values("inputs/" + name).uniform((ROWS, FEATURES), -2.0, 2.0)
        add(file, name, getattr(layers, name)(UNITS), [x, *states(name, count)])
    seen = {"return_sequences": True, "return_state": True}
    mask = time_mask()
    cases = {
        "RNN_lstm": (lambda: layers.LSTMCell(UNITS), {}, None),
        "RNN_gru_mask": (lambda: layers.GRUCell(UNITS, reset_after=False), seen, mask),
        "RNN_simple_zero": (
            lambda: layers.SimpleRNNCell(UNITS),
            seen | {"zero_output_for_mask": True, "go_backwards": True},
            mask,
        ),
        "RNN_stacked": (lambda: [layers.GRUCell(3), layers.LSTMCell(UNITS)], seen, None),
        "RNN_stacked_mask": (lambda: [layers.LSTMCell(3), layers.GRUCell(UNITS)], seen, mask),
    }
    for case, (make, options, case_mask) in cases.items():
        keras.backend.clear_session()
        add(file, case, layers.RNN(make(), **options), [sequence(case)], case_mask)


def add_bidirectional(file):
    mask = time_mask()
    seen = {"return_sequences": True}
    for mode in ("concat", "sum", "mul", "ave", None):
        case = f"Bidirectional_{mode}"
        keras.backend.clear_session()
        layer = layers.Bidirectional(layers.LSTM(UNITS, **seen), merge_mode=mode)
        add(file, case, layer, [sequence(case)])
    cases = {
        "last": (layers.LSTM, {}, None),
        "state": (layers.LSTM, {"return_state": True}, None),
        "gru_mask": (layers.GRU, seen, mask),
        "simple_mask_last": (layers.SimpleRNN, {}, mask),
        "softsign_mask": (layers.LSTM, seen | {"activation": "softsign"}, mask),
    }
    for case, (kind, options, case_mask) in cases.items():
        case = f"Bidirectional_{case}"
        keras.backend.clear_session()
        add(file, case, layers.Bidirectional(kind(UNITS, **options)), [sequence(case)], case_mask)
    keras.backend.clear_session()
    own = layers.GRU(3, go_backwards=True, **seen)
    layer = layers.Bidirectional(layers.LSTM(UNITS, **seen), backward_layer=own)
    add(file, "Bidirectional_own", layer, [sequence("own")])


def add_time_distributed(file):
    keras.backend.clear_session()
    case = "TimeDistributed_dense"
    layer = layers.TimeDistributed(layers.Dense(UNITS, activation="tanh"))
    add(file, case, layer, [sequence(case)], time_mask())
    keras.backend.clear_session()
    case = "TimeDistributed_conv"
    x = Values("inputs/" + case).uniform((2, 3, 5, 2), -2.0, 2.0)
    add(file, case, layers.TimeDistributed(layers.Conv1D(UNITS, 2)), [x])


def write(folder):
    file = GoldenFile()
    add_layers(file)
    add_cells(file)
    add_bidirectional(file)
    add_time_distributed(file)
    return file.write(folder / "recurrent.safetensors")
