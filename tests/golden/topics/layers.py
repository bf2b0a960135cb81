"""layers.safetensors: outputs, output masks and gradients of single layers."""

import inspect

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import layers

from topics.store import GoldenFile, Values, config_of

DENSE_ACTIVATIONS = ["linear", "relu", "sigmoid", "tanh", "softmax", "gelu", "elu", "silu"]
ACTIVATIONS = DENSE_ACTIVATIONS + ["selu", "leaky_relu", "hard_sigmoid", "log_softmax"]


def forward(layer, weights, inputs, masks):
    """The output for given weights; a mask is passed only to a layer that takes one."""
    argument = inputs if len(inputs) > 1 else inputs[0]
    accepted = inspect.signature(layer.call).parameters
    options = {"training": False} if "training" in accepted else {}
    if masks and "mask" in accepted:
        options["mask"] = masks[0]
    elif masks:  # some merging layers look at what their inputs carry
        inputs = [jnp.asarray(x) for x in inputs]
        for x, mask in zip(inputs, masks):
            keras.src.backend.set_keras_mask(x, jnp.asarray(mask))
        argument = inputs if len(inputs) > 1 else inputs[0]
    state = [v.value for v in layer.non_trainable_variables]
    return layer.stateless_call(weights, state, argument, **options)[0]


def output_mask(layer, inputs, masks):
    """The mask that leaves the layer, or None."""
    if not layer.supports_masking:
        return None
    several = len(inputs) > 1
    mask = None if not masks else masks if several else masks[0]
    return layer.compute_mask(inputs if several else inputs[0], mask)


def gradients(layer, weights, inputs, masks, cotangent):
    """Gradients of sum(output * cotangent) by the float inputs and by the weights."""
    places = [i for i, x in enumerate(inputs) if x.dtype == np.float32 and not is_lookup(layer)]

    def total(floats, weights):
        merged = list(inputs)
        for place, value in zip(places, floats):
            merged[place] = value
        return jnp.sum(forward(layer, weights, merged, masks) * cotangent)

    by_input, by_weight = jax.grad(total, (0, 1))([inputs[i] for i in places], weights)
    return dict(zip(places, by_input)), by_weight


def is_lookup(layer):
    """Whether the inputs are ids, whatever their dtype."""
    return isinstance(layer, layers.Embedding)


def build(layer, inputs):
    shapes = [x.shape for x in inputs]
    layer.build(shapes if len(shapes) > 1 else shapes[0])


def set_states(layer, case):
    """Gives the statistics of a layer positive values of their own; returns them."""
    states = [v for v in layer.non_trainable_variables if v.dtype == "float32"]
    for state in states:
        state.assign(Values(f"states/{case}/{state.name}").uniform(state.shape, 0.5, 1.5))
    if hasattr(layer, "finalize_state"):
        layer.finalize_state()
    return states


def add(file, case, layer_class, options, inputs, masks=None):
    """Runs one configuration of a layer; the name counters start anew for each."""
    keras.backend.clear_session()
    layer = layer_class(**options)
    build(layer, inputs)
    values = Values("layers/" + case)
    names = [v.name for v in layer.trainable_variables]
    weights = [values.uniform(v.shape) for v in layer.trainable_variables]
    states = set_states(layer, case)
    output = forward(layer, weights, inputs, masks)
    cotangent = values.uniform(output.shape)
    by_input, by_weight = gradients(layer, weights, inputs, masks, cotangent)
    file.describe(
        case,
        **config_of(layer),
        input_shapes=[x.shape for x in inputs],
        input_dtypes=[x.dtype.name for x in inputs],
        mask=bool(masks),
        weights=names,
        states=[v.name for v in states],
    )
    file.put(case, "input", inputs)
    file.put(case, "mask", masks or [])
    file.put(case, "output", output)
    file.put(case, "cotangent", cotangent)
    mask = output_mask(layer, inputs, masks)
    file.put(case, "output_mask", [] if mask is None else mask)
    for name, weight, gradient in zip(names, weights, by_weight):
        file.put_named(f"{case}/weights/{name}", weight)
        file.put_named(f"{case}/weight_grad/{name}", gradient)
    for state in states:
        file.put_named(f"{case}/states/{state.name}", np.asarray(state.value))
    for place, gradient in by_input.items():
        file.put_named(f"{case}/input_grad/{place}", gradient)


