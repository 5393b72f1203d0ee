#!/usr/bin/env python3
"""Golden numbers from Keras (TensorFlow backend), SciPy, statsmodels and scikit-learn.

Writes the text files of this folder; README.md says what is in them. Inputs are the deterministic
fills P and U below, so that a C test makes the same inputs without reading them from a file.

    KERAS_BACKEND=tensorflow python3 tests/golden/make_golden.py [AREA...]

What one layer, activation or loss does is computed in float64 from inputs rounded to float32: the
numbers are exact to about 1e-12, and a float32 implementation is compared with its own tolerance.
Optimizers, schedules, callbacks and whole training runs are computed in float32, as users run them.
"""
import itertools
import math
import os
import pathlib
import sys
import warnings

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import keras
import numpy as np
import scipy
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn
import sklearn.metrics
import tensorflow as tf
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests

FOLDER = pathlib.Path(__file__).resolve().parent
AREAS = {}


# ---------------------------------------------------------------------------------------- fills

def P(shape, a, b, m):
    """P(shape;a,b,m)[i] = ((i*a+b) mod m)/m - 0.5, i the flat C-order index; float32 values."""
    i = np.arange(int(np.prod(shape)), dtype=np.int64)
    return (((i * a + b) % m) / m - 0.5).astype(np.float32).reshape(shape)


