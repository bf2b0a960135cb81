"""augmentation.safetensors: layers that change pictures while training, with ranges of one number."""

import numpy as np
from keras import layers
from keras.preprocessing.image import smart_resize

from topics.store import GoldenFile, Values, config_of

FILLS = ["reflect", "wrap", "constant", "nearest"]
WAYS = [(fill, interpolation) for fill in FILLS for interpolation in ["nearest", "bilinear"]]


def add(file, case, layer, x, output=None, training=True):
    """`output`: what is expected, if it is not what the layer computes."""
    if output is None:
        output = layer(x, training=training)
    file.describe(case, **config_of(layer), training=training)
    file.put(case, "input", x)
    file.put(case, "output", np.asarray(output, "float32"))


def pictures(case, *shape, most=1.0):
    return Values("augmentation/" + case).uniform(shape, 0.0, most)


def add_transforms(file):
    transforms = {
        "rotation": (layers.RandomRotation, [{"factor": (0.1, 0.1)}, {"factor": (-0.3, -0.3)}]),
        "translation": (layers.RandomTranslation, [
            {"height_factor": (0.3, 0.3), "width_factor": (-0.4, -0.4)},
            {"height_factor": (-0.9, -0.9), "width_factor": (0.8, 0.8)}]),
        "zoom": (layers.RandomZoom, [
            {"height_factor": (0.4, 0.4)},
            {"height_factor": (-0.6, -0.6), "width_factor": (0.7, 0.7)}]),
    }
    for name, (layer, options) in transforms.items():
        for fill, interpolation in WAYS:
            for index, factors in enumerate(options):
                case = f"{name}_{fill}_{interpolation}_{index}"
                given = {"fill_mode": fill, "interpolation": interpolation, "fill_value": 0.25}
                channels = [3, 1][index]
                add(file, case, layer(**factors, **given), pictures(case, 2, 7, 6, channels))
        case = f"{name}_channels_first"
        add(file, case, layer(**options[0], data_format="channels_first"),
            pictures(case, 1, 2, 5, 8))
    for factor in [0.25, 0.5]:
        case = f"rotation_turn_{factor}"
        add(file, case, layers.RandomRotation((factor, factor)), pictures(case, 1, 6, 6, 4))


def add_flips(file):
    for mode in ["horizontal", "vertical", "horizontal_and_vertical"]:
        for data_format in ["channels_last", "channels_first"]:
            case = f"flip_{mode}_{data_format}"
            layer = layers.RandomFlip(mode, data_format=data_format)
            x = pictures(case, 8, 4, 5, 3)
            flips = {"flips": np.ones((8, 1, 1, 1), bool)}
            add(file, case, layer, x, layer.transform_images(x, flips, training=True))


def add_colors(file):
    for factor in [0.3, -0.6]:
        case = f"brightness_{factor}"
        add(file, case, layers.RandomBrightness((factor, factor)),
            pictures(case, 2, 4, 5, 3, most=255.0))
    case = "brightness_unit"
    add(file, case, layers.RandomBrightness((0.4, 0.4), value_range=(-1.0, 1.0)),
        pictures(case, 2, 4, 5, 1))
    # A range of (-f, f) is the one factor 1 + f: Keras takes 1 - lower to 1 + upper.
    for factor in [0.0, 0.5, 2.0]:
        case = f"contrast_{factor}"
        add(file, case, layers.RandomContrast((-factor, factor)),
            pictures(case, 2, 4, 5, 3, most=255.0))
    case = "contrast_channels_first"
    add(file, case, layers.RandomContrast((-0.7, 0.7), value_range=(0.1, 0.9),
                                          data_format="channels_first"),
        pictures(case, 2, 3, 4, 5))


def add_crops(file):
    shapes = {"inside": (2, 9, 8, 3), "wide": (1, 5, 12, 3), "high": (1, 11, 4, 1),
              "small": (1, 3, 2, 3)}
    for name, shape in shapes.items():
        case = f"crop_{name}"
        layer = layers.RandomCrop(5, 4, seed=1)
        x = pictures(case, *shape)
        add(file, case, layer, x, smart_resize(x, (5, 4)), training=False)
    case = "crop_training_as_high"
    add(file, case, layers.RandomCrop(5, 4, seed=1), pictures(case, 2, 5, 9, 3))


def write(folder):
    file = GoldenFile()
    add_transforms(file)
    add_flips(file)
    add_colors(file)
    add_crops(file)
    return file.write(folder / "augmentation.safetensors")
