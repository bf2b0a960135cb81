#!/usr/bin/env python3
"""Fine-tuning a pretrained ResNet-50 of half width on photographs, in linnet and in Keras.

    python compare_tuning.py BUILD FOLDER NET [--threads 2] [--seed 1] [--stages frozen ...]

FOLDER has train/CLASS/*.jpg and test/CLASS/*.jpg. NET.h5 has the weights (linnet's side), NET.keras is
the whole network (Keras's side). Stages: a new head on the frozen network, each epoch through the
whole graph (frozen, 10 epochs), on features kept (features), then two epochs of everything at 1e-5
(unfrozen) or of everything but BatchNormalization (bn_frozen). Needs keras with tensorflow.
"""
import argparse
import glob
import json
import os
import resource
import statistics
import subprocess
import sys
import time

STAGES = ["features", "frozen", "unfrozen", "bn_frozen"]


def keras_pictures(folder):
    import numpy as np
    import tensorflow as tf
    x, y = [], []
    names = sorted(os.listdir(folder))
    for label, name in enumerate(names):
        for path in sorted(glob.glob(f"{folder}/{name}/*.jpg")):
            rgb = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
            bgr = tf.image.resize(rgb, (224, 224))[..., ::-1]
            x.append((bgr - tf.constant([104.0, 117.0, 123.0])).numpy())
            y.append(label)
    return np.stack(x), np.array(y), len(names)


def keras_stages(a):
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3",
                      OMP_NUM_THREADS=str(a.threads))
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(a.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    class Clock(keras.callbacks.Callback):
        def __init__(self):
            super().__init__()
            self.seconds = []

        def on_epoch_begin(self, epoch, logs=None):
            self.start = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            self.seconds.append(time.perf_counter() - self.start)

    x, y, classes = keras_pictures(f"{a.folder}/train")
    x_test, y_test, _ = keras_pictures(f"{a.folder}/test")

    def train(stage, model, rows, rows_test, rate, epochs):
        model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy",
                      metrics=["accuracy"])
        clock = Clock()
        history = model.fit(rows, y, batch_size=16, epochs=epochs, verbose=0, callbacks=[clock])
        accuracy = model.evaluate(rows_test, y_test, batch_size=16, verbose=0)[1]
        print(json.dumps({"stage": stage, "test_accuracy": accuracy, "epoch_s": clock.seconds,
                          "loss_by_epoch": history.history["loss"]}), flush=True)

    net = keras.models.load_model(f"{a.net}.keras", compile=False)
    base = keras.Model(net.input, net.get_layer("avg_pool").output)
    base.trainable = False
    if "features" in a.stages:
        keras.utils.set_random_seed(a.seed)
        start = time.perf_counter()
        features = base.predict(x, batch_size=16, verbose=0)
        features_test = base.predict(x_test, batch_size=16, verbose=0)
        print(json.dumps({"stage": "computing features", "seconds": time.perf_counter() - start}))
        head = keras.Sequential([keras.Input(features.shape[1:]),
                                 keras.layers.Dense(classes, activation="softmax")])
        train("features", head, features, features_test, 1e-3, 10)
    if set(a.stages) <= {"features"}:
        return
    keras.utils.set_random_seed(a.seed)
    model = keras.Model(net.input, keras.layers.Dense(classes, activation="softmax")(base.output))
    train("frozen", model, x, x_test, 1e-3, 10)
    frozen = model.get_weights()
    for stage in ("unfrozen", "bn_frozen"):
        if stage not in a.stages:
            continue
        model.set_weights(frozen)
        for layer in model.layers:
            layer.trainable = (stage == "unfrozen" or
                               not isinstance(layer, keras.layers.BatchNormalization))
        train(stage, model, x, x_test, 1e-5, 2)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("folder")
    parser.add_argument("net", help="path of NET.h5 and NET.keras, without the ending")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stages", nargs="+", default=STAGES, choices=STAGES)
    parser.add_argument("--keras", action="store_true", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.keras:
        return keras_stages(a)
    commands = {"linnet": [f"{a.build}/bench/photograph_tuning", a.folder, f"{a.net}.h5",
                           str(a.threads), str(a.seed)],
                "keras": [sys.executable, __file__, *sys.argv[1:], "--keras"]}
    peak = 0
    for name, command in commands.items():
        out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        peak = max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        for stage in map(json.loads, filter(lambda line: line.startswith("{"), out.splitlines())):
            if "seconds" in stage:
                print(f"{name:7} {stage['stage']} took {stage['seconds']:.2f} s")
                continue
            first, *later = stage["epoch_s"]
            losses = " ".join(f"{loss:.4f}" for loss in stage["loss_by_epoch"])
            print(f"{name:7} {stage['stage']:10} accuracy {stage['test_accuracy']:.3f}  epoch "
                  f"{first:.2f} s, then {statistics.median(later):.2f} s  losses {losses}")
        print(f"{name:7} peak so far {peak / 1024:.0f} MB")


if __name__ == "__main__":
    main()
