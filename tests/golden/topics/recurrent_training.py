"""recurrent_training.safetensors: losses of 30 training steps of recurrent text classifiers."""

import keras
from keras import layers, losses

from topics.store import GoldenFile
from topics.training import (
    BATCH,
    LENGTH,
    STEPS,
    VOCABULARY,
    add,
    id_batches,
    in_batches,
    labels_of_ids,
)


def network(*recurrent):
    """Ids of a text, padded and masked, to one of four classes."""
    return keras.Sequential(
        [
            keras.Input((LENGTH,), dtype="int32"),
            layers.Embedding(VOCABULARY, 8, mask_zero=True),
            *recurrent,
            layers.Dense(4, activation="softmax"),
        ]
    )


def write(folder):
    file = GoldenFile()
    ids = id_batches(STEPS * BATCH)
    data = in_batches(ids), in_batches(labels_of_ids(ids))
    networks = {
        "lstm": lambda: network(layers.LSTM(8)),
        "two_gru": lambda: network(
            layers.GRU(6, return_sequences=True), layers.GRU(6, reset_after=False)
        ),
        "bidirectional": lambda: network(layers.Bidirectional(layers.LSTM(5))),
    }
    for name, make in networks.items():
        for optimizer in ("sgd", "adam", "adamw") if name == "lstm" else ("adam",):
            loss = losses.SparseCategoricalCrossentropy()
            add(file, f"{name}_{optimizer}", make, data, loss, optimizer)
    return file.write(folder / "recurrent_training.safetensors")
