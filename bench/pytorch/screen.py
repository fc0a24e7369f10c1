"""The fields of a run of milscope, read from TIFF or PNG files in PyTorch: random crops, symmetries, exposures, and a cache."""
import csv, json, mmap, os
import imagecodecs
import numpy as np
import tifffile
import torch

CACHE_BYTES = 1e9


class Table:
    """
    The images of a table of fields: `files(number)` are those of the channels, each with the sample of its pixels that the channel
    is: `Image:2` is the third of the files of the column FileName_Image. Rows without numbers are counted from 1.
    """

    def __init__(self, path: str, channels: list[str] | None = None):
        folder = os.path.dirname(os.path.abspath(path))
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        names = channels or [name.removeprefix("FileName_") for name in rows[0] if name.startswith("FileName_")]
        self.channels = names
        parts = [(name.partition(":")[0], int(name.partition(":")[2] or 0)) for name in names]
        self.files = {
            int(row.get("ImageNumber") or i + 1): [
                (os.path.join(folder, row[f"FileName_{name}"]), sample) for name, sample in parts
            ]
            for i, row in enumerate(rows)
        }


def read_file(file: str) -> np.ndarray:
    """A plane, or the samples of each pixel last."""
    if not file.lower().endswith(".png"):
        return tifffile.imread(file)
    with open(file, "rb") as bytes:
        return imagecodecs.png_decode(bytes.read())


def read_files(files: list[tuple[str, int]]) -> np.ndarray:
    pixels = {file: read_file(file) for file, _ in files}
    plane = lambda file, sample: pixels[file] if pixels[file].ndim == 2 else pixels[file][:, :, sample]
    return np.stack([plane(file, sample) for file, sample in files])


class Fields(torch.utils.data.Dataset):
    """
    Crops of the training fields of a run, augmented as milscope does; an item is a whole micro-batch. Decoded fields are kept in
    memory that all workers of the loader share, up to 1 GB as milscope keeps them.
    """

    def __init__(self, run: dict, files: list[list[tuple[str, int]]], targets: list[int]):
        self.files, self.targets = files, targets
        self.jitter = run["options"]["jitter"]
        # The workers of the loader see it too.
        self.side = np.frombuffer(mmap.mmap(-1, 8), np.int64)
        self.side[0] = run["options"]["crop"]
        self.mean, self.deviation = (np.array(run["normalization"][of], np.float32) for of in ("mean", "deviation"))
        first = read_files(files[0])
        self.shape = first.shape
        self.kept = min(len(files), int(CACHE_BYTES // first.nbytes))
        self.pixels = np.frombuffer(mmap.mmap(-1, self.kept * first.nbytes), first.dtype).reshape(self.kept, *self.shape)
        self.there = np.frombuffer(mmap.mmap(-1, self.kept), np.uint8)
        self.random = None

    def read(self, place: int) -> np.ndarray:
        if place >= self.kept:
            return read_files(self.files[place])
        if not self.there[place]:
            self.pixels[place] = read_files(self.files[place])
            self.there[place] = 1
        return self.pixels[place]

    def __getitems__(self, places):
        if self.random is None:
            self.random = np.random.default_rng(torch.initial_seed() % 2**32)
        side, random = int(self.side[0]), self.random
        images = np.empty((len(places), self.shape[0], side, side), np.float32)
        for image, place in zip(images, places):
            pixels = self.read(place)
            top, left = (random.integers(of - side + 1) for of in self.shape[1:])
            seen = pixels[:, top : top + side, left : left + side]
            if random.integers(2):
                seen = seen[:, :, ::-1]
            seen = np.rot90(seen, random.integers(4), axes=(1, 2))
            # The gain and shift of the exposure, and the normalization, in one.
            gain = np.exp(self.jitter * random.standard_normal(self.shape[0]))
            shift = self.jitter * self.deviation * random.standard_normal(self.shape[0])
            for plane, counts, g, s in zip(image, seen, gain / self.deviation, (shift - self.mean) / self.deviation):
                np.multiply(counts, np.float32(g), out=plane, dtype=np.float32)
                plane += np.float32(s)
        return torch.from_numpy(images), torch.tensor([self.targets[place] for place in places])

    def whole(self, places) -> torch.Tensor:
        """Fields that validate, `[n, C, H, W]`."""
        pixels = np.stack([self.read(place) for place in places]).astype(np.float32)
        pixels -= self.mean[:, None, None]
        pixels /= self.deviation[:, None, None]
        return torch.from_numpy(pixels)


class MicroBatches:
    """Places of the fields of an epoch, in a new order every time, in micro-batches that never reach over a batch."""

    def __init__(self, count: int, batch: int, micro: int, seed: int):
        self.count, self.batch, self.micro = count, batch, micro
        self.random = np.random.default_rng(seed)

    def __iter__(self):
        order = self.random.permutation(self.count).tolist()
        for i in range(0, self.count, self.batch):
            batch = order[i : i + self.batch]
            yield from (batch[k : k + self.micro] for k in range(0, len(batch), self.micro))

    def __len__(self):
        return sum(1 for i in range(0, self.count, self.batch) for _ in range(0, min(self.batch, self.count - i), self.micro))


def open_run(folder: str, table: str):
    """`run.json` of a run, its training fields, those that validate and those that are tested."""
    with open(os.path.join(folder, "run.json")) as file:
        run = json.load(file)
    files = Table(table, run["channels"]).files
    of = lambda split: [field for field in run["fields"] if field["split"] == split]
    fields = lambda split: Fields(
        run, [files[f["imageNumber"]] for f in of(split)], [run["classes"].index(f["label"]) for f in of(split)]
    )
    return run, *(fields(split) if of(split) else None for split in ("train", "validation", "test"))
