"""The network of src/network/architecture.ts in PyTorch, its loss, its first values, and how its work is timed.

float32 or bfloat16 (autocast), channels-last memory format, dropout where milscope has it, Adam in one fused kernel.
"""
import argparse, json, resource, statistics, time
import torch
import torch.nn as nn
import torch.nn.functional as F

# Name, outputs (None: one a class), kernel, whether max pooling follows, dropout after it.
LAYERS = [
    ("conv1", 32, 3, False, 0.0),
    ("conv2", 64, 3, True, 0.2),
    ("conv3", 64, 5, True, 0.2),
    ("conv4", 128, 3, True, 0.2),
    ("conv5", 128, 3, True, 0.2),
    ("conv6", 1000, 1, False, 0.5),
    ("conv7", None, 1, False, 0.0),
]


class Network(nn.Module):
    """Average pooling without dropout; convolutions, each with max pooling (or none), ReLU, dropout; Noisy-AND; a last layer."""

    def __init__(self, channels: int, classes: int, sharpness: float = 10.0):
        super().__init__()
        self.sharpness = sharpness
        inputs = channels
        for name, outputs, size, _, _ in LAYERS:
            setattr(self, name, nn.Conv2d(inputs, outputs or classes, size, padding=size // 2))
            inputs = outputs
        self.fc = nn.Linear(classes, classes)
        self.b = nn.Parameter(torch.full((classes,), 0.5))
        self.begin()

    @torch.no_grad()
    def begin(self):
        """The first values of src/network/parameters.ts."""
        for name, outputs, _, _, _ in LAYERS:
            convolution = getattr(self, name)
            if outputs is None:
                nn.init.normal_(convolution.weight, std=0.01)
            else:
                nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
            nn.init.zeros_(convolution.bias)
        self.fc.weight.copy_(4 * torch.eye(len(self.b)))
        nn.init.zeros_(self.fc.bias)

    def instances(self, x, arriving=None):
        """Logits of the instances; `arriving` is done to the gradient at the input of each convolution."""
        z = F.avg_pool2d(x, 3, 2)
        for name, outputs, _, pooled, rate in LAYERS:
            if arriving:
                z.register_hook(arriving)
            z = getattr(self, name)(z)
            if pooled:
                z = F.max_pool2d(z, 3, 2)
            if outputs is not None:
                z = F.relu(z, inplace=True)
            if rate > 0:
                z = F.dropout(z, rate, self.training)
        return z.float()

    def bag(self, logits):
        m = torch.sigmoid(logits).flatten(2).mean(2)
        S, a, b = torch.sigmoid, self.sharpness, self.b
        return (S(a * (m - b)) - S(-a * b)) / (S(a * (1 - b)) - S(-a * b))

    def forward(self, x):
        P = self.bag(self.instances(x))
        return P, self.fc(P).float()


def joint_loss(P, logits, targets):
    """Equation 2, a loss an image."""
    T = F.one_hot(targets, P.shape[1]).float()
    bags = F.binary_cross_entropy(P.clamp(1e-6, 1 - 1e-6), T, reduction="none").sum(1)
    return bags + F.cross_entropy(logits, targets, reduction="none")


def optimizer_of(network, rate: float, threshold_rate: float | None = None):
    """Adam with milscope's decays; the thresholds of Noisy-AND may learn at a rate of their own."""
    others = [value for name, value in network.named_parameters() if name != "b"]
    groups = [{"params": others, "multiple": 1.0}, {"params": [network.b], "multiple": (threshold_rate or rate) / rate}]
    return torch.optim.Adam(groups, rate, betas=(0.9, 0.99), eps=1e-8, fused=True)


def learn(network, optimizer, parts, size: int, precision):
    """One step: the gradient of each micro-batch `(images, targets)` of a batch of `size`, their sum, Adam."""
    optimizer.zero_grad()
    for images, targets in parts:
        with precision():
            P, logits = network(images)
        (joint_loss(P, logits, targets).sum() / size).backward()
    optimizer.step()


def options_of(**defaults):
    """Options of the command line by their defaults; each script takes those of the others too, and lets them be."""
    options = argparse.ArgumentParser()
    shared = {"threads": 2, "repeats": 3, "warm_up": 1, "precision": "float32", "micro_batch": "1", "peer_gigabytes": 5.0}
    for name, default in {**shared, **defaults}.items():
        options.add_argument(f"--{name.replace('_', '-')}", type=type(default), default=default)
    o, _ = options.parse_known_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    return o


def precision_of(o):
    return lambda: torch.autocast("cpu", torch.bfloat16, enabled=o.precision == "bfloat16")


def peak_bytes() -> int:
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def page_faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt


def repeat(work, o, per: float):
    """Seconds of each repeat divided by `per`, their median, and the page faults of a repeat."""
    for _ in range(o.warm_up):
        work()
    times, faults = [], page_faults()
    for _ in range(o.repeats):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) / per)
    return {"median": statistics.median(times), "all": times, "pageFaults": (page_faults() - faults) / o.repeats}


def best_of(work, o, warm_up):
    """
    Times `work(m)` once for each micro-batch m that is offered, after `warm_up(m)`, and prints which is the best. One that
    may need more memory than the option allows, judged by the peak of the one before, ends the search.
    """
    tried = {}
    offered = [int(m) for m in o.micro_batch.split(",")]
    before, last = peak_bytes(), 1
    for m in offered:
        if tried and before + (peak_bytes() - before) * m / last > o.peer_gigabytes * 1e9:
            break
        warm_up(m)
        start = time.perf_counter()
        work(m)
        tried[m] = time.perf_counter() - start
        last = m
    say({"best": min(tried, key=tried.get), "tried": tried})


def say(result: dict):
    print(json.dumps({"peer": f"PyTorch {torch.__version__}", "peakBytes": peak_bytes(), **result}))
