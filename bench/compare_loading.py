#!/usr/bin/env python3
"""Loads a real network of Keras's in linnet and in Keras: time, memory, and whether they agree.

    python3 bench/compare_loading.py --build build NET [--repeats 9]

NET.keras and NET.h5 are the same network, NET.ref.npz has rows `in0` and what it makes of them,
`out0`. Each load is of a file in the file cache; the median of the repeats counts. Memory is the most
that the process took above that of one that loads nothing. Then the network goes through
`linnet convert` into a new .keras file, which Keras must open and train as it does the old one.
Needs keras with tensorflow.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

STEPS = 3


def peak_mb(command):
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if status != 0:
        raise SystemExit(f"{command[0]} failed")
    return usage.ru_maxrss / 1024


def linnet_ms(linnet, path):
    out = subprocess.run([linnet, "bench", path, "--seconds", "0", "--json"], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out)["load_ms"]


def keras_module():
    os.environ.update(KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
    import keras
    return keras


def keras_load(path):
    """In a process of its own: loads `path`, if there is one, and prints how long it took."""
    keras = keras_module()
    start = time.perf_counter()
    if path:
        keras.saving.load_model(path, compile=False)
    print(1e3 * (time.perf_counter() - start))


def keras_ms(path):
    out = subprocess.run([sys.executable, __file__, "--load", path], check=True,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    return float(out.splitlines()[-1])


def apart(a, b):
    import numpy as np
    return float(np.abs(a - b).max() / np.abs(b).max())


def compare_loads(a, linnet, path):
    ours = statistics.median(linnet_ms(linnet, path) for _ in range(a.repeats))
    theirs = statistics.median(keras_ms(path) for _ in range(3))
    memory = peak_mb([linnet, "summary", path]) - peak_mb([linnet, "--help"])
    own = [sys.executable, __file__, "--load"]
    keras_memory = peak_mb([*own, path]) - peak_mb([*own, ""])
    size = os.path.getsize(path) / 2**20
    print(f"{os.path.splitext(path)[1]:7} linnet {ours:6.1f} ms, {memory:6.1f} MB "
          f"({memory / size:.1f} times the file)   Keras {theirs:7.1f} ms, {keras_memory:6.1f} MB")


def compare_outputs(linnet, path, reference, folder):
    import numpy as np
    np.save(f"{folder}/x.npy", reference["in0"])
    subprocess.run([linnet, "predict", path, "--input", f"{folder}/x.npy", "--output",
                    f"{folder}/y.npy"], check=True, stdout=subprocess.DEVNULL)
    difference = apart(np.load(f"{folder}/y.npy"), reference["out0"])
    print(f"{os.path.splitext(path)[1]:7} outputs are {difference:.1e} from the reference's")
    return difference < 1e-4


def train_on(keras, path, x):
    import numpy as np
    model = keras.saving.load_model(path, compile=False)
    model.compile("sgd", "sparse_categorical_crossentropy")
    return [model.train_on_batch(x, np.arange(len(x)) % 2) for _ in range(STEPS)]


def compare_written(linnet, path, reference, folder):
    keras = keras_module()
    new = f"{folder}/new.keras"
    subprocess.run([linnet, "convert", path, new], check=True, stdout=subprocess.DEVNULL)
    losses = [train_on(keras, each, reference["in0"]) for each in (path, new)]
    difference = max(abs(a - b) / abs(a) for a, b in zip(*losses))
    print(f"written anew, Keras's losses of {STEPS} steps are {difference:.1e} apart")
    return difference < 1e-3


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("net", nargs="?")
    parser.add_argument("--build", default="build")
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--load", help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.load is not None:
        return keras_load(a.load)
    import numpy as np
    linnet, reference, good = f"{a.build}/linnet", np.load(f"{a.net}.ref.npz"), True
    for ending in ("keras", "h5"):
        compare_loads(a, linnet, f"{a.net}.{ending}")
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("keras", "h5"):
            good &= compare_outputs(linnet, f"{a.net}.{ending}", reference, folder)
        good &= compare_written(linnet, f"{a.net}.keras", reference, folder)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
