"""attention.safetensors: attention layers, EinsumDense, layers on branches; a transformer's losses."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import layers, losses, optimizers
from keras.src import backend
from keras.src.applications.convnext import LayerScale, StochasticDepth
from keras.src.applications.inception_resnet_v2 import CustomScaleLayer

from topics.layers import random_inputs, time_mask
from topics.store import GoldenFile, Values, config_of
from topics.training import BATCH, LENGTH, STEPS, VOCABULARY, id_batches, in_batches, labels_of_ids

ARGUMENTS = ("return_attention_scores", "use_causal_mask")


def name_of(variable):
    """The path within the layer."""
    name = variable.path.split("/", 1)[1]
    return "gamma" if name == "variable" else name


def masked(inputs, masks):
    """Copies of the inputs that carry Keras's masks."""
    copies = [x if x.dtype == bool else jnp.asarray(x) + 0.0 for x in inputs]
    for x, mask in zip(copies, masks or []):
        backend.set_keras_mask(x, jnp.asarray(mask))
    return copies


def forward(layer, weights, inputs, masks, options):
    """Attention and AdditiveAttention take a list, the others query, value, key and a mask."""
    inputs = masked(inputs, masks)
    options = dict(options)
    if isinstance(layer, layers.Attention):
        arguments = [inputs]
        options["mask"] = masks
    elif isinstance(layer, (layers.MultiHeadAttention, layers.GroupQueryAttention)):
        if inputs[-1].dtype == bool:
            options["attention_mask"] = inputs.pop()
        for name, mask in zip(("query_mask", "value_mask", "key_mask"), masks or []):
            options[name] = mask
        arguments = inputs
    else:
        arguments = [inputs if len(inputs) > 1 else inputs[0]]
    state = [v.value for v in layer.non_trainable_variables]
    return layer.stateless_call(weights, state, *arguments, **options)[0]


def build(layer, inputs):
    shapes = [x.shape for x in inputs if x.dtype != bool]
    if isinstance(layer, (layers.MultiHeadAttention, layers.GroupQueryAttention)):
        layer.build(*shapes)
    else:
        layer.build(shapes if len(shapes) > 1 else shapes[0])


def add(file, case, layer_class, options, inputs, masks=None, **arguments):
    """Outputs and gradients of one configuration, called with these arguments."""
    keras.backend.clear_session()
    layer = layer_class(**options)
    build(layer, inputs)
    values = Values("attention/" + case)
    names = [name_of(v) for v in layer.trainable_variables]
    weights = [values.uniform(v.shape) for v in layer.trainable_variables]
    result = forward(layer, weights, inputs, masks, arguments)
    output, scores = result if isinstance(result, tuple) else (result, [])
    cotangent = values.uniform(output.shape)
    floats = [i for i, x in enumerate(inputs) if x.dtype == np.float32]

    def total(xs, weights):
        merged = list(inputs)
        for place, x in zip(floats, xs):
            merged[place] = x
        result = forward(layer, weights, merged, masks, arguments)
        return jnp.sum((result[0] if isinstance(result, tuple) else result) * cotangent)

    by_input, by_weight = jax.grad(total, (0, 1))([inputs[i] for i in floats], weights)
    described = config_of(layer)
    described["config"].update(arguments)
    if isinstance(layer, layers.GroupQueryAttention):
        described["class_name"] = "GroupQueryAttention"
    file.describe(case, **described, weights=names, states=[])
    file.put(case, "input", inputs)
    file.put(case, "mask", masks or [])
    file.put(case, "output", output)
    file.put(case, "scores", scores)
    file.put(case, "cotangent", cotangent)
    passes = masks and not isinstance(layer, layers.EinsumDense)
    file.put(case, "output_mask", masks[0] if passes else [])
    for name, weight, gradient in zip(names, weights, by_weight):
        file.put_named(f"{case}/weights/{name}", weight)
        file.put_named(f"{case}/weight_grad/{name}", gradient)
    for place, gradient in zip(floats, by_input):
        file.put_named(f"{case}/input_grad/{place}", gradient)


def boolean(case, shape):
    """True at seven of ten places, and in each first column."""
    mask = Values("attention/mask/" + case).generator.random(shape) < 0.7
    mask[..., 0] = True
    return mask


