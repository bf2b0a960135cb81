"""Random graphs of functions of keras.ops, compared as sweep_models.py compares layers. Run by hand:

    python sweep_operations.py LINNET COUNT [FIRST_SEED]

Each seed gives a functional model of some forty nodes: arithmetic with tensors, numbers and arrays on
either side, comparison, choice, reductions, shapes, slices, products, activations, of floats, whole
numbers and truth. All nodes whose numbers are finite are outputs, so what differs is named.
"""
import sweep_models
from sweep_models import R, keras, np, one
from keras import activations, ops

SMALL = 1 << 20  # whole numbers beyond are left out: what overflows differs by backend


def axis_of(x, front=1):
    """An axis but that of the rows, counted from either end."""
    axis = R.randrange(front, len(x.shape))
    return one(axis, axis - len(x.shape))


def axes_of(x):
    if one(True, False):
        return axis_of(x)
    return tuple(R.sample(range(1, len(x.shape)), R.randint(1, len(x.shape) - 1)))


def number():
    return one(2, 3, -1, 0.5, 1.5, -0.3, 2.0, 0, True)


def array(shape):
    numbers = np.random.default_rng(R.randrange(1000)).normal(size=shape) * 2
    return numbers.astype(one("float32", "float32", "int32", "bool"))


class Graph:
    def __init__(self):
        self.inputs = [keras.Input((4, 6), name="x"), keras.Input((4, 6), name="y"), keras.Input((6,), name="v"),
                       keras.Input((3, 4, 2), name="m"), keras.Input((4,), dtype="int32", name="i"),
                       keras.Input((4, 6), dtype="int32", name="j")]
        self.nodes = list(self.inputs)

    def any(self, rank=1, kinds="fib"):
        """A node, rather a recent one."""
        fit = [n for n in self.nodes if len(n.shape) > rank and n.dtype[0] in kinds.replace("i", "iu")]
        return R.choice(fit[-12:] if one(True, True, False) else fit)

    def like(self, x):
        """Something that goes with x: a node, a number or an array."""
        kind = one("node", "node", "number", "array")
        if kind == "number":
            return number()
        if kind == "array":
            shape = x.shape[1:]
            return array(one(shape, shape[-1:], shape[-1:], (1,)))
        fit = [n for n in self.nodes if n.shape == x.shape]
        y = R.choice(fit)
        if one(True, False, False):
            y = one(ops.mean, ops.max, ops.sum)(y, axis=axis_of(y), keepdims=True)
        return y

    def either(self, function):
        x = self.any()
        y = self.like(x)
        return function(x, y) if one(True, True, False) else function(y, x)

    def arithmetic(self):
        return self.either(one(
            lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a, b: a // b,
            lambda a, b: a % b, ops.add, ops.subtract, ops.multiply, ops.divide, ops.maximum, ops.minimum,
            ops.true_divide, ops.floor_divide, ops.mod, ops.divide_no_nan, ops.squared_difference,
            ops.logaddexp, lambda a, b: ops.power(ops.abs(a), b) if hasattr(a, "shape") else a * b,
            ops.hypot, ops.fmod, ops.fmax, ops.fmin))

    def comparison(self):
        return self.either(one(
            lambda a, b: a > b, lambda a, b: a >= b, lambda a, b: a < b, lambda a, b: a <= b, ops.equal,
            ops.not_equal, ops.less, ops.greater_equal, ops.logical_and, ops.logical_or, ops.logical_xor))

    def choice(self):
        x = self.any()
        y, condition = self.like(x), self.any(kinds="b")
        if condition.shape != x.shape:
            condition = x > 0
        return one(lambda: ops.where(condition, x, y), lambda: ops.where(condition, y, x),
                   lambda: ops.where(self.any(kinds="b"), 1.0, 0), lambda: ops.logical_not(condition),
                   lambda: ~condition)()

    def unary(self):
        x = self.any()
        positive = ops.abs(x) + 0.1
        return one(
            lambda: -x, lambda: abs(x), lambda: ops.square(x), lambda: ops.sqrt(positive), lambda: ops.rsqrt(positive),
            lambda: ops.exp(ops.minimum(x, 3)), lambda: ops.exp2(ops.minimum(x, 3)), lambda: ops.expm1(ops.minimum(x, 3)),
            lambda: ops.log(positive), lambda: ops.log1p(positive), lambda: ops.log2(positive), lambda: ops.log10(positive),
            lambda: ops.sign(x), lambda: ops.floor(x), lambda: ops.ceil(x), lambda: ops.round(x, one(0, 1)),
            lambda: ops.trunc(x), lambda: ops.sin(x), lambda: ops.cos(x), lambda: ops.tan(ops.tanh(x)),
            lambda: ops.sinh(ops.tanh(x)), lambda: ops.cosh(ops.tanh(x)), lambda: ops.tanh(x), lambda: ops.erf(x),
            lambda: ops.clip(x, one(-1, 0, -0.5), one(1, 2, 0.5)), lambda: ops.reciprocal(positive),
            lambda: x ** one(2, 3, 2.0), lambda: positive ** one(0.5, -1, 1.7), lambda: ops.isnan(x),
            lambda: ops.isfinite(x), lambda: ops.isinf(x), lambda: ops.copy(x), lambda: ops.stop_gradient(x),
            lambda: ops.cast(x, one("float32", "int32", "bool", "uint8", "int64")),
            lambda: ops.nan_to_num(x), lambda: ops.cbrt(x), lambda: ops.deg2rad(x),
            lambda: ops.erfc(x))()

    def activation(self):
        x = self.any(kinds="f")
        plain = one("relu", "relu6", "sigmoid", "softplus", "softsign", "silu", "gelu", "selu", "hard_sigmoid",
                    "hard_silu", "hard_tanh", "log_sigmoid", "tanh_shrink", "sparse_plus", "sparse_sigmoid",
                    "squareplus", "soft_shrink", "hard_shrink", "elu", "celu", "leaky_relu")
        return one(
            lambda: getattr(ops, plain)(x), lambda: getattr(ops, plain)(x), lambda: ops.leaky_relu(x, 0.1),
            lambda: ops.elu(x, 0.5), lambda: ops.celu(x, 2.0), lambda: ops.gelu(x, approximate=one(True, False)),
            lambda: ops.softmax(x, axis=axis_of(x)), lambda: ops.log_softmax(x, axis=axis_of(x)),
            lambda: ops.threshold(x, 0.3, -2.0), lambda: ops.sparsemax(x), lambda: ops.glu(x, axis=axis_of(x)),
            lambda: activations.relu(x, max_value=1.0, negative_slope=0.1, threshold=one(0.0, 0.2)),
            lambda: activations.get(one("mish", "gelu", "silu", "exponential", "hard_sigmoid"))(x))()

    def reduction(self):
        x, keep = self.any(), {"keepdims": one(True, False)}
        axis = {"axis": axes_of(x)}
        f = ops.cast(x, "float32")
        whole = one("sum", "mean", "max", "min", "amax", "amin", "prod")
        return one(
            lambda: getattr(ops, whole)(x, **axis, **keep), lambda: getattr(ops, whole)(x, **axis, **keep),
            lambda: one(ops.std, ops.var, ops.logsumexp)(f, **axis, **keep),
            lambda: one(ops.any, ops.all)(x, **axis, **keep),
            lambda: one(ops.argmax, ops.argmin)(f, axis=axis_of(x), **keep),
            lambda: ops.cumsum(x, axis=axis_of(x)), lambda: ops.cumprod(ops.tanh(f), axis=axis_of(x)),
            lambda: ops.norm(f, ord=one(None, 1, 2), axis=axis_of(x), **keep),
            lambda: ops.normalize(f, axis=axis_of(x), order=one(1, 2)),
            lambda: ops.moments(f, axes=(axis_of(x),), **keep), lambda: ops.count_nonzero(x, axis=axis_of(x)),
            lambda: ops.average(f, axis=axis_of(x)), lambda: ops.ptp(f, axis=axis_of(x)),
            lambda: ops.layer_normalization(f), lambda: ops.rms_normalization(f))()

    def shape(self):
        x = self.any()
        sizes, rank = x.shape[1:], len(x.shape)
        inner = R.sample(range(1, rank), rank - 1)
        return one(
            lambda: ops.reshape(x, (-1, int(np.prod(sizes)))), lambda: ops.reshape(x, (-1, *reversed(sizes))),
            lambda: ops.reshape(x, (-1, sizes[0], int(np.prod(sizes[1:])), 1)),
            lambda: ops.transpose(x, (0, *inner)), lambda: ops.swapaxes(x, axis_of(x), axis_of(x)),
            lambda: ops.moveaxis(x, axis_of(x), axis_of(x)), lambda: ops.expand_dims(x, one(1, -1, 2)),
            lambda: ops.expand_dims(x, (1, -1)), lambda: ops.squeeze(ops.expand_dims(x, -1), -1),
            lambda: ops.flip(x, axis=axis_of(x)), lambda: ops.roll(x, one(1, -2, 3), axis=axis_of(x)),
            lambda: ops.tile(x, (1, *(R.randint(1, 2) for _ in sizes))),
            lambda: ops.repeat(x, R.randint(1, 3), axis=axis_of(x)),
            lambda: ops.pad(x, ((0, 0), *((R.randint(0, 2), R.randint(0, 1)) for _ in sizes)),
                            constant_values=one(None, 2)),
            lambda: ops.pad(x, ((0, 0), *((1, R.randint(0, 1)) for _ in sizes)), mode=one("reflect", "symmetric")),
            lambda: ops.zeros_like(x), lambda: ops.ones_like(x), lambda: ops.full_like(x, one(2, 1.5)),
            lambda: ops.tril(x), lambda: ops.triu(x, 1), lambda: ops.diff(x * 1.0, axis=axis_of(x)),
            lambda: ops.one_hot(ops.cast(x, "int32"), 4),
            lambda: ops.take(x, one([0, 1, 0], 0, [-1], np.array([[0, 1], [1, 0]])), axis=axis_of(x)),
            lambda: ops.slice(x, (0,) * rank, (-1, *(R.randint(1, s) for s in sizes))))()

    def several(self):
        x = self.any()
        parts = [x, *(n for n in (self.like(x), self.like(x)) if keras.backend.is_keras_tensor(n) and n.shape == x.shape)]
        axis = axis_of(x)
        return one(
            lambda: ops.concatenate(parts, axis=axis), lambda: ops.stack(parts, axis=axis),
            lambda: ops.split(x, one(2, [1], [1, 3]), axis=axis), lambda: ops.unstack(x, axis=axis),
            lambda: ops.array_split(x, 2, axis=axis), lambda: ops.hstack(parts), lambda: ops.dstack(parts),
            lambda: ops.append(parts[0], parts[-1], axis=axis))()

    def index(self):
        x = self.any()
        bounds = (None, 0, 1, 2, -1, -2, 3)
        key = [slice(None)]
        for size in x.shape[1:]:
            key.append(one(slice(one(*bounds), one(*bounds), one(None, None, 2, -1, -2)), slice(None),
                           R.randrange(size), -1, None))
            if key[-1] is None:
                key.append(slice(None))
        form = one("full", "full", "front", "dots")
        if form == "front":
            key = key[:R.randint(1, len(key))]
        if form == "dots":
            key = one([..., key[-1]], [slice(None), ...], [slice(None), ..., None], [..., None, key[-1]])
        return x[tuple(key)]

    def product(self):
        x = ops.cast(self.any(), "float32")
        sizes, last = x.shape[1:], x.shape[-1]
        turned = ops.swapaxes(x, -1, -2)
        wide = array((last, 2)).astype("float32")
        return one(
            lambda: x @ wide, lambda: ops.matmul(x, turned), lambda: turned @ x, lambda: ops.dot(x, wide),
            lambda: ops.matmul(x, array((last,)).astype("float32")), lambda: ops.matmul(x, ops.tanh(turned) * 0.5),
            lambda: ops.einsum("bi...,bj...->bij", x, x) if len(sizes) == 2 else ops.einsum("b...i,ij->b...j", x, wide),
            lambda: ops.einsum("b...i,ij->bj...", x, wide), lambda: ops.einsum("bij->bji", x),
            lambda: ops.einsum("bij,bkj->bik", x, x), lambda: ops.tensordot(x, wide, axes=1),
            lambda: ops.inner(x, array((3, last)).astype("float32")), lambda: ops.vdot(wide, wide) * x)()

    def picture(self):
        m = ops.cast(self.any(3), "float32")
        channels = m.shape[-1]
        kernel = array((2, 2, channels, 3)).astype("float32")
        same = one("same", "valid")
        if len(m.shape) != 4:
            return None
        return one(
            lambda: ops.max_pool(m, 2, strides=one(None, 1), padding=same), lambda: ops.average_pool(m, (1, 2), padding=same),
            lambda: ops.conv(m, kernel, strides=one(1, 2), padding=same), lambda: ops.conv(m, kernel, 1, same, dilation_rate=2),
            lambda: ops.depthwise_conv(m, kernel, one(1, 2), same),
            lambda: ops.separable_conv(m, kernel, array((1, 1, 3 * channels, 2)).astype("float32"), 1, same),
            lambda: ops.image.resize(m, (3, 5), interpolation=one("bilinear", "nearest")))()

    def grow(self):
        kind = one(*("arithmetic unary activation reduction shape several index product".split() * 2),
                   "arithmetic", "arithmetic", "comparison", "choice", "picture")
        try:
            made = getattr(self, kind)()
        except Exception:
            return
        for node in made if isinstance(made, (list, tuple)) else [made]:
            if keras.backend.is_keras_tensor(node) and 1 < len(node.shape) < 6 and node.shape[0] is None:
                if all(node.shape[1:]) and np.prod(node.shape[1:]) < 500:
                    self.nodes.append(node)


def finite(y):
    if y.dtype.kind == "f":
        return np.isfinite(y).all() and np.abs(y).max(initial=0) < 1e6
    return np.abs(y.astype("int64")).max(initial=0) < SMALL


def make_graph(draw):
    graph = Graph()
    graph.nodes += [graph.nodes[0] > 0, graph.nodes[5] > 2]
    for _ in range(45):
        graph.grow()
    nodes = [n for n in graph.nodes if not any(n is i for i in graph.inputs)]
    x = [draw.integers(0, 5, (3, *n.shape[1:])).astype("int32") if "int" in n.dtype
         else draw.normal(size=(3, *n.shape[1:])).astype("float32") for n in graph.inputs]
    y = sweep_models.outputs_of(keras.Model(graph.inputs, nodes), x)
    kept = [i for i, values in enumerate(y) if finite(values)]
    return keras.Model(graph.inputs, [nodes[i] for i in kept]), x, [y[i] for i in kept]


if __name__ == "__main__":
    sweep_models.main(make_graph)
