"""PyTorch beside bench/network.ts and bench/jacobian.ts: steps, forward passes and Jacobian maps of fields in memory.

Run: python bench/pytorch/fields.py --work step|forward|forward-one|jacobian [--size 900] [--batch 16] [--micro-batch 2]
[--threads 2] [--repeats 3] [--precision float32|bfloat16]. Prints one JSON line. Several micro-batches, as 1,2,4, are tried
and the best is named.
"""
import torch
import torch.nn.functional as F
from network import Network, best_of, learn, optimizer_of, options_of, precision_of, repeat, say

CLASSES = 6
o = options_of(work="step", size=900, batch=16)
precision = precision_of(o)
network = Network(3, CLASSES).to(memory_format=torch.channels_last)
count = 1 if o.work == "forward-one" else o.batch
x = torch.rand(count, 3, o.size, o.size).contiguous(memory_format=torch.channels_last)
x = (x - 0.5) / 0.29
t = torch.arange(count) % CLASSES


def parts(m: int):
    return list(zip(x.split(m), t.split(m)))


def step(m: int, of=None):
    learn(network, optimizer, of or parts(m), count, precision)


def forward(m: int, of=None):
    with torch.inference_mode(), precision():
        return [network(images) for images, _ in of or parts(m)]


def jacobian(m: int, of=None):
    """Equation 5 for the first class: from P·p back to the pixels, with a ReLU on what arrives at each convolution."""
    maps = []
    for images, _ in of or parts(m):
        pixels = images.detach().requires_grad_()
        with precision():
            logits = network.instances(pixels, arriving=F.relu)
        with torch.no_grad():
            start = torch.zeros_like(logits)
            start[:, 0] = network.bag(logits)[:, 0, None, None] * torch.sigmoid(logits[:, 0])
        maps.append(torch.autograd.grad(logits, pixels, start)[0].sum(1))
    return maps


if o.work == "step":
    network.train()
    optimizer = optimizer_of(network, 1e-3)
else:
    network.eval().requires_grad_(False)
work = {"step": step, "jacobian": jacobian}.get(o.work, forward)
if "," in o.micro_batch:
    best_of(work, o, warm_up=lambda m: work(m, of=parts(m)[:1]))
else:
    m = int(o.micro_batch)
    result = repeat(lambda: work(m), o, per=count)
    if o.work == "jacobian":
        o.repeats = max(1, o.repeats)
        passes = repeat(lambda: forward(m), o, per=count)
        result |= {"forward": passes["median"], "passes": result["median"] / passes["median"]}
    say({**result, "microBatch": m})