def U(k, count):
    """U(k)[i]: a hash of (i, k) in [-0.5, 0.5), double."""
    h = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761) + np.uint64(k * 40503)) & np.uint64(0xFFFFFFFF)
    h = ((h ^ (h >> np.uint64(15))) * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    h = h ^ (h >> np.uint64(13))
    return h.astype(np.float64) / 2.0**32 - 0.5


def X(*shape):
    return P(shape, 37, 11, 101)


def W(*shape):
    return P(shape, 53, 7, 97)


def B(*shape):
    return P(shape, 41, 5, 89)


def G(*shape):
    return P(shape, 29, 3, 83)


def t64(array):
    return tf.constant(np.asarray(array, dtype=np.float64))


# --------------------------------------------------------------------------------------- writing

def number(v):
    if isinstance(v, (bool, np.bool_)):
        return str(int(v))
    if isinstance(v, (int, np.integer)):
        return str(int(v))
    v = float(v)
    if v == 0:
        return "0"
    return format(v, ".12g")


class File:
    """Lines of one golden file: 'name: v v v'."""

    def __init__(self, area, about):
        self.area = area
        self.lines = [f"# {line}".rstrip() for line in about.strip().splitlines()]
        self.lines += ["#", f"# Made by: KERAS_BACKEND=tensorflow python3 tests/golden/make_golden.py {area}",
                       f"# Keras {keras.__version__}, TensorFlow {tf.__version__}, "
                       f"scikit-learn {sklearn.__version__}, SciPy {scipy.__version__}, NumPy {np.__version__}"]
        self.names = set()

    def comment(self, text):
        self.lines += [f"# {line}".rstrip() for line in text.strip("\n").splitlines()]

    def gap(self):
        self.lines.append("")

    def put(self, name, values):
        assert name not in self.names and " " not in name, name
        self.names.add(name)
        values = [values] if isinstance(values, str) or np.ndim(values) == 0 else list(values)
        self.lines.append(f"{name}: " + " ".join(v if isinstance(v, str) else number(v) for v in values))

    def text(self, name, text):
        self.put(name, len(text.splitlines()))
        self.lines += [f"|{line}" for line in text.splitlines()]

    def tensor(self, name, value, limit=24):
        """All values if there are few, else a digest: n S A W f1..f4 l1..l4."""
        v = np.asarray(value, dtype=np.float64).reshape(-1)
        if v.size <= limit:
            self.put(name + ".values", v)
        else:
            w = P(v.shape, 37, 11, 101).astype(np.float64)
            self.put(name + ".digest",
                     [v.size, v.sum(), np.abs(v).sum(), (v * w).sum(), *v[:4], *v[-4:]])

    def shaped(self, name, value, limit=24):
        self.put(name + ".shape", list(np.shape(value)))
        self.tensor(name, value, limit)

    def save(self):
        (FOLDER / f"{self.area}.txt").write_text("\n".join(self.lines) + "\n")


def area(function):
    AREAS[function.__name__] = function
    return function


def backprop(forward, *inputs, **fixed):
    """y and the gradients of sum(y*g), g = P(shape of y;29,3,83), for every input."""
    inputs = [t64(x) for x in inputs]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = forward(*inputs, **fixed)
        loss = tf.reduce_sum(y * t64(G(*y.shape)))
    return y, tape.gradient(loss, inputs)


# ---------------------------------------------------------------------------------------- layers

FILLS = """
Inputs: x = P(shape;37,11,101), kernel = P(shape;53,7,97), bias = P(shape;41,5,89); gradients are those of
sum(y*g), g = P(shape of y;29,3,83). NHWC. Computed in float64 from the float32 values of the fills.
"""


@area
def conv2d():
    f = File("conv2d", "Conv2D with bias, no activation: y, dx, dkernel, dbias.\n" + FILLS + """
config: n h w cin cout kh kw sh sw dh dw groups same(1)/valid(0)""")
    cases = []
    for k, (h, w), s, same in itertools.product((1, 3, 5, 2), ((6, 6), (7, 5)), (1, 2), (0, 1)):
        cases.append((2, h, w, 2, 3, k, k, s, s, 1, 1, 1, same))
    cases += [
        (3, 9, 11, 3, 8, 3, 3, 1, 1, 1, 1, 1, 1),
        (3, 9, 11, 3, 8, 3, 3, 2, 2, 1, 1, 1, 1),
        (3, 8, 8, 16, 17, 3, 3, 1, 1, 1, 1, 1, 1),
        (3, 8, 8, 17, 16, 3, 3, 1, 1, 1, 1, 1, 0),
        (1, 13, 13, 5, 33, 3, 3, 1, 1, 1, 1, 1, 1),
        (2, 32, 32, 3, 32, 3, 3, 1, 1, 1, 1, 1, 1),
        (2, 16, 16, 32, 64, 3, 3, 1, 1, 1, 1, 1, 1),
        (3, 7, 7, 24, 40, 1, 1, 1, 1, 1, 1, 1, 1),
        (3, 7, 7, 24, 40, 1, 1, 2, 2, 1, 1, 1, 0),
        (2, 9, 7, 2, 4, 3, 3, 1, 1, 2, 2, 1, 1),
        (2, 9, 7, 2, 4, 3, 3, 1, 1, 2, 2, 1, 0),
        (2, 9, 10, 2, 3, 2, 3, 1, 1, 2, 2, 1, 1),
        (2, 10, 11, 3, 4, 5, 5, 1, 1, 2, 2, 1, 1),
        (2, 6, 7, 4, 6, 3, 3, 1, 1, 1, 1, 2, 1),
        (2, 6, 7, 4, 6, 3, 3, 2, 2, 1, 1, 2, 1),
        (2, 6, 7, 4, 6, 1, 1, 1, 1, 1, 1, 2, 0),
        (3, 5, 5, 6, 6, 3, 3, 1, 1, 1, 1, 3, 0),
        (2, 8, 9, 3, 4, 3, 5, 1, 1, 1, 1, 1, 1),
        (2, 8, 9, 3, 4, 1, 7, 1, 1, 1, 1, 1, 1),
        (2, 8, 9, 3, 4, 7, 7, 2, 2, 1, 1, 1, 1),
        (2, 9, 8, 3, 4, 3, 3, 3, 3, 1, 1, 1, 1),
        (2, 9, 8, 3, 4, 3, 3, 1, 2, 1, 1, 1, 1),
        (2, 9, 8, 3, 4, 2, 2, 3, 3, 1, 1, 1, 0),
        (1, 1, 1, 3, 4, 3, 3, 1, 1, 1, 1, 1, 1),
        (1, 3, 3, 3, 4, 3, 3, 1, 1, 1, 1, 1, 0),
        (2, 2, 3, 2, 3, 5, 5, 2, 2, 1, 1, 1, 1),
    ]
    for c in cases:
        n, h, w, cin, cout, kh, kw, sh, sw, dh, dw, groups, same = c
        name = f"n{n}_{h}x{w}x{cin}_{cout}_k{kh}x{kw}_s{sh}x{sw}_d{dh}_g{groups}_{'same' if same else 'valid'}"

        def forward(x, kernel, bias):
            layer = keras.layers.Conv2D(cout, (kh, kw), strides=(sh, sw), dilation_rate=(dh, dw), groups=groups,
                                        padding="same" if same else "valid", dtype="float64")
            layer.build(x.shape)
            return layer.stateless_call([kernel, bias], [], x)[0]

        y, (dx, dk, db) = backprop(forward, X(n, h, w, cin), W(kh, kw, cin // groups, cout), B(cout))
        f.gap()
        f.put(name + ".config", c)
        f.shaped(name + ".y", y)
        f.tensor(name + ".dx", dx)
        f.tensor(name + ".dkernel", dk)
        f.tensor(name + ".dbias", db, limit=64)
    f.save()


@area
def depthwise_conv2d():
    f = File("depthwise_conv2d", "DepthwiseConv2D with bias, no activation: y, dx, dkernel, dbias.\n" + FILLS + """
config: n h w c depth_multiplier kh kw s same(1)/valid(0)""")
    cases = [(2, h, w, 3, m, k, k, s, same) for m, k, (h, w), s, same in
             itertools.product((1, 2), (3, 5), ((6, 6), (7, 5)), (1, 2), (0, 1))]
    cases += [(3, 9, 8, 17, 1, 3, 3, 1, 1), (3, 9, 8, 17, 1, 3, 3, 2, 1), (2, 5, 5, 4, 3, 2, 2, 2, 1),
              (1, 1, 1, 8, 1, 3, 3, 1, 1), (2, 2, 2, 8, 1, 3, 3, 2, 1), (2, 16, 16, 32, 1, 3, 3, 1, 1),
              (2, 4, 4, 96, 1, 3, 3, 2, 1), (2, 7, 6, 3, 1, 1, 1, 1, 1), (2, 7, 6, 3, 2, 3, 5, 1, 1)]
    for c in cases:
        n, h, w, ch, m, kh, kw, s, same = c
        name = f"n{n}_{h}x{w}x{ch}_m{m}_k{kh}x{kw}_s{s}_{'same' if same else 'valid'}"

        def forward(x, kernel, bias):
            layer = keras.layers.DepthwiseConv2D((kh, kw), strides=s, depth_multiplier=m,
                                                 padding="same" if same else "valid", dtype="float64")
            layer.build(x.shape)
            return layer.stateless_call([kernel, bias], [], x)[0]

        y, (dx, dk, db) = backprop(forward, X(n, h, w, ch), W(kh, kw, ch, m), B(ch * m))
        f.gap()
        f.put(name + ".config", c)
        f.shaped(name + ".y", y)
        f.tensor(name + ".dx", dx)
        f.tensor(name + ".dkernel", dk)
        f.tensor(name + ".dbias", db, limit=64)
    f.save()


@area
def separable_conv2d():
    f = File("separable_conv2d", "SeparableConv2D with bias, no activation: y, dx, ddepthwise, dpointwise, dbias.\n"
             + FILLS + """
The pointwise kernel is P(shape;31,2,71).
config: n h w cin depth_multiplier filters k s same(1)/valid(0)""")
    for c in [(2, 6, 6, 3, 1, 4, 3, 1, 1), (2, 6, 6, 3, 1, 4, 3, 2, 1), (2, 7, 5, 3, 2, 4, 3, 1, 0),
              (3, 7, 5, 3, 2, 4, 5, 2, 1), (1, 8, 8, 16, 1, 24, 3, 1, 1)]:
        n, h, w, cin, m, filters, k, s, same = c
        name = f"n{n}_{h}x{w}x{cin}_m{m}_{filters}_k{k}_s{s}_{'same' if same else 'valid'}"

        def forward(x, depthwise, pointwise, bias):
            layer = keras.layers.SeparableConv2D(filters, k, strides=s, depth_multiplier=m,
                                                 padding="same" if same else "valid", dtype="float64")
            layer.build(x.shape)
            return layer.stateless_call([depthwise, pointwise, bias], [], x)[0]

        y, (dx, dd, dp, db) = backprop(forward, X(n, h, w, cin), W(k, k, cin, m),
                                       P((1, 1, cin * m, filters), 31, 2, 71), B(filters))
        f.gap()
        f.put(name + ".config", c)
        f.shaped(name + ".y", y)
        f.tensor(name + ".dx", dx)
        f.tensor(name + ".ddepthwise", dd)
        f.tensor(name + ".dpointwise", dp)
        f.tensor(name + ".dbias", db, limit=64)
    f.save()


@area
def dense():
    f = File("dense", "Dense with bias, no activation: y, dx, dkernel, dbias.\n" + FILLS + "\nconfig: n in out")
    for c in [(1, 1, 1), (1, 4, 3), (3, 7, 5), (4, 16, 10), (5, 33, 17), (3, 64, 129), (2, 1280, 10), (64, 48, 40)]:
        n, d, u = c

        def forward(x, kernel, bias):
            layer = keras.layers.Dense(u, dtype="float64")
            layer.build(x.shape)
            return layer.stateless_call([kernel, bias], [], x)[0]

        y, (dx, dk, db) = backprop(forward, X(n, d), W(d, u), B(u))
        name = f"n{n}_{d}_{u}"
        f.gap()
        f.put(name + ".config", c)
        f.shaped(name + ".y", y)
        f.tensor(name + ".dx", dx)
        f.tensor(name + ".dkernel", dk)
        f.tensor(name + ".dbias", db)
    f.save()


@area
def pooling():
    f = File("pooling", """
MaxPooling2D, AveragePooling2D, GlobalAveragePooling2D, GlobalMaxPooling2D: y and dx.
""" + FILLS + """
The fill repeats every 101 values, so windows of larger images can hold ties: then the gradient of max_pooling2d
goes to the first maximum of the window, that of global_max_pooling2d is split evenly. The cases "ties" have
x[i] = floor((i*7 mod 5)/2), which ties nearly everywhere.
config: n h w c ph pw sh sw same(1)/valid(0); for the global ones n h w c""")
    cases = [(2, h, w, 2, p, p, s, s, same) for p, (h, w), s, same in
             itertools.product((2, 3), ((6, 6), (7, 5)), (1, 2, 3), (0, 1))]
    cases += [(3, 8, 9, 3, 2, 3, 2, 3, 0), (3, 8, 9, 3, 3, 2, 2, 1, 1), (2, 5, 4, 17, 2, 2, 2, 2, 0),
              (1, 4, 4, 1, 4, 4, 4, 4, 0), (1, 2, 2, 3, 3, 3, 2, 2, 1), (3, 32, 32, 8, 2, 2, 2, 2, 0)]
    kinds = {"max_pooling2d": keras.layers.MaxPooling2D, "average_pooling2d": keras.layers.AveragePooling2D}
    for kind, cls in kinds.items():
        for c in cases + [("ties", 2, 6, 7, 2, 2, 2, 2, 2, 0), ("ties", 2, 6, 7, 2, 3, 3, 2, 2, 1)]:
            ties = c[0] == "ties"
            n, h, w, ch, ph, pw, sh, sw, same = c = c[1:] if ties else c
            x = X(n, h, w, ch)
            if ties:
                x = ((np.arange(x.size) * 7 % 5) // 2).astype(np.float32).reshape(x.shape)
            padding = "same" if same else "valid"
            y, (dx,) = backprop(cls((ph, pw), strides=(sh, sw), padding=padding, dtype="float64"), x)
            name = f"{kind}.{'ties_' if ties else ''}n{n}_{h}x{w}x{ch}_p{ph}x{pw}_s{sh}x{sw}_{padding}"
            f.gap()
            f.put(name + ".config", c)
            f.shaped(name + ".y", y)
            f.tensor(name + ".dx", dx)
    kinds = {"global_average_pooling2d": keras.layers.GlobalAveragePooling2D,
             "global_max_pooling2d": keras.layers.GlobalMaxPooling2D}
    for kind, cls in kinds.items():
        for c in [(1, 1, 1, 3), (2, 5, 5, 3), (3, 4, 7, 5), (3, 7, 7, 17), (2, 12, 12, 2)]:
            y, (dx,) = backprop(cls(dtype="float64"), X(*c))
            n, h, w, ch = c
            name = f"{kind}.n{n}_{h}x{w}x{ch}"
            f.gap()
            f.put(name + ".config", c)
            f.shaped(name + ".y", y)
            f.tensor(name + ".dx", dx)
    x = ((np.arange(2 * 6 * 7 * 5) * 7 % 5) // 2).astype(np.float32).reshape(2, 6, 7, 5)
    y, (dx,) = backprop(keras.layers.GlobalMaxPooling2D(keepdims=True, dtype="float64"), x)
    f.gap()
    f.put("global_max_pooling2d.ties_keepdims.config", x.shape)
    f.shaped("global_max_pooling2d.ties_keepdims.y", y)
    f.tensor("global_max_pooling2d.ties_keepdims.dx", dx)
    f.save()


@area
def batch_normalization():
    f = File("batch_normalization", """
BatchNormalization. Inputs: x = 4*P(shape;37,11,101)+1, gamma = 1+P((c);53,7,97), beta = P((c);41,5,89),
moving_mean = P((c);31,2,71), moving_variance = 1+P((c);43,17,103). All in float32, then float64.
Gradients are those of sum(y*g), g = P(shape of y;29,3,83). Where scale or center is 0 the parameter is missing.
train: statistics of the batch, new_mean and new_variance are the moving statistics after it.
infer: moving statistics (the ones given, not the new ones); gamma and beta still get gradients.
config: n h w c (h = w = 0: rank 2) scale center; .momentum and .epsilon follow""")
    cases = [((4, 2, 2, 3), 1, 1, .9, 1e-3), ((3, 5, 4, 5), 1, 1, .99, 1e-3), ((3, 5, 4, 5), 0, 1, .99, 1e-3),
             ((3, 5, 4, 5), 1, 0, .99, 1e-3), ((3, 5, 4, 5), 0, 0, .999, 1e-5), ((7, 6), 1, 1, .99, 1e-3),
             ((2, 8, 8, 17), 1, 1, .999, 1e-3), ((1, 1, 1, 4), 1, 1, .99, 1e-3), ((3, 16, 16, 32), 1, 1, .8, 1e-4)]
    for shape, scale, center, momentum, epsilon in cases:
        c = shape[-1]
        n, h, w = (shape[0], 0, 0) if len(shape) == 2 else shape[:3]
        x = (4 * X(*shape) + 1).astype(np.float32)
        params = ([(1 + W(c)).astype(np.float32)] if scale else []) + ([B(c)] if center else [])
        state = [P((c,), 31, 2, 71), (1 + P((c,), 43, 17, 103)).astype(np.float32)]
        name = f"n{n}_{h}x{w}x{c}_scale{scale}_center{center}"
        f.gap()
        f.put(name + ".config", [n, h, w, c, scale, center])
        f.put(name + ".momentum", momentum)
        f.put(name + ".epsilon", epsilon)
        for training in (True, False):
            layer = keras.layers.BatchNormalization(momentum=momentum, epsilon=epsilon, scale=bool(scale),
                                                    center=bool(center), dtype="float64")
            layer.build(shape)
            new = []

            def forward(x, *params):
                y, state_out = layer.stateless_call(list(params), [t64(s) for s in state], x, training=training)
                new[:] = state_out
                return y

            y, grads = backprop(forward, x, *params)
            mode = ".train" if training else ".infer"
            f.tensor(name + mode + ".y", y)
            f.tensor(name + mode + ".dx", grads[0])
            grads = grads[1:]
            if scale:
                f.tensor(name + mode + ".dgamma", grads[0], limit=64)
                grads = grads[1:]
            if center:
                f.tensor(name + mode + ".dbeta", grads[0], limit=64)
            if training:
                f.tensor(name + ".new_mean", new[0], limit=64)
                f.tensor(name + ".new_variance", new[1], limit=64)
    f.save()


GRID = [-20, -10, -6, -4, -3.5, -3, -2.9, -2, -1, -.75, -.5, -.25, -.1, -1e-3, 0, 1e-3, .1, .25, .5, .75, 1, 2, 2.9,
        3, 3.5, 4, 5.9, 6, 6.1, 10, 20]


@area
def activations():
    f = File("activations", """
Activations on the grid .x: y, and dy/dx as TensorFlow's gradient gives it. Inputs rounded to float32, then float64.
The gradient at 0 (and at the other corners: 6 of relu6, -3 and 3 of hard_sigmoid, the threshold of re_lu) is what
the kernels of TensorFlow return there: re_lu with negative_slope gives 0 at its threshold, leaky_relu its slope. re_lu lines: max_value (-1: none) negative_slope threshold in .config.
""")
    x = np.array(GRID, dtype=np.float32)
    f.put("x", x.astype(np.float64))
    gelu_tanh = lambda v: keras.activations.gelu(v, approximate=True)
    functions = {name: getattr(keras.activations, name) for name in
                 "linear relu relu6 leaky_relu elu selu silu hard_sigmoid hard_silu gelu sigmoid tanh softplus "
                 "softsign exponential mish".split()}
    functions["gelu_tanh"] = gelu_tanh
    functions["layer_leaky_re_lu"] = keras.layers.LeakyReLU(dtype="float64")
    functions["layer_leaky_re_lu_slope_0.1"] = keras.layers.LeakyReLU(negative_slope=.1, dtype="float64")
    functions["layer_elu_alpha_0.5"] = keras.layers.ELU(alpha=.5, dtype="float64")
    for name, function in functions.items():
        v = t64(x)
        with tf.GradientTape() as tape:
            tape.watch(v)
            y = function(v)
        f.gap()
        f.put(name + ".y", y.numpy())
        f.put(name + ".dx", tape.gradient(y, v).numpy())
    for max_value, slope, threshold in [(None, 0, 0), (6, 0, 0), (None, .1, 0), (6, .1, 0), (None, 0, 1), (4, 0, .5),
                                        (4, .2, .5), (None, .2, 1)]:
        v = t64(x)
        layer = keras.layers.ReLU(max_value=max_value, negative_slope=slope, threshold=threshold, dtype="float64")
        with tf.GradientTape() as tape:
            tape.watch(v)
            y = layer(v)
        name = f"re_lu_{'none' if max_value is None else max_value}_{slope}_{threshold}"
        f.gap()
        f.put(name + ".config", [-1 if max_value is None else max_value, slope, threshold])
        f.put(name + ".y", y.numpy())
        f.put(name + ".dx", tape.gradient(y, v).numpy())
    f.save()


@area
def softmax():
    f = File("softmax", """
softmax and log_softmax over the last axis: y, and dx of sum(y*g), g = P(shape;29,3,83).
x = scale*P((n,c);37,11,101); config: n c scale. "big" adds 1000 to every value of the row.
""")
    for n, c, scale, big in [(3, 4, 1, 0), (2, 10, 20, 0), (5, 3, 200, 0), (4, 17, 5, 1), (1, 1, 1, 0), (2, 2, 8, 0)]:
        x = (scale * X(n, c) + (1000 if big else 0)).astype(np.float32)
        for kind in ("softmax", "log_softmax"):
            function = getattr(keras.activations, kind)
            y, (dx,) = backprop(lambda v: function(v), x)
            name = f"{kind}.n{n}_{c}_x{scale}{'_big' if big else ''}"
            f.gap()
            f.put(name + ".config", [n, c, scale])
            f.tensor(name + ".y", y, limit=80)
            f.tensor(name + ".dx", dx, limit=80)
    f.save()


@area
def shape_layers():
    f = File("shape_layers", """
ZeroPadding2D, Concatenate, merging layers, Rescaling, Normalization: y and the gradients of sum(y*g), g = P(shape;29,3,83).
Inputs: the first is P(shape;37,11,101), the second P(shape;53,7,97), the third P(shape;41,5,89). float64.
""")

    def put(name, layer, *inputs):
        y, grads = backprop(lambda *v: layer(list(v) if len(v) > 1 else v[0]), *inputs)
        f.gap()
        f.put(name + ".inputs", [len(inputs)])
        for i, x in enumerate(inputs):
            f.put(f"{name}.x{i}.shape", x.shape)
        f.shaped(name + ".y", y)
        for i, d in enumerate(grads):
            f.tensor(f"{name}.dx{i}", d)

    L = keras.layers
    f.comment("zero_padding2d: padding (top,bottom,left,right) in the name")
    for name, padding in [("1_1_1_1", 1), ("2_2_1_1", (2, 1)), ("0_1_0_1", ((0, 1), (0, 1))),
                          ("3_1_0_2", ((3, 1), (0, 2)))]:
        put("zero_padding2d." + name, L.ZeroPadding2D(padding, dtype="float64"), X(2, 3, 4, 3))
    f.gap()
    f.comment("concatenate along channels")
    put("concatenate.two", L.Concatenate(dtype="float64"), X(2, 3, 4, 3), W(2, 3, 4, 5))
    put("concatenate.three", L.Concatenate(dtype="float64"), X(2, 3, 2, 1), W(2, 3, 2, 4), B(2, 3, 2, 2))
    put("concatenate.flat", L.Concatenate(dtype="float64"), X(3, 4), W(3, 2))
    put("add.two", L.Add(dtype="float64"), X(2, 3, 4, 3), W(2, 3, 4, 3))
    put("add.three", L.Add(dtype="float64"), X(2, 3, 4, 3), W(2, 3, 4, 3), B(2, 3, 4, 3))
    put("multiply.two", L.Multiply(dtype="float64"), X(2, 3, 4, 3), W(2, 3, 4, 3))
    put("multiply.three", L.Multiply(dtype="float64"), X(2, 3, 4, 3), W(2, 3, 4, 3), B(2, 3, 4, 3))
    f.gap()
    f.comment("subtract, average, maximum, minimum; ties: the second input is the first where its index is a multiple of 3, the\n"
              "third where it is a multiple of 4")
    x, w, b = X(2, 3, 4, 3), W(2, 3, 4, 3), B(2, 3, 4, 3)
    place = np.arange(x.size).reshape(x.shape)
    ties = x, np.where(place % 3 == 0, x, w), np.where(place % 4 == 0, x, b)
    put("subtract.two", L.Subtract(dtype="float64"), x, w)
    for kind, cls in [("average", L.Average), ("maximum", L.Maximum), ("minimum", L.Minimum)]:
        put(kind + ".two", cls(dtype="float64"), x, w)
        put(kind + ".three", cls(dtype="float64"), x, w, b)
    put("maximum.ties", L.Maximum(dtype="float64"), *ties)
    put("minimum.ties", L.Minimum(dtype="float64"), *ties)
    put("flatten", L.Flatten(dtype="float64"), X(2, 3, 4, 3))
    f.gap()
    f.comment("rescaling: scale 1/127.5, offset -1; per channel: scale (1,2,3), offset (.1,.2,.3)")
    put("rescaling.scalar", L.Rescaling(1 / 127.5, offset=-1, dtype="float64"), X(2, 3, 4, 3))
    put("rescaling.channels", L.Rescaling([1., 2., 3.], offset=[.1, .2, .3], dtype="float64"), X(2, 3, 4, 3))
    f.comment("normalization: mean (.1,.2,.3), variance (.25,0,4)")
    layer = L.Normalization(mean=[.1, .2, .3], variance=[.25, 0., 4.], dtype="float64")
    layer.build((None, 3, 4, 3))
    put("normalization", layer, X(2, 3, 4, 3))
    f.save()


# ---------------------------------------------------------------------------------------- losses

@area
def losses():
    f = File("losses", """
Losses. Case <name>: logits z = scale*P((n,c);37,11,101) in float32, then float64; labels y[i] = (i*i+i+1) mod c, one-hot.
.config: n c scale label_smoothing; .class_weight: c weights (1 where none).
cross_entropy (from logits, as softmax + categorical_crossentropy): .per_sample without class weights,
.loss = sum_i w_i*l_i/n, .dz its gradient. .prob_loss: the same through probabilities p = softmax(z), not fused, with
clipping to [1e-7, 1-1e-7]. .mse: mean_squared_error of p; .mse_dp its gradient with respect to p.
""")
    cases = [(4, 3, 2, 0, None), (4, 3, 2, .1, None), (5, 10, 6, 0, None), (5, 10, 6, .2, None),
             (6, 4, 3, 0, [2, .5, 1, 3]), (6, 4, 3, .1, [2, .5, 1, 3]), (3, 3, 60, 0, None), (3, 3, 60, .1, None),
             (1, 2, 1, 0, None), (7, 10, 4, .05, [1, 2, 3, 4, 5, .1, .2, .3, .4, .5])]
    for n, c, scale, smoothing, weights in cases:
        z = (scale * X(n, c)).astype(np.float32)
        labels = np.array([(i * i + i + 1) % c for i in range(n)])
        onehot = t64(np.eye(c)[labels])
        w = t64([weights[y] if weights else 1. for y in labels])
        name = f"n{n}_{c}_x{scale}_ls{smoothing}{'_weighted' if weights else ''}"
        f.gap()
        f.put(name + ".config", [n, c, scale, smoothing])
        f.put(name + ".class_weight", weights or [1] * c)
        f.put(name + ".labels", labels)
        each = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing, reduction="none",
                                                    dtype="float64")
        mean = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing, dtype="float64")
        v = t64(z)
        with tf.GradientTape() as tape:
            tape.watch(v)
            loss = mean(onehot, v, sample_weight=w)
        f.put(name + ".per_sample", each(onehot, v).numpy())
        f.put(name + ".loss", loss.numpy())
        f.tensor(name + ".dz", tape.gradient(loss, v), limit=80)
        p = tf.identity(tf.nn.softmax(v))
        prob = keras.losses.CategoricalCrossentropy(label_smoothing=smoothing, dtype="float64")
        f.put(name + ".prob_loss", prob(onehot, p, sample_weight=w).numpy())
        mse = keras.losses.MeanSquaredError(dtype="float64")
        with tf.GradientTape() as tape:
            tape.watch(p)
            loss = mse(onehot, p, sample_weight=w)
        f.put(name + ".mse", loss.numpy())
        f.tensor(name + ".mse_dp", tape.gradient(loss, p), limit=80)
    f.gap()
    f.comment("Section 14.5 of the specification again: t=[[0,1,0],[0,0,1]], p=[[.05,.9,.05],[.2,.5,.3]], z=[[1,2,-1],[0,.5,3]]")
    t, p, z = t64([[0, 1, 0], [0, 0, 1]]), t64([[.05, .9, .05], [.2, .5, .3]]), t64([[1, 2, -1], [0, .5, 3]])
    l = keras.losses
    for name, value in {
        "cce": l.categorical_crossentropy(t, p), "cce_smoothing_0.1": l.categorical_crossentropy(t, p, label_smoothing=.1),
        "cce_logits": l.categorical_crossentropy(t, z, from_logits=True),
        "cce_logits_smoothing_0.1": l.categorical_crossentropy(t, z, from_logits=True, label_smoothing=.1),
        "cce_clipped": l.categorical_crossentropy(t64([[1, 0, 0]]), t64([[0, .5, .5]])),
        "bce": l.binary_crossentropy(t, p), "bce_smoothing_0.2": l.binary_crossentropy(t, p, label_smoothing=.2),
        "bce_logits": l.binary_crossentropy(t, z, from_logits=True), "mse": l.mean_squared_error(t, p),
        "mae": l.mean_absolute_error(t, p), "huber": l.huber(t, z), "kld": l.kl_divergence(t, p),
        "categorical_hinge": l.categorical_hinge(t, p),
        "focal": l.CategoricalFocalCrossentropy(reduction="none", dtype="float64")(t, p),
        "cce_sample_weight_2_0.5": l.CategoricalCrossentropy(dtype="float64")(t, p, sample_weight=t64([2, .5])),
    }.items():
        f.put("spec." + name, np.reshape(value.numpy(), -1))
    f.save()


# ------------------------------------------------------------------------------------ optimizers

STEPS_W = [[.1, -.2, .3], [.2, .1, -.4], [-.3, .05, .2], [.05, -.3, .1], [.4, 0., -.2]]
STEPS_U = [[.5, -1.], [-.25, .75], [2., .1], [1., -.5], [-1.5, .25]]


@area
def optimizers():
    f = File("optimizers", """
Optimizers, float32: two variables w = (1,-2,.5), u = (.3,-.1), five steps with the gradients below; the values after
each step: <optimizer>.<option>.step<k>: w0 w1 w2 u0 u1. Learning rate .1. The reference takes the powers of beta
in float32: compare with about 5e-6.
Optimizers: sgd, momentum (sgd, .9), nesterov (sgd, .9), adam, adamw (weight_decay .004), adamw_wd (weight_decay .05),
adam_betas (beta_1 .8, beta_2 .95, epsilon 1e-3), rmsprop, rmsprop_momentum (.9), rmsprop_centered,
rmsprop_centered_momentum (centered, momentum .5, rho .8, epsilon 1e-4), nadam, adagrad, adamax, lion.
Options: plain; wd: weight_decay .01; clip_norm .5; global_clip_norm .5; clip_value .25; wd_global: weight_decay .01
and global_clip_norm .5 (clipping first, then decay, then the step); schedule: exponential decay .1*.5^(step/2).
""")
    for i, (gw, gu) in enumerate(zip(STEPS_W, STEPS_U)):
        f.put(f"gradients.step{i + 1}", gw + gu)
    o = keras.optimizers
    kinds = {
        "sgd": (o.SGD, {}), "momentum": (o.SGD, {"momentum": .9}),
        "nesterov": (o.SGD, {"momentum": .9, "nesterov": True}), "adam": (o.Adam, {}), "adamw": (o.AdamW, {}),
        "adamw_wd": (o.AdamW, {"weight_decay": .05}),
        "adam_betas": (o.Adam, {"beta_1": .8, "beta_2": .95, "epsilon": 1e-3}), "rmsprop": (o.RMSprop, {}),
        "rmsprop_momentum": (o.RMSprop, {"momentum": .9}), "rmsprop_centered": (o.RMSprop, {"centered": True}),
        "rmsprop_centered_momentum": (o.RMSprop, {"centered": True, "momentum": .5, "rho": .8, "epsilon": 1e-4}),
        "nadam": (o.Nadam, {}), "adagrad": (o.Adagrad, {}), "adamax": (o.Adamax, {}), "lion": (o.Lion, {}),
    }
    options = {"plain": {}, "wd": {"weight_decay": .01}, "clip_norm": {"clipnorm": .5},
               "global_clip_norm": {"global_clipnorm": .5}, "clip_value": {"clipvalue": .25},
               "wd_global": {"weight_decay": .01, "global_clipnorm": .5},
               "schedule": {"learning_rate": "schedule"}}
    for (kind, (cls, args)), (option, more) in itertools.product(kinds.items(), options.items()):
        if "weight_decay" in more and "weight_decay" in args:
            continue
        args_now = {"learning_rate": .1, **args, **more}
        if args_now["learning_rate"] == "schedule":
            args_now["learning_rate"] = o.schedules.ExponentialDecay(.1, 2, .5)
        optimizer = cls(**args_now)
        w, u = keras.Variable(np.float32([1, -2, .5])), keras.Variable(np.float32([.3, -.1]))
        optimizer.build([w, u])
        f.gap()
        for i, (gw, gu) in enumerate(zip(STEPS_W, STEPS_U)):
            optimizer.apply([tf.constant(gw, tf.float32), tf.constant(gu, tf.float32)], [w, u])
            f.put(f"{kind}.{option}.step{i + 1}", [*w.numpy(), *u.numpy()])
    f.save()


@area
def schedules():
    f = File("schedules", """
Learning-rate schedules, float32, value at each step of .steps (the first update sees step 0).
.config: exponential, inverse_time: lr0 decay_steps decay_rate staircase; cosine: lr0 decay_steps alpha warmup_target (-1: none)
warmup_steps; restarts: lr0 first_decay_steps t_mul m_mul alpha; polynomial: lr0 decay_steps end_learning_rate power cycle;
piecewise: boundaries then values (one more). float32 cosines: compare with about 1e-6 relative to lr0.
""")
    s = keras.optimizers.schedules
    steps = [0, 1, 2, 3, 5, 7, 9, 10, 11, 12, 15, 20, 24, 25, 26, 33, 49, 50, 51, 60, 75, 99, 100, 101, 105, 110, 111, 120,
             149, 150, 151, 175, 200, 201, 250, 299, 300, 350, 351, 500, 1000]
    f.put("steps", steps)

    def put(name, config, schedule):
        f.gap()
        f.put(name + ".config", config)
        f.put(name + ".values", [float(schedule(step)) for step in steps])

    for lr, decay, rate, stair in [(.1, 100, .5, 0), (.1, 100, .5, 1), (.01, 25, .9, 0), (.01, 25, .9, 1), (.1, 30, .96, 1)]:
        put(f"exponential_{lr}_{decay}_{rate}_{stair}", [lr, decay, rate, stair],
            s.ExponentialDecay(lr, decay, rate, staircase=bool(stair)))
    for lr, decay, rate, stair in [(.1, 100, .5, 0), (.1, 100, .5, 1), (.1, 10, 1, 0)]:
        put(f"inverse_time_{lr}_{decay}_{rate}_{stair}", [lr, decay, rate, stair],
            s.InverseTimeDecay(lr, decay, float(rate), staircase=bool(stair)))
    for lr, decay, alpha, target, warm in [(.1, 100, 0, -1, 0), (.1, 100, .1, -1, 0), (.001, 300, .05, -1, 0),
                                           (0, 100, 0, .1, 10), (0, 100, .1, .1, 25), (.01, 200, .1, .1, 50),
                                           (.1, 100, 0, -1, 10)]:
        put(f"cosine_{lr}_{decay}_{alpha}_{target}_{warm}", [lr, decay, alpha, target, warm],
            s.CosineDecay(float(lr), decay, alpha=float(alpha), warmup_target=None if target < 0 else target, warmup_steps=warm))
    for lr, first, t, m, alpha in [(.1, 50, 2, 1, 0), (.1, 50, 1, .5, .01), (.1, 50, 1, 1, 0), (.1, 25, 2, .8, .1),
                                   (.1, 10, 1.5, .9, 0)]:
        put(f"restarts_{lr}_{first}_{t}_{m}_{alpha}", [lr, first, t, m, alpha],
            s.CosineDecayRestarts(lr, first, t_mul=float(t), m_mul=float(m), alpha=float(alpha)))
    for lr, decay, end, power, cycle in [(.1, 100, .01, 1, 0), (.1, 100, .01, 2, 0), (.1, 100, .01, 1, 1),
                                         (.1, 50, 1e-4, .5, 1), (.1, 100, 0, 1, 0), (.01, 300, 1e-4, 3, 0)]:
        put(f"polynomial_{lr}_{decay}_{end}_{power}_{cycle}", [lr, decay, end, power, cycle],
            s.PolynomialDecay(lr, decay, end_learning_rate=float(end), power=float(power), cycle=bool(cycle)))
    for bounds, values in [([50, 100], [.1, .05, .01]), ([10], [.1, .01]), ([5, 25, 150, 300], [.1, .2, .05, .01, .001])]:
        put("piecewise_" + "_".join(map(str, bounds)), bounds + values, s.PiecewiseConstantDecay(bounds, values))
    f.save()


@area
def regularizers():
    f = File("regularizers", """
Regularizers on w = P((5,4);53,7,97) with w[3] = 0, float64: .loss and .dw. The gradient of |w| at 0 is 0.
.config: l1 l2
""")
    w = W(5, 4)
    w.reshape(-1)[3] = 0
    for l1, l2, reg in [(.01, 0, keras.regularizers.L1()), (0, .01, keras.regularizers.L2()),
                        (.005, .02, keras.regularizers.L1L2(.005, .02)), (0, 1e-4, keras.regularizers.L2(1e-4))]:
        v = t64(w)
        with tf.GradientTape() as tape:
            tape.watch(v)
            loss = reg(v)
        f.gap()
        name = f"l1_{l1}_l2_{l2}"
        f.put(name + ".config", [l1, l2])
        f.put(name + ".loss", loss.numpy())
        f.tensor(name + ".dw", tape.gradient(loss, v))
    f.save()


# --------------------------------------------------------------------------- metrics and reports

@area
def metrics():
    f = File("metrics", """
Metrics. top_k: scores are the rows of .scores (n x c), .labels; .hits_k<k>: per row whether Keras (TensorFlow) counts
a hit, .accuracy_k<k> the mean. Ties at the boundary count as hits.
""")

    def top_k(name, scores, labels, ks):
        scores = np.asarray(scores, dtype=np.float32)
        f.gap()
        f.put(name + ".config", scores.shape)
        f.put(name + ".scores", scores.reshape(-1))
        f.put(name + ".labels", labels)
        argmax = keras.metrics.sparse_categorical_accuracy(np.array(labels), tf.constant(scores)).numpy()
        f.put(name + ".accuracy_hits", argmax.astype(int))
        for k in ks:
            hits = keras.metrics.sparse_top_k_categorical_accuracy(np.array(labels), tf.constant(scores), k=k).numpy()
            f.put(f"{name}.hits_k{k}", hits.astype(int))
            f.put(f"{name}.accuracy_k{k}", float(hits.mean()))

    top_k("top_k.ties", [[.2, .2, .2, .2, .2], [.4, .1, .1, .3, .1], [.1, .3, .3, .3, 0], [.5, .5, 0, 0, 0],
                         [0, 0, 0, 0, 1]], [4, 2, 3, 1, 0], (1, 2, 3, 4, 5))
    top_k("top_k.fill", 4 * X(8, 7), [int(r.argmax()) if i % 3 else (3 * i + 2) % 7 for i, r in enumerate(X(8, 7))], (1, 2, 3, 5, 7))
    top_k("top_k.quarter", np.round(4 * W(6, 6)) / 4, [(5 * i + 1) % 6 for i in range(6)], (1, 2, 3, 5))

    f.gap()
    f.comment("""
From .true and .predicted of c classes (.config: n c): .confusion (rows = true), accuracy, per-class precision, recall,
f1 (undefined = 0), support, macro and weighted f1 over all c classes, balanced accuracy (scikit-learn's: the mean
recall of the classes that occur in .true), keras_macro_f1 (keras.metrics.F1Score on one-hot predictions; its 1e-7 terms).""")
    sets = {
        "spec": ([0, 0, 0, 1, 1, 2, 2, 2, 2, 3], [0, 1, 0, 1, 1, 2, 0, 2, 2, 2], 4),
        "perfect": ([0, 1, 2, 0, 1, 2], [0, 1, 2, 0, 1, 2], 3),
        "all_wrong": ([0, 1, 2, 0, 1, 2], [1, 2, 0, 1, 2, 0], 3),
        "absent_class": ([0, 0, 1, 1, 3, 3], [0, 1, 1, 1, 3, 0], 4),
        "absent_but_predicted": ([0, 0, 1, 1, 3, 3], [0, 2, 1, 2, 3, 0], 4),
        "one_prediction": ([0, 1, 2, 3, 4] * 3, [2] * 15, 5),
        "fill": ([(i * i + 3 * i) % 10 for i in range(97)],
                 [((i * i + 3 * i) if i % 3 else i) % 10 for i in range(97)], 10),
    }
    m = sklearn.metrics
    for name, (true, predicted, c) in sets.items():
        f.gap()
        f.put(name + ".config", [len(true), c])
        f.put(name + ".true", true)
        f.put(name + ".predicted", predicted)
        f.put(name + ".confusion", m.confusion_matrix(true, predicted, labels=range(c)).reshape(-1))
        f.put(name + ".accuracy", m.accuracy_score(true, predicted))
        p, r, f1, support = m.precision_recall_fscore_support(true, predicted, labels=range(c), zero_division=0)
        f.put(name + ".precision", p)
        f.put(name + ".recall", r)
        f.put(name + ".f1", f1)
        f.put(name + ".support", support)
        for average in ("macro", "weighted"):
            f.put(f"{name}.{average}_f1",
                  m.f1_score(true, predicted, labels=range(c), average=average, zero_division=0))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            f.put(name + ".balanced_accuracy", m.balanced_accuracy_score(true, predicted))
        metric = keras.metrics.F1Score(average="macro")
        metric.update_state(np.eye(c, dtype=np.float32)[true], np.eye(c, dtype=np.float32)[predicted])
        f.put(name + ".keras_macro_f1", float(metric.result()))

    f.gap()
    f.comment("""
Probabilities p = softmax(4*P((n,c);37,11,101)) in float64, labels y[i] = (i*i+i+1) mod c; .config: n c.
nll: mean -log p[y]; brier: mean over samples of the squared distance to the one-hot vector (multi-class Brier, 0 to 2);
ece15: expected calibration error, 15 equal-width bins (a,b] of the top probability. Formulas written out in NumPy;
nll is checked against scikit-learn's log_loss.""")
    for n, c in [(20, 4), (101, 10)]:
        z = (4 * X(n, c)).astype(np.float32).astype(np.float64)
        e = np.exp(z - z.max(1, keepdims=True))
        p = e / e.sum(1, keepdims=True)
        y = np.array([(i * i + i + 1) % c for i in range(n)])
        nll = -np.log(p[np.arange(n), y]).mean()
        assert abs(nll - m.log_loss(y, p, labels=range(c))) < 1e-9
        top, hit = p.max(1), p.argmax(1) == y
        bins = np.clip(np.ceil(top * 15).astype(int) - 1, 0, 14)
        ece = sum(abs(hit[bins == b].mean() - top[bins == b].mean()) * (bins == b).sum() / n
                  for b in range(15) if (bins == b).any())
        name = f"calibration.n{n}_{c}"
        f.gap()
        f.put(name + ".config", [n, c])
        f.put(name + ".accuracy", hit.mean())
        f.put(name + ".nll", nll)
        f.put(name + ".brier", ((p - np.eye(c)[y]) ** 2).sum(1).mean())
        f.put(name + ".ece15", ece)
        f.put(name + ".bin_count", np.bincount(bins, minlength=15))
    f.save()


@area
def classification_report():
    f = File("classification_report", """
Texts of scikit-learn's classification_report(labels=all classes, zero_division=0) byte for byte.
.true, .predicted, .digits; .names: one class name a line; .report: the text. 'name: N' is followed by N lines, each
after a '|'.
""")
    cifar = "airplane automobile bird cat deer dog frog horse ship truck".split()
    spec = ([0, 0, 0, 1, 1, 2, 2, 2, 2, 3], [0, 1, 0, 1, 1, 2, 0, 2, 2, 2])
    fill = ([(i * i + 3 * i) % 10 for i in range(97)], [((i * i + 3 * i) if i % 3 else i) % 10 for i in range(97)])
    cases = {
        "spec": (*spec, ["cat", "dog", "airplane", "d"], 2),
        "spec_digits4": (*spec, ["cat", "dog", "airplane", "d"], 4),
        "long_name": (*spec, ["cat", "a class with a very long name", "airplane", "d"], 2),
        "long_digits5": (*spec, ["cat", "exactly13char", "airplane", "d"], 5),
        "zero_support": ([0, 0, 1, 1, 3, 3], [0, 2, 1, 2, 3, 0], ["a", "b", "never", "d"], 2),
        "zero_everything": ([0, 0, 1, 1, 3, 3], [0, 1, 1, 1, 3, 0], ["a", "b", "never", "d"], 3),
        "perfect": ([0, 1, 2] * 5, [0, 1, 2] * 5, ["a", "b", "c"], 2),
        "two": ([0, 1, 1, 1], [1, 1, 0, 1], ["no", "yes"], 2),
        "numbers": (*spec, ["0", "1", "2", "3"], 2),
        "cifar": (*fill, cifar, 4),
        "large_support": (fill[0] * 1500, fill[1] * 1500, cifar, 2),
        "utf8": (*spec, ["Käse", "日本", "über", "d"], 2),
    }
    for name, (true, predicted, names, digits) in cases.items():
        f.gap()
        repeat = 1
        if len(true) > 1000:
            repeat, true, predicted = 1500, true[:97], predicted[:97]
        f.put(name + ".true", true)
        f.put(name + ".predicted", predicted)
        f.put(name + ".repeat", repeat)
        f.put(name + ".digits", digits)
        f.text(name + ".names", "\n".join(names))
        f.text(name + ".report", sklearn.metrics.classification_report(
            true * repeat, predicted * repeat, labels=range(len(names)), target_names=names, digits=digits,
            zero_division=0))
    f.save()


@area
def statistics():
    f = File("statistics", """
Wilson 95 % intervals: wilson.<k>_<n>: k n lower upper (SciPy binomtest.proportion_ci, method wilson; z = 1.959963984540054).
McNemar, two-sided: mcnemar.<b>_<c>: b c exact mid-p (binomial test of b of b+c at 1/2; mid-p takes half of the probability
of what was observed, SciPy binom; b = c gives 1; the exact one is statsmodels' mcnemar).
Holm: holm.<name>.p and .adjusted. Paired sign-flip test on differences d (two-sided, all 2^n sign patterns,
|mean| >= observed - 1e-12): signflip.<name>.d and .p; .t: p of the paired t-test (SciPy
ttest_rel of d and 0). t: 97.5 % quantile of Student's t with df degrees of freedom.
Holm's adjusted values are statsmodels' multipletests. t_cdf.<i>: t df P(T <= t). tq.<i>: p df quantile.
sd: sample standard deviation (ddof 1), mean and 95 % t interval of .x: interval.<name>.x, .result: mean sd lower upper.
""")
    f.gap()
    for k, n in [(0, 1), (1, 1), (0, 10), (10, 10), (5, 10), (1, 10), (9, 10), (7052, 10000), (9999, 10000), (0, 10000),
                 (10000, 10000), (333, 500), (50, 100), (1, 3)]:
        ci = scipy.stats.binomtest(k, n).proportion_ci(confidence_level=.95, method="wilson")
        f.put(f"wilson.{k}_{n}", [k, n, ci.low, ci.high])
    f.gap()
    for b, c in [(0, 0), (0, 1), (1, 0), (5, 5), (10, 2), (3, 12), (0, 10), (120, 80), (1000, 900), (2, 6),
                 (31, 33), (400, 20), (70000, 69000), (0, 900)]:
        p = scipy.stats.binomtest(b, b + c, .5).pvalue if b + c else 1.0
        assert np.isclose(p, mcnemar([[0, b], [c, 0]], exact=True).pvalue)
        tail = scipy.stats.binom.cdf(min(b, c), b + c, .5)
        mid = 2 * tail - scipy.stats.binom.pmf(b, b + c, .5) if b != c else 1.0
        f.put(f"mcnemar.{b}_{c}", [b, c, p, mid])
    for name, p in {"three": [.01, .04, .03], "ties": [.02, .02, .5, .001], "one": [.2], "capped": [.6, .9, .7]}.items():
        out = multipletests(p, method="holm")[1]
        f.gap()
        f.put(f"holm.{name}.p", p)
        f.put(f"holm.{name}.adjusted", out)
    for name, d in {"three": [.012, .008, .02], "five": [.01, -.002, .015, .02, .007], "zero": [0, 0, 0],
                    "mixed": [.01, -.012, .003, -.001], "ten": [.01, .02, -.005, .03, .01, .015, .002, -.001, .02, .01]}.items():
        n, hits = len(d), 0
        for signs in itertools.product((1, -1), repeat=n):
            hits += abs(sum(s * v for s, v in zip(signs, d)) / n) >= abs(sum(d) / n) - 1e-12
        f.gap()
        f.put(f"signflip.{name}.d", d)
        f.put(f"signflip.{name}.p", hits / 2**n)
        f.put(f"signflip.{name}.t", scipy.stats.ttest_rel(d, np.zeros(n)).pvalue if any(d) else 1)
    f.gap()
    for df in (1, 2, 3, 4, 5, 9, 19, 29, 100):
        f.put(f"t.{df}", [df, scipy.stats.t.ppf(.975, df)])
    for i, (t, df) in enumerate([(0, 1), (1, 1), (-2.5, 2), (.3, 3), (12, 4), (-1.96, 7), (2.0, 1000), (-40, 3)]):
        f.put(f"t_cdf.{i}", [t, df, scipy.stats.t.cdf(t, df)])
    for i, (p, df) in enumerate([(.5, 3), (.05, 1), (.995, 2), (.9, 6), (.1, 11), (.9995, 1)]):
        f.put(f"tq.{i}", [p, df, scipy.stats.t.ppf(p, df)])
    for name, x in {"three": [.701, .712, .695], "two": [.5, .7], "five": [.81, .80, .825, .79, .815]}.items():
        mean, sd = np.mean(x), np.std(x, ddof=1)
        half = scipy.stats.t.ppf(.975, len(x) - 1) * sd / math.sqrt(len(x))
        f.gap()
        f.put(f"interval.{name}.x", x)
        f.put(f"interval.{name}.result", [mean, sd, mean - half, mean + half])
    f.save()


def philox(counter, key):
    """Philox4x32-10 of counters [..., 4] and a key of two words."""
    c, k, mask = np.asarray(counter, dtype=np.uint64).copy(), [np.uint64(v) for v in key], np.uint64(0xFFFFFFFF)
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[..., 0], np.uint64(0xCD9E8D57) * c[..., 2]
        c = np.stack([(p1 >> np.uint64(32)) ^ c[..., 1] ^ k[0], p1 & mask, (p0 >> np.uint64(32)) ^ c[..., 3] ^ k[1],
                      p0 & mask], axis=-1)
        k = [(k[0] + np.uint64(0x9E3779B9)) & mask, (k[1] + np.uint64(0xBB67AE85)) & mask]
    return c


@area
def bootstrap():
    f = File("bootstrap", """
The bootstrap over seeds and images, 1000 samples, drawn with Philox4x32-10 (NumPy, key 0): which images model m with seed s has
right is (U(10 m + s) < limit - 0.5), a row of .limits a model. <name>.config: seeds images; <name>.m<m>.first: the first ten
shares, <name>.m<m>.interval: their 2.5 and 97.5 % percentiles (numpy.percentile); <name>.difference: of model 1 - model 0.
""")
    for name, seeds, images, limits in [("one", 1, 50, (.7, .8)), ("three", 3, 257, (.6, .65)), ("five", 5, 10, (.5, .5))]:
        def draw(n, a, b):
            block = np.arange((n + 3) // 4, dtype=np.uint64)
            counter = np.stack([block, np.full_like(block, a), np.full_like(block, b), np.full_like(block, 7 << 24)], axis=-1)
            words = philox(counter, (0, 0)).reshape(-1)[:n]
            return ((words * np.uint64(n)) >> np.uint64(32)).astype(int)

        shares = np.zeros((2, 1000))
        right = [[U(10 * m + s, images) < limits[m] - .5 for s in range(seeds)] for m in range(2)]
        for i in range(1000):
            chosen, seen = draw(seeds, 1, i), draw(images, 2, i)
            for m in range(2):
                shares[m, i] = np.mean([np.mean(right[m][s][seen]) for s in chosen])
        f.gap()
        f.put(f"{name}.config", [seeds, images])
        f.put(f"{name}.limits", limits)
        for m in range(2):
            f.put(f"{name}.m{m}.first", shares[m, :10])
            f.put(f"{name}.m{m}.interval", np.percentile(shares[m], [2.5, 97.5]))
        f.put(f"{name}.difference", np.percentile(shares[1] - shares[0], [2.5, 97.5]))
    f.save()


@area
def calibration():
    f = File("calibration", """
Calibration of probabilities p [n,c] = softmax(.sharp * U(k)) in float32, true classes .label. .result: NLL (scikit-learn's
log_loss), Brier (its brier_score_loss, not halved), ECE with 15 bins (i/15, (i+1)/15]; .count, .confidence, .accuracy of the bins
(0: empty). .temperature: that of the least NLL of softmax(ln p / T) within 0.05 and 20 (scipy.optimize.minimize_scalar), .scaled:
NLL, Brier, ECE with it. .config: n c k.
""")
    for name, n, c, k, sharp in [("two", 40, 2, 3, 4), ("ten", 300, 10, 5, 12), ("hundred", 120, 100, 7, 9)]:
        p = scipy.special.softmax(sharp * U(k, n * c).reshape(n, c), axis=1).astype(np.float32)
        noise = U(k + 1, n)
        label = np.where(noise < .1, p.argmax(1), np.floor((U(k + 2, n) + .5) * c).astype(int))

        def measure(q):
            confidence, right = q.max(1), q.argmax(1) == label
            b = np.clip(np.ceil(confidence * 15).astype(int) - 1, 0, 14)
            count = np.bincount(b, minlength=15)
            some = np.maximum(count, 1)
            conf, acc = np.bincount(b, confidence, 15) / some, np.bincount(b, right, 15) / some
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                nll = sklearn.metrics.log_loss(label, q, labels=range(c))
            brier = sklearn.metrics.brier_score_loss(label, q, labels=list(range(c)), scale_by_half=False) if c > 2 else \
                2 * sklearn.metrics.brier_score_loss(label, q[:, 1])
            assert np.isclose(brier, np.mean(((q - np.eye(c)[label])**2).sum(1)), rtol=1e-6)
            brier = np.mean(((q - np.eye(c)[label])**2).sum(1))
            assert np.isclose(nll, -np.mean(np.log(q[range(n), label])), rtol=1e-6)
            return [-np.mean(np.log(q[range(n), label])), brier, np.sum(count * abs(acc - conf)) / n], count, conf, acc

        scaled = lambda t: scipy.special.softmax(np.log(p.astype(np.float64)) / t, axis=1)
        best = scipy.optimize.minimize_scalar(lambda t: -np.mean(np.log(scaled(t)[range(n), label])), bounds=(.05, 20),
                                              method="bounded", options={"xatol": 1e-11}).x
        result, count, conf, acc = measure(p.astype(np.float64))
        f.gap()
        f.put(f"{name}.config", [n, c, k])
        f.put(f"{name}.sharp", sharp)
        f.put(f"{name}.label", label)
        f.put(f"{name}.result", result)
        f.put(f"{name}.count", count)
        f.put(f"{name}.confidence", conf)
        f.put(f"{name}.accuracy", acc)
        f.put(f"{name}.temperature", best)
        f.put(f"{name}.scaled", measure(scaled(best))[0])
    f.save()


# ------------------------------------------------------------------------------------- callbacks

@area
def callbacks():
    f = File("callbacks", """
The real callbacks fed with scripted sequences of the monitored value (.monitor, one an epoch, epochs from 0).
early_stopping.<n>: .config: mode(0 min, 1 max) patience min_delta baseline(-999: none) start_from_epoch;
.result: last epoch run, stopped (1) or ran out of epochs (0), best_epoch of the callback (restore_best_weights=True),
epoch whose weights the model has after training.
reduce_lr.<n>: .config: mode patience factor min_delta cooldown min_lr; .lr: rate after each epoch, initial .1.
""")

    def model_with_weight():
        model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1, use_bias=False)])
        model.compile(optimizer=keras.optimizers.SGD(.1), loss="mse")
        return model

    sequences = {
        "a": [1.0, .9, .95, .91, .85, .86, .87, .88], "b": [1, 1.1], "c": [1, .9, .95], "d": [5, 4, 3, 2, 1],
        "e": [1, 1, 1, 1, 1, 1], "f": [1, .99, .98, .97, .96, .95, .94], "g": [1, 2, 3, .5, 4, 5, 6, 7],
        "h": [float("nan"), 1, .9, float("nan"), float("nan"), float("nan")], "i": [.3, .5, .4, .45, .6, .6, .59, .58, .61],
        "j": [1, .5, .7, .4, .6, .3, .6, .6, .6, .2],
    }
    n = 0
    for key, mode, patience, min_delta, baseline, start in [
            ("a", "min", 2, 0, None, 0), ("a", "min", 0, 0, None, 0), ("a", "min", 1, 0, None, 0), ("a", "min", 3, 0, None, 0),
            ("a", "min", 2, .1, None, 0), ("a", "min", 3, 0, .88, 0), ("a", "min", 1, 0, None, 3), ("b", "min", 0, 0, None, 0),
            ("c", "min", 5, 0, None, 0), ("d", "min", 1, 0, None, 0), ("d", "max", 1, 0, None, 0), ("d", "max", 3, 0, None, 0),
            ("e", "min", 2, 0, None, 0), ("e", "max", 3, 0, None, 0), ("f", "min", 2, .015, None, 0),
            ("f", "min", 2, .03, None, 0), ("g", "min", 2, 0, None, 0), ("g", "min", 3, 0, None, 0), ("g", "min", 4, 0, None, 0),
            ("g", "max", 2, 0, None, 0), ("h", "min", 2, 0, None, 0), ("h", "min", 3, 0, None, 0), ("i", "max", 2, 0, None, 0),
            ("i", "max", 3, 0, None, 0), ("i", "max", 3, .05, None, 0), ("i", "max", 3, 0, .55, 0), ("i", "max", 2, 0, .9, 0),
            ("i", "max", 2, 0, None, 2), ("j", "min", 2, 0, None, 0), ("j", "min", 3, 0, None, 0), ("j", "min", 1, 0, None, 1),
            ("j", "min", 2, 0, .45, 0), ("a", "min", 2, 0, None, 20), ("j", "min", 3, .15, .45, 2)]:
        model = model_with_weight()
        callback = keras.callbacks.EarlyStopping(monitor="val_loss", min_delta=min_delta, patience=patience, mode=mode,
                                                 baseline=baseline, start_from_epoch=start, restore_best_weights=True)
        callback.set_model(model)
        model.stop_training = False
        callback.on_train_begin()
        last = 0
        for epoch, value in enumerate(sequences[key]):
            callback.on_epoch_begin(epoch)
            model.set_weights([np.full((1, 1), epoch, np.float32)])
            callback.on_epoch_end(epoch, {"val_loss": value})
            last = epoch
            if model.stop_training:
                break
        callback.on_train_end()
        n += 1
        name = f"early_stopping.{n}"
        f.gap()
        f.put(name + ".monitor", [number(v) for v in sequences[key]])
        f.put(name + ".config", [int(mode == "max"), patience, min_delta, -999 if baseline is None else baseline, start])
        f.put(name + ".result", [last, int(model.stop_training), callback.best_epoch, int(model.get_weights()[0][0, 0])])
    n = 0
    plateau = [1, 1, 1, 1, 1, .5, .5, .5, .5, .5, .49995, .3]
    for values, mode, patience, factor, min_delta, cooldown, min_lr in [
            (plateau, "min", 2, .1, 1e-4, 0, 0), (plateau, "min", 2, .5, 1e-4, 2, 0), (plateau, "min", 1, .2, 1e-4, 0, .01),
            (plateau, "min", 0, .5, 1e-4, 0, 0), (plateau, "min", 3, .5, 0, 1, 0), (plateau, "max", 2, .3, 1e-4, 0, 1e-3),
            (sequences["a"], "min", 1, .5, 1e-4, 0, 0), (sequences["a"], "min", 2, .5, .1, 1, 0),
            (sequences["i"], "max", 1, .1, 1e-4, 0, 1e-3), (sequences["i"], "max", 2, .5, .05, 0, 0),
            (sequences["e"], "min", 1, .5, 1e-4, 3, 0), (sequences["g"], "min", 1, .5, 1e-4, 1, .02),
            (sequences["d"], "min", 1, .5, 1e-4, 0, 0)]:
        model = model_with_weight()
        callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", factor=factor, patience=patience, mode=mode,
                                                     min_delta=min_delta, cooldown=cooldown, min_lr=min_lr)
        callback.set_model(model)
        callback.on_train_begin()
        rates = []
        for epoch, value in enumerate(values):
            callback.on_epoch_begin(epoch)
            callback.on_epoch_end(epoch, {"val_loss": value})
            rates.append(float(np.float32(model.optimizer.learning_rate)))
        n += 1
        name = f"reduce_lr.{n}"
        f.gap()
        f.put(name + ".monitor", [number(v) for v in values])
        f.put(name + ".config", [int(mode == "max"), patience, factor, min_delta, cooldown, min_lr])
        f.put(name + ".lr", rates)
    f.save()


