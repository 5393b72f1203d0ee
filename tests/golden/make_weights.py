#!/usr/bin/env python3
"""Small files of weights, from Keras itself and made by hand, for tests/weights.

    KERAS_BACKEND=tensorflow python3 tests/golden/make_weights.py

Writes weights/*.h5 beside this file. One small network, tests/weights/small.c: what it is in
tlrun's language. Number j of its parameter i (in the order of layers, within a layer as Keras
orders its variables) is ((13 i + 7 j) mod 61)/4 - 8: exact in float16 and bfloat16 too.
"""
import os
import pathlib
import warnings

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import h5py
import keras
import numpy as np
from keras import layers as L
from keras.src.legacy.saving import legacy_h5_format

FOLDER = pathlib.Path(__file__).resolve().parent / "weights"
VLEN = h5py.string_dtype("utf-8")


def fill(i, shape):
    n = int(np.prod(shape))
    return (((13 * i + 7 * np.arange(n)) % 61) / 4 - 8).astype(np.float32).reshape(shape)


# Name, variables and their shapes of the layers with weights.
BASE = [
    ("stem", [("kernel", (3, 3, 3, 4))]),
    ("stem_bn", [("gamma", (4,)), ("beta", (4,)), ("moving_mean", (4,)), ("moving_variance", (4,))]),
    ("dw", [("depthwise_kernel", (3, 3, 4, 1)), ("bias", (4,))]),
    ("project", [("kernel", (1, 1, 4, 6)), ("bias", (6,))]),
    ("project_bn", [("beta", (6,)), ("moving_mean", (6,)), ("moving_variance", (6,))]),
]
HEAD = [("pred", [("kernel", (6, 3)), ("bias", (3,))])]


def numbered(table):
    """(layer, variable, index of the parameter, shape) of every parameter."""
    i = 0
    for layer, variables in table:
        for variable, shape in variables:
            yield layer, variable, i, shape
            i += 1


# -------------------------------------------------------------------------------- from Keras

def body(x):
    x = L.Conv2D(4, 3, use_bias=False, name="stem")(x)
    x = L.BatchNormalization(name="stem_bn")(x)
    x = L.ReLU(name="stem_relu")(x)
    x = L.DepthwiseConv2D(3, name="dw")(x)
    x = L.Conv2D(6, 1, name="project", activation="relu")(x)
    return L.BatchNormalization(scale=False, name="project_bn")(x)


def head(x):
    x = L.GlobalAveragePooling2D(name="pool")(x)
    x = L.Dropout(0.2, name="drop")(x)
    return L.Dense(3, activation="softmax", name="pred")(x)


def base(dtype="float32"):
    keras.backend.clear_session()
    x = keras.Input((8, 8, 3), dtype=dtype)
    return keras.Model(x, body(x), name="base")


def flat():
    keras.backend.clear_session()
    x = keras.Input((8, 8, 3))
    return keras.Model(x, head(body(x)), name="flat")


def whole(frozen=False):
    """base inside of a model with a head, trained a step so that there is an optimizer's state."""
    inner = base()
    x = keras.Input((8, 8, 3))
    m = keras.Model(x, head(inner(x)), name="whole")
    if frozen:
        inner.get_layer("stem").trainable = False
        inner.get_layer("stem_bn").trainable = False
    m.compile("adam", "sparse_categorical_crossentropy")
    m.fit(np.zeros((2, 8, 8, 3)), np.zeros(2), verbose=0)
    return m


def filled(model):
    inner = {layer.name: layer for layer in model.layers}
    if "base" in inner:
        inner.update({layer.name: layer for layer in inner["base"].layers})
    for layer, variable, i, shape in numbered(BASE + HEAD):
        if layer not in inner:
            continue
        names = [v.name.replace("depthwise_kernel", "kernel") for v in inner[layer].weights]
        v = inner[layer].weights[names.index(variable.replace("depthwise_kernel", "kernel"))]
        assert tuple(v.shape) == shape
        v.assign(fill(i, shape))
    return model


