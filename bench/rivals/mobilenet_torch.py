#!/usr/bin/env python3
"""MobileNetV2 on CIFAR-10 in PyTorch on the CPU: training with a frozen, partly frozen or free backbone, or one forward
pass; prints one line of JSON.

The program a user who cares for speed writes: images in memory, fused Adam, channels_last or the ordinary layout, whichever
is faster in a few batches, frozen parts without gradients. The weights are random: they do not change the speed.
"""
import argparse
import json
import resource
import time

import cifar10
import threads

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("data", help="folder of CIFAR-10's binary version")
parser.add_argument("--work", choices=("frozen", "last20", "all", "forward"), required=True)
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--images", type=int, default=45000)
parser.add_argument("--epochs", type=int, default=1)
parser.add_argument("--size", type=int, default=32, help="height and width the images are resized to")
parser.add_argument("--batch-size", type=int, default=64)
parser.add_argument("--layout", choices=("best", "plain", "channels_last"), default="best")
args = parser.parse_args()

torch = threads.torch_on(args.threads)
from torch import nn

import mobilenet
LAST20 = 3  # of the backbone's modules: block 15 without its first layers' input, block 16, the last convolution


class Model(nn.Module):
    """The frozen front, the trained rest, the head."""

    def __init__(self, work):
        super().__init__()
        blocks = mobilenet.blocks()
        frozen = {"frozen": len(blocks), "last20": len(blocks) - LAST20, "all": 0, "forward": len(blocks)}[work]
        self.front = nn.Sequential(*blocks[:frozen])
        self.rest = nn.Sequential(*blocks[frozen:])
        self.head = nn.Linear(1280, 10)
        for p in self.front.parameters():
            p.requires_grad = False
        # As tlrun's default: unfrozen batch norms keep to their moving statistics while fine-tuning.
        self.norms_in_inference = work == "last20"

    def train(self, mode=True):
        super().train(mode)
        self.front.eval()
        if self.norms_in_inference:
            self.rest.eval()
        return self

    def forward(self, x):
        with torch.no_grad():
            x = self.front(x)
        x = self.rest(x)
        return self.head(x.mean((2, 3)))


def prepare(layout):
    torch.manual_seed(1)
    model = Model(args.work)
    return model.to(memory_format=torch.channels_last) if layout == "channels_last" else model


def trainer(layout):
    model = prepare(layout).train()
    optimizer = torch.optim.Adam([p for p in model.parameters() if p.requires_grad], lr=1e-3, fused=True)
    loss_function = nn.CrossEntropyLoss()

    def epoch(x, y):
        """Train on all of x once; mean loss."""
        total = 0.0
        order = torch.randperm(len(x))
        for i in range(0, len(x), args.batch_size):
            rows = order[i:i + args.batch_size]
            optimizer.zero_grad()
            loss = loss_function(model(resized(x[rows])), y[rows])
            loss.backward()
            optimizer.step()
            total += loss.item() * len(rows)
        return total / len(x)

    return epoch


def forward(layout):
    model = prepare(layout).eval()

    def once(x, y):
        with torch.inference_mode():
            for i in range(0, len(x), args.batch_size):
                model.front(x[i:i + args.batch_size])
        return 0.0

    return once


def resized(x):
    if x.shape[2] == args.size:
        return x
    return nn.functional.interpolate(x, size=(args.size, args.size), mode="bilinear", align_corners=False)


def main():
    images, labels = cifar10.train(args.data)
    images, labels = images[:args.images] * 2 - 1, labels[:args.images]
    x, y = torch.from_numpy(images).permute(0, 3, 1, 2).contiguous(), torch.from_numpy(labels)
    if args.work == "forward":
        x = resized(x)
    make = forward if args.work == "forward" else trainer
    layouts = ("plain", "channels_last") if args.layout == "best" else (args.layout,)
    timed = {}
    for layout in layouts:
        rows = x.contiguous(memory_format=torch.channels_last) if layout == "channels_last" else x
        run = make(layout)
        some = min(len(x), 10 * args.batch_size)
        run(rows[:some], y[:some])
        start = time.perf_counter()
        run(rows[:some], y[:some])
        timed[layout] = time.perf_counter() - start
    layout = min(timed, key=timed.get)
    rows = x.contiguous(memory_format=torch.channels_last) if layout == "channels_last" else x
    run = make(layout)
    run(rows[:2 * args.batch_size], y[:2 * args.batch_size])
    start = time.perf_counter()
    for _ in range(args.epochs):
        loss = run(rows, y)
    seconds = time.perf_counter() - start
    print(json.dumps({
        "rival": "torch", "version": f"torch {torch.__version__}", "variant": layout, "seconds": round(seconds, 3),
        "images_per_second": round(args.epochs * len(x) / seconds, 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), "threads": args.threads,
        "loss": round(float(loss), 4)}))


main()
