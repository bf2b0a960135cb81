#!/usr/bin/env python3
"""`linnet train-text` beside fastText on the same rows: test accuracy, training time, peak memory.

    python compare_recipe.py BUILD TRAIN.tsv.gz TEST.tsv.gz [--language zh] [--threads 2] [--repeats 3]

fastText reads text as TextVectorization normalizes it (lower case, ASCII punctuation deleted; Chinese
in characters), with wordNgrams 1 and 2, dim 64, lr 0.5, 25 epochs. Times are of training alone, and
fastText's includes reading the file, as its function does. Needs fasttext.
"""
import argparse
import gzip
import json
import re
import statistics
import sys
import tempfile
import time

from compare_text import measured

DELETED = re.compile(r'[!"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\']')


def write_lines(path, folder, name, characters):
    """The file that fastText reads, and its rows."""
    out = f"{folder}/{name}"
    with gzip.open(path, "rt", encoding="utf-8") as rows, open(out, "w", encoding="utf-8") as lines:
        for row in rows:
            label, text = row.rstrip("\n").split("\t", 1)
            text = DELETED.sub("", text.lower())
            words = text.replace(" ", "") if characters else text.split()
            lines.write(f"__label__{label.replace(' ', '_')} {' '.join(words)}\n")
    return out


def fasttext_run(train, test, grams, threads):
    import fasttext
    start = time.perf_counter()
    model = fasttext.train_supervised(train, dim=64, epoch=25, lr=0.5, wordNgrams=int(grams),
                                      thread=int(threads), verbose=0)
    seconds = time.perf_counter() - start
    print(json.dumps({"test_accuracy": model.test(test)[1], "train_seconds": seconds}))


def main():
    if sys.argv[1:2] == ["--fasttext"]:
        return fasttext_run(*sys.argv[2:])
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("train")
    parser.add_argument("test")
    parser.add_argument("--language", default="en", choices=["en", "zh"])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--repeats", type=int, default=3)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        lines = [write_lines(path, folder, name, a.language == "zh")
                 for path, name in ((a.train, "train"), (a.test, "test"))]
        commands = {"linnet": [f"{a.build}/linnet", "train-text", a.train, "--test", a.test, "--json",
                               "--language", a.language, "--threads", str(a.threads)]}
        for grams in ("1", "2"):
            commands[f"fastText {grams}"] = [sys.executable, __file__, "--fasttext", *lines, grams,
                                             str(a.threads)]
        runs = {name: [] for name in commands}
        for _ in range(a.repeats):
            for name, command in commands.items():
                runs[name].append(measured(command))
        for name, found in runs.items():
            median = {key: statistics.median(run[key] for run in found)
                      for key in ("test_accuracy", "train_seconds", "peak_mb")}
            print(f"{name:10} accuracy {median['test_accuracy']:.4f}  trained in "
                  f"{median['train_seconds']:.2f} s  peak {median['peak_mb']:.0f} MB")


if __name__ == "__main__":
    main()
