#!/usr/bin/env python3
"""Make mobilenet_v2_imagenet.txt and cifar10_images.bin: activations of real ImageNet weights on a few CIFAR-10 images.

    KERAS_BACKEND=tensorflow python3 tests/golden/make_backbone.py WEIGHTS.h5 CIFAR_FOLDER

WEIGHTS.h5: mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5. CIFAR_FOLDER: cifar-10-batches-bin.
"""
import pathlib
import sys

import keras
import numpy as np
import tensorflow as tf

HERE = pathlib.Path(__file__).resolve().parent
IMAGES, SAMPLES, SIZES = 3, 60, (32, 96, 224)
HEAD = """# MobileNetV2 (alpha 1.0) with ImageNet weights on the images of cifar10_images.bin (records of CIFAR-10's binary version),
# resized bilinearly (half-pixel centres), then x/127.5 - 1. Computed in float32 by Keras.
# <size>.<layer>.range: number of values, smallest, largest. <size>.<layer>.sample: the values at j*n/60 (integer division), j = 0 ... 59, of
# the flat output [3,h,w,c]. Layers: the stem, the output of every block, the last activation. Tolerance: 1e-4 of the range.
"""


def images(folder):
    raw = np.fromfile(pathlib.Path(folder) / "test_batch.bin", dtype=np.uint8, count=IMAGES * 3073)
    raw.tofile(HERE / "cifar10_images.bin")
    return raw.reshape(IMAGES, 3073)[:, 1:].reshape(IMAGES, 3, 32, 32).transpose(0, 2, 3, 1).astype(np.float32)


def block_outputs(model):
    names = ["Conv1_relu", "expanded_conv_project_BN"]
    layers = {layer.name for layer in model.layers}
    for b in range(1, 17):
        names.append(f"block_{b}_add" if f"block_{b}_add" in layers else f"block_{b}_project_BN")
    return names + ["out_relu"]


def main():
    x = images(sys.argv[2])
    lines = [HEAD, f"# Keras {keras.__version__}, TensorFlow {tf.__version__}\n\n"]
    for size in SIZES:
        model = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(size, size, 3))
        model.load_weights(sys.argv[1])
        names = block_outputs(model)
        taps = keras.Model(model.input, [model.get_layer(n).output for n in names])
        resized = keras.layers.Resizing(size, size, interpolation="bilinear")(x)
        outputs = taps.predict(keras.applications.mobilenet_v2.preprocess_input(np.array(resized)), verbose=0)
        for name, y in zip(names, outputs):
            flat = np.asarray(y, dtype=np.float64).ravel()
            sample = flat[[j * flat.size // SAMPLES for j in range(SAMPLES)]]
            lines.append(f"{size}.{name}.range: {flat.size} {flat.min():.9g} {flat.max():.9g}\n")
            lines.append(f"{size}.{name}.sample: " + " ".join(f"{v:.9g}" for v in sample) + "\n")
    (HERE / "mobilenet_v2_imagenet.txt").write_text("".join(lines))


main()
