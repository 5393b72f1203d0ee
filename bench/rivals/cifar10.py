"""CIFAR-10's binary version as arrays: images NHWC float32 in [0, 1], labels int64."""
import pathlib

import numpy as np


def _read(path):
    records = np.fromfile(path, dtype=np.uint8).reshape(-1, 3073)
    images = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    return np.ascontiguousarray(images), records[:, 0].astype(np.int64)


def folder(data):
    """DATA itself, or the folder cifar-10-batches-bin in it."""
    data = pathlib.Path(data)
    inner = data / "cifar-10-batches-bin"
    return inner if inner.is_dir() else data


def train(data):
    parts = [_read(folder(data) / f"data_batch_{i}.bin") for i in range(1, 6)]
    images = np.concatenate([p[0] for p in parts])
    return images.astype(np.float32) / np.float32(255), np.concatenate([p[1] for p in parts])


def test(data):
    images, labels = _read(folder(data) / "test_batch.bin")
    return images.astype(np.float32) / np.float32(255), labels


def split(labels, fraction=0.1, seed=0):
    """Indices of a stratified split: (training, validation)."""
    rng = np.random.default_rng(seed)
    training, validation = [], []
    for c in np.unique(labels):
        rows = rng.permutation(np.flatnonzero(labels == c))
        count = round(len(rows) * fraction)
        validation.append(rows[:count])
        training.append(rows[count:])
    return np.sort(np.concatenate(training)), np.sort(np.concatenate(validation))
