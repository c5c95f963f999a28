"""Joins what every step of scripts/models told into runtime/docs/figures/models.json and a table.

usage: models.py DIRECTORY NETWORK ...
       models.py --chosen CALIBRATION.json    prints the chosen options, one a line, as `zkinfer model calibrate` takes them
"""

import json
import os
import pathlib
import sys

from report import FIGURES, into_page, mib, processor, seconds, table

ALL = ["mnist-cnn", "mlp", "lenet5", "resnet", "cancer"]
ABOUT = {
    "mnist-cnn": ("conv 8 3×3, ReLU, 5408→10", "MNIST"),
    "mlp": ("784→56→10", "MNIST"),
    "lenet5": ("LeNet-5, max pooling, ReLU", "MNIST"),
    "resnet": ("conv /2, residual block, conv /2, residual block, average pool", "Fashion-MNIST"),
    "cancer": ("30→16→2", "Breast Cancer Wisconsin"),
}


def chosen_options(calibrated):
    number = calibrated["chosen"]["number"]
    (row,) = (row for row in calibrated["candidates"] if row["number"] == number)
    by_layer = lambda bits: ":".join(map(str, bits))
    return [
        f"--input-bits={row['input_bits']}",
        f"--weight-bits={by_layer(row['weight_bits'])}",
        f"--relu-bits={by_layer(row['relu_bits'])}",
        f"--tolerance={row['tolerance']}",
        f"--granularity={row['granularity']}",
        "--input-range={}:{}".format(*calibrated["input_range"]),
    ]


class Steps:
    def __init__(self, directory):
        self.directory = directory

    def json(self, name):
        return json.loads((self.directory / f"{name}.json").read_text())

    def usage(self, name):
        return self.json(f"{name}.usage")

    def system(self, name, system):
        """What became of a network in one proof system."""
        step = lambda step: f"{name}-{system}-{step}"
        setup, prove, verify, submit = (self.json(step(part)) for part in ("setup", "prove", "verify", "submit"))
        circuit = setup["circuit"]
        size = {key: circuit[key] for key in ("constraints", "domain", "rows", "k") if key in circuit}
        assert verify["valid"] and self.json(step("result"))["class"] == submit["class"]
        return {
            **size,
            "setup_s": setup["seconds"],
            "setup_peak_kib": self.usage(step("setup"))["peak_kib"],
            "proving_key_bytes": (setup.get("proving_key") or {}).get("bytes"),
            "verifying_key_bytes": setup["verifying_key"]["bytes"],
            "prove_s": prove["seconds"],
            "prove_process_s": self.usage(step("prove"))["seconds"],
            "prove_peak_kib": self.usage(step("prove"))["peak_kib"],
            "verify_process_s": self.usage(step("verify"))["seconds"],
            "proof_bytes": submit["proof_bytes"],
            "class": submit["class"],
            "fee": submit["fee"],
        }

    def network(self, name):
        layers, data = ABOUT[name]
        calibrated, tested = self.json(f"{name}-calibrate"), self.json(f"{name}-accuracy")
        chosen = calibrated["chosen"]
        assert tested["chosen"]["model_hash"] == chosen["model_hash"], f"{name}: two models"
        return {
            "name": name,
            "layers": layers,
            "data": data,
            "samples": tested["samples"],
            "float_percent": tested["float_percent"],
            "quantised_percent": tested["chosen"]["measured"]["percent"],
            "calibration_samples": calibrated["samples"],
            "budget_points": calibrated["budget_points"],
            "options": chosen["arguments"],
            "calibrate_s": self.usage(f"{name}-calibrate")["seconds"],
            "calibrate_peak_kib": self.usage(f"{name}-calibrate")["peak_kib"],
            "model_hash": chosen["model_hash"],
            "groth16": self.system(name, "groth16"),
            "halo2": self.system(name, "halo2"),
        }


def row(network):
    cells = [f"**{network['name']}**: {network['layers']}", f"{network['data']}, {network['samples']:,}"]
    cells.append(f"{network['float_percent']:.2f} → {network['quantised_percent']:.2f} %")
    cells.append(f"`{network['options']}`")
    for system in (network["groth16"], network["halo2"]):
        cells.append(f"{system['constraints']:,}" if "constraints" in system else f"{system['rows']:,}, k = {system['k']}")
        cells.append(f"{seconds(system['setup_s'])}, {mib(system['setup_peak_kib'])}")
        cells.append(f"{seconds(system['prove_s'])}, {mib(system['prove_peak_kib'])}")
        cells.append(f"{system['proof_bytes']:,}")
    return cells


def lines(report):
    head = ["network", "test set", "accuracy, float → integers", "calibrated options"]
    head += ["Groth16: constraints", "setup", "prove", "proof bytes", "Halo2: rows", "keys", "prove", "proof bytes"]
    return [
        f"Each network from ONNX to a proof that the runtime has verified and paid for, on {report['processor']} with {report['cores']} "
        "threads. Calibrated on training data for Groth16, with a budget of half a percentage point. Memory is the peak of the client's process, with Halo2's keys made in it again. Made by `scripts/models`; "
        "raw values in `runtime/docs/figures/models.json`, the networks in `tests/vectors/models`.",
        "",
        *table(head, map(row, report["networks"])),
    ]


def main():
    if sys.argv[1] == "--chosen":
        print("\n".join(chosen_options(json.loads(pathlib.Path(sys.argv[2]).read_text()))))
        return
    directory, names = pathlib.Path(sys.argv[1]), sys.argv[2:]
    steps = Steps(directory)
    report = {
        "command": "scripts/models",
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "load_before": (directory / "load").read_text().strip(),
        "networks": [steps.network(name) for name in names],
    }
    text = lines(report)
    print("\n".join(text))
    if names == ALL:
        FIGURES.mkdir(parents=True, exist_ok=True)
        (FIGURES / "models.json").write_text(json.dumps(report, indent=2) + "\n")
        (FIGURES / "models.md").write_text("# Networks\n\n" + "\n".join(text) + "\n")
        into_page("networks", text)


if __name__ == "__main__":
    main()