# -------------------------------------------------------------------------------- whole trainings

def layer_and_name(variable):
    return "/".join(variable.path.split("/")[-2:])


def put_run(f, name, model, weights, optimizer, epochs=3, smoothing=0, class_weight=None, gradients=False, **fit):
    """Train as 14.7: x=2*P((10,8,8,3);37,11,101), y=i mod 3; val x=2*P((5,8,8,3);43,17,103), y=(2i) mod 3."""
    x, y = 2 * X(10, 8, 8, 3), np.eye(3, dtype=np.float32)[[i % 3 for i in range(10)]]
    vx, vy = 2 * P((5, 8, 8, 3), 43, 17, 103), np.eye(3, dtype=np.float32)[[2 * i % 3 for i in range(5)]]
    for key, value in weights.items():
        layer, variable = key.split("/")
        {v.name: v for v in model.get_layer(layer).weights}[variable].assign(value)
    loss = keras.losses.CategoricalCrossentropy(label_smoothing=smoothing)
    model.compile(optimizer=optimizer, loss=loss, metrics=["accuracy"])
    f.gap()
    if gradients:
        f.tensor(name + ".initial_predictions", model.predict(x, verbose=0), limit=30)
        f.put(name + ".initial_evaluate", model.evaluate(x, y, batch_size=10, verbose=0))
        before = [v.numpy() for v in model.variables]
        with tf.GradientTape() as tape:
            p = model(x[:4], training=True)
            total = loss(y[:4], p) + sum(model.losses)
        f.put(name + ".batch1.loss", float(total))
        for v, g in zip(model.trainable_variables, tape.gradient(total, [v.value for v in model.trainable_variables])):
            f.tensor(f"{name}.batch1.gradient.{layer_and_name(v)}", g)
        for v, value in zip(model.variables, before):
            v.assign(value)
    history = model.fit(x, y, batch_size=4, epochs=epochs, shuffle=False, validation_data=(vx, vy), verbose=0,
                        class_weight=class_weight, **fit).history
    for key in sorted(history):
        f.put(f"{name}.{key}", history[key])
    for v in model.weights:
        f.tensor(f"{name}.final.{layer_and_name(v)}", v.numpy())
    f.tensor(name + ".final_predictions", model.predict(vx, verbose=0), limit=30)


