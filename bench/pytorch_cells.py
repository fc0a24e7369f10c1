"""The paper's network in PyTorch on single cells, as a peer of cells.ts. Prints one JSON line: cells a second.

Run: python bench/pytorch_cells.py [--cells 10000] [--side 96] [--cell-batch 32] [--threads 2]
float32, channels-last memory format; cells are cropped from 16-bit fields in memory and run in batches.
"""
import argparse, json, time
import numpy as np
import torch
from pytorch_peer import Network

FIELD = 512

options = argparse.ArgumentParser()
for name, default in [("cells", 10000), ("side", 96), ("cell-batch", 32), ("threads", 2), ("classes", 6)]:
    options.add_argument(f"--{name}", type=int, default=default)
o = options.parse_args()
torch.set_num_threads(o.threads)
torch.manual_seed(1)
network = Network(3, o.classes).to(memory_format=torch.channels_last).eval()
random = np.random.default_rng(1)
field = random.integers(0, 65536, (3, FIELD, FIELD), dtype=np.uint16)


def measure(count: int) -> float:
    corners = random.integers(0, FIELD - o.side, (count, 2))
    start = time.perf_counter()
    with torch.inference_mode():
        for i in range(0, count, o.cell_batch):
            crops = np.stack([field[:, y : y + o.side, x : x + o.side] for x, y in corners[i : i + o.cell_batch]])
            batch = torch.from_numpy((crops.astype(np.float32) - 32768) / 19000)
            network(batch.contiguous(memory_format=torch.channels_last))
    return time.perf_counter() - start


measure(4 * o.cell_batch)
seconds = measure(o.cells)
print(json.dumps({"peer": f"PyTorch {torch.__version__}", "cells": o.cells, "side": o.side, "batch": o.cell_batch, "cellsPerSecond": o.cells / seconds}))
