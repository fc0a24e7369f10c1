"""The paper's network in PyTorch, as a peer to measure against. Prints one JSON line: seconds a field for a training step and a forward pass.

Run: python bench/pytorch_peer.py --size 900 --batch 4 --threads 2 [--repeats 5]
float32, channels-last memory format, dropout on in training; Noisy-AND a = 10, softmax head, Adam.
"""
import argparse, json, statistics, time
import torch
import torch.nn as nn
import torch.nn.functional as F


class Network(nn.Module):
    def __init__(self, channels: int, classes: int):
        super().__init__()
        sizes = [(32, channels, 3), (64, 32, 3), (64, 64, 5), (128, 64, 3), (128, 128, 3), (1000, 128, 1), (classes, 1000, 1)]
        self.convolutions = nn.ModuleList([nn.Conv2d(c, o, k, padding=k // 2) for o, c, k in sizes])
        self.fc = nn.Linear(classes, classes)
        self.b = nn.Parameter(torch.full((classes,), 0.5))

    def forward(self, x):
        z = F.dropout(F.avg_pool2d(x, 3, 2), 0.2, self.training)
        for n, convolution in enumerate(self.convolutions[:6], 1):
            z = convolution(z)
            if n in (2, 3, 4, 5):
                z = F.dropout(F.max_pool2d(z, 3, 2), 0.2, self.training)
            z = F.relu(z)
        z = self.convolutions[6](F.dropout(z, 0.5, self.training))
        m = torch.sigmoid(z).flatten(2).mean(2)
        S, a, b = torch.sigmoid, 10.0, self.b
        P = (S(a * (m - b)) - S(-a * b)) / (S(a * (1 - b)) - S(-a * b))
        return P, self.fc(P)


def main():
    options = argparse.ArgumentParser()
    for name, default in [("size", 900), ("batch", 4), ("threads", 2), ("repeats", 5), ("classes", 6)]:
        options.add_argument(f"--{name}", type=int, default=default)
    o = options.parse_args()
    torch.set_num_threads(o.threads)
    torch.manual_seed(1)
    network = Network(3, o.classes).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    x = torch.rand(o.batch, 3, o.size, o.size).contiguous(memory_format=torch.channels_last)
    t = torch.arange(o.batch) % o.classes
    T = F.one_hot(t, o.classes).float()

    def step():
        P, logits = network(x)
        loss = (F.binary_cross_entropy(P.clamp(1e-6, 1 - 1e-6), T, reduction="none").sum(1) + F.cross_entropy(logits, t, reduction="none")).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    def seconds(work):
        work()
        times = []
        for _ in range(o.repeats):
            start = time.perf_counter()
            work()
            times.append((time.perf_counter() - start) / o.batch)
        return {"median": statistics.median(times), "all": times}

    network.train()
    result = {"peer": f"PyTorch {torch.__version__}", "step": seconds(step)}
    network.eval()
    with torch.inference_mode():
        result["forward"] = seconds(lambda: network(x))
        x = x[:1].contiguous(memory_format=torch.channels_last); o.batch = 1
        result["forwardOne"] = seconds(lambda: network(x))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