def from_keras():
    m = filled(base())
    m.save(FOLDER / "base_whole.h5")
    m.save_weights(FOLDER / "base.weights.h5")
    with h5py.File(FOLDER / "base.h5", "w") as f:
        legacy_h5_format.save_weights_to_hdf5_group(f, m)
    filled(flat()).save_weights(FOLDER / "flat.weights.h5")
    filled(whole()).save_weights(FOLDER / "nested.weights.h5")
    filled(whole()).save(FOLDER / "nested.h5")
    filled(whole(frozen=True)).save(FOLDER / "nested_frozen.h5")
    keras.mixed_precision.set_dtype_policy("bfloat16")
    filled(base("bfloat16")).save_weights(FOLDER / "bfloat16.weights.h5")
    keras.mixed_precision.set_dtype_policy("float32")


# ------------------------------------------- branches and sub-models, tests/weights/test_structure.c

def branches(names):
    """a1 and a2 behind stem beside a shortcut: Keras lists shortcut and a2 at one depth."""
    keras.backend.clear_session()
    x = keras.Input((8, 8, 4))
    conv = [L.Conv2D(4, 3, padding="same", name=n) for n in names]
    stem = conv[0](x)
    shortcut = conv[1](x)
    a2 = conv[3](conv[2](stem))
    y = L.Add(name="sum")([a2, shortcut])
    y = L.GlobalAveragePooling2D(name="pool")(y)
    model = keras.Model(x, L.Dense(3, activation="softmax", name=names[4])(y))
    return model, conv + [model.layers[-1]]


def assign(layers):
    """The numbers above over 64, so that predictions are between 0 and 1; variances positive."""
    i = 0
    for layer in layers:
        for v in layer.weights:
            x = fill(i, tuple(v.shape)) / 64
            v.assign(abs(x) if v.name == "moving_variance" else x)
            i += 1


def predictions(model):
    """Of two images; number j of image i is ((7 j) mod 61)/16 - i."""
    shape = model.input_shape[1:]
    x = ((7 * np.arange(np.prod(shape)) % 61) / 16).reshape(shape).astype(np.float32)
    x = np.stack([x, x - 1])
    return model.predict(x, verbose=0)


def sub_models(kind, widths, names=None):
    """conv, sub-model of convs and batch norms, conv, dense; the layers in their order."""
    keras.backend.clear_session()
    order = []

    def add(layer):
        order.append(layer)
        return layer
    name = (lambda: names[len(order)]) if names else lambda: None
    x = keras.Input((8, 8, 3))
    y = add(L.Conv2D(widths[0], 1, name=name()))(x)
    inner = [add(L.Conv2D(widths[1], 1, name=name())), add(L.BatchNormalization(name=name())),
             add(L.Conv2D(widths[2], 1, name=name()))]
    if kind == "sequential":
        y = keras.Sequential(inner)(y)
    else:
        z = i = keras.Input((8, 8, widths[0]))
        for layer in inner:
            z = layer(z)
        y = keras.Model(i, z)(y)
    y = add(L.Conv2D(widths[3], 1, name=name()))(y)
    y = L.GlobalAveragePooling2D()(y)
    return keras.Model(x, add(L.Dense(3, activation="softmax", name=name()))(y)), order


def both_layouts(name, model, order, out):
    """NAME.weights.h5 and NAME.h5 (legacy, a whole model), and the predictions of the two."""
    assign(order)
    y = predictions(model)
    model.save_weights(FOLDER / f"{name}.weights.h5")
    model.save(FOLDER / f"{name}.h5")
    again = keras.models.load_model(FOLDER / f"{name}.h5", compile=False)
    assert np.array_equal(predictions(again), y)
    out.write(f"structure.{name}.y.values: {' '.join(f'{v:.12g}' for v in y.ravel())}\n")


def freeze(order, frozen):
    for layer, at_rest in zip(order, frozen):
        layer.trainable = not at_rest