def add_multi_head(file):
    query, value, key = (3, 5, 6), (3, 4, 5), (3, 4, 7)
    small = {"num_heads": 2, "key_dim": 3}
    one, several = [query], [query, value, key]
    masks = [time_mask(3, 5), time_mask(3, 4), time_mask(3, 4)[::-1]]
    empty = [m.copy() for m in masks]
    empty[0][1] = False
    wide = [(2, 3, 4, 5), (2, 2, 3, 5)]
    # With dropout Keras on JAX takes values that are not as wide as keys, too.
    cases = {
        "mha": (small, [query, value], None, {}),
        "mha_key": ({**small, "dropout": 0.1, "value_dim": 4, "output_shape": 8}, several, None, {}),
        "mha_output_shape": ({**small, "output_shape": (2, 3)}, several, None, {}),
        "mha_no_bias": ({**small, "use_bias": False}, several, None, {}),
        "mha_gate": ({**small, "use_gate": True, "value_dim": 2, "dropout": 0.1}, several, None, {}),
        "mha_causal": (small, several, None, {"use_causal_mask": True}),
        "mha_causal_scores": (
            {**small, "dropout": 0.3},
            several,
            None,
            {"use_causal_mask": True, "return_attention_scores": True},
        ),
        "mha_window": ({**small, "sliding_window": 2}, several, None, {}),
        "mha_masks": (small, several, masks, {}),
        "mha_masks_two": (small, [query, value], masks[:2], {"use_causal_mask": True}),
        "mha_masks_empty_row": (small, several, empty, {}),
        "mha_masks_scores": (small, several, empty, {"return_attention_scores": True}),
        "mha_wide": (small, wide, None, {}),
        "mha_wide_axes": ({**small, "attention_axes": (2,)}, [wide[0], (2, 3, 6, 5)], None, {}),
        "mha_wide_first": ({**small, "attention_axes": 1}, [wide[0], (2, 2, 4, 5)], None, {}),
    }
    for case, (options, shapes, mask, arguments) in cases.items():
        data = random_inputs(case, *shapes)
        add(file, case, layers.MultiHeadAttention, options, data, mask, **arguments)
    for case, shape in {"full": (3, 5, 4), "heads": (3, 2, 5, 4), "shared": (5, 4)}.items():
        data = random_inputs("mha_mask", query, value) + [boolean(case, shape)]
        add(file, f"mha_mask_{case}", layers.MultiHeadAttention, small, data)
    data = random_inputs("mha_mask_both", *several) + [boolean("both", (3, 5, 4))]
    add(file, "mha_mask_both", layers.MultiHeadAttention, small, data, masks[:2])


