"""What the topics share: a file of named tensors, values that depend on a name, JSON."""

import json
import struct
import zlib

import jax
import keras
import numpy as np

DTYPES = {"float32": "F32", "int32": "I32", "int64": "I64", "uint8": "U8", "bool": "BOOL"}


def versions():
    return {
        "keras": keras.__version__,
        "backend": keras.backend.backend(),
        "jax": jax.__version__,
        "numpy": np.__version__,
    }


def to_json(value):
    """One line of JSON; tuples become lists, numpy numbers plain ones."""

    def plain(other):
        return other.item() if isinstance(other, np.generic) else list(other)

    return json.dumps(value, default=plain, allow_nan=False)


class GoldenFile:
    """Collects cases and writes one safetensors file."""

    def __init__(self):
        self.metadata = {"versions": to_json(versions())}
        self.tensors = {}

    def describe(self, case, **facts):
        if case in self.metadata:
            raise ValueError(f"two cases are named {case}")
        self.metadata[case] = to_json(facts)

    def put(self, case, role, values):
        """Stores one array, or a list of arrays as role/0, role/1, ..."""
        if not isinstance(values, (list, tuple)):
            values = [values]
        for index, value in enumerate(values):
            self.put_named(f"{case}/{role}/{index}", value)

    def put_named(self, name, value):
        if name in self.tensors:
            raise ValueError(f"two tensors are named {name}")
        array = np.asarray(value)
        self.tensors[name] = np.array(array, dtype=array.dtype.newbyteorder("<"), order="C")

    def write(self, path):
        """Widest elements first, so that every tensor is aligned to its element."""
        order = sorted(self.tensors, key=lambda name: (-self.tensors[name].itemsize, name))
        header, start = {"__metadata__": self.metadata}, 0
        for name in order:
            array = self.tensors[name]
            stop = start + array.nbytes
            header[name] = {
                "dtype": DTYPES[array.dtype.name],
                "shape": list(array.shape),
                "data_offsets": [start, stop],
            }
            start = stop
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        with open(path, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for name in order:
                file.write(self.tensors[name].tobytes())
        return path


class Values:
    """Repeatable numbers that depend on nothing but the name given."""

    def __init__(self, name):
        self.generator = np.random.default_rng(zlib.crc32(name.encode()))

    def uniform(self, shape, low=-1.0, high=1.0):
        return self.generator.uniform(low, high, shape).astype("float32")

    def integers(self, shape, low, high):
        """From low up to and without high."""
        return self.generator.integers(low, high, shape).astype("int32")

    def one_hot(self, shape, classes):
        return np.eye(classes, dtype="float32")[self.integers(shape, 0, classes)]

    def probabilities(self, shape):
        """Positive, and summing to one along the last axis."""
        raw = self.uniform(shape, 0.1, 1.0)
        return (raw / raw.sum(-1, keepdims=True)).astype("float32")


def config_of(thing):
    """Class name and config, as Keras serializes them."""
    return {"class_name": type(thing).__name__, "config": thing.get_config()}
