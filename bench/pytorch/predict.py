"""What a script in PyTorch does in place of `milscope predict`: reads the TIFFs of a table and writes a table of probabilities.

Run: python bench/pytorch/predict.py --table fields.csv --out predictions.csv [--micro-batch 2] [--threads 2]
[--precision float32|bfloat16]. Threads read the next fields while these are computed. The weights are random.
"""
import csv
from collections import deque
from concurrent.futures import ThreadPoolExecutor
import numpy as np
import torch
from network import Network, options_of, precision_of, say
from screen import Table, read_files

CLASSES = 6
o = options_of(table="", out="")
precision, m = precision_of(o), int(o.micro_batch)
table = Table(o.table)
network = Network(len(table.channels), CLASSES).to(memory_format=torch.channels_last).eval().requires_grad_(False)
mean, deviation = 1000.0, 500.0
numbers = list(table.files)
with ThreadPoolExecutor(o.threads) as readers, open(o.out, "w", newline="") as file, torch.inference_mode(), precision():
    rows = csv.writer(file)
    rows.writerow(["ImageNumber", *(f"MIL_{k}" for k in range(CLASSES))])
    waiting, ahead = deque(), iter(numbers)
    ask = lambda: waiting.extend((n, readers.submit(read_files, table.files[n])) for n in [next(ahead, None)] if n is not None)
    for _ in range(2 * m + 2):
        ask()
    while waiting:
        group = [waiting.popleft() for _ in range(min(m, len(waiting)))]
        pixels = np.stack([task.result() for _, task in group])
        for _ in group:
            ask()
        x = (torch.from_numpy(pixels.astype(np.float32)) - mean) / deviation
        _, logits = network(x.contiguous(memory_format=torch.channels_last))
        for (number, _), probability in zip(group, logits.softmax(1).tolist()):
            rows.writerow([number, *probability])
say({"fields": len(numbers), "microBatch": m})
