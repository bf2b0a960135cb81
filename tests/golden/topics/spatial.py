"""spatial.safetensors: layers over space, as layers.safetensors has the others."""

from keras import layers

from topics.layers import add, distinct, random_inputs, time_mask
from topics.store import GoldenFile

STEPS, IMAGE, VOLUME = (2, 7, 4), (2, 6, 5, 4), (1, 4, 3, 5, 2)


def first(shape):
    """The shape with its channels first."""
    return (shape[0], shape[-1], *shape[1:-1])


def add_convolutions(file):
    cases = {
        "conv1d_causal": (layers.Conv1D, STEPS, dict(filters=3, kernel_size=3, padding="causal", dilation_rate=2)),
        "conv1d_same_strided": (layers.Conv1D, STEPS, dict(filters=3, kernel_size=2, strides=2, padding="same")),
        "conv1d_groups": (layers.Conv1D, STEPS, dict(filters=6, kernel_size=3, groups=2, use_bias=False)),
        "conv1d_causal_strided": (layers.Conv1D, STEPS, dict(filters=3, kernel_size=3, strides=2, padding="causal")),
        "conv2d_valid": (layers.Conv2D, IMAGE, dict(filters=3, kernel_size=3, activation="relu")),
        "conv2d_same_strided": (layers.Conv2D, IMAGE, dict(filters=3, kernel_size=3, strides=2, padding="same")),
        "conv2d_same_even": (layers.Conv2D, IMAGE, dict(filters=2, kernel_size=(2, 4), strides=(2, 1), padding="same")),
        "conv2d_dilated": (layers.Conv2D, IMAGE, dict(filters=2, kernel_size=2, dilation_rate=(2, 3), padding="same")),
        "conv2d_groups": (layers.Conv2D, IMAGE, dict(filters=4, kernel_size=3, groups=2, padding="same")),
        "conv2d_point": (layers.Conv2D, IMAGE, dict(filters=5, kernel_size=1, strides=2)),
        "conv3d_same": (layers.Conv3D, VOLUME, dict(filters=2, kernel_size=(2, 3, 2), padding="same", strides=(1, 2, 2))),
        "conv3d_valid": (layers.Conv3D, VOLUME, dict(filters=2, kernel_size=2)),
        "conv3d_dilated": (layers.Conv3D, VOLUME, dict(filters=2, kernel_size=2, dilation_rate=(2, 1, 3), padding="same")),
        "conv3d_groups": (layers.Conv3D, VOLUME, dict(filters=4, kernel_size=(1, 2, 2), groups=2, use_bias=False)),
        "conv1d_transpose": (layers.Conv1DTranspose, STEPS, dict(filters=3, kernel_size=3, strides=2)),
        "conv1d_transpose_same": (layers.Conv1DTranspose, STEPS, dict(filters=3, kernel_size=2, strides=3, padding="same")),
        "conv1d_transpose_dilated": (layers.Conv1DTranspose, STEPS, dict(filters=3, kernel_size=3, dilation_rate=2)),
        "conv2d_transpose": (layers.Conv2DTranspose, IMAGE, dict(filters=3, kernel_size=3, strides=2)),
        "conv2d_transpose_same": (layers.Conv2DTranspose, IMAGE, dict(filters=2, kernel_size=(4, 3), strides=2, padding="same", use_bias=False)),
        "conv2d_transpose_output_padding": (layers.Conv2DTranspose, IMAGE, dict(filters=2, kernel_size=3, strides=2, padding="same", output_padding=1)),
        "conv2d_transpose_valid_short": (layers.Conv2DTranspose, IMAGE, dict(filters=2, kernel_size=1, strides=2)),
        "conv2d_transpose_dilated": (layers.Conv2DTranspose, IMAGE, dict(filters=2, kernel_size=(3, 2), dilation_rate=(1, 3), padding="same")),
        "conv3d_transpose": (layers.Conv3DTranspose, VOLUME, dict(filters=2, kernel_size=2, strides=(1, 2, 1))),
        "conv3d_transpose_output_padding": (layers.Conv3DTranspose, VOLUME, dict(filters=2, kernel_size=3, strides=2, padding="same", output_padding=(1, 0, 1), use_bias=False)),
        "depthwise_conv1d": (layers.DepthwiseConv1D, STEPS, dict(kernel_size=3, padding="same", depth_multiplier=2)),
        "depthwise_conv1d_strided": (layers.DepthwiseConv1D, STEPS, dict(kernel_size=2, strides=2, activation="tanh", use_bias=False)),
        "depthwise_conv2d": (layers.DepthwiseConv2D, IMAGE, dict(kernel_size=3, strides=2, padding="same", activation="relu")),
        "depthwise_conv2d_dilated": (layers.DepthwiseConv2D, IMAGE, dict(kernel_size=2, dilation_rate=(2, 1))),
        "depthwise_conv2d_multiplier": (layers.DepthwiseConv2D, IMAGE, dict(kernel_size=(2, 3), depth_multiplier=2, use_bias=False)),
        "separable_conv1d": (layers.SeparableConv1D, STEPS, dict(filters=3, kernel_size=3, padding="same")),
        "separable_conv2d": (layers.SeparableConv2D, IMAGE, dict(filters=3, kernel_size=3, depth_multiplier=2, strides=2)),
        "separable_conv2d_dilated": (layers.SeparableConv2D, IMAGE, dict(filters=2, kernel_size=2, dilation_rate=2)),
    }
    for case, (layer, shape, options) in cases.items():
        add(file, case, layer, options, random_inputs(case, shape))


