"""Writes tests/golden/hdf5/*.h5: small HDF5 files in many variants, as h5py writes them.

hdf5/expected.json tells what h5py reads back: by file, then by path (of an attribute: path@name),
dtype, shape, and the bytes in hexadecimal digits or a list of strings.
"""
import ctypes
import json
import pathlib
import zlib

import h5py
import numpy as np

FOLDER = pathlib.Path(__file__).parent / "hdf5"
TYPES = ["<f2", "<f4", "<f8", "|i1", "<i2", "<i4", "<i8", "|u1", "<u2", "<u4", "<u8",
         ">f2", ">f4", ">f8", ">i2", ">i4", ">i8", ">u2", ">u4", ">u8"]
HELD = {"f2": "f4", "i1": "i4", "i2": "i4", "u2": "i4", "u4": "i8", "u8": "i8"}


def numbers(shape, dtype):
    """Different bytes everywhere; of signed types also negative numbers; halves of floats."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape, dtype=int))
    values = (np.arange(count) * 37 + 11) % 113
    if dtype.kind != "u":
        values = values - 50
    if dtype.kind == "f":
        values = values * 0.5
    return values.reshape(shape).astype(dtype)


def write_types(file):
    for dtype in TYPES:
        name = dtype.replace("<", "le_").replace(">", "be_").replace("|", "")
        file[f"types/{name}"] = numbers((3,), dtype)
    file["types/half_range"] = np.array(
        [0, -0.0, 2 ** -24, -3 * 2 ** -24, 2 ** -14, 65504, np.inf, -np.inf, 1 / 3], "f2")
    file["types/scalar"] = np.float32(2.5)
    file["types/empty"] = np.zeros((0, 3), "f4")
    file["types/rank8"] = numbers((1, 2, 1, 2, 1, 2, 1, 2), "f4")
    file["types/fixed"] = np.array([b"", b"one", "漢字".encode(), b"twelve bytes"])


def write_chunks(file):
    group = file.create_group("chunks")
    whole = numbers((7, 5), "f4")
    group.create_dataset("plain", data=whole, chunks=(3, 2))
    group.create_dataset("gzip", data=whole, chunks=(3, 2), compression="gzip")
    group.create_dataset("shuffle", data=whole, chunks=(3, 2), shuffle=True)
    group.create_dataset("all", data=whole, chunks=(3, 2), compression="gzip", shuffle=True,
                         fletcher32=True)
    group.create_dataset("sum_odd", data=numbers((5,), "u1"), chunks=(3,), fletcher32=True)
    group.create_dataset("one", data=whole, chunks=(7, 5), compression="gzip")
    group.create_dataset("one_plain", data=whole, chunks=(7, 5))
    group.create_dataset("be_gzip", data=numbers((9,), ">f8"), chunks=(4,), compression="gzip",
                         shuffle=True)
    group.create_dataset("cube", data=numbers((3, 4, 5), "i4"), chunks=(2, 2, 3),
                         compression="gzip")
    incompressible = np.random.default_rng(1).integers(0, 256, 40).astype("u1")
    group.create_dataset("random", data=incompressible, chunks=(16,), compression="gzip")


def write_attributes(file):
    group = file.create_group("attributes")
    group.attrs["number"] = np.float64(0.25)
    group.attrs["numbers"] = numbers((2, 3), ">i2")
    group.attrs["text"] = "variable length, 漢字"
    group.attrs["texts"] = ["", "one", "two and more"]
    group.attrs["bytes"] = np.bytes_(b"fixed")
    group.attrs["names"] = np.array([b"conv1", b"conv1_bn", b""])
    padded = h5py.h5t.C_S1.copy()
    padded.set_size(8)
    for kind, data in ((h5py.h5t.STR_SPACEPAD, b"a b     "), (h5py.h5t.STR_NULLTERM, b"a\0bcdefg")):
        padded.set_strpad(kind)
        space = h5py.h5s.create(h5py.h5s.SCALAR)
        attribute = h5py.h5a.create(group.id, f"padded{kind}".encode(), padded, space)
        attribute.write(np.array(data, "S8"), mtype=padded)
    for i in range(3):
        group.attrs[f"layer_names{i}"] = np.array([f"layer_{i}_{k}".encode() for k in range(4)])


def write_continued(file):
    """Attributes that are added one after another: the header gets continuation blocks."""
    group = file.create_group("continued")
    for i in range(7):
        group.attrs[f"a{i}"] = numbers((6,), "f4") + i
        group.create_group(f"child{i}")


def write_small(path, **options):
    with h5py.File(path, "w", **options) as file:
        write_types(file)
        write_chunks(file)
        write_attributes(file)
        write_continued(file)


def create_low(file, name, data, **settings):
    """A dataset with settings that h5py has in its low-level interface only."""
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    for setting, value in settings.items():
        getattr(plan, setting)(value)
    space = h5py.h5s.create_simple(data.shape)
    kind = h5py.h5t.py_create(data.dtype)
    h5py.h5d.create(file.id, name.encode(), kind, space, plan).write(space, space, data)


def write_layouts(path, **options):
    with h5py.File(path, "w", **options) as file:
        create_low(file, "compact", numbers((2, 3), ">f8"), set_layout=h5py.h5d.COMPACT)
        create_low(file, "early", numbers((5, 3), "i8"), set_chunk=(2, 2),
                   set_alloc_time=h5py.h5d.ALLOC_TIME_EARLY)
        file.create_dataset("pages", data=numbers((1100,), "u1"), chunks=(1,))


def small_nodes():
    """The settings of a file whose trees have nodes of at most 4 entries, which h5py has not."""
    plan = h5py.h5p.create(h5py.h5p.FILE_CREATE)
    loaded = pathlib.Path("/proc/self/maps").read_text().split()
    library = ctypes.CDLL(next(name for name in loaded if "/libhdf5-" in name or "/libhdf5.so" in name))
    library.H5Pset_istore_k.argtypes = [ctypes.c_int64, ctypes.c_uint]
    library.H5Pset_sym_k.argtypes = [ctypes.c_int64, ctypes.c_uint, ctypes.c_uint]
    if library.H5Pset_istore_k(plan.id, 2) < 0 or library.H5Pset_sym_k(plan.id, 2, 1) < 0:
        raise RuntimeError("libhdf5 refuses the sizes of nodes")
    return plan


def write_nodes(path):
    """Superblock 1: trees of chunks, and of links, of several levels though little is in them."""
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_libver_bounds(h5py.h5f.LIBVER_EARLIEST, h5py.h5f.LIBVER_LATEST)
    file_id = h5py.h5f.create(str(path).encode(), h5py.h5f.ACC_TRUNC, small_nodes(), access)
    with h5py.File(file_id) as file:
        whole = numbers((40, 5), "f4")
        file.create_dataset("gzip", data=whole, chunks=(3, 2), compression="gzip", shuffle=True)
        file.create_dataset("plain", data=numbers((4, 3, 9), ">i2"), chunks=(1, 2, 2))
        group = file.create_group("group")
        group.attrs["names"] = np.array([b"one", b"two"])
        for i in range(30):
            group.create_group(f"child{i}")
    if path.read_bytes()[8] != 1:
        raise RuntimeError("the superblock is of another version")


def write_many(path, count, **options):
    """So many links that the index of the group has several levels or blocks."""
    with h5py.File(path, "w", **options) as file:
        targets = [file.create_dataset(f"data{i}", data=numbers((2,), "f4") + i) for i in range(2)]
        group = file.create_group("many")
        for i in range(count):
            group[f"n{i * 7919 % 10007}"] = targets[i % 2]


def write_links(path):
    with h5py.File(path, "w", libver="earliest") as file:
        file["data"] = numbers((2,), "f4")
        file["hard"] = file["data"]
        file["soft"] = h5py.SoftLink("/data")
        file["external"] = h5py.ExternalLink("other.h5", "/data")
        file["loop"] = h5py.SoftLink("/loop")
        group = file.create_group("group")
        group["up"] = file  # a group that holds the root


def write_refused(path):
    with h5py.File(path, "w", libver="latest") as file:
        file.create_dataset("grows", data=numbers((4,), "f4"), chunks=(2,), maxshape=(None,))
        file.create_dataset("grows2", data=numbers((4, 4), "f4"), chunks=(2, 2),
                            maxshape=(None, None))
        file.create_dataset("unwritten", (4,), "f4")
        file.create_dataset("some_chunks", (4,), "f4", chunks=(2,))[:2] = 1
        file.create_dataset("lzf", data=numbers((64,), "f4"), chunks=(32,), compression="lzf")
        file.create_dataset("scaled", data=numbers((64,), "f4"), chunks=(32,), scaleoffset=2)
        file.create_dataset("outside", (4,), "f4", external=[("other.bin", 0, 16)])
        layout = h5py.VirtualLayout((4,), "f4")
        layout[:] = h5py.VirtualSource("other.h5", "data", (4,))
        file.create_virtual_dataset("virtual", layout)
        file["bool"] = np.array([True, False])
        file["pair"] = np.zeros(2, [("a", "f4"), ("b", "i4")])
        file["opaque"] = np.void(b"abc")
        file["complex"] = np.zeros(2, "c8")
        file.create_dataset("texts", data=["a", "b"], dtype=h5py.string_dtype())
        file.create_dataset("ragged", (1,), h5py.vlen_dtype("f4"))
        file.create_dataset("bfloat16", data=np.zeros(2, "f4"), dtype=bfloat16())
        file["named"] = np.dtype("f4")
        file.create_dataset("of_named", (2,), file["named"])
        file["rank9"] = np.zeros((1,) * 9, "f4")
        file["null"] = h5py.Empty("f4")
        file["too_big"] = np.array([2 ** 63], "u8")
        file.attrs["bool"] = np.True_
        file.attrs["pair"] = np.zeros((), [("a", "f4")])


def write_bomb(path):
    """A file of few bytes whose chunks say that they unpack to a GiB."""
    with h5py.File(path, "w", libver="latest") as file:
        for name, options in {"deflated": {"compression": "gzip"}, "shuffled": {"shuffle": True}}.items():
            whole = file.create_dataset(name, (1 << 28,), "f4", chunks=(1 << 28,), **options)
            whole.id.write_direct_chunk((0,), zlib.compress(bytes(1000)))


def bfloat16():
    kind = h5py.h5t.IEEE_F32LE.copy()
    kind.set_fields(31, 23, 8, 0, 23)
    kind.set_precision(32)
    kind.set_fields(15, 7, 8, 0, 7)
    kind.set_precision(16)
    kind.set_size(2)
    return h5py.Datatype(kind)


def described(value):
    """[dtype, shape, hexadecimal digits], as linnet should hold the value."""
    value = np.asarray(value)
    shape = list(value.shape)
    if value.dtype.kind in "SOU":
        flat = value.reshape(-1).tolist()
        return ["string", shape, [x if isinstance(x, str) else x.decode() for x in flat]]
    code = f"{value.dtype.kind}{value.dtype.itemsize}"
    value = value.astype("<" + HELD.get(code, code))
    return [value.dtype.name, shape, value.tobytes().hex()]


def read_back(path):
    found = {}

    def visit(name, item):
        for key, value in item.attrs.items():
            found[f"{name}@{key}"] = described(value)
        found[name] = described(item[()]) if isinstance(item, h5py.Dataset) else "group"

    with h5py.File(path, "r") as file:
        file.visititems(visit)
        if "many" in file:  # visititems sees an object once
            found["many"] = {name: item[0].item() for name, item in file["many"].items()}
    return found


def main():
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.h5"):
        path.unlink()
    write_small(FOLDER / "earliest.h5", libver="earliest")
    write_small(FOLDER / "latest.h5", libver="latest")
    write_small(FOLDER / "ordered.h5", libver="earliest", track_order=True)
    with h5py.File(FOLDER / "user_block.h5", "w", libver="earliest", userblock_size=512) as file:
        file["data"] = numbers((3,), "f4")
    with open(FOLDER / "user_block.h5", "r+b") as file:
        file.write(b"#!/bin/sh\n")
    paged = {"libver": "earliest", "fs_strategy": "page", "fs_page_size": 512}
    with h5py.File(FOLDER / "wide.h5", "w", **paged) as file:
        file["data"] = numbers((3,), "f4")
    write_layouts(FOLDER / "layouts.h5", libver="latest")
    write_many(FOLDER / "many.h5", 700, libver="earliest")
    write_many(FOLDER / "many_latest.h5", 1300, libver="latest")
    write_nodes(FOLDER / "nodes.h5")
    expected = {path.name: read_back(path) for path in sorted(FOLDER.glob("*.h5"))}
    (FOLDER / "expected.json").write_text(json.dumps(expected, separators=(",", ":")))
    write_links(FOLDER / "links.h5")
    write_refused(FOLDER / "refused.h5")
    write_bomb(FOLDER / "bomb.h5")


if __name__ == "__main__":
    main()
