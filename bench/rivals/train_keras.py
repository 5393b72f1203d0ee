#!/usr/bin/env python3
"""One training epoch of the scratch CNN in Keras (TensorFlow) on the CPU; prints one line of JSON.

The program a user writes: arrays in memory, model.compile, model.fit. A short fit first compiles the step for both
batch sizes (64 and the rest of the last batch); it is not timed.
"""
import argparse
import json
import resource
import time

import cifar10
import threads

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("data", help="folder of CIFAR-10's binary version")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--images", type=int, default=45000)
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--jit", choices=("auto", "on", "off"), default="auto", help="auto is what compile() does by itself")
args = parser.parse_args()

keras, tf = threads.keras_on(args.threads)

import keras_model

keras.utils.set_random_seed(1)
x, y = cifar10.train(args.data)
x, y = x[:args.images], y[:args.images]
model = keras_model.compiled(args.jit)
warm = min(len(x), 20 * args.batch_size + len(x) % args.batch_size)
model.fit(x[:warm], y[:warm], batch_size=args.batch_size, epochs=1, verbose=0)

start = time.perf_counter()
history = model.fit(x, y, batch_size=args.batch_size, epochs=1, verbose=0).history
seconds = time.perf_counter() - start

print(json.dumps({
    "rival": "keras", "version": f"keras {keras.__version__}, tensorflow {tf.__version__}", "variant": f"jit {args.jit}",
    "seconds": round(seconds, 3), "images_per_second": round(len(x) / seconds, 1),
    "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), "threads": args.threads,
    "loss": round(float(history["loss"][0]), 4)}))
