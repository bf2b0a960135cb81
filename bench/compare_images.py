#!/usr/bin/env python3
"""Decodes a folder of pictures and resizes them to 224 x 224 in linnet, PIL and tf.data, in turn.

    python3 bench/compare_images.py --build build FOLDER [--passes 5] [--repeats 3]

FOLDER holds a folder of JPEG or PNG files for each class. Prints images per second, the best pass
of each run, the median over the repeats. A peer that is not installed is left out.
"""
import argparse
import concurrent.futures
import importlib.util
import pathlib
import statistics
import subprocess
import sys
import time

SIZE = (224, 224)


def best_pass(run, passes):
    """Images per second; run() returns how many it has read."""
    rates = []
    for _ in range(passes):
        start = time.perf_counter()
        images = run()
        rates.append(images / (time.perf_counter() - start))
    return max(rates)


def with_pil(folder, threads, passes):
    """To float32 arrays, by a pool of threads; PIL lets go of Python's lock while it works."""
    import numpy as np
    from PIL import Image
    paths = sorted(p for p in pathlib.Path(folder).rglob("*") if p.suffix in (".jpg", ".png"))

    def load(path):
        image = Image.open(path).convert("RGB").resize(SIZE, Image.Resampling.BILINEAR)
        return np.asarray(image, "float32")

    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        return best_pass(lambda: sum(1 for _ in pool.map(load, paths)), passes)


def with_keras(folder, threads, passes):
    """image_dataset_from_directory on tf.data with a private pool of threads."""
    import keras
    import tensorflow as tf
    data = keras.utils.image_dataset_from_directory(folder, image_size=SIZE, verbose=False)
    options = tf.data.Options()
    options.threading.private_threadpool_size = threads
    data = data.with_options(options)
    return best_pass(lambda: sum(int(x.shape[0]) for x, _ in data), passes)


PEERS = {"pil": (with_pil, "PIL"), "keras": (with_keras, "tensorflow")}


def run(peer, arguments, threads):
    passes = str(arguments.passes)
    if peer == "linnet":
        program = f"{arguments.build}/bench/image_reading"
        command = [program, arguments.folder, str(threads), passes]
    else:
        command = [sys.executable, __file__, arguments.folder, "--passes", passes,
                   "--peer", peer, "--threads", str(threads)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(output.split()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--build", default="build")
    parser.add_argument("--passes", type=int, default=5)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.peer:
        print(PEERS[arguments.peer][0](arguments.folder, arguments.threads, arguments.passes))
        return
    peers = ["linnet"] + [p for p, (_, module) in PEERS.items() if importlib.util.find_spec(module)]
    rates = {(p, t): [] for p in peers for t in (1, 2)}
    for _ in range(arguments.repeats):
        for peer, threads in rates:
            rates[peer, threads].append(run(peer, arguments, threads))
    print("images/s   1 thread  2 threads")
    for peer in peers:
        one, two = (statistics.median(rates[peer, t]) for t in (1, 2))
        print(f"{peer:8} {one:10.0f} {two:10.0f}")


if __name__ == "__main__":
    main()
