#!/usr/bin/env python3
"""Training on the text workload with every optimizer, beside Adam and beside PyTorch's counterpart.

    python3 bench/compare_optimizers.py --build build [--rows 20000] [--batch 32] [--threads 2]

Rates are samples per second of processor time, which others on the machine disturb little: that of
a run with some epochs less that of a run with one. PyTorch, where it is installed, sweeps the dense
gradient of nn.EmbeddingBag, fused where it can; it has no Ftrl, Lion and Lamb. As Keras's does, its
Muon trains the kernel, and Adam the table and the bias.
"""
import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile

import compare_text


def config(class_name, **options):
    return json.dumps({"class_name": class_name, "config": options})


# By the name in the table: linnet's optimizer, and PyTorch's with its options.
OPTIMIZERS = {
    "adam": ("adam", "Adam", {}),
    "adam amsgrad": (config("Adam", amsgrad=True), "Adam", {"amsgrad": True}),
    "sgd": ("sgd", "SGD", {}),
    "sgd momentum": (config("SGD", momentum=0.9), "SGD", {"momentum": 0.9}),
    "adamw": ("adamw", "AdamW", {}),
    "nadam": ("nadam", "NAdam", {}),
    "adamax": ("adamax", "Adamax", {}),
    "rmsprop": ("rmsprop", "RMSprop", {}),
    "rmsprop momentum": (config("RMSprop", momentum=0.9), "RMSprop", {"momentum": 0.9}),
    "rmsprop centered": (config("RMSprop", centered=True), "RMSprop", {"centered": True}),
    "rmsprop both": (config("RMSprop", centered=True, momentum=0.9), "RMSprop",
                     {"centered": True, "momentum": 0.9}),
    "adagrad": ("adagrad", "Adagrad", {}),
    "adadelta": ("adadelta", "Adadelta", {}),
    "ftrl": ("ftrl", None, {}),
    "lion": ("lion", None, {}),
    "lamb": ("lamb", None, {}),
    "adafactor": ("adafactor", "Adafactor", {}),
    "muon": ("muon", "Muon", {}),
}
FUSED = ("Adam", "AdamW", "SGD", "Adagrad")


def processor_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    compare_text.run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def has_counterpart(class_name):
    import torch
    return hasattr(torch.optim, class_name)


def torch_optimizers(model, class_name, options):
    import torch
    optim, options = torch.optim, {"lr": 1e-3, **options}
    if class_name == "Muon":
        rest = [p for p in model.parameters() if p is not model[1].weight]
        return [optim.Muon([model[1].weight], **options), optim.Adam(rest, fused=True, **options)]
    if class_name in FUSED:
        options["fused"] = True
    return [getattr(optim, class_name)(model.parameters(), **options)]


def train_torch(folder, name, batch, threads, epochs):
    import torch
    torch.set_num_threads(threads)
    x, y = (torch.from_numpy(a) for a in compare_text.load(folder))
    model = torch.nn.Sequential(
        torch.nn.EmbeddingBag(compare_text.VOCABULARY, compare_text.WIDTH, mode="mean"),
        torch.nn.Linear(compare_text.WIDTH, compare_text.CLASSES))
    optimizers = torch_optimizers(model, *OPTIMIZERS[name][1:])
    loss = torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        for rows in torch.randperm(len(x)).split(batch):
            model.zero_grad(set_to_none=True)
            loss(model(x[rows]), y[rows].long()).backward()
            for optimizer in optimizers:
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
        has_torch = importlib.util.find_spec("torch")
        adam = None
        for name, (setting, counterpart, _) in OPTIMIZERS.items():
            settings = [str(a.batch), str(a.threads)]
            rate = best_rate(
                lambda n: program + settings + [str(n), "--optimizer", setting],
                a.rows, a.epochs, a.repeats)
            adam = adam or rate
            line = f"{name:16} {rate:9.0f} samples/s   {rate / adam:5.2f} of Adam"
            if has_torch and counterpart and has_counterpart(counterpart):
                own = [sys.executable, __file__, "--build", a.build, "--torch", folder, name]
                other = best_rate(lambda n: own + settings + [str(n)], a.rows, a.epochs, a.repeats)
                line += f"   {rate / other:6.2f} times PyTorch's"
            print(line, flush=True)


if __name__ == "__main__":
    main()
