"""A training in PyTorch with the recipe of a run of milscope: its fields, crops, batches, schedule and average.

Run: python bench/pytorch/training.py --run FOLDER --table fields.csv [--workers 0] [--micro-batch 2] [--epochs N] [--threads 2]
[--precision float32|bfloat16] [--recipe ours|paper] [--first-micro-batch 4] [--test 0.95]. The folder holds `run.json`. The recipe of the
paper has a constant rate, no running average, and crops of one size, where ours has smaller ones in the first epochs, in
micro-batches of their own. Prints one JSON line with the seconds, the fields and the validation accuracy of every epoch. With
--test SHARE the weights of every epoch that validation found best so far are tested afterwards, when the clock has stopped, from the
last back to the first below that share: `tested` has the seconds since the start of Python, and the accuracy on the fields that the
run held out.
"""
import copy, math, os, time
import torch
import torch.nn.functional as F
from network import Network, learn, optimizer_of, options_of, precision_of, say
from screen import MicroBatches, open_run


def learning_rate(schedule: str, step: int, total: int, rate: float) -> float:
    """As src/training/schedule.ts."""
    if schedule == "constant":
        return rate
    place = (step + 0.5) / total
    between = lambda a, b, share: b + (a - b) * (1 + math.cos(math.pi * share)) / 2
    if place < 0.1:
        return between(rate / 25, rate, place / 0.1)
    return rate if place < 0.6 else between(rate, rate / 1000, min(1, (place - 0.6) / 0.4))


def validate(network, fields, micro: int, precision) -> tuple[float, float] | None:
    """The share that is right, and the cross entropy turned round: larger is better of both."""
    if fields is None:
        return None
    network.eval()
    targets, right, loss = torch.tensor(fields.targets), 0, 0.0
    with torch.inference_mode(), precision():
        for places in torch.arange(len(targets)).split(micro):
            _, logits = network(fields.whole(places.tolist()).contiguous(memory_format=torch.channels_last))
            right += (logits.argmax(1) == targets[places]).sum().item()
            loss += F.cross_entropy(logits.float(), targets[places], reduction="sum").item()
    return right / len(targets), -loss


def since_start() -> float:
    """Seconds since this process began, the import of PyTorch with them."""
    with open("/proc/self/stat") as file:
        began = int(file.read().rsplit(")", 1)[1].split()[19]) / os.sysconf("SC_CLK_TCK")
    return time.clock_gettime(time.CLOCK_BOOTTIME) - began


def main():
    o = options_of(run="", table="", workers=0, epochs=0, seed=0, recipe="ours", first_micro_batch=0, test=0.0)
    precision, micro = precision_of(o), int(o.micro_batch)
    run, fields, validation, held_out = open_run(o.run, o.table)
    options = run["options"]
    if o.recipe == "paper":
        options |= {"schedule": "constant", "averaging": 0, "firstCrop": options["crop"]}
    torch.manual_seed(o.seed or options["seed"])
    network = Network(len(run["channels"]), len(run["classes"]), options["sharpness"]).to(memory_format=torch.channels_last)
    averaged = copy.deepcopy(network).requires_grad_(False)
    optimizer = optimizer_of(network, options["learningRate"], options["thresholdLearningRate"])
    count, batch, epochs = len(fields.targets), options["batch"], options["epochs"]
    total, steps, done = math.ceil(count / batch) * epochs, 0, []
    best, kept = None, []
    start = time.perf_counter()
    batches = MicroBatches(count, batch, micro, options["seed"])
    loader = torch.utils.data.DataLoader(
        fields, batch_sampler=batches, num_workers=o.workers, persistent_workers=o.workers > 0, collate_fn=lambda item: item
    )
    first_crop = options.get("firstCrop", options["crop"])
    for epoch in range(o.epochs or epochs):
        network.train()
        # As epochsOfFirstCrops in src/training/schedule.ts.
        is_first = first_crop < options["crop"] and epoch < math.floor(0.6 * epochs)
        fields.side[0] = first_crop if is_first else options["crop"]
        size_of_parts = batches.micro = (int(o.first_micro_batch) or micro) if is_first else micro
        coming, left = iter(loader), count
        while left > 0:
            size = min(batch, left)
            rate = learning_rate(options["schedule"], steps, total, options["learningRate"])
            for group in optimizer.param_groups:
                group["lr"] = rate * group["multiple"]
            parts = (next(coming) for _ in range(math.ceil(size / size_of_parts)))
            images = ((x.contiguous(memory_format=torch.channels_last), t) for x, t in parts)
            learn(network, optimizer, images, size, precision)
            steps += 1
            share = max(1 - options["averaging"], 1 / steps)
            torch._foreach_lerp_(list(averaged.parameters()), [p.detach() for p in network.parameters()], share)
            left -= size
        found = validate(averaged, validation, micro, precision)
        now = time.perf_counter()
        done.append({"seconds": now - start, "fields": count, "validationAccuracy": found and found[0]})
        start = now
        if o.test and (best is None or found is None or found >= best):
            best = found
            kept.append((since_start(), copy.deepcopy(averaged.state_dict())))
    whole, tested = since_start(), []
    for seconds, state in reversed(kept):
        averaged.load_state_dict(state)
        tested.insert(0, {"seconds": seconds, "accuracy": validate(averaged, held_out, micro, precision)[0]})
        if tested[0]["accuracy"] < o.test:
            break
    say({"epochs": done, "tested": tested, "whole": whole, "microBatch": micro, "loaderWorkers": o.workers})


if __name__ == "__main__":
    main()