def with_structure():
    with open(FOLDER.parent / "structure.txt", "w") as out:
        out.write("# Predictions of the branching models and of those with sub-models in weights/,\n"
                  "# for two images: number j of image i is ((7 j) mod 61)/16 - i.\n#\n"
                  "# Made by: KERAS_BACKEND=tensorflow python3 tests/golden/make_weights.py\n"
                  f"# Keras {keras.__version__}\n\n")
        for name, names in (("branches", "stem shortcut a1 a2 pred"),
                            ("branches_other", "p q r s t"),
                            ("branches_turned", "a2 a1 shortcut stem out")):
            model, order = branches(names.split())
            both_layouts(name, model, order, out)
        keras.backend.clear_session()
        named = "c1 c2 b c3 c4 pred".split()
        for name, kind, widths, names, frozen in (
                ("sub_functional", "functional", (4, 5, 6, 7), None, ()),
                ("sub_sequential", "sequential", (4, 5, 6, 7), None, ()),
                ("sub_named", "functional", (3, 3, 3, 3), named, ()),
                ("sub_equal", "functional", (3, 3, 3, 3), None, ()),
                ("sub_frozen", "functional", (4, 5, 6, 7), None, (0, 1, 1)),
                ("sub_frozen_named", "functional", (3, 3, 3, 3), named, (0, 1, 1))):
            model, order = sub_models(kind, widths, names)
            freeze(order, frozen)
            both_layouts(name, model, order, out)


# -------------------------------------------------------------------------------- by hand

def names(group, key, values, kind):
    """A list of names as an attribute: fixed, vlen, split, or empty as Keras writes it."""
    if not values:
        group.attrs[key] = np.zeros(0)
    elif kind == "fixed":
        group.attrs[key] = np.array([v.encode() for v in values])
    elif kind == "spaces":
        kind = h5py.h5t.C_S1.copy()
        kind.set_size(max(map(len, values)) + 2)
        kind.set_strpad(h5py.h5t.STR_SPACEPAD)
        space = h5py.h5s.create_simple((len(values),))
        size = kind.get_size()
        raw = np.array([v.encode().ljust(size) for v in values], dtype=f"S{size}")
        h5py.h5a.create(group.id, key.encode(), kind, space).write(raw, mtype=kind)
    elif kind == "split":
        for part in range(0, len(values), 2):
            group.attrs[f"{key}{part // 2}"] = np.array(
                [v.encode() for v in values[part:part + 2]])
    else:
        group.attrs.create(key, values, dtype=VLEN)


def legacy(name, table, kind, rename=lambda n: n, suffix=":0", write=None, extra=()):
    with h5py.File(FOLDER / name, "w", libver="latest") as f:
        order = [rename(layer) for layer, _ in table]
        for at, layer in extra:
            order.insert(at, layer)
        names(f, "layer_names", order, kind)
        f.attrs["backend"] = b"tensorflow"
        f.attrs["keras_version"] = b"2.1.6"
        f.create_group("top_level_model_weights")
        for layer in order:
            names(f.create_group(layer), "weight_names", [], kind) if layer in dict(
                (b, a) for a, b in extra) else f.create_group(layer)
        for layer, variables in table:
            names(f[rename(layer)], "weight_names",
                  [f"{rename(layer)}/{v}{suffix}" for v, _ in variables], kind)
        for layer, variable, i, shape in numbered(table):
            g, key = f[rename(layer)], f"{rename(layer)}/{variable}{suffix}"
            if write:
                write(g, key, i, fill(i, shape))
            else:
                g[key] = fill(i, shape)


def odd_types(group, key, i, x):
    kinds = ["<f2", ">f4", "<f8", ">f8", ">f2"]
    packed = dict(chunks=x.shape, compression="gzip", shuffle=True, fletcher32=True) if i % 2 else {}
    group.create_dataset(key, data=x.astype(kinds[i % len(kinds)]), **packed)


def by_hand():
    old = {"stem": "conv_0", "stem_bn": "bn_0", "dw": "dw_0", "project": "conv_1",
           "project_bn": "bn_1", "pred": "logits"}
    legacy("old_names.h5", BASE, "fixed", rename=old.get, extra=[(0, "input_1"), (1, "pad")])
    legacy("old_names_head.h5", BASE + HEAD, "fixed", rename=old.get, extra=[(0, "input_1")])
    legacy("split.h5", BASE + HEAD, "split", extra=[(3, "relu")])
    legacy("spaces.h5", BASE, "spaces")
    legacy("variable.h5", BASE, "variable", suffix="")
    legacy("odd_types.h5", BASE, "fixed", write=odd_types)
    # a layer too many in front of the last one, a shape turned round, a layer too few
    legacy("extra.h5", BASE[:3] + [("more", [("kernel", (2, 2))])] + BASE[3:], "fixed")
    turned = [(n, [(v, s[::-1]) for v, s in vs]) if n == "project" else (n, vs) for n, vs in BASE]
    legacy("turned.h5", turned, "fixed")
    legacy("short.h5", BASE[:-1], "fixed")
    # a bias that the network does not have
    legacy("bias.h5", [("stem", BASE[0][1] + [("bias", (4,))])] + BASE[1:], "fixed")
    with h5py.File(FOLDER / "one.h5", "w", libver="latest") as f:
        f.attrs["layer_names"] = "stem"
        f.create_group("stem").attrs.create("weight_names", "stem/kernel", dtype=VLEN)
        f["stem/stem/kernel"] = fill(0, (3, 3, 3, 4))


