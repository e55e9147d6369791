"""Files of the published benchmark formats, written as their authors' programs write them, and spaces to read them."""

import base64
import bz2
import json
import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from spaces.tables.command_line import main

CELL = "|avg_pool_3x3~0|+|nor_conv_1x1~0|skip_connect~1|+|nor_conv_1x1~0|skip_connect~1|skip_connect~2|"
OTHER_CELL = "|nor_conv_3x3~0|+|nor_conv_3x3~0|avg_pool_3x3~1|+|skip_connect~0|nor_conv_3x3~1|skip_connect~2|"


PUBLISHED_SIZES = {CELL: (0.129306, 15.64737), OTHER_CELL: (0.802426, 113.95137)}
"""Millions of parameters, and of multiply-adds with the classifier's biases."""


class RecordSpace:
    """Reads every published notation; a candidate is its text. Numbers above 999 are outside."""

    def sample(self, rng: object) -> str:
        return "1"

    def mutate(self, candidate: str, rng: object) -> str:
        return "2"

    def encode(self, candidate: str) -> str:
        return candidate

    def decode(self, text: str) -> str:
        return text

    def from_record(self, net: Mapping[str, Any]) -> str:
        if "ds" not in net:
            return f"cell:{net['genotype']['normal'][0][0]}"
        if net["ds"][1] > 999:
            raise ValueError(f"depth {net['ds'][1]}; allowed: 1 to 999")
        return f"ds={','.join(map(str, net['ds']))}"

    def from_matrix(self, matrix: Sequence[Sequence[int]], operations: Sequence[str]) -> str:
        return "/".join("".join(map(str, row)) for row in matrix) + ":" + ",".join(operations)

    def from_recipe(self, json_text: str) -> str:
        return "+".join(json.loads(json_text))


SPACE = "tests.published_files:RecordSpace"


def nds_record(depth: int, errors: Sequence[float], **more: Any) -> dict[str, Any]:
    net = {
        "block_type": "res_basic_block",
        "ds": [1, depth, 2, 3],
        "ws": [16, 24, 24, 40],
        "ss": [1, 1, 2, 2],
        "bot_muls": [],
        "num_gs": [],
    }
    optim = {"base_lr": 0.1, "wd": 5e-4, "max_ep": len(errors), "lr_policy": "cos"}
    return {
        "job_id": depth,
        "rng_seed": 1,
        "exp_mem": 0.5,
        "params": 594138,
        "flops": 184519578,
        "net": net,
        "optim": optim,
        "min_test_top1": min(errors, default=None),
        "train_ep_top1": list(errors),
        "test_ep_top1": list(errors),
        **more,
    }


def cell_record(operation: str, errors: Sequence[float]) -> dict[str, Any]:
    genotype = {
        "normal": [[operation, 0], ["skip_connect", 1]],
        "normal_concat": [2],
        "reduce": [],
        "reduce_concat": [],
    }
    net = {"genotype": genotype, "width": 24, "depth": 12, "aux": False, "drop_prob": 0.0}
    return nds_record(0, errors, net=net)


def crc32c_bit_by_bit(data: bytes) -> int:
    register = 0xFFFFFFFF
    for byte in data:
        for bit in range(8):
            carry = (register ^ byte >> bit) & 1
            register = register >> 1 ^ (0x82F63B78 if carry else 0)
    return register ^ 0xFFFFFFFF


def masked_bit_by_bit(data: bytes) -> int:
    checksum = crc32c_bit_by_bit(data)
    return ((checksum >> 15 | checksum << 17) + 0xA282EAD8) & 0xFFFFFFFF


def tfrecord(data: bytes) -> bytes:
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked_bit_by_bit(length)) + data + struct.pack("<I", masked_bit_by_bit(data))


def varint(value: int) -> bytes:
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def evaluation_data(epoch: float, seconds: float, train: float, valid: float, test: float) -> bytes:
    doubles = b"".join(
        varint(number << 3 | 1) + struct.pack("<d", value)
        for number, value in enumerate((epoch, seconds, train, valid, test), start=1)
    )
    path = b"gs://models/model.ckpt-0"
    return doubles + varint(6 << 3 | 2) + varint(len(path)) + path


def model_metrics(evaluations: Sequence[bytes], parameters: int) -> bytes:
    nested = b"".join(varint(1 << 3 | 2) + varint(len(inner)) + inner for inner in evaluations)
    return nested + varint(2 << 3) + varint(parameters) + varint(3 << 3 | 1) + struct.pack("<d", 3210.5)


def nasbench101_record(
    adjacency: str, operations: str, epochs: int, test: float, seconds: float = 100.0, parameters: int = 8_555_530
) -> bytes:
    evaluations = [
        evaluation_data(0.0, 0.0, 0.1, 0.1, 0.1),
        evaluation_data(epochs / 2, seconds / 2, 0.5, 0.5, 0.5),
        evaluation_data(float(epochs), seconds, test + 0.02, test + 0.01, test),
    ]
    metrics = base64.b64encode(model_metrics(evaluations, parameters)).decode()
    return json.dumps(["0" * 32, epochs, adjacency, operations, metrics]).encode()


