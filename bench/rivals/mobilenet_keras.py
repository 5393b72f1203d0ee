#!/usr/bin/env python3
"""MobileNetV2 on CIFAR-10 in Keras (TensorFlow) on the CPU: training with a frozen, partly frozen or free backbone; prints
one line of JSON.

The program of Keras's guide to transfer learning: images in memory, keras.applications.MobileNetV2, layers frozen by
their flag, model.compile, model.fit. A short fit first compiles the step; it is not timed.
"""
import argparse
import json
import resource
import time

import cifar10
import threads

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("data", help="folder of CIFAR-10's binary version")
parser.add_argument("--work", choices=("frozen", "last20", "all"), required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--images", type=int, default=45000)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--jit", choices=("auto", "on", "off"), default="auto", help="auto is what compile() does by itself")
args = parser.parse_args()

keras, tf = threads.keras_on(args.threads)


def network():
    base = keras.applications.MobileNetV2(weights=None, include_top=False, input_shape=(32, 32, 3))
    base.trainable = args.work != "frozen"
    if args.work == "last20":
        for layer in base.layers[:-20]:
            layer.trainable = False
    inputs = keras.Input((32, 32, 3))
    x = keras.layers.Flatten()(base(inputs, training=args.work == "all"))
    model = keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))
    model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="sparse_categorical_crossentropy", metrics=["accuracy"],
                  jit_compile={"auto": "auto", "on": True, "off": False}[args.jit])
    return model


keras.utils.set_random_seed(1)
x, y = cifar10.train(args.data)
x, y = x[:args.images] * 2 - 1, y[:args.images]
model = network()
warm = min(len(x), 10 * args.batch_size + len(x) % args.batch_size)
model.fit(x[:warm], y[:warm], batch_size=args.batch_size, epochs=1, verbose=0)

start = time.perf_counter()
history = model.fit(x, y, batch_size=args.batch_size, epochs=args.epochs, verbose=0).history
seconds = time.perf_counter() - start

print(json.dumps({
    "rival": "keras", "version": f"keras {keras.__version__}, tensorflow {tf.__version__}", "variant": f"jit {args.jit}",
    "seconds": round(seconds, 3), "images_per_second": round(args.epochs * len(x) / seconds, 1),
    "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), "threads": args.threads,
    "loss": round(float(history["loss"][-1]), 4)}))
