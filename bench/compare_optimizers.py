#!/usr/bin/env python3
"""Training on the text workload with every optimizer, beside Adam and beside PyTorch's counterpart.

    python3 bench/compare_optimizers.py --build build [--rows 20000] [--batch 32] [--threads 2]

Rates are samples per second of processor time, which others on the machine disturb little, of the
best of some epochs; linnet's Adam is run again beside every optimizer. PyTorch, where it is
installed, is given a quarter of the rows (its steps all cost the same); it sweeps the dense gradient
of nn.EmbeddingBag, fused where it can, and has no Ftrl, Lion and Lamb. As Keras's does, its Muon
trains the kernel, and Adam the table and the bias.
"""
import argparse
import importlib.util
import json
import sys
import tempfile
import time

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
    x, y = (torch.from_numpy(a[:len(a) // 4]) for a in compare_text.load(folder))
    model = torch.nn.Sequential(
        torch.nn.EmbeddingBag(compare_text.VOCABULARY, compare_text.WIDTH, mode="mean"),
        torch.nn.Linear(compare_text.WIDTH, compare_text.CLASSES))
    optimizers = torch_optimizers(model, *OPTIMIZERS[name][1:])
    loss = torch.nn.CrossEntropyLoss()
    best = float("inf")
    for _ in range(epochs):
        start = time.process_time()
        for rows in torch.randperm(len(x)).split(batch):
            model.zero_grad(set_to_none=True)
            loss(model(x[rows]), y[rows].long()).backward()
            for optimizer in optimizers:
                optimizer.step()
        best = min(best, time.process_time() - start)
    print(json.dumps({"samples_per_processor_s": len(x) / best}))


def best_rate(command, repeats):
    """Samples per second of processor time, of the best run."""
    return max(compare_text.measured(command)["samples_per_processor_s"] for _ in range(repeats))


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
        settings = [str(a.batch), str(a.threads), str(a.epochs)]
        for name, (setting, counterpart, _) in OPTIMIZERS.items():
            adam, rate = (best_rate(program + settings + ["--optimizer", optimizer], a.repeats)
                          for optimizer in ("adam", setting))
            line = f"{name:16} {rate:9.0f} samples/s   {rate / adam:5.2f} of Adam"
            if has_torch and counterpart and has_counterpart(counterpart):
                own = [sys.executable, __file__, "--build", a.build, "--torch", folder, name]
                line += f"   {rate / best_rate(own + settings, 1):6.2f} times PyTorch's"
            print(line, flush=True)


if __name__ == "__main__":
    main()