def add_grouped(file):
    several = [(2, 5, 6), (2, 4, 6), (2, 4, 6)]
    small = {"head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}
    masks = [time_mask(2, 5), time_mask(2, 4), time_mask(2, 4)[::-1]]
    cases = {
        "grouped": (small, several[:2], None, {}),
        "grouped_one": ({**small, "num_key_value_heads": 1, "use_bias": False}, several, None, {}),
        "grouped_gate": ({**small, "use_gate": True}, several, None, {"use_causal_mask": True}),
        "grouped_window": ({**small, "sliding_window": 2}, several, None, {}),
        "grouped_masks": (small, several, masks, {}),
        "grouped_scores": (small, several, masks, {"return_attention_scores": True}),
    }
    for case, (options, shapes, mask, arguments) in cases.items():
        data = random_inputs(case, *shapes)
        add(file, case, layers.GroupQueryAttention, options, data, mask, **arguments)
    data = random_inputs("grouped_mask", *several) + [boolean("grouped", (2, 5, 4))]
    add(file, "grouped_mask", layers.GroupQueryAttention, small, data)


def add_simple(file):
    query, value, key = (3, 5, 6), (3, 4, 2), (3, 4, 6)
    masks = [time_mask(3, 5), time_mask(3, 4)]
    both = {"use_causal_mask": True, "return_attention_scores": True}
    cases = {
        "": ({}, [query, key], None, {}),
        "_key": ({"dropout": 0.4}, [query, value, key], None, {}),
        "_masks": ({}, [query, key], masks, {}),
        "_causal": ({"use_scale": True}, [query, value, key], None, both),
        "_causal_masks": ({"use_scale": False}, [query, key], masks, both),
    }
    for name, layer in {"attention": layers.Attention, "additive": layers.AdditiveAttention}.items():
        for suffix, (options, shapes, mask, arguments) in cases.items():
            case = name + suffix
            add(file, case, layer, options, random_inputs(case, *shapes), mask, **arguments)
    for scale in (False, True):
        case, options = f"attention_concat_{scale}", {"score_mode": "concat", "use_scale": scale}
        add(file, case, layers.Attention, options, random_inputs(case, query, value, key))
    data = random_inputs("attention_wide", (2, 3, 4, 5), (2, 3, 2, 5))
    add(file, "attention_wide", layers.Attention, {}, data)


def add_einsum_dense(file):
    cases = {
        "rows": ("ab,bc->ac", 4, "c", (3, 5)),
        "steps": ("abc,cd->abd", (None, 4), "d", (2, 3, 5)),
        "heads": ("abc,cde->abde", (None, 2, 3), "de", (2, 3, 5)),
        "heads_bias": ("abc,cde->abde", (None, 2, 3), "e", (2, 3, 5)),
        "first_bias": ("abc,cde->abde", (None, 2, 3), "d", (2, 3, 5)),
        "joined": ("abcd,cde->abe", (None, 4), "e", (2, 3, 2, 3)),
        "dots": ("...x,xy->...y", 4, "y", (2, 3, 5)),
        "dots_right": ("ab...,bc->ac...", 4, "c", (2, 5, 3)),
        "steps_mixed": ("abc,bd->adc", (4, 5), None, (2, 3, 5)),
        "by_step": ("abc,bcd->abd", (3, 4), "bd", (2, 3, 5)),
    }
    for name, (equation, shape, bias, inputs) in cases.items():
        case = "einsum_dense_" + name
        options = {"equation": equation, "output_shape": shape, "bias_axes": bias}
        options["activation"] = "tanh" if name in ("rows", "dots") else None
        add(file, case, layers.EinsumDense, options, random_inputs(case, inputs))


def add_branches(file):
    image = (2, 3, 4, 5)
    scale = {"init_values": 1e-6, "projection_dim": 5}
    add(file, "layer_scale", LayerScale, scale, random_inputs("layer_scale", image))
    depth = {"drop_path_rate": 0.3}
    add(file, "stochastic_depth", StochasticDepth, depth, random_inputs("depth", image))
    data = random_inputs("custom_scale", image, image)
    add(file, "custom_scale", CustomScaleLayer, {"scale": 0.17}, data)


def transformer():
    """One block, whose padding no position looks at."""
    ids = keras.Input((LENGTH,), dtype="int32")
    x = layers.Embedding(VOCABULARY, 8, mask_zero=True)(ids)
    attended = layers.MultiHeadAttention(num_heads=2, key_dim=4)(x, x)
    x = layers.LayerNormalization()(layers.Add()([x, attended]))
    inner = layers.Dense(16, activation="relu")(x)
    inner = layers.Dense(8)(inner)
    x = layers.LayerNormalization()(layers.Add()([x, inner]))
    pooled = layers.GlobalAveragePooling1D()(x)
    return keras.Model(ids, layers.Dense(4, activation="softmax")(pooled))


def add_training(file):
    keras.backend.clear_session()
    ids = id_batches(STEPS * BATCH)
    x, y = in_batches(ids), in_batches(labels_of_ids(ids))
    model = transformer()
    start = []
    for index, weight in enumerate(model.weights):
        values = Values(f"attention/training/{index}")
        centre = 1.0 if weight.name == "gamma" else 0.0
        start.append(centre + values.uniform(weight.shape, -0.4, 0.4))
    model.set_weights(start)
    model.compile(
        optimizer=optimizers.Adam(learning_rate=0.01),
        loss=losses.SparseCategoricalCrossentropy(),
    )
    history = []
    for step in range(STEPS):
        model.reset_metrics()
        history.append(model.train_on_batch(x[step], y[step]))
    case = "transformer"
    file.describe(case, weights=[w.path for w in model.weights])
    for role, values in {"x": x, "y": y, "initial": start, "final": model.get_weights()}.items():
        file.put(case, role, values)
    file.put(case, "loss", np.array(history, "float32"))


def write(folder):
    file = GoldenFile()
    add_multi_head(file)
    add_grouped(file)
    add_simple(file)
    add_einsum_dense(file)
    add_branches(file)
    add_training(file)
    return file.write(folder / "attention.safetensors")
