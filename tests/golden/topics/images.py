"""images.safetensors: what PIL reads from small JPEG and PNG files, and how it resizes."""

import io
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

from topics.store import GoldenFile, Values

MODES = {"rgb": "RGB", "rgba": "RGBA", "grayscale": "L"}
FILTERS = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]


def picture(name, height, width, channels):
    """A smooth picture with some noise."""
    values = Values("images/" + name)
    rows, columns = np.mgrid[0:height, 0:width]
    waves = values.uniform((channels, 3), 0.2, 0.9)
    planes = [100 * np.sin(a * rows + b * columns + 6 * c) + 128 for a, b, c in waves]
    noise = values.uniform((height, width, channels), -25, 25)
    return np.clip(np.stack(planes, -1) + noise, 0, 255).astype("uint8")


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name, data):
    body = name + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def raw_png(rows, width, height, depth, kind, extra=b"", interlace=0):
    """A PNG file of rows (or of the rows of seven passes) as they are stored."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlace)
    data = zlib.compress(b"".join(b"\0" + row for row in rows))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def deep_png(name, channels):
    """16 bits a sample."""
    kind = {1: 0, 2: 4, 3: 2, 4: 6}[channels]
    values = Values(name).integers((7, 9, channels), 0, 65536).astype(">u2")
    return raw_png([row.tobytes() for row in values], 9, 7, 16, kind)


def packed_png(name, depth, palette=None, alpha=b""):
    """1, 2 or 4 bits a sample, of grey or of a palette."""
    values = Values(name).integers((7, 9), 0, 2**depth).astype("uint8")
    rows = []
    for row in values:
        bits = "".join(format(v, f"0{depth}b") for v in row)
        bits += "0" * (-len(bits) % 8)
        rows.append(bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8)))
    extra = chunk(b"PLTE", palette) if palette else b""
    extra += chunk(b"tRNS", alpha) if alpha else b""
    return raw_png(rows, 9, 7, depth, 3 if palette else 0, extra)


def interlaced_png(name):
    pixels = picture(name, 11, 13, 3)
    passes = [(0, 8, 0, 8), (0, 8, 4, 8), (4, 8, 0, 4), (0, 4, 2, 4), (2, 4, 0, 2), (0, 2, 1, 2),
              (1, 2, 0, 1)]
    rows = []
    for top, down, left, right in passes:
        part = pixels[top::down, left::right]
        if part.size:
            rows += [row.tobytes() for row in part]
    return raw_png(rows, 13, 11, 8, 2, interlace=1)


def files():
    def image(name, channels, height=11, width=13):
        pixels = picture(name, height, width, channels)
        return Image.fromarray(pixels[..., 0] if channels == 1 else pixels)

    color, grey, clear = image("color", 3), image("grey", 1), image("clear", 4)
    yield "jpeg_420", saved(color, "jpeg", quality=90)
    yield "jpeg_444", saved(color, "jpeg", quality=95, subsampling=0)
    yield "jpeg_422_wide", saved(image("wide", 3, 8, 37), "jpeg", quality=60, subsampling=1)
    yield "jpeg_progressive", saved(color, "jpeg", quality=80, progressive=True)
    yield "jpeg_grey", saved(grey, "jpeg")
    yield "jpeg_cmyk", saved(color.convert("CMYK"), "jpeg", quality=95)
    yield "png_grey", saved(grey, "png")
    yield "png_grey_alpha", saved(clear.convert("LA"), "png")
    yield "png_color", saved(color, "png")
    yield "png_alpha", saved(clear, "png")
    yield "png_palette", saved(color.quantize(17), "png")
    yield "png_palette_alpha", packed_png("palette", 4, bytes(range(3, 51)), bytes([0, 99, 200]))
    yield "png_palette_2", packed_png("palette_2", 2, bytes(range(0, 240, 20)))
    yield "png_grey_1", packed_png("grey_1", 1)
    yield "png_grey_2", packed_png("grey_2", 2)
    yield "png_grey_4", packed_png("grey_4", 4)
    yield "png_color_key", saved(color, "png", transparency=color.getpixel((3, 4)))
    yield "png_interlaced", interlaced_png("interlaced")
    for channels in (1, 2, 3, 4):
        yield f"png_16_bits_{channels}", deep_png(f"deep_{channels}", channels)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        small = image("turned", 3, 3, 5)
        yield f"jpeg_orientation_{orientation}", saved(small, "jpeg", exif=exif)
        yield f"png_orientation_{orientation}", saved(small, "png", exif=exif)


def read(data, mode):
    """As Keras's load_img, but for the 16 bits of grey, of which the high byte is taken."""
    image = Image.open(io.BytesIO(data))
    if image.mode.startswith("I"):
        image = Image.fromarray((np.asarray(image) >> 8).astype("uint8"))
    return image.convert(mode)


def pixels_of(image):
    pixels = np.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[..., None]


def write(folder):
    file = GoldenFile()
    for name, data in files():
        file.describe(name, kind="read")
        file.put(name, "file", np.frombuffer(data, "uint8"))
        for color_mode, mode in MODES.items():
            if "orientation" in name and mode != "RGB":
                continue
            file.put_named(f"{name}/{color_mode}", pixels_of(read(data, mode)))
        if "orientation" in name:
            turned = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
            file.put_named(f"{name}/turned", pixels_of(turned))
    sizes = {"up": (17, 23), "down": (4, 5), "mixed": (3, 31)}
    for channels in (1, 3, 4):
        source = picture(f"resize_{channels}", 11, 13, channels)
        image = Image.fromarray(source[..., 0] if channels == 1 else source)
        for interpolation in FILTERS:
            for size, (height, width) in sizes.items():
                case = f"resize_{channels}_{interpolation}_{size}"
                resample = Image.Resampling[interpolation.upper()]
                file.describe(case, kind="resize", interpolation=interpolation)
                file.put(case, "input", source)
                file.put(case, "output", pixels_of(image.resize((width, height), resample)))
    return file.write(folder / "images.safetensors")
