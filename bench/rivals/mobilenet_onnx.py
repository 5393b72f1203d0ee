#!/usr/bin/env python3
"""One forward pass of MobileNetV2 in ONNX Runtime on the CPU; prints one line of JSON.

The network of mobilenet.py is exported in evaluation mode; the runtime folds its batch norms and chooses its layouts (all
graph optimizations).
"""
import argparse
import json
import os
import pathlib
import resource
import tempfile
import time

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("data", help="folder of CIFAR-10's binary version")
parser.add_argument("--threads", type=int, default=2)
parser.add_argument("--images", type=int, default=4096)
parser.add_argument("--size", type=int, default=96)
parser.add_argument("--batch-size", type=int, default=64)
args = parser.parse_args()

os.environ["OMP_NUM_THREADS"] = str(args.threads)

import numpy as np
import onnxruntime
import torch
from torch import nn

import cifar10
import mobilenet

torch.manual_seed(1)
model = nn.Sequential(*mobilenet.blocks()).eval()
images, _ = cifar10.train(args.data)
x = torch.from_numpy(images[:args.images] * 2 - 1).permute(0, 3, 1, 2)
x = nn.functional.interpolate(x, size=(args.size, args.size), mode="bilinear", align_corners=False).contiguous()
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder) / "mobilenet_v2.onnx"
    torch.onnx.export(model, (x[:args.batch_size],), str(path), input_names=["x"], output_names=["y"], dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = args.threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
batches = [np.ascontiguousarray(x[i:i + args.batch_size].numpy())
           for i in range(0, len(x) - args.batch_size + 1, args.batch_size)]
for batch in batches[:3]:
    session.run(None, {"x": batch})
start = time.perf_counter()
for batch in batches:
    session.run(None, {"x": batch})
seconds = time.perf_counter() - start
count = len(batches) * args.batch_size

print(json.dumps({
    "rival": "onnxruntime", "version": f"onnxruntime {onnxruntime.__version__}", "variant": "", "seconds": round(seconds, 3),
    "images_per_second": round(count / seconds, 1),
    "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1), "threads": args.threads,
    "loss": 0.0}))
