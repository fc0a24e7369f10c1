"""PyTorch beside bench/cells.ts: single cells a second, cropped from 16-bit fields in memory, or a training step on cells.

Run: python bench/pytorch/cells.py --work cells|cells-step [--cells 2000] [--side 96] [--batch 128] [--micro-batch 32]
[--threads 2] [--repeats 3] [--precision float32|bfloat16]. Prints one JSON line. Several micro-batches are tried and the best
is named.
"""
import numpy as np
import torch
from network import Network, best_of, learn, optimizer_of, options_of, precision_of, repeat, say

CLASSES, FIELD = 6, 512
o = options_of(work="cells", cells=2000, side=96, batch=128)
precision = precision_of(o)
network = Network(3, CLASSES).to(memory_format=torch.channels_last)
random = np.random.default_rng(1)
field = random.integers(0, 65536, (3, FIELD, FIELD), dtype=np.uint16)
corners = random.integers(0, FIELD - o.side, (o.cells, 2))


def cells(m: int, count: int = o.cells):
    with torch.inference_mode():
        for i in range(0, count, m):
            crops = np.stack([field[:, y : y + o.side, x : x + o.side] for x, y in corners[i : min(i + m, count)]])
            batch = torch.from_numpy((crops.astype(np.float32) - 32768) / 19000)
            with precision():
                network(batch.contiguous(memory_format=torch.channels_last))


def step(m: int, count: int = o.batch):
    learn(network, optimizer, list(zip(x[:count].split(m), t[:count].split(m))), count, precision)


if o.work == "cells":
    network.eval().requires_grad_(False)
    work, count = cells, o.cells
else:
    network.train()
    optimizer = optimizer_of(network, 1e-3)
    x = torch.randn(o.batch, 3, o.side, o.side).contiguous(memory_format=torch.channels_last)
    t = torch.arange(o.batch) % CLASSES
    work, count = step, o.batch
if "," in o.micro_batch:
    best_of(work, o, warm_up=lambda m: work(m, count=min(m, count)))
else:
    m = int(o.micro_batch)
    say({**repeat(lambda: work(m), o, per=count), "microBatch": m})
