#!/usr/bin/env python3
"""Test accuracy of the scratch CNN in Keras, several seeds: what tlrun's accuracy is compared with.

As experiments/scratch.yaml: a stratified tenth for validation (the same for every seed), batch 64, Adam 1e-3,
at most 10 epochs, early stopping on val_loss with patience 3, best weights restored. One line of JSON a seed.
"""
import argparse
import json
import time

import cifar10
import threads

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("data", help="folder of CIFAR-10's binary version")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
parser.add_argument("--epochs", type=int, default=10)
parser.add_argument("--jit", choices=("auto", "on", "off"), default="auto")
args = parser.parse_args()

keras, _ = threads.keras_on(args.threads)

import keras_model

x, y = cifar10.train(args.data)
test = cifar10.test(args.data)
training, validation = cifar10.split(y)
for seed in args.seeds:
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    model = keras_model.compiled(args.jit)
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)
    start = time.perf_counter()
    history = model.fit(x[training], y[training], batch_size=64, epochs=args.epochs, verbose=0, callbacks=[stop],
                        validation_data=(x[validation], y[validation])).history
    seconds = time.perf_counter() - start
    loss, accuracy = model.evaluate(*test, batch_size=64, verbose=0)
    print(json.dumps({
        "seed": seed, "test_accuracy": round(accuracy, 4), "test_loss": round(loss, 4), "best_epoch": stop.best_epoch + 1,
        "epochs": len(history["loss"]), "seconds": round(seconds, 1),
        "val_loss": [round(v, 4) for v in history["val_loss"]],
        "val_accuracy": [round(v, 4) for v in history["val_accuracy"]],
        "loss": [round(v, 4) for v in history["loss"]],
        "accuracy": [round(v, 4) for v in history["accuracy"]]}), flush=True)
