#!/usr/bin/env python3
"""Runs the text workload in linnet and in its peers, in turn, and prints a table of ratios.

    python3 bench/compare_text.py --build build [--rows 20000] [--threads 2] [--repeats 3]

A peer that is not installed is left out: keras with tensorflow, torch, fasttext, onnxruntime with
onnx. Every run is a process of its own on the same files; the best epoch of each run counts, and
the median over the repeats is shown. Latency and start are measured on the trained model.
"""
import argparse
import importlib.util
import json
import os
import resource
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


def train_keras(folder, batch, threads, epochs):
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras
    x, y = load(folder)
    model = keras.Sequential([keras.layers.Embedding(VOCABULARY, WIDTH),
                              keras.layers.GlobalAveragePooling1D(),
                              keras.layers.Dense(CLASSES, activation="softmax")])
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    one_hot = keras.utils.to_categorical(y, CLASSES)
    model.fit(x[:64 * batch], one_hot[:64 * batch], batch_size=batch, verbose=0)
    return best_epoch(lambda: model.fit(x, one_hot, batch_size=batch, verbose=0), epochs, len(x))


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


def train_fasttext(folder, batch, threads, epochs):
    """Plain SGD on words; the time of one more epoch, without reading the file."""
    import fasttext
    x, y = load(folder)
    path = f"{folder}/rows.txt"
    with open(path, "w") as f:
        for row, label in zip(x, y):
            f.write(f"__label__{label} " + " ".join(f"w{i}" for i in row[row > 0]) + "\n")

    def seconds(n):
        start = time.perf_counter()
        fasttext.train_supervised(path, dim=WIDTH, lr=0.5, epoch=n, thread=threads, minCount=1,
                                  bucket=0, verbose=0)
        return time.perf_counter() - start
    return {"samples_per_s": len(x) / ((seconds(1 + epochs) - seconds(1)) / epochs)}


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
    times = []
    for i in range(20000):
        row = x[i % 512:i % 512 + 1]
        start = time.perf_counter()
        session.run(None, {"ids": row})
        times.append(time.perf_counter() - start)
    return {"p50_us": statistics.median(times) * 1e6}


PEERS = {"keras": ("tensorflow", train_keras), "torch": ("torch", train_torch),
         "fasttext": ("fasttext", train_fasttext)}


def in_process(args):
    """One run of a peer, in a process of its own; prints a JSON line."""
    what, folder, batch, threads, epochs = args
    os.environ.update(OMP_NUM_THREADS=threads, TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND="tensorflow")
    if what == "onnxruntime":
        result = latency_onnxruntime(folder, int(threads))
    else:
        result = PEERS[what][1](folder, int(batch), int(threads), int(epochs))
    result["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(result))


def run(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{command[0]} failed: {done.stderr[-500:]}")
    return done.stdout, time.perf_counter() - start


def linnet_peak_mb(command):
    out = subprocess.run(["/usr/bin/time", "-f", "%M"] + command, stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True).stderr
    return int(out.split()[-1]) / 1024


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--batches", type=int, nargs="+", default=[32, 256])
    parser.add_argument("--peer", nargs=5, help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.peer:
        return in_process(a.peer)
    peers = [p for p, (module, _) in PEERS.items() if importlib.util.find_spec(module)]
    with tempfile.TemporaryDirectory() as folder:
        write_rows(folder, a.rows)
        program = [f"{a.build}/bench/text_training", f"{folder}/x.npy", f"{folder}/y.npy"]
        for batch in a.batches:
            rates = {name: [] for name in ["linnet", *peers]}
            for _ in range(a.repeats):
                settings = [str(batch), str(a.threads), str(a.epochs)]
                for name in rates:
                    command = (program + settings + [f"{folder}/model.linnet"] if name == "linnet"
                               else [sys.executable, __file__, "--build", a.build, "--peer", name,
                                     folder, *settings])
                    rates[name].append(json.loads(run(command)[0].splitlines()[-1])["samples_per_s"])
            ours = statistics.median(rates["linnet"])
            for name, values in rates.items():
                value = statistics.median(values)
                print(f"training, batch {batch:4}: {name:9} {value:9.0f} samples/s"
                      f"   linnet is {ours / value:6.2f} times as fast")
        mb = linnet_peak_mb(program + ["32", str(a.threads), "1"])
        print(f"training, peak resident memory: linnet {mb:.0f} MB")
        start = [run([f"{a.build}/bench/text_first_prediction", f"{folder}/model.linnet"])[1]
                 for _ in range(11)]
        print(f"process start to first prediction: linnet {statistics.median(start) * 1e3:.1f} ms")
        if importlib.util.find_spec("onnxruntime") and importlib.util.find_spec("onnx"):
            command = [sys.executable, __file__, "--build", a.build, "--peer", "onnxruntime", folder,
                       "1", "1", "1"]
            p50 = json.loads(run(command)[0].splitlines()[-1])["p50_us"]
            print(f"one row, 1 thread, from Python: onnxruntime p50 {p50:.1f} us"
                  " (linnet: text_bench's text_prediction)")


if __name__ == "__main__":
    main()
