"""Writes tests/golden/text_arrays/: models of texts with arrays of texts, as numpy saves them.

model.keras takes texts (rows, 1) and words (rows, 2); x0.npy, x1.npy: what it is given; x0_big.npy: the
same texts in big-endian order; x0_bytes.npy: in UTF-8; x1_columns.npy: in column-major order; y.npy: what
it gives. learnt.h5: a lookup that was adapted, without its vocabulary. twice.json: texts that two layers
take.
"""
import os
import pathlib
import shutil

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

FOLDER = pathlib.Path(__file__).parent / "text_arrays"
TEXTS = np.array(["The red cat", "", "grün, naïve!", "字 and 😀", "cat cat a red"])[:, None]
WORDS = np.array([["red", "grün"], ["字", "cat"], ["", "red"], ["😀", "😀"], ["a", "grün"]])


def embedded(ids, size):
    return layers.Flatten()(layers.Embedding(size, 3, embeddings_initializer="normal")(ids))


def model():
    texts, words = keras.Input((1,), dtype="string"), keras.Input((2,), dtype="string")
    vectorize = layers.TextVectorization(max_tokens=8, output_sequence_length=4)
    vectorize.adapt(TEXTS)
    lookup = layers.StringLookup(vocabulary=["red", "grün", "😀"], num_oov_indices=2)
    category = layers.CategoryEncoding(num_tokens=5, output_mode="multi_hot")
    parts = [embedded(vectorize(texts), 8), category(lookup(words))]
    return keras.Model([texts, words], layers.Dense(2)(layers.Concatenate()(parts)))


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    keras.utils.set_random_seed(1)
    whole = model()
    whole.save(FOLDER / "model.keras")
    np.save(FOLDER / "x0.npy", TEXTS)
    np.save(FOLDER / "x0_big.npy", TEXTS.astype(TEXTS.dtype.newbyteorder(">")))
    np.save(FOLDER / "x0_bytes.npy", np.char.encode(TEXTS, "utf-8"))
    np.save(FOLDER / "x1.npy", WORDS)
    np.save(FOLDER / "x1_columns.npy", np.asfortranarray(WORDS))
    np.save(FOLDER / "y.npy", whole.predict([tf.constant(TEXTS), tf.constant(WORDS)], verbose=0))
    numbers = keras.Input((1,), dtype="int64")
    learnt = layers.IntegerLookup(max_tokens=9)
    learnt.adapt(np.array([3, 5, 3]))
    keras.Model(numbers, layers.Embedding(9, 1)(learnt(numbers))).save(FOLDER / "learnt.h5")
    texts = keras.Input((1,), dtype="string", name="texts")
    hashed = [embedded(layers.Hashing(n, name=f"hash_{n}")(texts), n) for n in (3, 4)]
    (FOLDER / "twice.json").write_text(keras.Model(texts, layers.Add()(hashed)).to_json())


if __name__ == "__main__":
    main()
