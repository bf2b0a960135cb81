#!/usr/bin/env python3
"""Recipes of `linnet train-text` compared by cross-validation on training rows; no test row is read.

    python text_recipes.py BUILD TRAIN.tsv.gz [--language zh] [--folds 4] [--threads 2]

Each recipe differs from the command's own in what its name says. Rows go to folds by a hash of their
text, so rows that occur twice lie in one fold.
"""
import argparse
import gzip
import json
import statistics
import subprocess
import tempfile
import zlib

WORDS = {"standardize": "lower", "oov": "drop", "split": "words"}
CHARACTERS = WORDS | {"split": "character"}
DICTIONARY = WORDS | {"split": "dictionary"}


def grams(kind, *lengths, **more):
    return {"kind": kind, "ngrams": list(lengths)} | more


PAIRS = grams("word", 2, min_count=2)
RUNS = grams("char", 1, 2, 3, boundaries=False)
RECIPES = {
    "en": {
        "its own": {},
        "words alone": {"rules": WORDS},
        "words and pairs": {"rules": WORDS | {"features": [PAIRS]}},
        "runs of 3 to 5": {"rules": WORDS | {"features": [PAIRS, grams("char_wb", 3, 4, 5, min_count=2)]}},
        "hashed": {"rules": WORDS | {"features": [grams("word", 2, buckets=1 << 18),
                                                  grams("char_wb", 4, buckets=1 << 18)]}},
    },
    "zh": {
        "its own": {},
        "characters alone": {"rules": CHARACTERS},
        "characters and pairs": {"rules": CHARACTERS | {"features": [PAIRS]}},
        "runs of 1 to 3, no words": {"rules": CHARACTERS | {"features": [RUNS]}},
        "words alone": {"rules": DICTIONARY},
        "words and pairs of words": {"rules": DICTIONARY | {"features": [grams("word", 2)]}},
    },
}
SETTINGS = {
    "2 epochs": {"epochs": 2}, "4 epochs": {"epochs": 4}, "16 wide": {"dim": 16}, "64 wide": {"dim": 64},
    "batch 64": {"batch_size": 64},
}


def write_folds(path, folder, folds):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = file.readlines()
    fold_of = [zlib.crc32(row.rstrip("\n").split("\t", 1)[1].encode()) % folds for row in rows]
    for fold in range(folds):
        for name, held in (("train", False), ("held", True)):
            with open(f"{folder}/{name}{fold}.tsv", "w", encoding="utf-8") as out:
                out.writelines(row for row, at in zip(rows, fold_of) if (at == fold) == held)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("train")
    parser.add_argument("--language", default="en", choices=list(RECIPES))
    parser.add_argument("--folds", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    a = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_folds(a.train, folder, a.folds)
        for name, options in (RECIPES[a.language] | SETTINGS).items():
            with open(f"{folder}/config.json", "w") as file:
                json.dump(options, file)
            runs = []
            for fold in range(a.folds):
                command = [f"{a.build}/linnet", "train-text", f"{folder}/train{fold}.tsv", "--test",
                           f"{folder}/held{fold}.tsv", "--language", a.language, "--config",
                           f"{folder}/config.json", "--threads", str(a.threads), "--json"]
                out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
                runs.append(json.loads(out))
            accuracy, seconds = (statistics.mean(run[key] for run in runs)
                                 for key in ("test_accuracy", "train_seconds"))
            print(f"{name:26} accuracy {accuracy:.4f}  trained in {seconds:.2f} s", flush=True)


if __name__ == "__main__":
    main()
