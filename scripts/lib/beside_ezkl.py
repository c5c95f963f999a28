"""EZKL (https://ezkl.xyz, from PyPI) on the networks of ours, beside what `scripts/models` measured of them.

usage: beside_ezkl.py DIRECTORY NETWORK.onnx INPUT.json STEP    one step of EZKL, in a Python that has the package `ezkl`
       beside_ezkl.py --input IMAGES.idx3.gz > INPUT.json       the first picture as EZKL takes it
       beside_ezkl.py --report DIRECTORY NETWORK ...            joins the steps' measurements into runtime/docs/figures/ezkl.json
                                                                and a table in README.md

EZKL's own defaults, calibrated for resources, with a private input: its answer is public, and nothing binds the input. Ours is
committed to in the circuit.
"""

import gzip
import json
import os
import pathlib
import struct
import sys

STEPS = ["attributes", "settings", "calibrate", "compile", "srs", "witness", "setup", "prove", "verify"]


def run(directory, onnx, data, step):
    import ezkl

    file = lambda name: str(directory / name)
    settings, compiled, srs = file("settings.json"), file("network.compiled"), file("kzg.srs")
    network, vk, pk, witness, proof = file("network.onnx"), file("vk"), file("pk"), file("witness.json"), file("proof.json")
    if step == "attributes":
        write_out_attributes(onnx, network)
    elif step == "settings":
        options = ezkl.PyRunArgs()
        options.input_visibility, options.param_visibility, options.output_visibility = "private", "fixed", "public"
        ezkl.gen_settings(network, settings, py_run_args=options)
    elif step == "calibrate":
        ezkl.calibrate_settings(data, network, settings, "resources")
    elif step == "compile":
        ezkl.compile_circuit(network, compiled, settings)
    elif step == "srs":
        ezkl.gen_srs(srs, json.loads(pathlib.Path(settings).read_text())["run_args"]["logrows"])
    elif step == "witness":
        ezkl.gen_witness(data, compiled, witness)
    elif step == "setup":
        ezkl.setup(compiled, vk, pk, srs_path=srs)
    elif step == "prove":
        ezkl.prove(witness, compiled, pk, proof_path=proof, srs_path=srs)
    elif step == "verify":
        if not ezkl.verify(proof, settings, vk, srs_path=srs):
            sys.exit("error: EZKL's proof does not verify")
    else:
        sys.exit(f"error: there is no step `{step}`; the steps are {', '.join(STEPS)}")


def write_out_attributes(source, target):
    """EZKL refuses a Conv that leaves its optional attributes out ("a node is missing required params: stride")."""
    import onnx

    model = onnx.load(source)
    for node in model.graph.node:
        given = {attribute.name for attribute in node.attribute}
        if node.op_type == "Conv":
            for name, value in {"strides": [1, 1], "dilations": [1, 1], "pads": [0] * 4, "group": 1}.items():
                if name not in given:
                    node.attribute.append(onnx.helper.make_attribute(name, value))
    onnx.save(model, target)


def first_picture(path):
    raw = gzip.open(path).read()
    _, _, rows, columns = struct.unpack(">IIII", raw[:16])
    return [value / 255 for value in raw[16 : 16 + rows * columns]]


def network(directory, name, ours):
    steps = {step: json.loads((directory / f"{name}-{step}.usage.json").read_text()) for step in STEPS}
    folder = directory / name
    proof = json.loads((folder / "proof.json").read_text())["proof"]
    return {
        "name": name,
        "k": json.loads((folder / "settings.json").read_text())["run_args"]["logrows"],
        "setup_s": steps["setup"]["seconds"],
        "setup_peak_kib": steps["setup"]["peak_kib"],
        "prove_s": steps["prove"]["seconds"],
        "prove_peak_kib": steps["prove"]["peak_kib"],
        "verify_s": steps["verify"]["seconds"],
        "proof_bytes": len(proof),
        "proving_key_bytes": (folder / "pk").stat().st_size,
        "zkinfer": {system: ours[system] for system in ("groth16", "halo2") if ours.get(system)},
    }


def lines(report):
    from report import mib, seconds, table

    rows = []
    for network in report["networks"]:
        row = lambda system, key, setup, prove, proof: [network["name"], system, key, setup, prove, proof]
        both = lambda values: [f"{seconds(values[f'{step}_s'])}, {mib(values[f'{step}_peak_kib'])}" for step in ("setup", "prove")]
        rows.append(row(f"EZKL {report['ezkl']}", mib(network["proving_key_bytes"] / 1024), *both(network), f"{network['proof_bytes']:,}"))
        for system, values in network["zkinfer"].items():
            key = values["proving_key_bytes"]
            values = {**values, "prove_s": values["prove_process_s"]}
            name = {"groth16": "zkinfer, Groth16", "halo2": "zkinfer, Halo2"}[system]
            rows.append(row(name, mib(key / 1024) if key else "made anew", *both(values), f"{values['proof_bytes']:,}"))
    return [
        f"The same ONNX files in EZKL {report['ezkl']}, calibrated for resources, with a private input, on {report['processor']} with "
        f"{report['cores']} threads: whole processes, one after another, with their peaks of memory. Our circuits commit to the input as "
        "well. Made by `scripts/bench ezkl` after `scripts/models`; raw values in `runtime/docs/figures/ezkl.json`.",
        "",
        *table(["network", "system", "proving key", "setup", "prove", "proof bytes"], rows),
    ]


def report(directory, names):
    from report import FIGURES, into_page, processor

    models = FIGURES / "models.json"
    if not models.exists():
        sys.exit(f"error: {models} is missing; run scripts/models first")
    ours = {network["name"]: network for network in json.loads(models.read_text())["networks"]}
    result = {
        "command": "scripts/bench ezkl",
        "processor": processor(),
        "cores": len(os.sched_getaffinity(0)),
        "ezkl": (directory / "version").read_text().strip(),
        "networks": [network(directory, name, ours[name]) for name in names],
    }
    text = lines(result)
    (FIGURES / "ezkl.json").write_text(json.dumps(result, indent=2) + "\n")
    into_page("ezkl", text)
    print("\n".join(text))


def main():
    if sys.argv[1] == "--input":
        print(json.dumps({"input_data": [first_picture(sys.argv[2])]}))
    elif sys.argv[1] == "--report":
        report(pathlib.Path(sys.argv[2]), sys.argv[3:])
    else:
        run(pathlib.Path(sys.argv[1]), *sys.argv[2:])


if __name__ == "__main__":
    main()