def distinct(case, shape):
    """Values without ties, so that a maximum has one gradient."""
    size = int(np.prod(shape))
    order = Values(case).generator.permutation(size)
    return (order.reshape(shape) / size * 4 - 2 + 0.05).astype("float32")


def random_inputs(case, *shapes):
    values = Values("inputs/" + case)
    return [values.uniform(shape, -2.0, 2.0) for shape in shapes]


def time_mask(rows, steps):
    """Every row keeps at least one step; there are holes at the start and in the middle."""
    mask = Values(f"mask/{rows}x{steps}").generator.random((rows, steps)) < 0.6
    mask[:, steps // 2] = True
    mask[0, 0] = False
    return mask


def two_masks():
    """Together they leave some steps out, and each also leaves out others."""
    mask = np.array([[0, 1, 0, 1, 1], [1, 1, 0, 0, 0], [1, 0, 1, 1, 0]], bool)
    return [mask, np.array([[0, 0, 1, 1, 1], [1, 0, 0, 0, 1], [0, 0, 1, 0, 1]], bool)]


def add_embedding(file):
    ids = Values("ids").integers((3, 5), 0, 7)
    ids[0, :2], ids[1, 3:], ids[2, 1] = [2, 2], 0, 6
    cases = {
        "embedding": (ids, {}),
        "embedding_mask_zero": (ids, {"mask_zero": True}),
        "embedding_rank1": (ids[0], {}),
        "embedding_rank3": (ids.reshape(3, 5, 1), {"mask_zero": True}),
        "embedding_float_ids": (ids.astype("float32") + np.float32(0.25), {"mask_zero": True}),
        "embedding_initializer": (ids, {"embeddings_initializer": "glorot_normal"}),
    }
    for case, (data, more) in cases.items():
        add(file, case, layers.Embedding, {"input_dim": 7, "output_dim": 4, **more}, [data])


def add_pooling(file):
    mask = time_mask(3, 5)
    for keepdims in (False, True):
        for layout, shape in (("channels_last", (3, 5, 4)), ("channels_first", (3, 4, 5))):
            options = {"keepdims": keepdims, "data_format": layout}
            case = f"average_pooling_{layout}" + ("_keepdims" if keepdims else "")
            data = random_inputs(case, shape)
            add(file, case, layers.GlobalAveragePooling1D, options, data)
            add(file, case + "_mask", layers.GlobalAveragePooling1D, options, data, [mask])
            case = case.replace("average", "max")
            add(file, case, layers.GlobalMaxPooling1D, options, [distinct(case, shape)])
    case = "max_pooling_mask"
    add(file, case, layers.GlobalMaxPooling1D, {}, [distinct(case, (3, 5, 4))], [mask])


def add_dense(file):
    for rank, shape in ((2, (4, 5)), (3, (2, 3, 5))):
        for activation in DENSE_ACTIVATIONS:
            case = f"dense_{activation}_rank{rank}"
            options = {"units": 3, "activation": activation}
            add(file, case, layers.Dense, options, random_inputs(case, shape))
    one_half = keras.initializers.Constant(0.5)
    cases = {
        "dense_no_bias_rank2": ((4, 5), {"units": 3, "use_bias": False}),
        "dense_no_bias_rank3": ((2, 3, 5), {"units": 3, "use_bias": False}),
        "dense_one_row": ((1, 3), {"units": 4}),
        "dense_one_unit": ((5, 2), {"units": 1}),
        "dense_one_input": ((4, 1), {"units": 3}),
        "dense_relu_rank4": ((2, 2, 3, 4), {"units": 2, "activation": "relu"}),
        "dense_initializers": (
            (3, 4),
            {"units": 3, "kernel_initializer": "he_normal", "bias_initializer": one_half},
        ),
    }
    for case, (shape, options) in cases.items():
        add(file, case, layers.Dense, options, random_inputs(case, shape))
    data = random_inputs("dense_mask", (3, 5, 4))
    add(file, "dense_mask", layers.Dense, {"units": 2}, data, [time_mask(3, 5)])


def add_dropout(file):
    cases = {
        "dropout": {"rate": 0.5},
        "dropout_zero": {"rate": 0.0},
        "dropout_noise_shape": {"rate": 0.25, "noise_shape": (None, 1, 4), "seed": 7},
    }
    for case, options in cases.items():
        add(file, case, layers.Dropout, options, random_inputs(case, (3, 5, 4)))
    data = random_inputs("dropout_mask", (3, 5, 4))
    add(file, "dropout_mask", layers.Dropout, {"rate": 0.5}, data, [time_mask(3, 5)])


def add_activation(file):
    for activation in ACTIVATIONS:
        case = f"activation_{activation}"
        options = {"activation": activation}
        add(file, case, layers.Activation, options, random_inputs(case, (3, 6)))
    case = "activation_softmax_rank3"
    data = random_inputs(case, (2, 3, 4))
    add(file, case, layers.Activation, {"activation": "softmax"}, data)
    case = "activation_mask"
    data = random_inputs(case, (3, 5, 4))
    add(file, case, layers.Activation, {"activation": "tanh"}, data, [time_mask(3, 5)])


def add_reshaping(file):
    for shape in ((4,), (3, 4), (2, 3, 4), (2, 2, 3, 2)):
        case = f"flatten_rank{len(shape)}"
        add(file, case, layers.Flatten, {}, random_inputs(case, shape))
    case = "flatten_channels_first"
    options = {"data_format": "channels_first"}
    add(file, case, layers.Flatten, options, random_inputs(case, (2, 3, 2, 2)))
    case = "flatten_mask"
    add(file, case, layers.Flatten, {}, random_inputs(case, (3, 5, 4)), [time_mask(3, 5)])
    for target in ((12,), (3, 4), (-1,), (2, -1, 3), (-1, 1), (6, 2)):
        case = "reshape_" + "x".join("any" if d < 0 else str(d) for d in target)
        options = {"target_shape": target}
        add(file, case, layers.Reshape, options, random_inputs(case, (3, 2, 6)))


def add_merging(file):
    cases = {
        "add_two": [(3, 4)] * 2,
        "add_three": [(2, 3, 4)] * 3,
        "add_broadcast_last": [(3, 4), (3, 1)],
        "add_broadcast_middle": [(2, 1, 4), (2, 5, 4)],
        "add_broadcast_both": [(2, 5, 1), (2, 1, 4), (2, 5, 4)],
        "add_ranks": [(2, 4), (2, 3, 4)],
    }
    for case, shapes in cases.items():
        add(file, case, layers.Add, {}, random_inputs(case, *shapes))
    data = random_inputs("add_mask", (3, 5, 4), (3, 5, 4))
    add(file, "add_mask", layers.Add, {}, data, two_masks())


def add_concatenate(file):
    cases = {
        "concatenate_last": (-1, [(3, 4), (3, 2)]),
        "concatenate_axis1": (1, [(2, 3, 4), (2, 1, 4)]),
        "concatenate_axis1_rank2": (1, [(3, 1), (3, 2)]),
        "concatenate_three": (-1, [(2, 3, 1), (2, 3, 4), (2, 3, 2)]),
        "concatenate_axis_minus2": (-2, [(2, 1, 3), (2, 4, 3), (2, 2, 3)]),
        "concatenate_axis2_rank4": (2, [(2, 2, 1, 3), (2, 2, 2, 3)]),
    }
    for case, (axis, shapes) in cases.items():
        add(file, case, layers.Concatenate, {"axis": axis}, random_inputs(case, *shapes))
    mask, other = two_masks()
    masked = {
        "concatenate_mask_time": (1, (3, 2, 4), other[:, :2]),
        "concatenate_mask_features": (-1, (3, 5, 3), other),
    }
    for case, (axis, shape, second) in masked.items():
        data = random_inputs(case, (3, 5, 4), shape)
        add(file, case, layers.Concatenate, {"axis": axis}, data, [mask, second])


def write(folder):
    file = GoldenFile()
    add_embedding(file)
    add_pooling(file)
    add_dense(file)
    add_dropout(file)
    add_activation(file)
    add_reshaping(file)
    add_merging(file)
    add_concatenate(file)
    return file.write(folder / "layers.safetensors")