@area
def tiny_cnn():
    f = File("tiny_cnn", """
Whole training runs in float32. Data of all: train x = 2*P((10,8,8,3);37,11,101), y = i mod 3; validation
x = 2*P((5,8,8,3);43,17,103), y = (2i) mod 3; cross entropy, batch 4 (batches 4, 4, 2), no shuffling, 3 epochs.
.loss .accuracy .val_loss .val_accuracy (.learning_rate) per epoch; .final.<layer>/<weight>; predictions of the validation
images. The first run of a network also has the predictions on the training images before training, evaluate (loss,
accuracy), and loss and gradients of the first batch in training mode. Compare losses with about 2e-5, weights with 1e-4.

Network "base" (section 14.7 of the specification):
  - conv2d: {filters: 4, kernel_size: 3, padding: same, activation: relu, kernel_regularizer: l2(0.01)}
      kernel P((3,3,3,4);53,7,97), bias [.1,-.1,.2,0]
  - batch_normalization
  - depthwise_conv2d: {kernel_size: 3, strides: 2, padding: same}     kernel P((3,3,4,1);41,5,89), bias [.05,.1,-.05,.2]
  - re_lu: {max_value: 6}
  - global_average_pooling2d
  - dense: {units: 3, activation: softmax}                            kernel 2*P((4,3);29,3,83), bias 0
Options in the names: smooth_weighted: label_smoothing .1, class_weight {0: 2, 1: .5}; frozen: conv2d and
batch_normalization frozen; the rest as said beside the run.
""")
    L, O = keras.layers, keras.optimizers

    def base():
        return keras.Sequential([
            L.Input((8, 8, 3)),
            L.Conv2D(4, 3, padding="same", activation="relu", kernel_regularizer=keras.regularizers.L2(.01), name="conv2d"),
            L.BatchNormalization(name="batch_normalization"),
            L.DepthwiseConv2D(3, strides=2, padding="same", name="depthwise_conv2d"), L.ReLU(6, name="re_lu"),
            L.GlobalAveragePooling2D(name="global_average_pooling2d"), L.Dense(3, activation="softmax", name="dense")])

    base_weights = {
        "conv2d/kernel": P((3, 3, 3, 4), 53, 7, 97), "conv2d/bias": np.float32([.1, -.1, .2, 0]),
        "depthwise_conv2d/kernel": P((3, 3, 4, 1), 41, 5, 89), "depthwise_conv2d/bias": np.float32([.05, .1, -.05, .2]),
        "dense/kernel": 2 * P((4, 3), 29, 3, 83), "dense/bias": np.zeros(3, np.float32)}
    first = True
    for name, optimizer in {
            "sgd_momentum": O.SGD(.1, momentum=.9), "adam": O.Adam(.01), "rmsprop": O.RMSprop(.01),
            "adamw": O.AdamW(.01, weight_decay=.1), "nadam": O.Nadam(.01),
            "sgd_nesterov_wd": O.SGD(.05, momentum=.9, nesterov=True, weight_decay=.01),
            "rmsprop_centered": O.RMSprop(.01, momentum=.9, centered=True),
            "adam_clip_norm": O.Adam(.01, clipnorm=.1), "sgd_clip_value": O.SGD(.1, clipvalue=.02),
            "adam_global_clip_norm": O.Adam(.01, global_clipnorm=.2)}.items():
        put_run(f, "base." + name, base(), base_weights, optimizer, gradients=first)
        first = False
    put_run(f, "base.sgd_smooth_weighted", base(), base_weights, O.SGD(.1), epochs=2, smoothing=.1,
            class_weight={0: 2., 1: .5})
    frozen = base()
    frozen.layers[0].trainable = frozen.layers[1].trainable = False
    put_run(f, "base.sgd_frozen", frozen, base_weights, O.SGD(.1), epochs=2)
    f.gap()
    f.comment("adam with cosine decay over 9 steps, alpha .1; sgd with warm-up of 3 steps from 0 to .1, then cosine over 6;\n"
              "sgd .1 with reduce_lr_on_plateau (factor .5, patience 1, min_delta .05), 5 epochs")
    put_run(f, "base.adam_cosine", base(), base_weights, O.Adam(O.schedules.CosineDecay(.01, 9, alpha=.1)))
    put_run(f, "base.sgd_warmup_cosine", base(), base_weights,
            O.SGD(O.schedules.CosineDecay(0., 6, warmup_target=.1, warmup_steps=3)))
    put_run(f, "base.sgd_plateau", base(), base_weights, O.SGD(.1), epochs=5,
            callbacks=[keras.callbacks.ReduceLROnPlateau(factor=.5, patience=1, min_delta=.05)])

    f.gap()
    f.comment("""
Network "residual":
  - conv2d: {name: a, filters: 4, kernel_size: 3, padding: same, activation: relu, kernel_regularizer: l1l2(.005, .01)}
      kernel P((3,3,3,4);53,7,97), bias [.1,-.1,.2,0]
  - conv2d: {name: b, filters: 4, kernel_size: 3, padding: same, use_bias: false}      kernel P((3,3,4,4);41,5,89)
  - batch_normalization: {name: bn, momentum: .9}
  - add: {name: sum, from: [a, bn]}
  - re_lu: {name: relu}
  - average_pooling2d: {name: pool, pool_size: 2}
  - conv2d: {name: c, from: a, filters: 3, kernel_size: 1, strides: 2}     kernel P((1,1,4,3);31,2,71), bias 0
  - concatenate: {name: join, from: [pool, c]}
  - conv2d: {name: d, filters: 5, kernel_size: 3, activation: relu}        kernel P((3,3,7,5);37,11,101), bias 0
  - global_average_pooling2d: {name: gap}
  - dense: {name: out, units: 3, activation: softmax}                      kernel 2*P((5,3);29,3,83), bias 0
sgd momentum .9, cosine from .05 over 9 steps with alpha .1, global_clip_norm 1; adam: Adam(.01); frozen: a, b and bn
frozen, Adam(.01).""")

    def residual():
        x = L.Input((8, 8, 3))
        a = L.Conv2D(4, 3, padding="same", activation="relu", kernel_regularizer=keras.regularizers.L1L2(.005, .01),
                     name="a")(x)
        b = L.Conv2D(4, 3, padding="same", use_bias=False, name="b")(a)
        bn = L.BatchNormalization(momentum=.9, name="bn")(b)
        relu = L.ReLU(name="relu")(L.Add(name="sum")([a, bn]))
        pool = L.AveragePooling2D(2, name="pool")(relu)
        c = L.Conv2D(3, 1, strides=2, name="c")(a)
        d = L.Conv2D(5, 3, activation="relu", name="d")(L.Concatenate(name="join")([pool, c]))
        return keras.Model(x, L.Dense(3, activation="softmax", name="out")(L.GlobalAveragePooling2D(name="gap")(d)))

    weights = {"a/kernel": P((3, 3, 3, 4), 53, 7, 97), "a/bias": np.float32([.1, -.1, .2, 0]),
               "b/kernel": P((3, 3, 4, 4), 41, 5, 89), "c/kernel": P((1, 1, 4, 3), 31, 2, 71),
               "d/kernel": P((3, 3, 7, 5), 37, 11, 101), "out/kernel": 2 * P((5, 3), 29, 3, 83)}
    put_run(f, "residual.sgd_cosine_global_clip", residual(), weights,
            O.SGD(O.schedules.CosineDecay(.05, 9, alpha=.1), momentum=.9, global_clipnorm=1.), gradients=True)
    put_run(f, "residual.adam", residual(), weights, O.Adam(.01))
    frozen = residual()
    for name in ("a", "b", "bn"):
        frozen.get_layer(name).trainable = False
    put_run(f, "residual.frozen_adam", frozen, weights, O.Adam(.01))

    f.gap()
    f.comment("""
Network "global":
  - depthwise_conv2d: {name: dw, kernel_size: 3, padding: same, depth_multiplier: 2, use_bias: false}   kernel P((3,3,3,2);41,5,89)
  - zero_padding2d: {name: pad, padding: 1}
  - conv2d: {name: conv, filters: 4, kernel_size: 3, strides: 2, activation: silu}   kernel P((3,3,6,4);53,7,97), bias 0
  - max_pooling2d: {name: pool, pool_size: 3, strides: 2, padding: same}
  - global_average_pooling2d: {name: gap}
  - global_max_pooling2d: {name: gmax, from: pool}
  - multiply: {name: product, from: [gap, gmax]}
  - concatenate: {name: join, from: [gap, gmax, product]}
  - dense: {name: hidden, units: 6, activation: tanh, kernel_regularizer: l2(.01), bias_regularizer: l1(.001)}
      kernel P((12,6);37,11,101), bias P((6);31,2,71)
  - dense: {name: out, units: 3, activation: softmax}                                kernel 2*P((6,3);29,3,83), bias 0
adam with weight_decay .01, clip_norm .5 and exponential decay .02*.5^floor(step/4); rmsprop: RMSprop(.005).""")

    def global_pools():
        x = L.Input((8, 8, 3))
        h = L.DepthwiseConv2D(3, padding="same", depth_multiplier=2, use_bias=False, name="dw")(x)
        h = L.ZeroPadding2D(1, name="pad")(h)
        h = L.Conv2D(4, 3, strides=2, activation="silu", name="conv")(h)
        h = L.MaxPooling2D(3, strides=2, padding="same", name="pool")(h)
        gap, gmax = L.GlobalAveragePooling2D(name="gap")(h), L.GlobalMaxPooling2D(name="gmax")(h)
        h = L.Concatenate(name="join")([gap, gmax, L.Multiply(name="product")([gap, gmax])])
        h = L.Dense(6, activation="tanh", kernel_regularizer=keras.regularizers.L2(.01),
                    bias_regularizer=keras.regularizers.L1(.001), name="hidden")(h)
        return keras.Model(x, L.Dense(3, activation="softmax", name="out")(h))

    weights = {"dw/kernel": P((3, 3, 3, 2), 41, 5, 89), "conv/kernel": P((3, 3, 6, 4), 53, 7, 97),
               "hidden/kernel": P((12, 6), 37, 11, 101), "hidden/bias": P((6,), 31, 2, 71),
               "out/kernel": 2 * P((6, 3), 29, 3, 83)}
    put_run(f, "global.adam_wd_clip_staircase", global_pools(), weights,
            O.Adam(O.schedules.ExponentialDecay(.02, 4, .5, staircase=True), weight_decay=.01, clipnorm=.5), gradients=True)
    put_run(f, "global.rmsprop", global_pools(), weights, O.RMSprop(.005))

    f.gap()
    f.comment("""
Network "scratch" (experiments/scratch.yaml in small):
  - conv2d: {name: conv1, filters: 4, kernel_size: 3, padding: same, activation: relu}   kernel P((3,3,3,4);53,7,97), bias 0
  - max_pooling2d: {name: pool1, pool_size: 2}
  - conv2d: {name: conv2, filters: 6, kernel_size: 3, padding: same, activation: relu}   kernel P((3,3,4,6);41,5,89), bias 0
  - max_pooling2d: {name: pool2, pool_size: 2}
  - flatten
  - dense: {name: hidden, units: 16, activation: relu}                                   kernel P((24,16);37,11,101), bias 0
  - dense: {name: out, units: 3, activation: softmax}                                    kernel P((16,3);29,3,83), bias 0
adam: Adam(.001); piecewise: Nadam, rates .01, .003, .001 with boundaries 2 and 5 (steps).""")

    def scratch():
        return keras.Sequential([
            L.Input((8, 8, 3)), L.Conv2D(4, 3, padding="same", activation="relu", name="conv1"),
            L.MaxPooling2D(2, name="pool1"), L.Conv2D(6, 3, padding="same", activation="relu", name="conv2"),
            L.MaxPooling2D(2, name="pool2"), L.Flatten(name="flatten"), L.Dense(16, activation="relu", name="hidden"),
            L.Dense(3, activation="softmax", name="out")])

    weights = {"conv1/kernel": P((3, 3, 3, 4), 53, 7, 97), "conv2/kernel": P((3, 3, 4, 6), 41, 5, 89),
               "hidden/kernel": P((24, 16), 37, 11, 101), "out/kernel": P((16, 3), 29, 3, 83)}
    put_run(f, "scratch.adam", scratch(), weights, O.Adam(.001), gradients=True)
    put_run(f, "scratch.nadam_piecewise", scratch(), weights,
            O.Nadam(O.schedules.PiecewiseConstantDecay([2, 5], [.01, .003, .001])))
    f.save()