def add_pooling(file):
    cases = {
        "max_pooling1d": (layers.MaxPooling1D, STEPS, dict(pool_size=3, strides=2, padding="same")),
        "max_pooling2d": (layers.MaxPooling2D, IMAGE, {}),
        "max_pooling2d_same": (layers.MaxPooling2D, IMAGE, dict(pool_size=3, strides=2, padding="same")),
        "max_pooling3d": (layers.MaxPooling3D, VOLUME, dict(pool_size=2, strides=1)),
        "max_pooling3d_same": (layers.MaxPooling3D, VOLUME, dict(pool_size=(3, 1, 2), strides=(2, 1, 3), padding="same")),
        "average_pooling1d": (layers.AveragePooling1D, STEPS, dict(pool_size=2, padding="same")),
        "average_pooling1d_valid": (layers.AveragePooling1D, STEPS, dict(pool_size=3, strides=1)),
        "average_pooling2d": (layers.AveragePooling2D, IMAGE, dict(pool_size=(3, 2), strides=(1, 2))),
        "average_pooling2d_same": (layers.AveragePooling2D, IMAGE, dict(pool_size=3, strides=2, padding="same")),
        "average_pooling3d": (layers.AveragePooling3D, VOLUME, dict(pool_size=2, padding="same")),
        "global_average_pooling2d": (layers.GlobalAveragePooling2D, IMAGE, dict(keepdims=True)),
        "global_average_pooling2d_flat": (layers.GlobalAveragePooling2D, IMAGE, {}),
        "global_average_pooling3d": (layers.GlobalAveragePooling3D, VOLUME, {}),
        "global_average_pooling3d_keepdims": (layers.GlobalAveragePooling3D, VOLUME, dict(keepdims=True)),
        "global_max_pooling2d": (layers.GlobalMaxPooling2D, IMAGE, {}),
        "global_max_pooling3d": (layers.GlobalMaxPooling3D, VOLUME, dict(keepdims=True)),
        "global_max_pooling3d_flat": (layers.GlobalMaxPooling3D, VOLUME, {}),
        "zero_padding1d": (layers.ZeroPadding1D, STEPS, dict(padding=(1, 2))),
        "zero_padding1d_one": (layers.ZeroPadding1D, STEPS, dict(padding=3)),
        "zero_padding2d": (layers.ZeroPadding2D, IMAGE, dict(padding=((1, 0), (2, 3)))),
        "zero_padding2d_pair": (layers.ZeroPadding2D, IMAGE, dict(padding=(2, 1))),
        "zero_padding3d": (layers.ZeroPadding3D, VOLUME, dict(padding=1)),
        "zero_padding3d_sides": (layers.ZeroPadding3D, VOLUME, dict(padding=((0, 1), (2, 0), (1, 3)))),
        "cropping1d": (layers.Cropping1D, STEPS, dict(cropping=(1, 2))),
        "cropping1d_one": (layers.Cropping1D, STEPS, dict(cropping=2)),
        "cropping2d": (layers.Cropping2D, IMAGE, dict(cropping=((1, 0), (2, 1)))),
        "cropping3d": (layers.Cropping3D, VOLUME, dict(cropping=((1, 1), (0, 1), (2, 0)))),
        "cropping3d_axes": (layers.Cropping3D, VOLUME, dict(cropping=(1, 0, 2))),
    }
    for name in ("AdaptiveAveragePooling", "AdaptiveMaxPooling"):
        for n, shape in enumerate((STEPS, IMAGE, VOLUME), 1):
            if layer := getattr(layers, f"{name}{n}D", None):
                size = (3, 2, 2)[:n] if n > 1 else 3
                cases[f"{name.lower()}{n}d"] = (layer, shape, dict(output_size=size))
                more = (4, 3, 1)[:n] if n > 1 else 5  # of 4 or 6, 3 or 5, and of 5 or 7
                cases[f"{name.lower()}{n}d_overlapping"] = (layer, shape, dict(output_size=more))
    for case, (layer, shape, options) in cases.items():
        add(file, case, layer, options, [distinct(case, shape)])


