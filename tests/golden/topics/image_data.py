"""image_data.safetensors: folders of pictures as data sets, and preprocess_input."""

import pathlib
import tempfile

import keras
import numpy as np
from keras.applications import imagenet_utils

from topics.images import picture, saved
from topics.store import GoldenFile, Values
from PIL import Image

FOLDERS = {"cat": 4, "dog/puppies": 3, "dog": 2, "eel": 5}


def write_pictures(file, folder):
    """PNG files of several sizes, stored as files/<path>. The JPEG files are grey, since
    TensorFlow decodes others with a faster, less exact transform than PIL."""
    for name, count in FOLDERS.items():
        for number in range(count):
            path = f"{name}/{number}" + (".jpg" if number == 1 else ".png")
            height, width = 6 + (number * 5 + len(name)) % 9, 5 + (number * 7 + len(name)) % 11
            image = Image.fromarray(picture(path, height, width, 3))
            if number == 1:
                image = Image.new("RGB", image.size, (60 + 9 * len(path) + ord(name[0]),) * 3)
            data = saved(image, "jpeg" if number == 1 else "png")
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
            file.put_named(f"files/{path}", np.frombuffer(data, "uint8"))


def add(file, folder, case, options):
    data = keras.utils.image_dataset_from_directory(folder, image_size=(7, 8), **options)
    order = [str(pathlib.Path(p).relative_to(folder)) for p in data.file_paths]
    file.describe(case, order=order, class_names=data.class_names, options=options)
    if options["shuffle"]:
        return
    batches = [b if isinstance(b, tuple) else (b,) for b in data.as_numpy_iterator()]
    for role, parts in zip(["x", "y"], zip(*batches)):
        file.put(case, role, list(parts))


def write(folder):
    file = GoldenFile()
    with tempfile.TemporaryDirectory() as name:
        pictures = pathlib.Path(name)
        write_pictures(file, pictures)
        for mode in ["int", "categorical", None]:
            add(file, pictures, f"label_mode_{mode}",
                {"shuffle": False, "label_mode": mode, "batch_size": 5})
        two = {"shuffle": False, "class_names": ["eel", "cat"], "label_mode": "binary"}
        add(file, pictures, "label_mode_binary", two)
        for way in ["crop_to_aspect_ratio", "pad_to_aspect_ratio"]:
            add(file, pictures, way, {"shuffle": False, way: True})
        for interpolation in ["nearest", "area"]:
            add(file, pictures, interpolation, {"shuffle": False, "interpolation": interpolation})
        for subset in ["training", "validation"]:
            split = {"validation_split": 0.3, "subset": subset, "seed": 1234567}
            add(file, pictures, f"shuffled_{subset}", {"shuffle": True} | split)
            add(file, pictures, f"ordered_{subset}", {"shuffle": False} | split)
    for mode in ["caffe", "tf", "torch"]:
        x = Values("preprocess").uniform((2, 3, 4, 3), 0.0, 255.0)
        file.describe(f"preprocess_{mode}", mode=mode)
        file.put(f"preprocess_{mode}", "x", x)
        y = imagenet_utils.preprocess_input(x.copy(), data_format="channels_last", mode=mode)
        file.put(f"preprocess_{mode}", "y", y)
    return file.write(folder / "image_data.safetensors")