@area
def resize():
    f = File("resize", """
Resizing as keras.ops.image.resize (TensorFlow, antialias off): x = floor(256*(P((h,w,c);37,11,101)+.5)), float32.
Case <interpolation>.<h>x<w>x<c>_to_<h>x<w>. Half-pixel centres; bicubic has a = -0.5, and
taps outside the image are left out, the others scaled to sum 1.
ramp: 4x4 with the values 0..15 and 4x6 with 0..23 (crop: smart_resize, which crops to the target's aspect first).
area: tf.image.resize; layer: keras.layers.Resizing; gray: keras.ops.image.rgb_to_grayscale, then bilinear; central_crop.<h>x<w>_<share>:
tf.image.central_crop (config: h w share and what is left), then bilinear to 24x20.
""")
    for (h, w, c), (oh, ow) in [((8, 8, 3), (4, 4)), ((8, 8, 3), (16, 16)), ((7, 5, 3), (9, 11)), ((7, 5, 1), (3, 4)),
                                ((32, 32, 3), (96, 96)), ((32, 32, 3), (20, 27)), ((5, 9, 2), (5, 9)), ((1, 1, 3), (4, 4))]:
        x = np.floor(256 * (X(1, h, w, c) + .5)).astype(np.float32)
        for kind in ("nearest", "bilinear", "bicubic"):
            y = keras.ops.image.resize(x, (oh, ow), interpolation=kind, data_format="channels_last")
            name = f"{kind}.{h}x{w}x{c}_to_{oh}x{ow}"
            f.put(name + ".config", [h, w, c, oh, ow])
            f.tensor(name, y)
    f.gap()
    # what Keras does not offer: tf.image.resize; colour to grey as keras.ops.image.rgb_to_grayscale
    import tensorflow as tf
    for (h, w, c), (oh, ow) in [((8, 8, 3), (4, 4)), ((8, 8, 3), (16, 16)), ((7, 5, 3), (9, 11)), ((7, 5, 1), (3, 4)),
                                ((32, 32, 3), (96, 96)), ((32, 32, 3), (20, 27)), ((37, 29, 3), (5, 2)), ((1, 1, 3), (4, 4))]:
        x = np.floor(256 * (X(1, h, w, c) + .5)).astype(np.float32)
        y = tf.image.resize(x, (oh, ow), method="area").numpy()
        name = f"area.{h}x{w}x{c}_to_{oh}x{ow}"
        f.put(name + ".config", [h, w, c, oh, ow])
        f.tensor(name, y)
    for kind, (h, w), (oh, ow) in itertools.product(("nearest", "bilinear", "bicubic"), [(33, 29), (28, 28)], [(224, 224), (17, 61)]):
        x = np.floor(256 * (X(1, h, w, 3) + .5)).astype(np.float32)
        layer = keras.layers.Resizing(oh, ow, interpolation=kind)
        f.put(f"layer.{kind}.{h}x{w}x3_to_{oh}x{ow}.config", [h, w, 3, oh, ow])
        f.tensor(f"layer.{kind}.{h}x{w}x3_to_{oh}x{ow}", np.asarray(layer(x)))
    x = np.floor(256 * (X(1, 9, 7, 3) + .5)).astype(np.float32)
    gray = keras.ops.image.rgb_to_grayscale(x, data_format="channels_last")
    f.tensor("gray.9x7", gray)
    f.tensor("gray.9x7_to_12x5", np.asarray(keras.layers.Resizing(12, 5)(gray)))
    for (h, w), share in itertools.product([(32, 32), (33, 28), (5, 9)], (.875, .5, .3)):
        x = np.floor(256 * (X(h, w, 3) + .5)).astype(np.float32)
        y = tf.image.central_crop(x, share).numpy()
        name = f"central_crop.{h}x{w}_{share}"
        f.put(name + ".config", [h, w, share, y.shape[0], y.shape[1]])
        f.tensor(name, y)
        f.tensor(name + "_to_24x20", np.asarray(keras.layers.Resizing(24, 20)(y[None])))
    f.gap()
    for kind, size in itertools.product(("nearest", "bilinear", "bicubic"), (2, 3, 8)):
        x = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
        f.tensor(f"ramp.{kind}.{size}", keras.ops.image.resize(x, (size, size), interpolation=kind), limit=64)
    x = np.arange(24, dtype=np.float32).reshape(4, 6, 1)
    f.tensor("crop.bilinear.2", keras.preprocessing.image.smart_resize(x, (2, 2)))
    f.save()