def add_channels_first(file):
    cases = {
        "conv1d": (layers.Conv1D, STEPS, dict(filters=3, kernel_size=2, dilation_rate=2)),
        "conv2d": (layers.Conv2D, IMAGE, dict(filters=3, kernel_size=3, strides=2, padding="same")),
        "conv2d_groups": (layers.Conv2D, IMAGE, dict(filters=4, kernel_size=2, groups=2, dilation_rate=2)),
        "conv3d": (layers.Conv3D, VOLUME, dict(filters=2, kernel_size=2)),
        "conv1d_transpose": (layers.Conv1DTranspose, STEPS, dict(filters=3, kernel_size=3, strides=2)),
        "conv2d_transpose": (layers.Conv2DTranspose, IMAGE, dict(filters=3, kernel_size=3, strides=2, padding="same")),
        "depthwise_conv2d": (layers.DepthwiseConv2D, IMAGE, dict(kernel_size=2, depth_multiplier=2)),
        "separable_conv1d": (layers.SeparableConv1D, STEPS, dict(filters=3, kernel_size=3)),
        "separable_conv2d": (layers.SeparableConv2D, IMAGE, dict(filters=3, kernel_size=2, padding="same")),
        "max_pooling1d": (layers.MaxPooling1D, STEPS, {}),
        "max_pooling2d": (layers.MaxPooling2D, IMAGE, dict(pool_size=3, strides=2, padding="same")),
        "average_pooling2d": (layers.AveragePooling2D, IMAGE, dict(pool_size=(3, 2), strides=(1, 2))),
        "average_pooling3d": (layers.AveragePooling3D, VOLUME, dict(pool_size=2)),
        "global_average_pooling1d": (layers.GlobalAveragePooling1D, STEPS, {}),
        "global_max_pooling2d": (layers.GlobalMaxPooling2D, IMAGE, dict(keepdims=True)),
        "zero_padding2d": (layers.ZeroPadding2D, IMAGE, dict(padding=((1, 0), (2, 3)))),
        "cropping2d": (layers.Cropping2D, IMAGE, dict(cropping=((1, 0), (2, 1)))),
    }
    for kind in ("Average", "Max"):
        for n, shape in enumerate((STEPS, IMAGE, VOLUME), 1):
            layer = getattr(layers, f"Adaptive{kind}Pooling{n}D")
            cases[f"adaptive{kind.lower()}pooling{n}d"] = (layer, shape, dict(output_size=2))
    for name, (layer, shape, options) in cases.items():
        case = f"{name}_channels_first"
        add(file, case, layer, dict(options, data_format="channels_first"), [distinct(case, first(shape))])


def add_normalization(file):
    cases = {
        "batch_normalization": (layers.BatchNormalization, IMAGE, {}),
        "batch_normalization_axis1": (layers.BatchNormalization, first(IMAGE), dict(axis=1, scale=False)),
        "batch_normalization_no_center": (layers.BatchNormalization, (3, 4), dict(center=False, epsilon=0.1)),
        "group_normalization": (layers.GroupNormalization, IMAGE, dict(groups=2)),
        "group_normalization_axis1": (layers.GroupNormalization, first(IMAGE), dict(groups=-1, axis=1)),
        "group_normalization_no_scale": (layers.GroupNormalization, STEPS, dict(groups=1, scale=False)),
        "rms_normalization": (layers.RMSNormalization, STEPS, {}),
        "rms_normalization_pictures": (layers.RMSNormalization, IMAGE, dict(epsilon=0.1)),
        "relu_layer": (layers.ReLU, IMAGE, dict(max_value=1.5, negative_slope=0.1, threshold=0.3)),
        "leaky_relu_layer": (layers.LeakyReLU, IMAGE, {}),
        "relu_layer_plain": (layers.ReLU, IMAGE, {}),
        "leaky_relu_layer_steep": (layers.LeakyReLU, STEPS, dict(negative_slope=0.8)),
        "prelu": (layers.PReLU, IMAGE, {}),
        "prelu_shared": (layers.PReLU, IMAGE, dict(shared_axes=[1, 2])),
        "elu_layer": (layers.ELU, IMAGE, dict(alpha=0.7)),
        "elu_layer_plain": (layers.ELU, STEPS, {}),
        "softmax_layer": (layers.Softmax, IMAGE, {}),
        "softmax_axis1": (layers.Softmax, STEPS, dict(axis=1)),
        "spatial_dropout2d": (layers.SpatialDropout2D, IMAGE, dict(rate=0.5)),
    }
    for case, (layer, shape, options) in cases.items():
        add(file, case, layer, options, random_inputs(case, shape))
    case = "batch_normalization_mask"
    add(file, case, layers.BatchNormalization, {}, random_inputs(case, (3, 5, 4)), [time_mask(3, 5)])


def write(folder):
    file = GoldenFile()
    add_convolutions(file)
    add_pooling(file)
    add_channels_first(file)
    add_normalization(file)
    return file.write(folder / "spatial.safetensors")
