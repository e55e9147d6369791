"""Files of images for tests: folders of noise, and tiny CIFAR archives."""

import pickle
from pathlib import Path

import numpy as np
from PIL import Image

PER_FILE = {10: 4, 100: 12}  # images per archive file
OF_A_CLASS = {10: 1, 100: 2}  # images of a class in a row


def write_images(folder: Path, *names: str, size: tuple[int, int] = (48, 40)) -> Path:
    """Fill a folder with random PNG images of the given relative names and (width, height); returns the folder."""
    rng = np.random.default_rng(0)
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(256, size=(*size[::-1], 3), dtype=np.uint8)).save(path)
    return folder


def write_cifar(root: Path) -> Path:
    """Write tiny archives of CIFAR-10, two training images of each class, and CIFAR-100, of six; returns the root."""
    from torchvision.datasets import CIFAR10, CIFAR100

    for dataset, classes, label_key in ((CIFAR10, 10, "labels"), (CIFAR100, 100, "fine_labels")):
        folder = root / dataset.base_folder
        folder.mkdir()
        for position, (name, _) in enumerate([*dataset.train_list, *dataset.test_list]):
            count = PER_FILE[classes]
            rows = np.random.default_rng([classes, position]).integers(256, size=(count, 3072), dtype=np.uint8)
            labels = [(position * count + row) // OF_A_CLASS[classes] % classes for row in range(count)]
            (folder / name).write_bytes(pickle.dumps({"data": rows, label_key: labels}))
        names = {dataset.meta["key"]: [str(label) for label in range(classes)]}
        (folder / dataset.meta["filename"]).write_bytes(pickle.dumps(names))
    return root
