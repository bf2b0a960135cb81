"""functional.safetensors: whole models: configs, weights, outputs, gradients."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import layers

from topics.store import GoldenFile, Values


def two_inputs_two_outputs():
    """A Dense used twice, joined by Add and by Concatenate."""
    left, right = keras.Input((4,), name="left"), keras.Input((4,), name="right")
    shared = layers.Dense(5, activation="relu", name="shared")
    a, b = shared(left), shared(right)
    joined = layers.Concatenate(name="joined")([a, b, layers.Add(name="total")([a, b])])
    classes = layers.Dense(3, activation="softmax", name="classes")(joined)
    score = layers.Dense(1, activation="sigmoid", name="score")(joined)
    return keras.Model([left, right], [classes, score], name="two_inputs_two_outputs")


def residual():
    """Default names, and an Add of two and of three values."""
    inputs = keras.Input((6,))
    x = layers.Dense(6, activation="tanh")(inputs)
    x = layers.Add()([x, inputs])
    y = layers.Dropout(0.3)(layers.Dense(6, activation="relu")(x))
    z = layers.Activation("gelu")(layers.Dense(6)(x))
    return keras.Model(inputs, layers.Dense(2)(layers.Add()([x, y, z])), name="residual")


def nested_sequential():
    """A Sequential, used twice, and a functional model inside a functional model."""
    block = keras.Sequential(
        [keras.Input((4,)), layers.Dense(6, activation="relu"), layers.Dense(4)], name="block"
    )
    inner_input = keras.Input((4,), name="inner_input")
    inner = keras.Model(inner_input, layers.Dense(3, name="narrow")(inner_input), name="inner")
    inputs = keras.Input((4,), name="features")
    outputs = layers.Dense(2, activation="softmax", name="head")(inner(block(block(inputs))))
    return keras.Model(inputs, outputs, name="nested_sequential")


def nested_in_sequential():
    """A functional model with a residual connection as a layer of a Sequential."""
    inputs = keras.Input((5,), name="features")
    outputs = layers.Add(name="sum")([inputs, layers.Dense(5, name="inside")(inputs)])
    base = keras.Model(inputs, outputs, name="base")
    return keras.Sequential([base, layers.Dense(3, activation="softmax")], name="outer")


def shapes():
    """Flatten, Reshape with -1, both global poolings and Concatenate along time."""
    inputs = keras.Input((3, 4), name="steps")
    longer = layers.Concatenate(axis=1)([inputs, layers.Dense(4)(inputs)])
    folded = layers.Reshape((-1, 2))(longer)
    parts = [
        layers.GlobalAveragePooling1D()(longer),
        layers.GlobalMaxPooling1D()(folded),
        layers.Flatten()(inputs),
    ]
    return keras.Model(inputs, layers.Dense(2)(layers.Concatenate()(parts)), name="shapes")


def text_classifier():
    return keras.Sequential(
        [
            keras.Input((None,), dtype="int32"),
            layers.Embedding(10, 4),
            layers.GlobalAveragePooling1D(),
            layers.Dropout(0.2),
            layers.Dense(3, activation="softmax"),
        ],
        name="text_classifier",
    )


def masked_text_classifier():
    """Functional, so that Keras writes the mask's operations into the config."""
    ids = keras.Input((None,), dtype="int32", name="ids")
    x = layers.Embedding(10, 4, mask_zero=True)(ids)
    x = layers.GlobalAveragePooling1D()(x)
    outputs = layers.Dense(3, activation="softmax")(x)
    return keras.Model(ids, outputs, name="masked_text_classifier")


MODELS = [
    two_inputs_two_outputs,
    residual,
    nested_sequential,
    nested_in_sequential,
    shapes,
    text_classifier,
    masked_text_classifier,
]


def make_inputs(case, model):
    values = Values("functional/" + case)
    if model.inputs[0].dtype == "int32":
        ids = values.integers((3, 6), 1, 10)
        ids[0, 4:], ids[2, 1:] = 0, 0
        return [ids]
    return [values.uniform((3, *x.shape[1:]), -2.0, 2.0) for x in model.inputs]


def as_list(outputs):
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def gradients(model, weights, inputs, cotangents):
    """Gradients of sum(output * cotangent), summed over the outputs."""
    state = [v.value for v in model.non_trainable_variables]
    floats = [i for i, x in enumerate(inputs) if x.dtype == np.float32]

    def total(given, weights):
        merged = list(inputs)
        for place, value in zip(floats, given):
            merged[place] = value
        argument = merged if len(merged) > 1 else merged[0]
        outputs = model.stateless_call(weights, state, argument, training=False)[0]
        return sum(jnp.sum(y * c) for y, c in zip(as_list(outputs), cotangents))

    return jax.grad(total, (0, 1))([inputs[i] for i in floats], weights)


def add(file, make):
    keras.backend.clear_session()
    model, case = make(), make.__name__
    inputs = make_inputs(case, model)
    argument = inputs if len(inputs) > 1 else inputs[0]
    outputs = as_list(model(argument, training=False))
    values = Values("functional/weights/" + case)
    weights = [values.uniform(w.shape) for w in model.weights]
    model.set_weights(weights)
    outputs = as_list(model(argument, training=False))
    cotangents = [values.uniform(y.shape) for y in outputs]
    by_input, by_weight = gradients(model, weights, inputs, cotangents)
    file.describe(
        case,
        class_name=type(model).__name__,
        config=model.get_config(),
        weights=[w.path for w in model.weights],
        inputs=[x.name for x in model.inputs],
        outputs=getattr(model, "output_names", [model.layers[-1].name]),
        parameters=model.count_params(),
    )
    file.put(case, "input", inputs)
    file.put(case, "weights", weights)
    file.put(case, "output", outputs)
    file.put(case, "cotangent", cotangents)
    file.put(case, "input_grad", by_input)
    file.put(case, "weight_grad", by_weight)


def write(folder):
    file = GoldenFile()
    for make in MODELS:
        add(file, make)
    return file.write(folder / "functional.safetensors")
