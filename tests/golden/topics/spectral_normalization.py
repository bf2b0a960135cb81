"""spectral_normalization.safetensors: training steps of layers inside SpectralNormalization."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
from keras import layers

from topics.store import GoldenFile, Values, config_of

STEPS, RATE = 6, 0.2


def add(file, case, inner, x, iterations=1):
    """As Keras on TensorFlow: the kernel is divided, used, and moved by the gradient there."""
    keras.backend.clear_session()
    layer = layers.SpectralNormalization(inner(), power_iterations=iterations)
    layer.build(x.shape)
    values = Values("spectral/" + case)
    for weight in layer.weights:
        weight.assign(values.uniform(weight.shape))
    names = [w.path.split("/", 1)[1] for w in layer.weights]
    file.describe(case, **config_of(layer), weights=names, steps=STEPS, rate=RATE)
    file.put(case, "x", x)
    file.put(case, "initial", [np.asarray(w.value) for w in layer.weights])
    file.put(case, "prediction", layer(x))
    target = values.uniform(layer.compute_output_shape(x.shape))

    def loss_of(weights):
        return jnp.mean((layer.layer.stateless_call(weights, [], x)[0] - target) ** 2)

    losses = []
    for _ in range(STEPS):
        layer(x, training=True)
        trained = layer.layer.trainable_variables
        loss, gradients = jax.value_and_grad(loss_of)([w.value for w in trained])
        for weight, gradient in zip(trained, gradients):
            weight.assign(weight.value - RATE * gradient)
        losses.append(loss)
    file.put(case, "target", target)
    file.put(case, "loss", np.array(losses, "float32"))
    file.put(case, "final", [np.asarray(w.value) for w in layer.weights])


def write(folder):
    file = GoldenFile()
    values = Values("spectral/inputs")
    rows, image = values.uniform((4, 5)), values.uniform((2, 5, 4, 3))
    add(file, "dense", lambda: layers.Dense(3, activation="tanh"), rows)
    add(file, "dense_three_iterations", lambda: layers.Dense(3), rows, 3)
    add(file, "conv2d", lambda: layers.Conv2D(4, 3, padding="same"), image)
    # Keras gives the output the input's dtype: of whole ids it would be cut to whole numbers.
    ids = values.integers((4, 5), 0, 7).astype("float32")
    add(file, "embedding", lambda: layers.Embedding(7, 3), ids)
    return file.write(folder / "spectral_normalization.safetensors")
