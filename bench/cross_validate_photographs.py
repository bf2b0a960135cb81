#!/usr/bin/env python3
"""Cross-validates the example image_classification on its training photographs.

    python3 bench/cross_validate_photographs.py --build build FOLDER WEIGHTS.h5 [--tune 0 4 8]
        [--seeds 1] [--folds 4]

FOLDER has train/CLASS/*.jpg; the test photographs are not read. Each --tune is a number of epochs in
which the last stage learns too (BatchNormalization frozen, a tenth of the rate) after the head has.
Prints each fold's accuracy and their mean.
"""
import argparse
import pathlib
import random
import re
import shutil
import subprocess
import tempfile


def make_folds(source, target, folds, seed):
    """target/K/{train,test}/CLASS/*.jpg: every class in equal parts."""
    for each in sorted(path for path in source.iterdir() if path.is_dir()):
        pictures = sorted(each.glob("*.jpg"))
        random.Random(f"{seed} {each.name}").shuffle(pictures)
        for i, picture in enumerate(pictures):
            for fold in range(folds):
                part = "test" if i % folds == fold else "train"
                folder = target / str(fold) / part / each.name
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(picture, folder / picture.name)


def accuracy(a, folder, tune, seed):
    out = subprocess.run([f"{a.build}/examples/image_classification", folder, "--weights", a.weights,
                          "--tune", str(tune), "--seed", str(seed)], check=True,
                         stdout=subprocess.PIPE, text=True).stdout
    return float(re.search(r"Test accuracy +([0-9.]+)", out).group(1))


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("weights")
    parser.add_argument("--build", default="build")
    parser.add_argument("--tune", type=int, nargs="+", default=[0, 4, 8])
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--folds", type=int, default=4)
    a = parser.parse_args()
    found = {tune: [] for tune in a.tune}
    for seed in range(1, a.seeds + 1):
        with tempfile.TemporaryDirectory() as target:
            make_folds(a.folder / "train", pathlib.Path(target), a.folds, seed)
            for fold in range(a.folds):
                for tune in a.tune:
                    found[tune].append(accuracy(a, f"{target}/{fold}", tune, seed))
                    print(f"seed {seed} fold {fold} tune {tune}: {found[tune][-1]:.4f}", flush=True)
    for tune, values in found.items():
        print(f"tune {tune}: mean {sum(values) / len(values):.4f} of {len(values)}")


if __name__ == "__main__":
    main()
