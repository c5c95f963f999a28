#!/usr/bin/env python3
"""Writes tests/vectors/inputs: pictures and arrays, and the integers that they become, computed with NumPy and Pillow.

    pip install numpy==2.5.3 pillow==13.0.0
    python inputs.py ../../tests/vectors/inputs

The formula is the one that zkml-data/src/preprocess.rs states; only PNG is exact to the last unit, for JPEG decoders differ.
"""

import json
import pathlib
import sys

import numpy as np
from PIL import Image

IMAGENET = dict(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225], scale=1.0)


def picture():
    """Smooth colours with one sharp square, 24 rows and 32 columns."""
    y, x = np.mgrid[0:24, 0:32]
    out = np.stack([x * 8, y * 10, 255 - (x + y) * 4], -1).astype(np.uint8)
    out[6:12, 8:18] = [250, 30, 90]
    return out


def widened(norm, bits):
    """The range of all pixels, with zero on a level."""
    mean, std = np.array(norm["mean"]), np.array(norm["std"])
    low = float(np.min((0.0 * norm["scale"] / 255.0 - mean) / std))
    high = float(np.max((255.0 * norm["scale"] / 255.0 - mean) / std))
    levels = float(2**bits - 1)
    below = float(np.floor(-low / (high - low) * levels + 0.5))
    if not 1 <= below <= levels - 1:
        return low, high
    step = max(-low / below, high / (levels - below))
    return -below * step, (levels - below) * step


def lowest(low, high, levels):
    """round(low / step), halves away from zero."""
    steps = low / ((high - low) / levels)
    return int(np.copysign(np.floor(abs(steps) + 0.5), steps))


def integers(pixels, norm, bits, low, high, layout):
    real = (pixels.astype(np.float64) * norm["scale"] / 255.0 - np.array(norm["mean"])) / np.array(norm["std"])
    levels = float(2**bits - 1)
    steps = (real - low) / (high - low) * levels
    q = lowest(low, high, levels) + np.floor(steps + 0.5).astype(int)
    return [int(v) for v in (q.transpose(2, 0, 1) if layout == "nchw" else q).ravel()]


def main():
    out = pathlib.Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    pixels = picture()
    image = Image.fromarray(pixels)
    image.save(out / "colours.png", optimize=True)
    (out / "colours.bin").write_bytes(pixels.tobytes())
    jpegs = {
        "444": dict(quality=95, subsampling=0),
        "420": dict(quality=90, subsampling=2),
        "progressive": dict(quality=90, subsampling=0, progressive=True),
    }
    decoded = {}
    for name, how in jpegs.items():
        image.save(out / f"colours-{name}.jpg", **how)
        decoded[name] = Image.open(out / f"colours-{name}.jpg")
    image.convert("L").save(out / "gray.jpg", quality=90)
    decoded["gray"] = Image.open(out / "gray.jpg").convert("RGB")

    cases = []
    for name, norm, bits in [
        ("imagenet-8", IMAGENET, 8),
        ("imagenet-4", IMAGENET, 4),
        ("keras", dict(mean=[0.5], std=[0.5], scale=1.0), 8),
        ("pixels", dict(mean=[0.0], std=[1.0], scale=255.0), 6),
    ]:
        low, high = widened(norm, bits)
        for layout in ["nchw", "nhwc"]:
            q = integers(pixels, norm, bits, low, high, layout)
            cases.append(dict(name=name, **norm, bits=bits, low=low, high=high, layout=layout, integers=q))
    flowers = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.1, 4.4, 1.4]])
    mean, std = [5.8, 3.0, 3.8, 1.2], [0.8, 0.4, 1.8, 0.8]
    steps = ((flowers - mean) / std + 4.0) / 8.0 * 255.0
    values = dict(mean=mean, std=std, low=-4.0, high=4.0, bits=8, numbers=flowers.tolist())
    values["integers"] = (lowest(-4.0, 4.0, 255.0) + np.floor(steps + 0.5).astype(int)).tolist()
    pil = {name: [int(v) for v in np.array(picture).ravel()] for name, picture in decoded.items()}
    text = json.dumps(dict(pictures=cases, values=values, pillow=pil), separators=(",", ":"))
    (out / "expected.json").write_text(text + "\n")

    np.savez(out / "one.npz", flowers[:1].astype(np.float32))
    np.savez_compressed(out / "several.npz", x0=flowers[:1], x1=flowers[1], label=np.array([0, 1]))


if __name__ == "__main__":
    main()