def mobilenet_v2_fill(base):
    """All weight tensors of the base from U, as the files say; returns how many."""
    k = 0
    for layer in base.layers:
        values = []
        for v in layer.weights:
            shape, u = tuple(v.shape), U(k, int(np.prod(v.shape))).reshape(v.shape)
            if v.name == "kernel":
                depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
                values.append(u * math.sqrt(24 / (9 if depthwise else np.prod(shape[:3]))))
            else:
                scale = {"gamma": (1, .2), "beta": (0, .2), "moving_mean": (0, .2), "moving_variance": (1, .5)}[v.name]
                values.append(scale[0] + scale[1] * u)
            k += 1
        layer.set_weights([v.astype(np.float32) for v in values])
    return k


def mobilenet_v2_model(base):
    """The base, filled, under the head of the runs, filled; the last 20 layers are trainable."""
    count = mobilenet_v2_fill(base)
    inputs = keras.Input(base.input_shape[1:])
    outputs = keras.layers.Dense(10, activation="softmax", name="predictions")(
        keras.layers.GlobalAveragePooling2D()(base(inputs)))
    model = keras.Model(inputs, outputs)
    model.get_layer("predictions").set_weights([
        (U(count, 12800).reshape(1280, 10) * math.sqrt(24 / 1280)).astype(np.float32),
        (.2 * U(count + 1, 10)).astype(np.float32)])
    for layer in base.layers[:-20]:
        layer.trainable = False
    return model


