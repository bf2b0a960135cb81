#!/usr/bin/env python3
"""Training on the text workload with every optimizer, beside Adam and beside PyTorch's counterpart.

    python3 bench/compare_optimizers.py --build build [--rows 20000] [--batch 32] [--threads 2]

Rates are samples per second of processor time, which others on the machine disturb little: that of
a run with some epochs less that of a run with one. PyTorch, where it is installed, sweeps the dense
gradient of nn.EmbeddingBag; it has no Ftrl, Lion and Lamb.
"""
import argparse
import importlib.util
import resource
import subprocess
import sys
import tempfile

import compare_text

OPTIMIZERS = ["adam", "sgd", "adamw", "nadam", "adamax", "rmsprop", "adagrad", "adadelta", "ftrl",
              "lion", "lamb", "adafactor", "muon"]
COUNTERPARTS = {"adam": "Adam", "sgd": "SGD", "adamw": "AdamW", "nadam": "NAdam",
                "adamax": "Adamax", "rmsprop": "RMSprop", "adagrad": "Adagrad",
                "adadelta": "Adadelta", "adafactor": "Adafactor"}


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    compare_text.run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def train_torch(folder, name, batch, threads, epochs):
    import torch
    torch.set_num_threads(threads)
    x, y = (torch.from_numpy(a) for a in compare_text.load(folder))
    model = torch.nn.Sequential(
        torch.nn.EmbeddingBag(compare_text.VOCABULARY, compare_text.WIDTH, mode="mean"),
        torch.nn.Linear(compare_text.WIDTH, compare_text.CLASSES))
    optimizer = getattr(torch.optim, COUNTERPARTS[name])(model.parameters(), lr=1e-3)
    loss = torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(batch):
            optimizer.zero_grad(set_to_none=True)
            loss(model(x[rows]), y[rows].long()).backward()
            optimizer.step()


def best_rate(command_of, rows, epochs, repeats):
    """Samples per second of epochs 2 to `epochs`, of the best run."""
    seconds = [processor_seconds(command_of(epochs)) - processor_seconds(command_of(1))
               for _ in range(repeats)]
    return rows * (epochs - 1) / max(min(seconds), 1e-9)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("--rows", type=int, default=20000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--torch", nargs=5, help=argparse.SUPPRESS)
    a = parser.parse_args()
    if a.torch:
        folder, name, *numbers = a.torch
        return train_torch(folder, name, *map(int, numbers))
    with tempfile.TemporaryDirectory() as folder:
        compare_text.write_rows(folder, a.rows)
        program = [f"{a.build}/bench/text_training", f"{folder}/x.npy", f"{folder}/y.npy"]
        torch = importlib.util.find_spec("torch")
        adam = None
        for name in OPTIMIZERS:
            settings = [str(a.batch), str(a.threads)]
            rate = best_rate(
                lambda n: program + settings + [str(n), "--optimizer", name],
                a.rows, a.epochs, a.repeats)
            adam = adam or rate
            line = f"{name:9} {rate:9.0f} samples/s   {rate / adam:5.2f} of Adam"
            if torch and name in COUNTERPARTS:
                own = [sys.executable, __file__, "--build", a.build, "--torch", folder, name]
                other = best_rate(lambda n: own + settings + [str(n)], a.rows, a.epochs, a.repeats)
                line += f"   {rate / other:6.2f} times PyTorch's"
            print(line, flush=True)


if __name__ == "__main__":
    main()