# -------------------------------------------------------------------------------- hostile

def hostile(name, make, kind="legacy"):
    with h5py.File(FOLDER / name, "w", libver="latest") as f:
        if kind == "legacy":
            f.attrs["layer_names"] = np.array([b"stem"])
            g = f.create_group("stem")
            g.attrs["weight_names"] = np.array([b"stem/kernel:0"])
            make(g.create_group("stem"), "kernel:0")
        else:
            make(f, None)


def cycle(f, _):
    f["layers/functional/vars/0"] = fill(0, (3,))
    f["layers/functional/layers"] = f["layers"]


def wide_cycle(f, _):
    g = f.create_group("layers")
    for i in range(8):
        g[f"m{i}"] = g


def virtual(g, key):
    layout = h5py.VirtualLayout((4,), "<f4")
    layout[:] = h5py.VirtualSource("other.h5", "x", (4,))
    g.create_virtual_dataset(key, layout)


def unwritten(shape, dtype="<f4"):
    return lambda g, key: g.create_dataset(key, shape, dtype, chunks=(1,) * len(shape))


def by_villain():
    hostile("bad_cycle.h5", cycle, "free")
    hostile("bad_wide_cycle.h5", wide_cycle, "free")
    hostile("bad_external_link.h5",
            lambda g, key: g.__setitem__(key, h5py.ExternalLink("other.h5", "/x")))
    hostile("bad_soft_link.h5", lambda g, key: g.__setitem__(key, h5py.SoftLink("/stem")))
    hostile("bad_external_data.h5", lambda g, key: g.create_dataset(
        key, (4,), "<f4", external=[("/etc/passwd", 0, 16)]))
    hostile("bad_virtual.h5", virtual)
    hostile("bad_huge.h5", unwritten((1 << 30, 1 << 30)))
    hostile("bad_overflow.h5", unwritten((1 << 40, 1 << 40, 1 << 40)))
    hostile("bad_unwritten.h5", unwritten((1 << 24,)))
    hostile("bad_rank.h5", lambda g, key: g.create_dataset(key, data=np.zeros((1, 1, 1, 1, 2))))
    hostile("bad_text.h5", lambda g, key: g.create_dataset(key, data="not a number"))
    hostile("bad_group.h5", lambda g, key: g.create_group(key))
    hostile("bad_missing.h5", lambda g, key: None)
    hostile("bad_filter.h5", lambda g, key: g.create_dataset(
        key, data=np.zeros(64, "<f4"), compression="lzf"))
    hostile("bad_foreign.h5", lambda f, _: f.create_dataset("x", data=np.zeros(3)), "free")
    hostile("bad_empty.h5", lambda f, _: None, "free")
    hostile("bad_numbers.h5", lambda f, _: f.attrs.__setitem__("layer_names", np.arange(3)), "free")
    hostile("bad_no_weights.h5", lambda f, _: (f.attrs.__setitem__("layer_names", np.array([b"a"])),
            names(f.create_group("a"), "weight_names", [], "fixed")), "free")
    hostile("bad_holes.h5", lambda f, _: f.__setitem__("layers/dense/vars/1", np.zeros(3)), "free")
    hostile("bad_path.h5", lambda f, _: (f.attrs.__setitem__("layer_names", np.array([b"a/./b"])),
            f.create_group("a/b")), "free")


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    FOLDER.mkdir(exist_ok=True)
    from_keras()
    with_structure()
    by_hand()
    by_villain()
