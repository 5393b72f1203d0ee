#!/usr/bin/env python3
"""One training epoch of the scratch CNN in PyTorch on the CPU; prints one line of JSON.

The program a user who cares for speed writes: tensors in memory, a shuffled index per epoch, fused Adam. It first
times a few batches with the ordinary memory layout and with channels_last, and takes the faster for the epoch.
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
parser.add_argument("--layout", choices=("best", "plain", "channels_last"), default="best")
args = parser.parse_args()

torch = threads.torch_on(args.threads)
from torch import nn


def network():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(4096, 512), nn.ReLU(), nn.Linear(512, 10))


def trainer(layout):
    model = network()
    if layout == "channels_last":
        model = model.to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)
    loss_function = nn.CrossEntropyLoss()

    def epoch(x, y):
        """Train on all of x once; mean loss."""
        total = 0.0
        order = torch.randperm(len(x))
        for i in range(0, len(x), args.batch_size):
            rows = order[i:i + args.batch_size]
            optimizer.zero_grad()
            loss = loss_function(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        return total / len(x)

    return epoch


def images(x, layout):
    return x.contiguous(memory_format=torch.channels_last if layout == "channels_last" else torch.contiguous_format)


x, y = cifar10.train(args.data)
x = torch.from_numpy(x[:args.images]).permute(0, 3, 1, 2)
y = torch.from_numpy(y[:args.images])

layouts = ("plain", "channels_last") if args.layout == "best" else (args.layout,)
speed = {}
for layout in layouts:
    epoch, part = trainer(layout), images(x[:40 * args.batch_size], layout)
    epoch(part, y[:len(part)])
    start = time.perf_counter()
    epoch(part, y[:len(part)])
    speed[layout] = len(part) / (time.perf_counter() - start)
layout = max(speed, key=speed.get)

x, epoch = images(x, layout), trainer(layout)
warm = 20 * args.batch_size + len(x) % args.batch_size
epoch(x[:warm], y[:warm])
start = time.perf_counter()
loss = epoch(x, y)
seconds = time.perf_counter() - start

print(json.dumps({
    "rival": "torch", "version": f"torch {torch.__version__}", "variant": layout,
    "seconds": round(seconds, 3), "images_per_second": round(len(x) / seconds, 1),
    "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), "threads": args.threads,
    "loss": round(loss, 4)}))