def trial(dataset: str, seed: int, epochs: int, accuracies: Mapping[str, float], weights: Any = None) -> dict[str, Any]:
    """Return the state of a ``ResultsCount`` whose accuracy rises by one tenth per epoch up to the ones given."""
    series = {
        f"{name}@{epoch}": accuracy - (epochs - 1 - epoch) / 10
        for name, accuracy in accuracies.items()
        for epoch in range(epochs)
    }
    train = OrderedDict((epoch, 99.0 - (epochs - 1 - epoch) / 10) for epoch in range(epochs))
    return {
        "name": dataset,
        "net_state_dict": weights,
        "train_acc1es": train,
        "train_acc5es": train,
        "train_losses": OrderedDict((epoch, 1.0 / (epoch + 1)) for epoch in range(epochs)),
        "train_times": OrderedDict((epoch, 12.5) for epoch in range(epochs)),
        "arch_config": {"channel": 16, "num_cells": 5, "class_num": 10},
        "params": 0.129306,
        "flop": 15.64737,
        "seed": seed,
        "epochs": epochs,
        "latency": [0.0139, 0.0141],
        "eval_names": list(accuracies),
        "eval_acc1es": series,
        "eval_times": dict.fromkeys(series, 0.9),
        "eval_losses": dict.fromkeys(series, 0.4),
    }


def arch_results(index: int, arch: str, trials: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the state of an ``ArchResults``."""
    seeds: dict[str, list[int]] = {}
    for one in trials:
        seeds.setdefault(one["name"], []).append(one["seed"])
    return {
        "arch_index": index,
        "arch_str": arch,
        "all_results": {(one["name"], one["seed"]): one for one in trials},
        "dataset_seed": seeds,
        "clear_net_done": True,
    }


def budgets(index: int, arch: str, weights: Any = None) -> dict[int, dict[str, Any]]:
    """Return an architecture's results by epochs: test accuracy 90 + index and two tenths more for a second seed."""
    base = 90.0 + index
    long = [
        trial("cifar10", 777, 200, {"ori-test": base}, weights),
        trial("cifar10", 888, 200, {"ori-test": base + 0.2}, weights),
        trial("cifar10-valid", 777, 200, {"x-valid": base - 2, "ori-test": base - 1}, weights),
        trial("cifar100", 777, 200, {"x-valid": 70.5, "x-test": 71.5, "ori-test": 71.0}, weights),
        trial("ImageNet16-120", 777, 200, {"x-valid": 44.5, "x-test": 45.5, "ori-test": 45.0}, weights),
    ]
    short = [trial("cifar10", 777, 12, {"ori-test": 60.0 + index}, weights)]
    for one in (*long, *short):
        one["params"], one["flop"] = PUBLISHED_SIZES.get(arch, PUBLISHED_SIZES[CELL])
    return {200: arch_results(index, arch, long), 12: arch_results(index, arch, short)}


def nasbench201_tree(weights: Any = None) -> dict[str, Any]:
    """Return what ``NAS-Bench-201-v1_1-096897.pth`` holds, of two architectures."""
    cells = [CELL, OTHER_CELL]
    infos = OrderedDict()
    for index, arch in enumerate(cells):
        results = budgets(index, arch, weights)
        infos[index] = {"full": results[200], "less": results[12]}
    return {"meta_archs": cells, "total_archs": 2, "arch2infos": infos, "evaluated_indexes": {0, 1}}


def nats_tree() -> dict[str, Any]:
    """Return what ``NATS-tss-v1_0-3ffb9.pickle.pbz2`` holds, of two architectures."""
    cells = [CELL, OTHER_CELL]
    infos = OrderedDict((index, nats_results(index, arch)) for index, arch in enumerate(cells))
    return {"meta_archs": cells, "arch2infos": infos, "evaluated_indexes": {0, 1}}


def nats_results(index: int, arch: str) -> "OrderedDict[str, Any]":
    results = budgets(index, arch)
    return OrderedDict([("12", results[12]), ("200", results[200])])


def write_pbz2(path: Path, tree: Any) -> Path:
    with bz2.BZ2File(path, "wb") as stream:
        pickle.dump(tree, stream, protocol=4)
    return path


def nlp_log(
    recipe: Mapping[str, Any], val: Sequence[float], test: Sequence[float], status: str = "OK"
) -> dict[str, Any]:
    return {
        "data": "data/ptb",
        "recepie_id": 7,
        "recepie": json.dumps(recipe),
        "epochs": 50,
        "num_params": 15066078,
        "wall_times": [60.5] * len(val),
        "train_losses": list(val),
        "val_losses": list(val),
        "test_losses": list(test),
        "status": status,
    }


def import_of_damaged(folder: Path, data: bytes, name: str, *arguments: str) -> bool:
    """Import a file of these bytes by command; return whether a table came of it, and check that else nothing did.

    arguments: KIND and options.
    """
    path, out = folder / name, folder / "damaged.parquet"
    path.write_bytes(data)
    kind, *options = arguments
    code = main(["import", kind, str(path), "--out", str(out), *options])
    made = out.exists()
    out.unlink(missing_ok=True)
    path.unlink()
    assert code == (0 if made else 2)
    assert not list(folder.glob(".*"))
    return made


def flip(data: bytes, bit: int) -> bytes:
    """Return the data with one bit, counted from the start, flipped."""
    damaged = bytearray(data)
    damaged[bit // 8] ^= 1 << bit % 8
    return bytes(damaged)
