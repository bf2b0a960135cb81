#!/usr/bin/env python3
"""Runs the text workload in linnet and in its peers, in turn, and prints a table of ratios.

    python3 bench/compare_text.py --build build [--rows 20000] [--threads 2] [--repeats 3]

A peer that is not installed is left out: keras with tensorflow (without XLA, and with it, which is
Keras's default), torch, fasttext, onnxruntime with onnx. Every run is a process of its own on the
same files; the best epoch of each run counts, and the median over the repeats is shown, with the
most memory that a process took. Latency and start are measured on the trained model.
"""
import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

VOCABULARY, LENGTH, WIDTH, CLASSES = 20000, 200, 64, 4


def write_rows(folder, rows):
    """Zipf words, log-normal lengths, one word in eight from the class's own order."""
    import numpy as np
    r = np.random.default_rng(1)
    p = 1.0 / (np.arange(1, VOCABULARY) + 2.7) ** 1.05
    cdf = np.cumsum(p / p.sum())
    own = np.stack([np.random.default_rng(70 + c).permutation(np.arange(1, VOCABULARY))
                    for c in range(CLASSES)])
    lengths = np.clip(r.lognormal(4.6, 0.5, rows), 15, LENGTH).astype(int)
    y = r.integers(0, CLASSES, rows)
    at = np.searchsorted(cdf, r.random((rows, LENGTH))).clip(0, VOCABULARY - 2)
    x = np.where(r.random(at.shape) < 0.125, own[y[:, None], at], at + 1)
    x[np.arange(LENGTH)[None, :] >= lengths[:, None]] = 0
    flip = r.random(rows) < 0.05
    y[flip] = r.integers(0, CLASSES, flip.sum())
    np.save(f"{folder}/x.npy", x.astype(np.int32))
    np.save(f"{folder}/y.npy", y.astype(np.int32))


def load(folder):
    import numpy as np
    return np.load(f"{folder}/x.npy"), np.load(f"{folder}/y.npy")


def best_epoch(run, epochs, rows):
    times = []
    for _ in range(epochs):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return {"samples_per_s": rows / min(times)}


