"""An image network beside its peers, one after the other in one run, `--rounds` times.

    python compare_networks.py BUILD FOLDER [--net resnet50] [--threads 2] [--rounds 3]
                               [--peers linnet ort openvino torch keras]
                               [--kinds infer many train head later]

head: fit() of a new head on the frozen network, its first epoch; later: its later epochs.

BUILD: a build folder of linnet with bench/programs. FOLDER: where the peers' models are kept. Needs
keras with tensorflow, tf2onnx, onnxruntime, openvino and torch for the peers that are asked for.
The peak memory is that of the whole process.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import time

KINDS = {"infer": "ms, inference (p50)", "many": "images/s, inference", "train": "images/s, training",
         "head": "images/s, head only, first epoch", "later": "images/s, head only, later epochs"}
# Of each network: kind -> batch, repeats.
LARGE = {"infer": (1, 30), "many": (16, 5), "train": (8, 4)}
SMALL = {"infer": (1, 20000), "many": (64, 500), "train": (64, 200)}
HEAD = {"head": (8, 8), "later": (8, 8)}
APPLICATIONS = {"resnet50": "ResNet50", "resnet50v2": "ResNet50V2", "densenet121": "DenseNet121"}
WORKLOADS = {"small": SMALL} | {net: LARGE for net in APPLICATIONS} | {"resnet50": LARGE | HEAD}
SHAPES = {"small": (28, 28, 1)} | {net: (224, 224, 3) for net in APPLICATIONS}


def median_seconds(run, repeats):
    run()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return sorted(times)[len(times) // 2]


def result(kind, batch, seconds):
    return seconds * 1e3 if kind == "infer" else batch / seconds


def run_linnet(a, kind, batch, repeats):
    mode = {"train": "train", "head": "head", "later": "head"}.get(kind, "infer")
    command = [f"{a.build}/bench/image_network", a.net, mode, batch, a.threads, repeats]
    out = json.loads(subprocess.run([str(c) for c in command], check=True, capture_output=True).stdout)
    return out[{"infer": "p50_ms", "later": "later_images_per_s"}.get(kind, "images_per_s")]


def pictures(net, batch):
    import numpy as np

    return np.random.default_rng(1).random((batch, *SHAPES[net])).astype(np.float32)


def keras_model(net, threads):
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras
    from keras import layers

    if net in APPLICATIONS:
        return getattr(keras.applications, APPLICATIONS[net])(weights=None)
    return keras.Sequential([
        layers.Input(SHAPES[net]),
        layers.Conv2D(32, 3), layers.BatchNormalization(), layers.ReLU(), layers.MaxPooling2D(),
        layers.Conv2D(64, 3), layers.BatchNormalization(), layers.ReLU(),
        layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax"),
    ])


def onnx_file(a):
    path = pathlib.Path(a.folder) / f"{a.net}.onnx"
    if not path.exists():
        model = keras_model(a.net, a.threads)
        model(pictures(a.net, 1))
        model.export(str(path), format="onnx", verbose=False)
    return path


def run_openvino(a, kind, batch, repeats):
    if kind not in ("infer", "many"):
        return None
    import openvino

    model = openvino.Core().compile_model(str(onnx_file(a)), "CPU", {
        "INFERENCE_NUM_THREADS": a.threads, "INFERENCE_PRECISION_HINT": "f32",
        "PERFORMANCE_HINT": "LATENCY"})
    x, request = pictures(a.net, batch), model.create_infer_request()
    return result(kind, batch, median_seconds(lambda: request.infer([x]), repeats))


def run_torch(a, kind, batch, repeats):
    import torch_networks

    if kind == "later" or a.net not in torch_networks.NETWORKS:  # it computes the features anew
        return None
    if kind == "head":
        train = torch_networks.head_trainer(a.threads)
        return head_rate(lambda x, y: train(x, y, batch), a.net, batch, repeats)
    step = torch_networks.step_of(a.net, kind, pictures(a.net, batch), a.threads)
    return result(kind, batch, median_seconds(step, repeats))


def run_ort(a, kind, batch, repeats):
    if kind not in ("infer", "many"):
        return None
    import onnxruntime

    path = onnx_file(a)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = a.threads
    session = onnxruntime.InferenceSession(str(path), options)
    x, name = pictures(a.net, batch), session.get_inputs()[0].name
    return result(kind, batch, median_seconds(lambda: session.run(None, {name: x}), repeats))


def head_rate(train, net, batch, batches, epochs=1):
    """Images per second of the last epoch, behind a batch that comes first."""
    import numpy as np

    x, y = pictures(net, batch * batches), np.zeros(batch * batches, np.int64)
    train(x[:batch], y[:batch])
    for _ in range(epochs):
        start = time.perf_counter()
        train(x, y)
        seconds = time.perf_counter() - start
    return len(x) / seconds


def run_keras_head(a, kind, batch, batches):
    keras_model("small", a.threads)  # sets the threads
    import keras

    base = keras.applications.ResNet50(include_top=False, weights=None, pooling="avg", input_shape=SHAPES[a.net])
    base.trainable = False
    model = keras.Sequential([base, keras.layers.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    return head_rate(lambda x, y: model.fit(x, y, batch_size=batch, verbose=0), a.net, batch, batches,
                     2 if kind == "later" else 1)


def run_keras(a, kind, batch, repeats):
    if kind in ("head", "later"):
        return run_keras_head(a, kind, batch, repeats)
    model = keras_model(a.net, a.threads)
    import numpy as np
    import tensorflow as tf

    x = tf.constant(pictures(a.net, batch))
    if kind == "train":
        model.compile("adam", "sparse_categorical_crossentropy")
        y = np.zeros(batch, np.int32)
        return result(kind, batch, median_seconds(lambda: model.train_on_batch(x, y), repeats))
    call = tf.function(lambda v: model(v, training=False))
    return result(kind, batch, median_seconds(lambda: call(x).numpy(), repeats))


RUNS = {"linnet": run_linnet, "ort": run_ort, "openvino": run_openvino, "torch": run_torch,
        "keras": run_keras}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build")
    parser.add_argument("folder")
    parser.add_argument("--net", default="resnet50", choices=list(WORKLOADS))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", nargs="+", default=list(RUNS))
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.one == ["onnx", "file"]:
        onnx_file(a)
        return None
    if a.one:  # each measurement is a process of its own
        peer, kind = a.one
        value = RUNS[peer](a, kind, *WORKLOADS[a.net][kind])
        who = resource.RUSAGE_CHILDREN if peer == "linnet" else resource.RUSAGE_SELF
        return print(json.dumps([value, resource.getrusage(who).ru_maxrss / 1024]))
    command = [sys.executable, __file__, a.build, a.folder, "--net", a.net, "--threads", str(a.threads)]
    if {"ort", "openvino"} & set(a.peers):  # made outside of the process whose memory is measured
        subprocess.run(command + ["--one", "onnx", "file"], check=True, capture_output=True)
    found, peaks = {}, {}
    for _ in range(a.rounds):
        for kind in [kind for kind in a.kinds if kind in WORKLOADS[a.net]]:
            for peer in a.peers:
                out = subprocess.run(command + ["--one", peer, kind], check=True, capture_output=True)
                value, peak = json.loads(out.stdout.splitlines()[-1])
                if value is not None:
                    found.setdefault((kind, peer), []).append(value)
                    peaks[kind, peer] = max(peak, peaks.get((kind, peer), 0))
    for (kind, peer), values in found.items():
        batch = WORKLOADS[a.net][kind][0]
        print(f"{KINDS[kind]}, batch {batch:2}  {peer:8} median {sorted(values)[len(values) // 2]:8.2f}"
              f"  peak {peaks[kind, peer]:5.0f} MB  of {[round(value, 2) for value in values]}")


if __name__ == "__main__":
    main()
