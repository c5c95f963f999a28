#!/usr/bin/env python3
"""Writes the test digits of tests/vectors/mnist from MNIST's test set (scripts/fetch-mnist).

    pip install -r requirements.txt pillow==13.0.0
    python fixtures.py ../../tests/vectors/mnist

- t10k-first-500-images.idx3.gz, t10k-first-500-labels.idx1.gz: the first 500 test pictures and their labels
- digit-0.png to digit-9.png: the first test picture of each digit, 28 x 28, 8-bit gray
- forms/: the first test picture (a 7) in other forms; forms/README.md says which
"""

import gzip
import pathlib
import sys

import numpy as np
from PIL import Image

from train import CACHE, read_idx

COUNT = 500


def idx(array):
    header = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return gzip.compress(header + array.tobytes(), 9, mtime=0)


def main():
    out = pathlib.Path(sys.argv[1])
    data = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else CACHE
    images = read_idx(data / "t10k-images-idx3-ubyte")
    labels = read_idx(data / "t10k-labels-idx1-ubyte")
    forms = out / "forms"
    forms.mkdir(parents=True, exist_ok=True)
    (out / "t10k-first-500-images.idx3.gz").write_bytes(idx(images[:COUNT]))
    (out / "t10k-first-500-labels.idx1.gz").write_bytes(idx(labels[:COUNT]))
    for digit in range(10):
        Image.fromarray(images[int(np.argmax(labels == digit))]).save(out / f"digit-{digit}.png", optimize=True)

    seven = images[0]
    gray = Image.fromarray(seven)
    large = seven.repeat(10, 0).repeat(10, 1)
    clear = np.zeros((280, 280, 4), np.uint8)
    clear[..., 3] = large
    save = lambda picture, name, **how: picture.save(forms / name, optimize=True, **how)
    save(gray.convert("RGB"), "rgb.png")
    save(gray.convert("RGBA"), "rgba.png")
    save(gray.convert("P"), "palette.png")
    save(Image.fromarray(seven.astype(np.uint16) * 257), "gray-16-bit.png")
    save(Image.fromarray(seven > 127), "black-and-white-1-bit.png")
    save(Image.fromarray(large), "large-280.png")
    save(Image.fromarray(255 - large).convert("RGB"), "large-280-black-on-white-rgb.png")
    save(Image.fromarray(clear), "large-280-black-on-transparent.png")
    save(Image.fromarray(255 - seven), "black-on-white.png")
    save(gray.resize((37, 37), Image.BICUBIC), "odd-37.png")


if __name__ == "__main__":
    main()
