#!/usr/bin/env python3
"""Writes the test samples beside the networks of tests/vectors/models.

    pip install -r requirements.txt -r requirements-models.txt
    python samples.py ../../tests/vectors/models

- resnet: the first 500 test pictures of Fashion-MNIST with their labels, and one picture of a sneaker
- cancer: the 455 training and 114 test rows with their labels, the first test row as JSON, and each feature's range
"""

import json
import pathlib
import sys

import numpy as np
from PIL import Image

from fixtures import COUNT, idx
from models import FASHION, cancer
from train import read_idx

CLOTHES = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]


def resnet(out):
    images = read_idx(FASHION / "t10k-images-idx3-ubyte")
    labels = read_idx(FASHION / "t10k-labels-idx1-ubyte")
    (out / "test-first-500-images.idx3.gz").write_bytes(idx(images[:COUNT]))
    (out / "test-first-500-labels.idx1.gz").write_bytes(idx(labels[:COUNT]))
    sneaker = CLOTHES.index("Sneaker")
    Image.fromarray(images[int(np.argmax(labels == sneaker))]).save(out / "sneaker.png", optimize=True)
    (out / "classes.txt").write_text("".join(f"{name}\n" for name in CLOTHES))


def tabular(out):
    data, (low, high), (train_rows, train_labels, rows, labels) = cancer()
    np.save(out / "train-rows.npy", train_rows)
    np.save(out / "train-labels.npy", train_labels.astype(np.uint8))
    np.save(out / "test-rows.npy", rows)
    np.save(out / "test-labels.npy", labels.astype(np.uint8))
    (out / "row-0.json").write_text(json.dumps([round(float(x), 4) for x in rows[0]]) + "\n")
    features = [{"name": str(n), "low": float(a), "high": float(b)} for n, a, b in zip(data.feature_names, low, high)]
    (out / "features.json").write_text(json.dumps(features, indent=1) + "\n")
    (out / "classes.txt").write_text("".join(f"{name}\n" for name in data.target_names))


def main():
    out = pathlib.Path(sys.argv[1])
    for name, write in [("resnet", resnet), ("cancer", tabular)]:
        (out / name).mkdir(parents=True, exist_ok=True)
        write(out / name)


if __name__ == "__main__":
    main()
