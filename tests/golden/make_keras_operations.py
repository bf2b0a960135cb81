"""Writes keras_operations/: functional models with functions of keras.ops (`<topic>.json`, as
Keras's to_json() writes it), of TensorFlow (`tensorflow.json`, by tf_keras), and with masks
(`masks.keras`, with the losses of five steps); beside each the inputs and outputs in safetensors.

    KERAS_BACKEND=jax python make_keras_operations.py [topic ...]      needs requirements.txt
    python make_keras_operations.py tensorflow             needs tensorflow 2.21, tf_keras 2.21
"""
import json
import pathlib
import struct
import sys

import numpy as np

FOLDER = pathlib.Path(__file__).parent / "keras_operations"
RANDOM = np.random.default_rng(1)
X = RANDOM.standard_normal((5, 4, 6)).astype("float32")
Y = RANDOM.standard_normal((5, 4, 6)).astype("float32")
I = RANDOM.integers(0, 6, (5, 4)).astype("int32")


def as_list(values):
    return list(values) if isinstance(values, (list, tuple)) else [values]


def save_file(arrays, path, metadata=None):
    kinds = {"float32": "F32", "int32": "I32", "int64": "I64", "uint8": "U8", "bool": "BOOL"}
    header, data = {"__metadata__": metadata} if metadata else {}, b""
    for name, array in arrays.items():
        header[name] = {"dtype": kinds[str(array.dtype)], "shape": array.shape,
                        "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def write_arrays(name, inputs, outputs, **more):
    arrays = {f"x{i}": x for i, x in enumerate(inputs)} | more
    for i, y in enumerate(as_list(outputs)):
        y = np.asarray(y)
        # linnet has int64 where Keras has uint32
        kinds = {"int64": "int32", "uint32": "int64"}
        arrays[f"y{i}"] = y.astype(kinds.get(str(y.dtype), y.dtype))
    save_file(arrays, FOLDER / f"{name}.safetensors")


def topics(x, y, i):
    """Lists of outputs by topic."""
    from keras import activations, ops
    constants = np.arange(24).reshape(4, 6).astype("float32")
    maps = ops.reshape(x, (-1, 4, 3, 2))
    turned = ops.transpose(maps, (0, 3, 1, 2))
    kernel = np.sin(np.arange(24)).reshape(2, 2, 2, 3).astype("float32")
    point = np.cos(np.arange(12)).reshape(1, 1, 6, 2).astype("float32")
    heads = ops.reshape(x, (-1, 4, 2, 3))
    odd = x / ops.maximum(x, 0.0)  # with infinities
    nan = ops.where(y > 0.8, np.float32("nan"), x)
    endless = 1 / ops.maximum(x, 0.0)
    return {
        "arithmetic": [
            x + 3.0, 3 - x, x * y, x / 2, 2 / (y + 9), x ** 2, (x + 9) ** 0.5, (x + 9) ** 1.7, -x,
            x // 2, x % 2, ops.maximum(x, 0.1), ops.minimum(x, y), abs(x), ops.sqrt(abs(x)),
            ops.rsqrt(abs(x) + 1), ops.exp(x), ops.log(abs(x) + 1), ops.log1p(abs(x)),
            ops.expm1(x), ops.square(x), ops.sign(x), ops.floor(x), ops.ceil(x), ops.round(x, 1),
            ops.sin(x), ops.cos(x), ops.tanh(x), ops.sinh(x), ops.erf(x), ops.clip(x, 0, 1),
            ops.reciprocal(x + 9), ops.logaddexp(x, y), ops.divide_no_nan(x, ops.relu(y)), i + 1,
            i * 2, i - 3, i / 2, i // 2, i % 3, -i, ops.abs(i - 3), i * 0.5, i + x[:, :, 0],
            ops.square(i), ops.log2(abs(x) + 1), ops.log10(abs(x) + 1), ops.trunc(x * 3), x +
            np.arange(6, dtype="float32"), x * constants, ops.multiply(2, x), ops.subtract(x, 1),
            ops.subtract(1.5, x), ops.power(x, 3), ops.power(2.0, x), ops.arctan(x * 3),
            ops.arctan2(x, y), ops.arctan2(ops.sign(x), ops.cast(x > 1, "float32")),
        ],
        "comparisons": [
            x > 0, x >= y, x < y, x <= 0.2, ops.equal(i, 3), x != y, ops.where(x > 0, x, 0.0),
            ops.where(i > 2, i, 0), ops.where(x > 0, 1.0, y), (x > 0) & (y > 0), ops.logical_or(x
            > 0, y > 0), ops.logical_not(x > 0), ops.logical_xor(x > 0, y > 0), ops.any(x > 1,
            axis=1), ops.all(x > -1, axis=-1, keepdims=True), ops.isnan(x), ops.cast(x > 0,
            "float32"), ops.cast(x, "int32"), ops.cast(i, "float32"), ops.cast(x, "bool"),
            ops.sum(ops.cast(x > 0, "int32"), axis=1), ops.count_nonzero(ops.relu(x), axis=1),
        ],
        "reductions": [
            ops.sum(x, axis=1), ops.mean(x, axis=(1, 2), keepdims=True), ops.std(x, axis=-1),
            ops.var(x, axis=(1, 2)), ops.max(x, axis=1), ops.min(x, axis=-1, keepdims=True),
            ops.sum(i, axis=1), ops.max(i, axis=1), ops.mean(i, axis=1), ops.argmax(x, -1),
            ops.argmin(x, axis=1), ops.argmax(x, axis=1, keepdims=True), ops.prod(x, axis=1),
            ops.prod(x, axis=(1, 2)), ops.cumsum(x, axis=1), ops.cumsum(x, axis=-1),  ops.normalize(x, axis=1), ops.normalize(x), ops.logsumexp(x, axis=-1),
            ops.logsumexp(x, axis=(1, 2), keepdims=True), ops.moments(x, axes=(1,))[1],
            ops.softmax(x), ops.log_softmax(x), ops.softmax(x, axis=1),
        ],
        "activations": [
            ops.relu(x), ops.relu6(x * 5), ops.sigmoid(x), ops.softplus(x), ops.softsign(x),
            ops.silu(x), ops.gelu(x), ops.gelu(x, approximate=False), ops.leaky_relu(x),
            ops.leaky_relu(x, 0.1), ops.elu(x), ops.elu(x, 0.5), ops.selu(x), ops.celu(x, 2.0),
            ops.hard_sigmoid(x), ops.hard_silu(x * 3), ops.hard_tanh(x), ops.log_sigmoid(x),
            ops.glu(x), ops.tanh_shrink(x), ops.soft_shrink(x), ops.hard_shrink(x),
            ops.threshold(x, 0.3, -2.0), ops.squareplus(x), ops.sparse_plus(x),
            activations.relu(x, max_value=1.0, negative_slope=0.1), activations.gelu(x),
        ],
        "shapes": [
            ops.reshape(x, (-1, 24)), ops.transpose(x, (0, 2, 1)), ops.swapaxes(x, 1, 2),
            ops.moveaxis(x, 1, -1), ops.expand_dims(x, 1), ops.expand_dims(x, (1, -1)),
            ops.squeeze(x[:, :1], 1), ops.concatenate([x, y], axis=1), ops.concatenate([x, i[:, :,
            None]], axis=-1), ops.stack([x, y], axis=1), ops.stack([x, y], axis=-1), *ops.split(x,
            2, axis=-1), *ops.split(x, [1, 3], axis=1), ops.zeros_like(i), ops.full_like(x, 2),
            ops.one_hot(i, 5), ops.one_hot(i, 5, axis=1), ops.unstack(x, axis=1)[2],
            ops.hstack([x, y]),
        ],
        "moves": [
            x[:, 0], x[..., 1:3], x[:, None, ::2], x[:, -1, :], x[:, 1:-1], x[:, ::-1], x[:, ::-2,
            1], x[:, -2:], x[..., -1], x[..., None], x[:, :, :2, None], i[:, 1:], i[:, ::2],
            ops.take(x, [0, 2], axis=1), ops.take(x, [-1], axis=2), ops.take(x, 1, axis=1), ops.take(x, np.array([[0, 1], [3, -1]]), axis=1),
            ops.flip(x, axis=1), ops.flip(i, axis=1), ops.roll(x, 1, axis=1), ops.roll(x, -2,
            axis=-1), ops.tile(x, (1, 2, 1)), ops.repeat(x, 2, axis=1), ops.repeat(i, 3, axis=1),
            ops.pad(x, ((0, 0), (1, 1), (0, 2))), ops.pad(x, ((0, 0), (1, 1), (0, 0)),
            mode="reflect"), ops.pad(x, ((0, 0), (2, 1), (0, 0)), mode="symmetric"), ops.pad(x,
            ((0, 0), (0, 1), (0, 0)), constant_values=2.5), ops.pad(i, ((0, 0), (1, 0)),
            constant_values=7),
        ],
        "products": [
            x @ ops.transpose(y, (0, 2, 1)), ops.matmul(x, np.ones((6, 2), "float32")),
            ops.matmul(x, np.arange(6).astype("float32")), ops.einsum("bij,bkj->bik", x, y),
            ops.einsum("bij,jk->bik", x, np.ones((6, 3), "float32")), ops.einsum("bij->bj", x),
            ops.dot(x, np.ones((6, 2), "float32")), ops.tensordot(x, np.ones((4, 6, 2),
            "float32"), 2), ops.tensordot(x, np.ones((6, 3), "float32"), axes=[[2], [0]]),
        ],
        "windows": [
            ops.max_pool(maps, 2, 2), ops.max_pool(maps, (2, 1), strides=1, padding="same"),
            ops.average_pool(maps, 3, strides=2, padding="same"),
            ops.conv(maps, kernel),
            ops.conv(maps, kernel, 2, "same"), ops.conv(maps, kernel, padding="same", dilation_rate=2),
            ops.depthwise_conv(maps, kernel, padding="same"),
            ops.conv(turned, kernel, data_format="channels_first"),
            ops.separable_conv(maps, kernel, point),
            ops.image.resize(maps, (3, 5)), ops.image.resize(maps, (7, 2), "nearest"),
            ops.image.rgb_to_grayscale(maps[:, :, :, :1] * np.ones(3, "float32")),
            ops.nn.depth_to_space(ops.concatenate([maps, maps], -1), 2),
            ops.nn.space_to_depth(maps[:, :, :2], 2),
        ],
        "normalizations": [
            ops.layer_normalization(x), ops.layer_normalization(
                x, np.arange(6, dtype="float32"), np.ones(6, "float32"), epsilon=1e-3),
            ops.layer_normalization(x, np.arange(4, dtype="float32"), axis=1),
            ops.rms_normalization(x), ops.rms_normalization(x, np.arange(6, dtype="float32")),
            ops.batch_normalization(x, np.arange(6, dtype="float32"), np.full(6, 2, "float32"), -1),
            ops.batch_normalization(x, np.zeros(4, "float32"), np.full(4, 2, "float32"), 1,
                                    np.ones(4, "float32"), np.arange(4, dtype="float32"), 0.1),
            ops.dot_product_attention(heads, heads, heads),
            ops.dot_product_attention(heads, heads[:, :3, :1], heads[:, :3, :1], scale=2.0),
            ops.dot_product_attention(heads, heads, heads, is_causal=True),
            ops.dot_product_attention(heads, heads, heads, bias=ops.expand_dims(
                ops.expand_dims(i, 1), 1) * 0.1, mask=ops.reshape(i > 1, (-1, 1, 1, 4))),
        ],
        "others": [
            ops.stop_gradient(x), ops.fmod(x, 0.7), ops.fmod(i - 3, 2), ops.hypot(x, y),
            ops.fabs(x), ops.deg2rad(x), ops.rad2deg(x), ops.cbrt(x), ops.erfc(x),
            ops.isfinite(odd), ops.isinf(1 / ops.maximum(x, 0.0)), ops.nan_to_num(odd),
            ops.nan_to_num(1 / ops.maximum(x, 0.0), posinf=3.0), ops.fmax(odd, 0.5), ops.fmin(odd, y),
            ops.select([x > 1, x > 0], [y, x * 2], 0.5), ops.cumprod(x, axis=1),
            ops.cumprod(i, axis=1), ops.average(x, axis=1), ops.average(
                x, axis=1, weights=np.arange(4, dtype="float32")), ops.ptp(x, axis=1),
            ops.ptp(x, axis=(1, 2), keepdims=True), ops.multi_hot(i, 6), *ops.hsplit(x, 2),
            *ops.array_split(x, 4, axis=-1), ops.dstack([x, y]), ops.append(x, y, axis=1),
            ops.diff(x), ops.diff(x, n=2, axis=1), ops.tril(x), ops.triu(x, 1), ops.tril(x > 0, -1),
        ],
        "sorting": [
            ops.sort(x), ops.sort(x, axis=1), ops.sort(i), ops.sort(odd, axis=1), ops.argsort(x),
            ops.argsort(i, axis=1), *ops.top_k(x, 3), *ops.top_k(i, 2), ops.median(x, axis=1),
            ops.median(x, axis=2, keepdims=True), ops.median(x, axis=(1, 2)), ops.median(i, axis=1),
            ops.take_along_axis(x, ops.cast(y > 0, "int32") - 1, axis=1),
            ops.take_along_axis(x, ops.argsort(y), axis=-1), ops.median(nan, axis=1),
            ops.argmax(nan, axis=1), ops.argmin(nan, axis=2), ops.argmax(nan, axis=2),
        ],
        "matrices": [
            ops.fliplr(x), ops.fliplr(i), ops.flipud(x), ops.rot90(x, axes=(1, 2)),
            ops.rot90(x, 2, (1, 2)), ops.rot90(x, -1, (2, 1)), ops.rot90(i, 4),
            ops.diagonal(x, axis1=1, axis2=2), ops.diagonal(x, 1, 2, 1),
            ops.diagonal(x, offset=-2, axis1=1, axis2=2), ops.trace(x, axis1=1, axis2=2),
            ops.trace(x, 2, 1, 2), ops.trace(maps, axis1=1, axis2=2), x * ops.vdot(x, y),
            ops.isclose(x, y, rtol=0.5), ops.isclose(x, y, atol=0.3),
            ops.isclose(nan, nan, equal_nan=True), ops.isclose(endless, endless + 1),
            ops.isposinf(endless), ops.isneginf(-endless), ops.nansum(nan, axis=1),
            ops.nansum(nan, axis=(1, 2), keepdims=True), ops.nanmean(nan, axis=2),
            ops.nanmean(nan, axis=1, keepdims=True), ops.nanmax(nan, axis=1),
            ops.nanmin(nan, axis=2), ops.nanmin(nan, axis=(1, 2)), ops.hypot(x * 1e30, y * 1e30),
            ops.hypot(endless, y), ops.hypot(ops.relu(x), ops.relu(y)),
        ],
        "copies": [
            ops.convert_to_tensor(x), ops.convert_to_tensor(i, dtype="float32"), ops.copy(x),
            ops.copy(i), ops.slice(x, [0, 1, 2], [-1, 2, 3]), ops.slice(i, [0, 1], [5, -1]),
            ops.broadcast_to(x[:, :1], (5, 4, 6)), ops.ones_like(x), ops.ones_like(i),
            ops.ones_like(x, dtype="int32"), ops.reshape(ops.ravel(x), (-1, 4, 6)),
            ops.reshape(ops.vstack([x, y]), (-1, 8, 6)),
            ops.reshape(ops.outer(x, np.arange(3, dtype="float32")), (-1, 4, 18)),
            ops.reshape(ops.outer(x, y[:, 0, 0]), (-1, 4, 30)), ops.inner(x, y),
            ops.inner(x, np.arange(18, dtype="float32").reshape(3, 6)), ops.inner(i, i),
            ops.amax(x, axis=1), ops.amax(i, axis=1, keepdims=True), ops.amin(x, axis=(1, 2)),
            ops.amin(i, axis=-1), ops.norm(x, axis=(1,)), ops.norm(x, ord=1, axis=(-1,), keepdims=True),
            ops.norm(x, ord=float("inf"), axis=(1,)), ops.norm(x, ord="fro", axis=(1, 2)),
            ops.norm(x, axis=(1, 2), keepdims=True), x * ops.norm(x),
        ],
        "curves": [
            ops.sparse_sigmoid(x), ops.sparsemax(x), ops.sparsemax(x * 2, axis=1), ops.cosh(x),
            ops.cosh(i), ops.exp2(x), ops.exp2(i), ops.tan(x), ops.tan(i),
            ops.divide(x, abs(y) + 1), ops.divide(i, 2), ops.divide(1, x * x + 1),
        ],
        "pictures": [
            ops.image.pad_images(maps, 1, 2, 0, 1),
            ops.image.pad_images(maps, 1, 0, target_height=7, target_width=5),
            ops.image.pad_images(turned, bottom_padding=1, right_padding=3, target_height=7,
                                 target_width=6, data_format="channels_first"),
            ops.image.crop_images(maps, 1, 0, 1, 1),
            ops.image.crop_images(maps, 1, 1, target_height=2, target_width=2),
            ops.image.crop_images(turned, bottom_cropping=1, right_cropping=1, target_height=2,
                                  target_width=1, data_format="channels_first"),
            ops.adaptive_average_pool(maps, (2, 2)), ops.adaptive_average_pool(maps, (3, 2)),
            ops.adaptive_average_pool(x, (3,)), ops.adaptive_max_pool(maps, (3, 1)),
            ops.adaptive_max_pool(x, (3,)),
            ops.adaptive_average_pool(turned, (3, 1), data_format="channels_first"),
            ops.image.extract_patches(maps, 2), ops.image.extract_patches(maps, (3, 2), (1, 1)),
            ops.image.extract_patches(maps, 2, 2, padding="same"),
            ops.image.extract_patches(maps, 2, 1, 2, padding="same"),
            ops.image.extract_patches(turned, (2, 1), data_format="channels_first"),
            ops.image.extract_patches(ops.expand_dims(maps, 1), (1, 2, 2), (1, 1, 1)),
            ops.unfold(turned, 2), ops.unfold(turned, (3, 2), padding=1, stride=2),
            ops.unfold(turned, 2, dilation=(2, 1), padding=(1, 0)),
        ],
    }


def write_functions(*only):
    import keras
    inputs = [keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y"),
              keras.Input((4,), dtype="int32", name="i")]
    for name, outputs in topics(*inputs).items():
        if only and name not in only:
            continue
        model = keras.Model(inputs, outputs)
        (FOLDER / f"{name}.json").write_text(model.to_json())
        write_arrays(name, [X, Y, I], model.predict([X, Y, I], verbose=0))


def write_integers():
    """Numbers that float32 does not hold, bytes, truth, infinity and NaN."""
    import keras
    from keras import ops
    random = np.random.default_rng(7)
    large = random.integers(-2**31, 2**31, (5, 3, 4)).astype("int32")
    large[0] = [[123456789, 16777217, 2147483647, -2147483648], [-1, 0, 1, 7],
                [16777217, 16777216, 16777219, 16777218]]
    other = random.integers(-2**26, 2**26, (5, 3, 4)).astype("int32")
    small = random.integers(-9, 10, (5, 3, 4)).astype("int32")
    small[small == 0] = 4
    bytes_ = random.integers(1, 256, (5, 3, 4)).astype("uint8")
    bytes_[0, 0] = [200, 100, 50, 255]
    truth = random.integers(0, 2, (5, 3, 4)).astype("bool")
    edges = random.standard_normal((5, 3, 4)).astype("float32")
    edges[0, :2] = [[np.inf, -np.inf, np.nan, 0], [1, np.inf, 2, 3]]
    arrays = [large, other, small, bytes_, truth, edges]
    inputs = [keras.Input((3, 4), dtype=str(a.dtype)) for a in arrays]
    j, k, s, u, b, f = inputs
    c = ops.logical_not(b[:, ::-1])
    turned = ops.transpose(j, (0, 2, 1))
    padded = ops.pad(f, ((0, 0), (1, 0), (0, 2)), constant_values=2.5)
    outputs = [
        j % 1000, j % -7, j % s, j // 1000, j // -7, j // s, k % j, j + k, j * k, j - k, s ** 3,
        ops.where(j > k, j, k), ops.where(b, j, 16777217), ops.flip(j, 1), j[:, ::2], j[..., ::-1],
        ops.take(j, [2, 0], axis=1), ops.take(j, [-1], axis=2),
        ops.take(j, ops.cast(b[0, 0], "int32"), axis=1),
        ops.take(j, ops.cast(b[0], "int32") - 1, axis=2),
        ops.pad(j, ((0, 0), (1, 2), (0, 0)), mode="reflect"),
        ops.pad(j, ((0, 0), (1, 2), (0, 0)), constant_values=16777217), ops.sum(j, axis=1),
        ops.max(j, axis=2), ops.min(j, axis=(1, 2), keepdims=True), ops.argmax(j, axis=2),
        ops.argmin(j, axis=1), ops.argmin(u, axis=2), ops.cumsum(j, axis=1), ops.prod(s, axis=1),
        ops.round(j), ops.trunc(j), ops.round(s, -1), ops.floor(s), ops.sign(j), ops.abs(k), -k,
        ops.clip(j, -16777217, 16777217), ops.maximum(j, k), j @ turned, ops.matmul(turned, k),
        ops.dot(j, np.arange(8, dtype="int32").reshape(4, 2)),
        ops.einsum("bij,bkj->bik", j, k), ops.einsum("bij->bj", j), ops.tensordot(j, np.arange(
            16777210, 16777222, dtype="int32").reshape(4, 3), axes=[[2], [0]]),
        ops.count_nonzero(s - 4, axis=1), ops.equal(j, k), j > 16777216, ops.sum(u, axis=2),
        ops.sum(u[:, 0, :3], axis=1), ops.prod(u, axis=1), ops.cumsum(u, axis=2), u + 1, u // 7,
        u % 7, u * 3, ops.max(u, axis=1), ops.min(u, axis=1), ops.flip(u, 2), ops.where(b, u, 0),
        ops.mean(u, axis=1), u / 2, b + c, b * c, ops.maximum(b, c), ops.minimum(b, c),
        ops.sum(b, axis=1), ops.max(b, axis=1), ops.min(b, axis=2), ops.cumsum(b, axis=1),
        ops.where(b, c, b), ops.matmul(b, ops.transpose(c, (0, 2, 1))), ops.flip(b, 1), b + 2,
        ops.isnan(f), ops.isnan(padded), ops.isnan(ops.cumsum(f, axis=2)), ops.normalize(s / 2, None),
        ops.abs(u), ops.abs(b), ops.tril(j), ops.triu(j, 1), s ** 2.0, s ** 2, ops.softmax(s / 2, None),
        ops.image.rgb_to_grayscale(ops.expand_dims(u[..., :3], 1)),
        u + np.array([300, 1, 2, 3], "int32"), u + np.array([1, 2, 3, 255], "uint8"),
        j * np.array([True, False, True, True]),
    ]
    model = keras.Model(inputs, outputs)
    (FOLDER / "integers.json").write_text(model.to_json())
    write_arrays("integers", arrays, model.predict(arrays, verbose=0))


def write_masks():
    """Masks that come by themselves and masks that are given; `training` in calls."""
    import keras
    from keras import layers, ops
    keras.utils.set_random_seed(3)
    i = keras.Input((7,), name="i")
    words = layers.Embedding(10, 8, mask_zero=True, embeddings_initializer="normal")(i)
    dropped = layers.Dropout(0.0)(layers.Dense(5)(words), training=False)
    mean = layers.GlobalAveragePooling1D()
    given = ops.logical_and(ops.not_equal(i, 3), ops.greater(i, 0))
    numbers = layers.Masking(2.0)(ops.expand_dims(i, -1))
    outputs = [
        mean(dropped),
        mean(dropped, mask=given),
        layers.BatchNormalization()(mean(layers.Add()([words, words])), training=True),
        layers.BatchNormalization()(mean(layers.Add()([words, words])), training=False),
        mean(layers.Concatenate()([words, dropped])),
        mean(numbers),
        layers.Softmax(axis=1)(layers.Reshape((7,))(layers.Dense(1)(dropped)), mask=given) * 2,
    ]
    model = keras.Model(i, outputs)
    model.compile("sgd", ["mse"] * len(outputs))
    ids = RANDOM.integers(1, 10, (5, 7)).astype("float32")
    ids[1, 4:] = 0
    ids[2, 3:] = 0
    ids[3, 0] = 0
    model.save(FOLDER / "masks.keras")
    y = model.predict(ids, verbose=0)
    targets = [np.ones_like(part) for part in y]
    losses = [model.train_on_batch(ids, targets, return_dict=True)["loss"] for _ in range(5)]
    write_arrays("masks", [ids], y, losses=np.array(losses, "float32"))


def write_attention_masks():
    """Masks given to layers of several inputs (`attention_masks.keras`)."""
    import keras
    from keras import layers, ops
    from make_keras_files import deflate
    keras.utils.set_random_seed(4)
    i, k = keras.Input((5,), name="i"), keras.Input((7,), name="k")
    table = layers.Embedding(10, 8, embeddings_initializer="normal")
    a, b = table(i), table(k)
    mask_a, mask_b, mask_c = ops.not_equal(i, 3), ops.greater(k, 1), ops.less(k, 8)
    x, y = keras.Input((5, 8)), keras.Input((7, 8))
    inner = keras.Model([x, y], [layers.GlobalAveragePooling1D()(x), layers.Softmax(axis=1)(y)])
    outputs = [
        layers.MultiHeadAttention(2, 3)(a, b, value_mask=mask_b),
        layers.MultiHeadAttention(2, 3)(a, b, b, query_mask=mask_a, key_mask=mask_c),
        layers.GroupQueryAttention(4, 4, 2)(
            a, b, b, query_mask=mask_a, value_mask=mask_b, key_mask=mask_c),
        layers.Attention()([a, b], mask=[None, mask_b]),
        layers.AdditiveAttention()([a, b], mask=[mask_a, mask_b]),
        layers.LSTM(4)(a, mask=mask_a, initial_state=[
            layers.Dense(4)(layers.Flatten()(b)), layers.Dense(4)(layers.Flatten()(b))]),
        *inner([a * 2, b * 2], mask=[mask_a, None]),  # it leaves the mask on its input
    ]
    model = keras.Model([i, k], outputs)
    random = np.random.default_rng(8)
    ids = [random.integers(1, 10, (5, n)).astype("float32") for n in (5, 7)]
    model.save(FOLDER / "attention_masks.keras")
    deflate(FOLDER / "attention_masks.keras")
    write_arrays("attention_masks", ids, model.predict(ids, verbose=0))


def write_carried_masks():
    """Masks that come by themselves where Keras takes none of them, or others (`carried_masks.keras`):
    beside an initial state, beside a mask that was given, and of a tensor that is two inputs."""
    import keras
    from keras import layers, ops
    from make_keras_files import deflate
    keras.utils.set_random_seed(5)
    i, k = keras.Input((5,), name="i"), keras.Input((7,), name="k")
    a = layers.Embedding(10, 8, mask_zero=True, embeddings_initializer="normal")(i)
    b = layers.Embedding(10, 8, mask_zero=True, embeddings_initializer="normal")(k)
    plain = layers.Embedding(10, 8, embeddings_initializer="normal")(i)
    mask_a, mask_b = ops.not_equal(i, 3), ops.greater(k, 4)
    state = layers.Dense(4)(layers.GlobalAveragePooling1D()(b))
    masked = layers.Masking(0.0)(ops.expand_dims(i, -1) * 0.1)
    mean = layers.GlobalAveragePooling1D()
    x, y = keras.Input((5, 8)), keras.Input((5, 8))
    inner = keras.Model([x, y], [layers.GlobalAveragePooling1D()(x), layers.LSTM(3)(y)])
    twice = plain * 2  # a model leaves the mask on it, also for other calls
    sequences, last, cell = layers.LSTM(4, return_sequences=True, return_state=True)(
        a, initial_state=[state, state])
    outputs = [
        layers.LSTM(4)(a, initial_state=[state, state]),
        layers.GRU(4)(masked, initial_state=state),
        layers.RNN(layers.SimpleRNNCell(4))(masked, initial_state=state),
        layers.GRU(4)(a, initial_state=state, mask=mask_a),
        layers.LSTM(4)(a, initial_state=[state, state], mask=ops.not_equal(i, 0)),
        layers.Bidirectional(layers.GRU(4))(a, initial_state=[state, state]),
        sequences, last, cell,
        mean(sequences),
        layers.GRU(3)(layers.Dropout(0.1)(sequences)),
        layers.MultiHeadAttention(2, 3)(plain, plain, query_mask=mask_a),
        mean(layers.MultiHeadAttention(2, 3)(a, b, query_mask=mask_a, value_mask=mask_b)),
        mean(layers.GroupQueryAttention(4, 4, 2)(a, b, query_mask=mask_a)),
        mean(layers.GroupQueryAttention(4, 4, 2)(plain, b, query_mask=mask_a)),
        layers.Attention()([a, b], mask=[None, mask_b]),
        mean(layers.AdditiveAttention()([a, b], mask=[None, mask_b])),
        layers.Attention()([a, b], mask=[mask_a, None]),
        mean(layers.Attention()([a, b])),
        *inner([twice, twice], mask=[mask_a, None]),
    ]
    model = keras.Model([i, k], outputs)
    random = np.random.default_rng(9)
    ids = [random.integers(0, 10, (5, n)).astype("float32") for n in (5, 7)]
    ids[0][:, 0], ids[1][:, 0] = 1, 5
    model.save(FOLDER / "carried_masks.keras")
    deflate(FOLDER / "carried_masks.keras")
    write_arrays("carried_masks", ids, model.predict(ids, verbose=0))


def write_lost_masks():
    """MultiHeadAttention takes the masks off its inputs, for layers that run later (`lost_masks.keras`)."""
    import keras
    from keras import layers
    from make_keras_files import deflate
    keras.utils.set_random_seed(6)
    i, k = keras.Input((5,), name="i"), keras.Input((7,), name="k")

    def embedded(ids):
        return layers.Embedding(10, 4, mask_zero=True, embeddings_initializer="normal")(ids)

    def attend(x, y):
        return layers.MultiHeadAttention(2, 3)(x, y)

    def block(x):
        return layers.LayerNormalization()(layers.Add()([x, attend(x, x)]))

    def model_of(make):
        x = keras.Input((5, 4))
        return keras.Model(x, make(x))

    mean = layers.GlobalAveragePooling1D()
    x, y, z = embedded(i), embedded(i), embedded(i)
    encoded = block(block(embedded(k)))
    query = layers.Add()([x, attend(x, x)])
    joined = layers.Concatenate()([y, layers.Dense(3)(attend(y, y))])
    twice, again, given, before, grouped = (embedded(i) for _ in range(5))
    plain = model_of(layers.Dense(4))
    dropped = layers.Dropout(0.1)(again)
    passed = layers.Activation("linear")(layers.Identity()(before))
    ends = keras.Input((5, 4))
    dense = layers.Dense(4)(ends)
    inside, attended = keras.Model(ends, [dense, attend(dense, dense)])(embedded(i))
    out = keras.Input((5, 4))
    left = embedded(i)
    one, handed = keras.Model(out, [layers.Dense(4)(out), out])(left)
    deep = layers.Dense(4)(layers.Dense(4)(attend(grouped, x)))
    shared = model_of(lambda x: layers.Add()([x, attend(x, x)]))
    outputs = [
        encoded, mean(encoded),
        layers.Attention()([query, embedded(k)]), attend(query, encoded), mean(query),
        attend(embedded(k), query), layers.LSTM(3)(joined), attend(joined, joined),
        layers.Concatenate()([attend(twice, twice), attend(twice, layers.Dense(4)(twice))]),
        mean(layers.Add()([z, model_of(lambda x: attend(x, x))(z)])),
        shared(shared(embedded(i))), mean(shared(embedded(i))),
        layers.GRU(3)(z), layers.Bidirectional(layers.GRU(2))(layers.Dropout(0.1)(x)),
        attend(layers.Multiply()([x, layers.Dense(4)(query)]), x),
        attend(attend(dropped, dropped), again), attend(attend(before, one), passed),
        attend(attended, inside), attend(attend(one, left), handed),
        layers.Add()([deep, attend(z, layers.GroupQueryAttention(2, 2, 1)(grouped, twice))]),
        attend(layers.Add()([attend(given, given), plain(given)]), given),
    ]
    model = keras.Model([i, k], outputs)
    random = np.random.default_rng(10)
    ids = [random.integers(0, 10, (5, n)).astype("float32") for n in (5, 7)]
    ids[0][:, 0], ids[1][:, 0] = 1, 5
    ids[0][1:3, 3:], ids[1][2:, 4:] = 0, 0
    model.save(FOLDER / "lost_masks.keras")
    deflate(FOLDER / "lost_masks.keras")
    write_arrays("lost_masks", ids, model.predict(ids, verbose=0))


def write_given_arrays():
    """Arrays that layers are given where others get tensors (`given_arrays.keras`)."""
    import keras
    from keras import layers, ops
    from make_keras_files import deflate
    keras.utils.set_random_seed(7)
    x = keras.Input((5, 4), name="x")
    causal = np.tril(np.ones((5, 5), "bool"))
    attend = layers.MultiHeadAttention(2, 3)
    added = layers.Add()([x, ops.arange(20, dtype="float32").reshape(1, 5, 4)])
    inner = keras.Input((5, 4))
    shared = keras.Model(inner, layers.MultiHeadAttention(1, 2)(
        inner, inner, attention_mask=ops.tril(ops.ones((5, 5)))))
    outputs = [
        attend(x, added, attention_mask=causal), attend(x, x), shared(added),
        layers.Average()([x, np.full((1, 5, 4), 0.5, "float32")]),
    ]
    model = keras.Model(x, outputs)
    x = np.random.default_rng(11).normal(size=(3, 5, 4)).astype("float32")
    model.save(FOLDER / "given_arrays.keras")
    deflate(FOLDER / "given_arrays.keras")
    write_arrays("given_arrays", [x], model.predict(x, verbose=0))


def write_older_tensorflow():
    """Functions that tensorflow.json has not, and nodes as TensorFlow 2.0 to 2.3 wrote them."""
    import tensorflow as tf
    import tf_keras
    from tf_keras.src.engine.base_layer import TensorFlowOpLayer
    inputs = [tf_keras.Input((4, 6), name="x"), tf_keras.Input((4, 6), name="y")]
    x, y = inputs
    maps = tf.reshape(x, (-1, 2, 3, 4))

    def node(op, tensors, constants=None):
        numbers = constants or {}
        places = [f"in{k}" for k in range(len(numbers) + (
            len(tensors) if isinstance(tensors, list) else 1))]
        made = {"name": f"n{len(nodes)}", "op": op, "input": places,
                "attr": {"T": {"type": "DT_FLOAT"}}}
        nodes.append(TensorFlowOpLayer(made, made["name"], constants=numbers)(tensors))

    nodes = []
    node("Mul", x, {1: 2.0})
    node("Sub", x, {0: 1.5})
    node("RealDiv", x, {0: 2.0})
    node("AddV2", [x, y])
    node("Sub", [y, x])
    node("Maximum", x, {1: np.arange(6, dtype="float32")})
    node("Pow", x, {1: 2.0})
    node("Tanh", x)
    node("Neg", x)
    node("SquaredDifference", [x, y])
    outputs = nodes + [
        tf.nn.depth_to_space(maps, 2), tf.nn.space_to_depth(tf.reshape(x, (-1, 4, 6, 1)), 2),
        tf.cumsum(x, 1), tf.cumsum(x, axis=-1), tf.round(x * 3), tf.math.rint(x * 2),
        tf.add_n([x, y, x]), tf.add_n([x]),
        tf.cast(tf.math.logical_xor(x > 0, y > 0), "float32"), tf.math.log_sigmoid(x), tf.tan(x),
        tf.sinh(x), tf.cosh(x), tf.atan(x), tf.atan2(x, y), tf.reduce_logsumexp(x, 1),
        tf.reduce_logsumexp(x, [1, 2], keepdims=True), tf.math.is_nan(x / tf.nn.relu(x)),
        tf.math.is_finite(1 / tf.nn.relu(x)), tf.math.is_inf(1 / tf.nn.relu(x)),
        tf.clip_by_norm(x, 2.0), tf.clip_by_norm(x, 1.0, axes=[2]), tf.math.expm1(x),
        tf.sort(x), tf.sort(x, axis=1, direction="DESCENDING"), tf.argsort(x, axis=1),
        *tf.math.top_k(x, 2),
    ]
    model = tf_keras.Model(inputs, outputs)
    (FOLDER / "older_tensorflow.json").write_text(model.to_json())
    write_arrays("older_tensorflow", [X, Y], model.predict([X, Y], verbose=0))


def write_tensorflow_sizes():
    """Models that compute with the sizes of their tensors, of which the first is open."""
    import tensorflow as tf
    import tf_keras
    x = tf_keras.Input((4, 6), name="x")
    open_time = tf_keras.Input((None, 6), name="y")
    size = tf.shape(x)
    outputs = [
        tf.reshape(x, [size[0], 24]), tf.reshape(x, (size[0], size[1] * 2, size[-1] // 2)),
        tf.reshape(x, tf.stack([size[0], 2, size[1] + size[2] - 9, 12])),
        tf.reshape(x, tf.concat([size[:1], [3, 8]], 0)),
        tf.broadcast_to(tf.reduce_mean(x, 1, keepdims=True), size),
        tf.zeros_like(x) + tf.cast(size[1], "float32"),
        open_time * tf.cast(tf.shape(open_time)[2], "float32"),
    ]
    model = tf_keras.Model([x, open_time], outputs)
    (FOLDER / "tensorflow_sizes.json").write_text(model.to_json())
    write_arrays("tensorflow_sizes", [X, Y], model.predict([X, Y], verbose=0))


def write_tensorflow():
    import tensorflow as tf
    import tf_keras
    inputs = [tf_keras.Input((4, 6), name="x"), tf_keras.Input((4, 6), name="y")]
    x, y = inputs
    near = x > 0
    outputs = [
        x + 3.0, 3.0 - x, x * y, x / 2, x ** 2, -x, x[:, 0], x[:, :, 1:3], x[:, tf.newaxis, ::2],
        tf.reduce_mean(x, 1), tf.reduce_sum(x, [1, 2], keepdims=True), tf.nn.relu(x),
        tf.concat([x, y], -1), tf.expand_dims(x, 1), tf.reshape(x, (-1, 24)),
        tf.transpose(x, (0, 2, 1)), tf.matmul(x, y, transpose_b=True),
        x @ tf.transpose(y, (0, 2, 1)), tf.cast(x, "int32"), tf.sigmoid(x), tf.nn.softmax(x),
        tf.math.square(x), tf.clip_by_value(x, 0.0, 1.0), tf.cast(near, "float32"),
        tf.where(near, x, 0.0), tf.stack([x, y], 1), tf.squeeze(x[:, :1], 1), tf.abs(x),
        tf.nn.relu6(x + 3.0) * (1.0 / 6.0), tf_keras.activations.swish(x),
        tf.pad(x, [[0, 0], [1, 1], [0, 0]]), tf.one_hot(tf.cast(tf.abs(x), "int32"), 3),
        *tf.split(x, [1, 3], 1), tf.maximum(x, y), tf.math.l2_normalize(x, -1),
        tf.tile(x, [1, 2, 1]), tf_keras.backend.mean(x, 1), tf.nn.gelu(x), tf.nn.leaky_relu(x),
        *tf.split(x, [-1, 2], axis=-1), *tf.split(x, [1, -1, 2, 1], axis=2),
        *tf.split(x, [2, -1, 0], axis=1), tf.math.l2_normalize(x),
        tf.nn.l2_normalize(x, [1, 2], epsilon=9.0), tf.gather(x, [2, 0], axis=2),
        tf.gather(x, tf.cast(near[:, 0, 0], "int32"), axis=1), tf.norm(x, axis=1),
        tf.linalg.norm(x, ord=1, axis=-1, keepdims=True),
        tf.cast(tf.argmax(x, -1), "int32"), tf.cast(tf.argmin(x, 1), "int32"),
    ]
    model = tf_keras.Model(inputs, outputs)
    (FOLDER / "tensorflow.json").write_text(model.to_json())
    write_arrays("tensorflow", [X, Y], model.predict([X, Y], verbose=0))


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    if sys.argv[1:] == ["tensorflow"]:
        write_tensorflow()
        write_older_tensorflow()
        write_tensorflow_sizes()
    elif sys.argv[1:] == ["masks"]:
        write_masks()
    elif sys.argv[1:] == ["attention_masks"]:
        write_attention_masks()
    elif sys.argv[1:] == ["carried_masks"]:
        write_carried_masks()
    elif sys.argv[1:] == ["lost_masks"]:
        write_lost_masks()
    elif sys.argv[1:] == ["given_arrays"]:
        write_given_arrays()
    elif sys.argv[1:] == ["integers"]:
        write_integers()
    else:
        write_functions(*sys.argv[1:])
        if not sys.argv[1:]:
            write_integers()
            write_masks()
            write_attention_masks()
            write_carried_masks()
            write_lost_masks()
            write_given_arrays()
