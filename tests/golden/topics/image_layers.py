"""image_layers.safetensors: layers that prepare pictures, in the form of layers.safetensors."""

from keras import layers

from topics.layers import add
from topics.store import GoldenFile, Values


def pictures(case, *shape, most=1.0):
    return [Values("inputs/" + case).uniform(shape, 0.0, most)]


def add_rescaling(file):
    cases = {
        "rescaling_number": {"scale": 1 / 255},
        "rescaling_offset": {"scale": 1 / 127.5, "offset": -1},
        "rescaling_list": {"scale": [0.1, 0.2, 0.4], "offset": [-1.0, 0.5, 2.0]},
        "rescaling_mixed": {"scale": [0.5, 0.25, 2.0], "offset": 3},
    }
    for case, options in cases.items():
        add(file, case, layers.Rescaling, options, pictures(case, 2, 3, 4, 3, most=255.0))


def add_resizing(file):
    for method in ["nearest", "bilinear", "bicubic", "lanczos3", "lanczos5"]:
        for antialias in [False, True]:
            case = f"resizing_{method}" + ("_antialias" if antialias else "")
            options = {"interpolation": method, "antialias": antialias}
            add(file, case, layers.Resizing, {"height": 5, "width": 8} | options,
                pictures(case, 2, 9, 6, 3))
    ways = {"crop": {"crop_to_aspect_ratio": True}, "pad": {"pad_to_aspect_ratio": True},
            "fill": {"pad_to_aspect_ratio": True, "fill_value": 7.5}}
    for way, options in ways.items():
        for name, shape in {"wide": (1, 5, 12, 3), "high": (1, 11, 4, 1)}.items():
            case = f"resizing_{way}_{name}"
            add(file, case, layers.Resizing, {"height": 6, "width": 7} | options,
                pictures(case, *shape))
    case = "resizing_channels_first"
    add(file, case, layers.Resizing, {"height": 3, "width": 7, "data_format": "channels_first"},
        pictures(case, 2, 3, 5, 6))


def add_center_crop(file):
    shapes = {"inside": (2, 8, 9, 3), "equal": (1, 5, 4, 3), "low": (1, 3, 9, 3),
              "small": (1, 2, 3, 1)}
    for name, shape in shapes.items():
        case = f"center_crop_{name}"
        add(file, case, layers.CenterCrop, {"height": 5, "width": 4}, pictures(case, *shape))


def write(folder):
    file = GoldenFile()
    add_rescaling(file)
    add_resizing(file)
    add_center_crop(file)
    return file.write(folder / "image_layers.safetensors")