@area
def mobilenet_v2():
    f = File("mobilenet_v2", """
MobileNetV2 without top, weights from a fill: all weight tensors numbered k = 0, 1, ... in model.layers order, then
layer weight order; u = U(k): convolution kernel u*sqrt(24/(kh*kw*cin)), depthwise kernel u*sqrt(24/9), gamma 1+.2u, beta .2u,
moving_mean .2u, moving_variance 1+.5u. x = 2*U(999) of shape (4,s,s,3), float32; labels 0, 3, 7, 9 of 10.
<alpha>_<s>.<layer>: output of that layer, inference, computed in float64. <alpha>_<s>.parameters: all, trainable, tensors, layers.
Head of the runs: global average pooling, dense 10 softmax, kernel U(n)*sqrt(24/features), bias .2*U(n+1), n the number of
tensors of the base. Runs: alpha 1, s = 64, batch 4, three epochs = three steps; .loss before each step, .evaluate after them.
frozen: Adam(.001), only the head. last_20_inference: the last 20 layers of the base trained, SGD(.001), the base in
inference mode (batch norms use moving statistics; gamma and beta are trained). last_20_train: the same with batch statistics in
unfrozen batch norms, frozen ones in inference mode (what model.fit of released Keras 3 does); its gradients stand in
mobilenet_v2_gradients.txt. Tolerance about 1e-4.
""")
    labels = np.array([0, 3, 7, 9])

    watched = ("Conv1_relu", "expanded_conv_depthwise", "expanded_conv_project_BN", "block_1_pad", "block_1_depthwise_BN",
               "block_1_project_BN", "block_2_add", "block_6_project_BN", "block_13_depthwise_relu", "block_16_project_BN",
               "out_relu")
    for alpha, size in [(1., 64), (1., 32), (1., 96), (.35, 64), (.5, 33), (1.4, 32)]:
        keras.config.set_dtype_policy("float64")
        base = keras.applications.MobileNetV2((size, size, 3), alpha=alpha, include_top=False, weights=None)
        keras.config.set_dtype_policy("float32")
        count = mobilenet_v2_fill(base)
        x = (2 * U(999, 4 * size * size * 3)).astype(np.float32).reshape(4, size, size, 3)
        outputs = keras.Model(base.input, [base.get_layer(n).output for n in watched])(x, training=False)
        name = f"{alpha}_{size}"
        f.gap()
        f.put(name + ".parameters", [base.count_params(), sum(int(np.prod(v.shape)) for v in base.trainable_weights),
                                     count, len(base.layers)])
        for layer, y in zip(watched, outputs):
            f.shaped(f"{name}.{layer}", y)

    x = (2 * U(999, 4 * 64 * 64 * 3)).astype(np.float32).reshape(4, 64, 64, 3)
    for run in ("frozen", "last_20_inference", "last_20_train"):
        base = keras.applications.MobileNetV2((64, 64, 3), alpha=1., include_top=False, weights=None)
        model = mobilenet_v2_model(base)
        if run == "frozen":
            base.trainable = False
        optimizer = keras.optimizers.Adam(.001) if run == "frozen" else keras.optimizers.SGD(.001)
        loss_function = keras.losses.SparseCategoricalCrossentropy()
        f.gap()
        f.put(run + ".trainable", [sum(int(np.prod(v.shape)) for v in model.trainable_variables),
                                   len(model.trainable_variables)])
        f.tensor(run + ".initial_predictions", model(x, training=False), limit=40)
        values = []
        for step in range(3):
            with tf.GradientTape() as tape:
                loss = loss_function(labels, model(x, training=run == "last_20_train"))
            grads = tape.gradient(loss, [v.value for v in model.trainable_variables])
            if step == 0 and run != "last_20_train":
                for v, g in zip(model.trainable_variables, grads):
                    f.tensor(f"{run}.step1.gradient.{layer_and_name(v)}", g)
            optimizer.apply(grads, model.trainable_variables)
            values.append(float(loss))
        f.put(run + ".loss", values)
        f.put(run + ".evaluate", float(loss_function(labels, model(x, training=False))))
        for v in model.trainable_variables:
            f.tensor(f"{run}.final.{layer_and_name(v)}", v.numpy())
        if run == "last_20_train":
            for v in model.get_layer(base.name).layers[-2].weights[2:]:
                f.tensor(f"{run}.final.{layer_and_name(v)}", v.numpy())
    f.save()


