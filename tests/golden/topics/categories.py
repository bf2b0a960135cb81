"""categories.safetensors: lookups, hashes, bins and encodings, and what some of them learn."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from topics.store import GoldenFile, Values

WORDS = ["earth", "wind", "and", "fire"]
TEXTS = [["fire", "and", "earth"], ["michigan", "wind", "wind"], ["", "ohio", "fire"]]
NUMBERS = [12, 36, 1138, 42]
IDS = [[12, 1138, 42], [42, 1000, 36], [-7, 36, 37]]
MODES = ("int", "one_hot", "multi_hot", "count")
# Keys of Keras that linnet's layers do not have; those without a value mean the default.
LOST = ("name", "trainable", "dtype", "sparse", "encoding", "vocabulary_dtype", "vocabulary_size")


def kept_config(layer):
    config = {k: v for k, v in layer.get_config().items() if k not in LOST and v is not None}
    if isinstance(layer, layers.StringLookup):
        del config["oov_method"]  # of integers
    return config


def add(file, case, layer_class, options, *inputs, adapt=None):
    """One layer on inputs that are lists."""
    keras.backend.clear_session()
    layer = layer_class(**options)
    config = kept_config(layer)
    if adapt is not None:
        layer.adapt(np.array(adapt))
    arrays = [np.array(x) for x in inputs]
    if options.get("invert"):
        arrays = [tf.constant(x) for x in arrays]  # JAX has no arrays of texts to put out
    output = np.asarray(layer(arrays if len(arrays) > 1 else arrays[0]))
    facts = {"class_name": layer_class.__name__, "config": config, "adapt": adapt}
    if hasattr(layer, "get_vocabulary"):
        facts["vocabulary"] = layer.get_vocabulary()
    if output.dtype.kind in "OSU":
        facts["texts"] = [x.decode() if isinstance(x, bytes) else x for x in output.ravel().tolist()]
    else:
        file.put(case, "output", output.astype("float32" if output.dtype.kind == "f" else "int32"))
    file.describe(case, inputs=inputs, shape=arrays[0].shape, **facts)


def add_lookups(file, name, layer, vocabulary, data, mask, more):
    special = {"mask_token": mask, "num_oov_indices": 2}
    weights = {"idf_weights": [0.25, 0.75, 0.6, 0.4], "output_mode": "tf_idf"}
    cases = {
        "": {},
        "_mask": {"mask_token": mask},
        "_special": special,
        "_no_oov": {"num_oov_indices": 0, "vocabulary": sorted({x for row in data for x in row})},
        "_padded": {"output_mode": "count", "max_tokens": 9, "pad_to_max_tokens": True},
        "_tf_idf": weights,
        "_tf_idf_special": {**weights, **special, "max_tokens": 8, "pad_to_max_tokens": True},
        **more,
    }
    for mode in MODES[1:]:
        cases["_" + mode] = {"output_mode": mode}
        cases["_" + mode + "_special"] = {"output_mode": mode, **special}
    for case, options in cases.items():
        add(file, name + case, layer, {"vocabulary": vocabulary, **options}, data)
    add(file, name + "_rank1", layer, {"vocabulary": vocabulary}, data[0])
    column = [row[:1] for row in data]
    one_hot = {"vocabulary": vocabulary, "output_mode": "one_hot"}
    add(file, name + "_one_hot_column", layer, one_hot, column)
    places = [[0, 1, 2], [3, 4, 99]]
    add(file, name + "_invert", layer, {"vocabulary": vocabulary, "invert": True}, places)
    inverted = {"vocabulary": vocabulary, "invert": True, **special}
    add(file, name + "_invert_special", layer, inverted, places)


def add_learnt_lookups(file, name, layer, data, mask):
    rows = [data[0] + data[0], data[1] + data[2], data[2] + data[1], data[1] + data[1]]
    for case, options in {
        "": {},
        "_mask": {"mask_token": mask, "num_oov_indices": 2},
        "_most": {"max_tokens": 4},
        "_tf_idf": {"output_mode": "tf_idf"},
        "_tf_idf_most": {"output_mode": "tf_idf", "max_tokens": 12, "pad_to_max_tokens": True},
    }.items():
        add(file, name + "_adapt" + case, layer, options, rows, adapt=rows)
    add(file, name + "_adapt_rank1", layer, {"output_mode": "tf_idf"}, rows, adapt=rows[1])


def add_hashing(file):
    salts = {"": {}, "_salt": {"salt": 133}, "_salts": {"salt": [133, 137]}}
    for case, salt in salts.items():
        add(file, "hashing" + case, layers.Hashing, {"num_bins": 7, **salt}, TEXTS)
        add(file, "hashing_integers" + case, layers.Hashing, {"num_bins": 7, **salt}, IDS)
    for mode in MODES[1:]:
        add(file, "hashing_" + mode, layers.Hashing, {"num_bins": 4, "output_mode": mode}, TEXTS)
    add(file, "hashing_mask", layers.Hashing, {"num_bins": 5, "mask_value": ""}, TEXTS)
    add(file, "hashing_integers_mask", layers.Hashing, {"num_bins": 5, "mask_value": 42}, IDS)
    add(file, "hashing_mask_one_bin", layers.Hashing, {"num_bins": 1, "mask_value": ""}, TEXTS)
    column = [["fire"], ["wind"]]
    one_hot = {"num_bins": 3, "output_mode": "one_hot"}
    add(file, "hashing_one_hot_column", layers.Hashing, one_hot, column)
    long = [["x" * n for n in (3, 7, 8, 16, 17, 32, 33, 64, 65, 200)]]
    add(file, "hashing_long", layers.Hashing, {"num_bins": 1000003}, long)
    add(file, "hashing_long_salt", layers.Hashing, {"num_bins": 1000003, "salt": 5}, long)
    add(file, "hashing_floats", layers.Hashing, {"num_bins": 7}, [[1.75, -2.5, 3.0]])


def add_crossing(file):
    crossing = layers.HashedCrossing
    add(file, "crossing", crossing, {"num_bins": 5}, [1, 2, 3, 4], [7, 7, 8, -9])
    add(file, "crossing_column", crossing, {"num_bins": 5}, [[1], [2]], [[3], [4]])
    add(file, "crossing_three", crossing, {"num_bins": 11}, [1, 2], [3, 4], [5, 6])
    one_hot = {"num_bins": 5, "output_mode": "one_hot"}
    add(file, "crossing_one_hot", crossing, one_hot, [1, 2, 3], [3, 2, 1])
    add(file, "crossing_texts", crossing, {"num_bins": 9}, ["fire", "wind", "and"], [3, 2, 1])


def add_encoding(file):
    ids = [[0, 1, 1], [3, 2, 0]]
    for mode in MODES[1:]:
        options = {"num_tokens": 4, "output_mode": mode}
        add(file, "encoding_" + mode, layers.CategoryEncoding, options, ids)
    one_hot = {"num_tokens": 4, "output_mode": "one_hot"}
    add(file, "encoding_column", layers.CategoryEncoding, one_hot, [[1], [3]])
    add(file, "encoding_rank1", layers.CategoryEncoding, one_hot, [1, 3, 0])


def add_bins(file):
    x = [[-1.5, 1.0, 3.4, 0.5], [0.0, 3.0, 1.3, 0.0]]
    for mode in MODES:
        options = {"bin_boundaries": [0.0, 1.0, 2.0], "output_mode": mode}
        add(file, "bins_" + mode, layers.Discretization, options, x)
    sizes = {"few": ((2, 4), 4, 0.01), "some": ((30, 7), 5, 0.01), "many": ((900, 4), 10, 0.01)}
    sizes["coarse"] = ((50, 3), 3, 0.1)
    for case, (shape, bins, epsilon) in sizes.items():
        data = Values("bins/" + case).uniform(shape, -3.0, 9.0)
        layer = layers.Discretization(num_bins=bins, epsilon=epsilon)
        layer.adapt(data)
        file.describe("learnt_bins_" + case, config=kept_config(layer), boundaries=layer.bin_boundaries)
        file.put("learnt_bins_" + case, "x", [data])
        batches = layers.Discretization(num_bins=bins, epsilon=epsilon)
        batches.adapt([data[:3], data[3:]])
        file.put("learnt_bins_" + case, "of_batches", np.array(batches.bin_boundaries, "float32"))


def write(folder):
    file = GoldenFile()
    salted = {"_salt": {"num_oov_indices": 3, "salt": [9, 137]}}
    add_lookups(file, "strings", layers.StringLookup, WORDS, TEXTS, "", salted)
    hashed = {"_farmhash": {"num_oov_indices": 3, "oov_method": "farmhash"}}
    salted["_salt"]["oov_method"] = "farmhash"
    add_lookups(file, "integers", layers.IntegerLookup, NUMBERS, IDS, 37, {**hashed, **salted})
    add_learnt_lookups(file, "strings", layers.StringLookup, TEXTS, "")
    add_learnt_lookups(file, "integers", layers.IntegerLookup, IDS, 36)
    add_hashing(file)
    add_crossing(file)
    add_encoding(file)
    add_bins(file)
    return file.write(folder / "categories.safetensors")
