"""What a script in PyTorch does in place of `milscope predict`: reads the TIFFs of a table and writes a table of probabilities.

Run: python bench/pytorch/predict.py --table fields.csv --out predictions.csv [--micro-batch 2] [--threads 2]
[--loader threads|processes] [--precision float32|bfloat16]. Threads, or processes of a DataLoader, read the next fields while these
are computed. The weights are random.
"""
import csv
from collections import deque
from concurrent.futures import ThreadPoolExecutor
import numpy as np
import torch
from network import Network, options_of, precision_of, say
from screen import Table, read_files

CLASSES = 6
o = options_of(table="", out="", loader="threads")
precision, m = precision_of(o), int(o.micro_batch)
table = Table(o.table)
numbers = list(table.files)
groups = [numbers[i : i + m] for i in range(0, len(numbers), m)]


def read_group(group) -> torch.Tensor:
    # PyTorch computes with signed numbers, so float32 it is.
    return torch.from_numpy(np.stack([read_files(table.files[number]) for number in group]).astype(np.float32))


class Groups(torch.utils.data.Dataset):
    def __len__(self):
        return len(groups)

    def __getitem__(self, i):
        return read_group(groups[i])


def in_threads():
    with ThreadPoolExecutor(o.threads) as readers:
        # A field a task, so that both read even where a group has one.
        read = lambda number: readers.submit(read_files, table.files[number])
        waiting, ahead = deque(), iter(numbers)
        for number in [n for _, n in zip(range(2 * m + 2), ahead)]:
            waiting.append(read(number))
        for group in groups:
            pixels = np.stack([waiting.popleft().result() for _ in group])
            for number in [n for _, n in zip(group, ahead)]:
                waiting.append(read(number))
            yield torch.from_numpy(pixels.astype(np.float32))


def in_processes():
    return torch.utils.data.DataLoader(Groups(), batch_size=None, num_workers=o.threads, prefetch_factor=2)


network = Network(len(table.channels), CLASSES).to(memory_format=torch.channels_last).eval().requires_grad_(False)
mean, deviation = 1000.0, 500.0
with open(o.out, "w", newline="") as file, torch.inference_mode(), precision():
    rows = csv.writer(file)
    rows.writerow(["ImageNumber", *(f"MIL_{k}" for k in range(CLASSES))])
    for group, pixels in zip(groups, in_processes() if o.loader == "processes" else in_threads()):
        x = ((pixels - mean) / deviation).contiguous(memory_format=torch.channels_last)
        _, logits = network(x)
        for number, probability in zip(group, logits.softmax(1).tolist()):
            rows.writerow([number, *probability])
say({"fields": len(numbers), "microBatch": m})
