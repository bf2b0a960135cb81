#!/usr/bin/env python3
"""Trains the article's text classifier on real text with linnet and with Keras on JAX, and compares.

    python3 bench/compare_accuracy.py --build build SET.train.tsv.gz SET.test.tsv.gz
        [--split whitespace|character] [--seeds 3]

Rows are label<TAB>text. Prints the mean loss of each epoch, the mean test accuracy and how far they
are apart, with and without mask_zero. Keras on JAX sums the gradients of a repeated row before Adam
squares them, as linnet does; Keras on TensorFlow does not. Needs keras, jax, and tensorflow for
Keras's TextVectorization.
"""
import argparse
import gzip
import os
import re
import subprocess

os.environ.update(KERAS_BACKEND="jax", TF_CPP_MIN_LOG_LEVEL="3")
VOCABULARY, LENGTH, WIDTH, EPOCHS, BATCH = 20000, 64, 64, 10, 32


def rows(path):
    with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as lines:
        pairs = [line.rstrip("\n").split("\t", 1) for line in lines]
    return [label for label, _ in pairs], [text for _, text in pairs]


def keras_runs(a, masked):
    import keras
    import numpy as np
    labels, texts = rows(a.train)
    test_labels, test_texts = rows(a.test)
    vectorize = keras.layers.TextVectorization(max_tokens=VOCABULARY, split=a.split,
                                               output_sequence_length=LENGTH)
    vectorize.adapt(texts)
    x, x_test = (np.asarray(vectorize(np.array(t, object))) for t in (texts, test_texts))
    names = sorted(set(labels))
    y, y_test = (keras.utils.to_categorical([names.index(i) for i in l], len(names))
                 for l in (labels, test_labels))
    for seed in range(1, a.seeds + 1):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.layers.Embedding(VOCABULARY, WIDTH, mask_zero=masked),
                                  keras.layers.GlobalAveragePooling1D(),
                                  keras.layers.Dense(len(names), activation="softmax")])
        model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
        history = model.fit(x, y, epochs=EPOCHS, batch_size=BATCH, verbose=0)
        yield history.history["loss"], model.evaluate(x_test, y_test, verbose=0)[1]


def linnet_runs(a, masked):
    out = subprocess.run([f"{a.build}/bench/text_accuracy", a.train, a.test, a.split,
                          "masked" if masked else "plain", str(a.seeds)],
                         check=True, stdout=subprocess.PIPE, text=True).stdout
    runs = re.findall(r"loss (.+?) test accuracy (\S+)", out)
    assert len(runs) == a.seeds, out
    for losses, accuracy in runs:
        yield [float(loss) for loss in losses.split()], float(accuracy)


def mean(runs):
    losses, accuracies = zip(*runs)
    return [sum(epoch) / len(epoch) for epoch in zip(*losses)], sum(accuracies) / len(accuracies)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--build", required=True)
    parser.add_argument("--split", default="whitespace", choices=["whitespace", "character"])
    parser.add_argument("--seeds", type=int, default=3)
    a = parser.parse_args()
    for masked in (False, True):
        ours, our_accuracy = mean(linnet_runs(a, masked))
        theirs, their_accuracy = mean(keras_runs(a, masked))
        print("mask_zero" if masked else "no mask")
        for name, losses, accuracy in (("linnet", ours, our_accuracy),
                                       ("keras", theirs, their_accuracy)):
            print(f"  {name:7}", *(f"{loss:.4f}" for loss in losses), f"accuracy {accuracy:.4f}")
        worst = max(abs(u / t - 1) for u, t in zip(ours, theirs))
        print(f"  loss apart by at most {100 * worst:.1f} % in an epoch, accuracy by "
              f"{100 * (our_accuracy - their_accuracy):+.2f} points")


main()
