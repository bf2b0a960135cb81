"""Writes tests/golden/npz/: dictionaries of arrays as numpy.savez pickles them, one in a file.

numbers.npy: arrays called by their types, as numpy 2 writes them; older.npy: as numpy 1 does;
empty.npy: no arrays. expected.json: shape and values by name. The others must be refused.
"""
import json
import pathlib
import pickle
import shutil

import ml_dtypes
import numpy as np
from numpy.lib import format as npy

FOLDER = pathlib.Path(__file__).parent / "npz"


class Runs:
    """What is called when Python reads the pickle."""

    def __reduce__(self):
        return print, ("this was run",)


def write(name, content, protocol=4):
    array = np.array(content, dtype=object)
    with open(FOLDER / f"{name}.npy", "wb") as file:
        npy.write_array_header_1_0(file, npy.header_data_from_array_1_0(array))
        pickle.dump(array, file, protocol=protocol)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    numbers = {t: (np.arange(6) * 7 % 5).astype(t).reshape(2, 3) for t in
               ("<f2", "<f4", "<f8", ">f4", "i1", "<i2", "<i4", "<i8", "u1", "<u2", "<u4", ">i4", "?")}
    numbers["bfloat16"] = np.array([0.5, -3, 1e30], ml_dtypes.bfloat16)
    numbers["columns"] = np.asfortranarray(np.arange(24, dtype="f4").reshape(2, 3, 4))
    numbers["scalar"] = np.int64(12)
    numbers["no axes"] = np.array(2.5, "f4")
    numbers["nothing"] = np.zeros((0, 3), "f4")
    numbers["long"] = np.linspace(0, 1, 300).astype("f4")
    write("numbers", numbers)
    write("empty", {})
    write("older", {"0": numbers["<f4"], "1": numbers["<f4"] + 1}, 3)
    older = (FOLDER / "older.npy").read_bytes()
    (FOLDER / "older.npy").write_bytes(older.replace(b"numpy._core", b"numpy.core"))
    write("runs", {"0": Runs()})
    write("texts", {"0": np.array(["a", "b"])})
    write("pairs", {"0": np.zeros(2, [("a", "f4"), ("b", "i4")])})
    write("list", [1, 2])
    write("deep", {"0": {"1": np.zeros(2)}})
    write("protocol2", {"0": np.zeros(2)}, 2)
    write("objects", {"0": np.array([1, "a"], dtype=object)})
    np.save(FOLDER / "plain.npy", np.zeros(2))
    expected = {name: {"shape": list(np.shape(value)), "values": np.ravel(value).astype("f8").tolist()}
                for name, value in numbers.items()}
    (FOLDER / "expected.json").write_text(json.dumps({"numpy": np.__version__, "arrays": expected}))


if __name__ == "__main__":
    main()