@area
def mobilenet_v2_gradients():
    f = File("mobilenet_v2_gradients", """
Step 1 of the run last_20_train of mobilenet_v2.txt (the last 20 layers trained, batch statistics), in float64 from weights
and pixels rounded to float32: the loss, the gradients. In float32 a batch norm's output here is off by up to 1e-4, and a
few values lie nearer to 0, where the slope of relu6 is 1 on one side and 0 on the other: which side they fall on is
rounding, and one that falls on the other moves single gradients before it by up to 5 %.
near.<layer>: image, row, column, channel of the output of that batch norm, the value: all that are within 1e-5 of 0 or 6, in the
order of the layers. side<k>: the gradients with the i-th of them moved to the other side of 0 where bit i of k is set (the
value changes its sign and nothing else). side<k>.beta: the gradient of that layer's beta in that channel, for each of
them: from it one sees which k a float32 program has.
""")
    x = (2 * U(999, 4 * 64 * 64 * 3)).astype(np.float32).reshape(4, 64, 64, 3)
    loss_function = keras.losses.SparseCategoricalCrossentropy(dtype="float64")
    keras.config.set_dtype_policy("float64")
    base = keras.applications.MobileNetV2((64, 64, 3), alpha=1., include_top=False, weights=None)
    model = mobilenet_v2_model(base)
    keras.config.set_dtype_policy("float32")
    before = [layer for layer, after in zip(base.layers[-20:], base.layers[-19:]) if isinstance(after, keras.layers.ReLU)]
    relus = [layer for layer in base.layers[-20:] if isinstance(layer, keras.layers.ReLU)]
    outputs = keras.Model(base.input, [layer.output for layer in before])(x, training=True)
    near = []
    for layer, relu, y in zip(before, relus, map(np.array, outputs)):
        for at in np.argwhere(np.minimum(np.abs(y), np.abs(y - 6)) < 1e-5):
            near.append((layer, relu, tuple(at), y[tuple(at)], y.shape))
            f.put(f"near.{layer.name}", [*at, y[tuple(at)]])
    assert len({layer for layer, *_ in near}) == len(near) and all(abs(v) < 1e-5 for *_, v, _ in near)
    for side in range(2**len(near)):
        # A ReLU that subtracts twice the value there: it falls on the other side, as near as before.
        for i, (_, relu, at, value, shape) in enumerate(near):
            nudge = np.zeros(shape)
            nudge[at] = 2 * value if side >> i & 1 else 0
            relu.call = lambda y, relu=relu, nudge=nudge: keras.layers.ReLU.call(relu, y - nudge)
        with tf.GradientTape() as tape:
            loss = loss_function(np.array([0, 3, 7, 9]), model(x, training=True))
        grads = tape.gradient(loss, [v.value for v in model.trainable_variables])
        f.gap()
        f.put(f"side{side}.loss", float(loss))
        beta = {v.path: np.array(g) for v, g in zip(model.trainable_variables, grads)}
        f.put(f"side{side}.beta", [beta[layer.beta.path][at[-1]] for layer, _, at, *_ in near])
        for v, g in zip(model.trainable_variables, grads):
            f.tensor(f"side{side}.gradient.{layer_and_name(v)}", g)
    f.save()


@area
def mobilenet_v2_layers():
    f = File("mobilenet_v2_layers", """
The layers of MobileNetV2 without top, as keras.applications builds them, all but the input layer.
<alpha>_<h>x<w>: a network. Its lines hold a number a layer: .height, .width, .channels of the output, .parameters.
.order: each layer's place in the list of all names below, which stand in the order of the widest list.
.padding: top, bottom, left, right of each zero_padding2d. .norm: momentum and epsilon of all batch normalizations.
.max_value: of all ReLUs. .bias: how many convolutions have one.
.add: the places in the network of what each Add reads, first and second.
names: the number of names; then a line a name.
""")
    cases = [(alpha, 96, 96) for alpha in (.35, .5, .75, 1., 1.3, 1.4)]
    cases += [(1., 32, 32), (1., 33, 33), (1., 97, 97), (1., 224, 224), (1., 45, 64), (.1, 32, 32)]
    models = {c: keras.applications.MobileNetV2(c[1:] + (3,), alpha=c[0], include_top=False, weights=None) for c in cases}
    names = [layer.name for layer in max((m.layers[1:] for m in models.values()), key=len)]
    f.text("names", "\n".join(names))
    for (alpha, h, w), model in models.items():
        case, layers = f"{alpha}_{h}x{w}", model.layers[1:]
        of = lambda kind: [layer for layer in layers if isinstance(layer, kind)]
        place = {layer.name: i for i, layer in enumerate(layers)}
        f.gap()
        f.put(case + ".order", [names.index(layer.name) for layer in layers])
        for i, what in enumerate(("height", "width", "channels")):
            f.put(f"{case}.{what}", [layer.output.shape[i + 1] for layer in layers])
        f.put(case + ".parameters", [layer.count_params() for layer in layers])
        f.put(case + ".padding", [v for layer in of(keras.layers.ZeroPadding2D) for pair in layer.padding for v in pair])
        norms, relus = of(keras.layers.BatchNormalization), of(keras.layers.ReLU)
        assert len({(n.momentum, n.epsilon, n.scale, n.center) for n in norms}) == 1
        assert len({(r.max_value, r.negative_slope, r.threshold) for r in relus}) == 1
        f.put(case + ".norm", [norms[0].momentum, norms[0].epsilon])
        f.put(case + ".max_value", [relus[0].max_value])
        f.put(case + ".bias", [sum(c.use_bias for c in of(keras.layers.Conv2D) + of(keras.layers.DepthwiseConv2D))])
        f.put(case + ".add", [place[t._keras_history.operation.name] for a in of(keras.layers.Add) for t in a.input])
    f.save()


def main(names):
    unknown = [n for n in names if n not in AREAS]
    if unknown:
        sys.exit(f"unknown area {' '.join(unknown)}; there are: {' '.join(AREAS)}")
    for name in names or AREAS:
        AREAS[name]()
        print(f"wrote {name}.txt")


if __name__ == "__main__":
    main(sys.argv[1:])