def train_keras(folder, batch, threads, epochs, jit_compile=False):
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras
    x, y = load(folder)
    model = keras.Sequential([keras.layers.Embedding(VOCABULARY, WIDTH),
                              keras.layers.GlobalAveragePooling1D(),
                              keras.layers.Dense(CLASSES, activation="softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"], jit_compile=jit_compile)
    one_hot = keras.utils.to_categorical(y, CLASSES)
    model.fit(x[:64 * batch], one_hot[:64 * batch], batch_size=batch, verbose=0)
    return best_epoch(lambda: model.fit(x, one_hot, batch_size=batch, verbose=0), epochs, len(x))


def train_keras_xla(folder, batch, threads, epochs):
    return train_keras(folder, batch, threads, epochs, jit_compile=True)


def train_torch(folder, batch, threads, epochs):
    import torch
    torch.set_num_threads(threads)
    x, y = (torch.from_numpy(a) for a in load(folder))
    y = y.long()
    model = torch.nn.Sequential(torch.nn.EmbeddingBag(VOCABULARY, WIDTH, mode="mean"),
                                torch.nn.Linear(WIDTH, CLASSES))
    optimizer = torch.optim.Adam(model.parameters(), fused=True)
    loss = torch.nn.CrossEntropyLoss()

    def epoch():
        order = torch.randperm(len(x))
        for start in range(0, len(x), batch):
            rows = order[start:start + batch]
            optimizer.zero_grad(set_to_none=True)
            loss(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return best_epoch(epoch, epochs, len(x))


def fasttext_line(row):
    return " ".join(f"w{i}" for i in row[row > 0])


def median_us(run, inputs):
    times = []
    for i in range(20000):
        start = time.perf_counter()
        run(inputs[i % len(inputs)])
        times.append(time.perf_counter() - start)
    return {"p50_us": statistics.median(times) * 1e6}


def latency_fasttext(folder, threads):
    """Of lines of words: fastText looks them up itself."""
    import fasttext
    x, _ = load(folder)
    model = fasttext.train_supervised(f"{folder}/rows.txt", dim=WIDTH, epoch=1, thread=threads,
                                      minCount=1, bucket=0, verbose=0)
    # Its Python function wants NumPy 1; this is what it calls.
    return median_us(lambda line: model.f.predict(line, 1, 0.0, "strict"),
                     [fasttext_line(row) + "\n" for row in x[:512]])


def train_fasttext(folder, batch, threads, epochs):
    """Plain SGD on words; the time of further epochs, without reading the file."""
    import fasttext
    x, y = load(folder)
    path = f"{folder}/rows.txt"
    if not os.path.exists(path):
        with open(path, "w") as f:
            for row, label in zip(x, y):
                f.write(f"__label__{label} {fasttext_line(row)}\n")

    def seconds(n):
        start = time.perf_counter()
        fasttext.train_supervised(path, dim=WIDTH, lr=0.5, epoch=n, thread=threads, minCount=1,
                                  bucket=0, verbose=0)
        return time.perf_counter() - start
    more = epochs + 4  # its epochs are short beside reading the file
    return {"samples_per_s": len(x) * more / (seconds(1 + more) - seconds(1))}


def latency_onnxruntime(folder, threads):
    import numpy as np
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper
    r = np.random.default_rng(0)
    weights = {"table": r.random((VOCABULARY, WIDTH), np.float32),
               "kernel": r.random((WIDTH, CLASSES), np.float32),
               "bias": r.random(CLASSES, np.float32)}
    nodes = [helper.make_node("Gather", ["table", "ids"], ["rows"]),
             helper.make_node("ReduceMean", ["rows"], ["mean"], axes=[1], keepdims=0),
             helper.make_node("Gemm", ["mean", "kernel", "bias"], ["logits"]),
             helper.make_node("Softmax", ["logits"], ["y"])]
    graph = helper.make_graph(
        nodes, "text",
        [helper.make_tensor_value_info("ids", TensorProto.INT32, ["n", LENGTH])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", CLASSES])],
        [helper.make_tensor(k, TensorProto.FLOAT, v.shape, v.tobytes(), raw=True)
         for k, v in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model.SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    x, _ = load(folder)
    return median_us(lambda row: session.run(None, {"ids": row}), [x[i:i + 1] for i in range(512)])


PEERS = {"keras": ("tensorflow", train_keras), "keras-xla": ("tensorflow", train_keras_xla),
         "torch": ("torch", train_torch), "fasttext": ("fasttext", train_fasttext)}
LATENCIES = {"onnxruntime": ("onnxruntime onnx", latency_onnxruntime), "fasttext": ("fasttext", latency_fasttext)}


def in_process(args):
    """One run of a peer, in a process of its own; prints a JSON line."""
    what, kind, folder, batch, threads, epochs = args
    if what == "rows":
        return write_rows(folder, int(batch))
    os.environ.update(OMP_NUM_THREADS=threads, TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND="tensorflow")
    if kind == "latency":
        result = LATENCIES[what][1](folder, int(threads))
    else:
        result = PEERS[what][1](folder, int(batch), int(threads), int(epochs))
    print(json.dumps(result))


def run(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {done.stderr[-500:]}")
    return done.stdout, time.perf_counter() - start


def measured(command):
    """The JSON line that a run prints last, and the most memory that its process took."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        out = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if status != 0:
        raise SystemExit(f"{command[0]} failed")
    return {"peak_mb": usage.ru_maxrss / 1024} | json.loads(out.splitlines()[-1])


def installed(peers):
    return [name for name, (modules, _) in peers.items()
            if all(importlib.util.find_spec(module) for module in modules.split())]


def peer(a, *arguments):
    return [sys.executable, __file__, "--build", a.build, "--peer", *arguments]


def compare_training(a, folder, batch):
    settings = [str(batch), str(a.threads), str(a.epochs)]
    commands = {"linnet": [f"{a.build}/bench/text_training", f"{folder}/x.npy", f"{folder}/y.npy",
                           *settings, f"{folder}/model.linnet"]}
    for name in installed(PEERS):
        commands[name] = peer(a, name, "training", folder, *settings)
    runs = {name: [] for name in commands}
    for _ in range(a.repeats):
        for name, command in commands.items():
            runs[name].append(measured(command))
    rates = {name: statistics.median(each["samples_per_s"] for each in found)
             for name, found in runs.items()}
    for name, rate in rates.items():
        print(f"training, batch {batch:4}: {name:9} {rate:9.0f} samples/s"
              f"   linnet is {rates['linnet'] / rate:6.2f} times as fast"
              f"   peak {max(each['peak_mb'] for each in runs[name]):5.0f} MB")


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 256])
    parser.add_argument("--peer", nargs=6, help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.peer:
        return in_process(a.peer)
    with tempfile.TemporaryDirectory() as folder:
        # In a process of its own: a process's peak memory counts what its parent had when it began.
        run(peer(a, "rows", "write", folder, str(a.rows), "1", "1"))
        for batch in a.batches:
            compare_training(a, folder, batch)
        start = [run([f"{a.build}/bench/text_first_prediction", f"{folder}/model.linnet"])[1]
                 for _ in range(11)]
        print(f"process start to first prediction: linnet {statistics.median(start) * 1e3:.1f} ms")
        ours = measured([f"{a.build}/bench/text_latency", f"{folder}/model.linnet", f"{folder}/x.npy"])
        print(f"one row, 1 thread: linnet      p50 {ours['p50_us']:6.2f} us")
        for name in installed(LATENCIES):
            p50 = measured(peer(a, name, "latency", folder, "1", "1", "1"))["p50_us"]
            print(f"one row, 1 thread: {name:11} p50 {p50:6.2f} us, from Python")


if __name__ == "__main__":
    main()
