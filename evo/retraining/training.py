"""Training a learner on labelled images, epoch by epoch, and testing it after each."""

import math
import time
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from evo.differentiable.bilevel.supernet_trainer import DivergedError
from evo.differentiable.bilevel.trainer_state import Tensors, gather_tensors, put_back
from evo.engine.evaluator import peak_memory_bytes
from evo.retraining.labelled_images import LabelledImages
from evo.retraining.learner import Learner
from evo.retraining.running_statistics import measure_statistics, take_statistics
from evo.retraining.settings import TrainSettings
from fitness import computing_in, seeded
from tasks import derive_rng, torch_generator


class Training:
    """A learner, its optimiser and its images.

    All that is random in an epoch derives from the seed and the epoch's number, so that nothing else has to be kept of
    it.
    """

    def __init__(self, learner: Learner, images: LabelledImages, settings: TrainSettings, seed: int) -> None:
        """Build the optimiser; everything is on the images' device afterwards."""
        self._settings, self._images, self._seed = settings, images, seed
        self._device = images.train.images.device
        self._learner = learner.to(self._device).to(memory_format=torch.channels_last)
        self._optimizer = torch.optim.SGD(
            learner.trained(),
            lr=settings.learning_rate,
            momentum=settings.momentum,
            weight_decay=settings.weight_decay,
        )

    def tensors(self) -> Tensors:
        """Return all that has to be kept of it between two epochs."""
        found = gather_tensors({"learner": self._learner}, {"optimizer": self._optimizer})
        return {name: value.detach() for name, value in found.items()}

    def load(self, tensors: Tensors) -> None:
        """Put back what ``tensors`` returned of an equal training."""
        put_back({"learner": self._learner}, {"optimizer": self._optimizer}, tensors)

    def take_statistics(self) -> None:
        """Take the statistics of normalisation that the network has none of from its training images as they are."""
        plain = replace(self._settings, augment=False, cutout=0)
        with self._seeded(0), computing_in(plain.precision, self._device):
            take_statistics(self._learner.network, (batch.images for batch in self._images.epoch(plain, self._seed, 0)))

    def measure_statistics(self, count: int) -> int:
        """Measure the statistics of normalisation anew on that many of its training images as they are.

        Returns on how many: of fewer images on those that fill equal batches.
        """
        images = self._images.train.images
        order = torch.from_numpy(derive_rng(self._seed, "train", "statistics").permutation(len(images))[:count])
        with self._seeded(0), computing_in(self._settings.precision, self._device):
            return measure_statistics(self._learner.network, images[order.to(images.device)])

    def epoch(self, number: int) -> dict[str, Any]:
        """Train for one epoch, counted from 0, and test; returns its row, raises DivergedError."""
        clock = time.perf_counter()
        with self._seeded(number):
            losses = [float(loss) for loss in self._steps(number)]
            trained_s = time.perf_counter() - clock
            test_loss, accuracy = self._test()
        loss, judged = math.fsum(losses) / len(losses), self._images.judged
        if not (math.isfinite(loss) and math.isfinite(test_loss)):
            found = f"{loss} in training, {test_loss} in the {judged}"
            raise DivergedError(f"a loss of epoch {number} is not finite: {found}")
        return {
            "epoch": number,
            "learning_rate": self._settings.rate(number),
            "drop_path": self._settings.drop_chance(number),
            "training_loss": loss,
            f"{judged}_loss": test_loss,
            f"{judged}_accuracy": accuracy,
            "images_per_s": len(losses) * self._settings.batch / trained_s,
            "epoch_s": time.perf_counter() - clock,
            "peak_memory_bytes": peak_memory_bytes(self._device),
            "device": str(self._device),
        }

    def _seeded(self, epoch: int) -> AbstractContextManager[None]:
        """Let what networks draw by themselves depend on the seed and the epoch alone."""
        return seeded(self._generator("operations", epoch).initial_seed(), self._device)

    def _generator(self, purpose: str, epoch: int) -> torch.Generator:
        return torch_generator(derive_rng(self._seed, "train", purpose, epoch), self._device)

    def _steps(self, epoch: int) -> list[Tensor]:
        """Make the epoch's steps; returns their losses."""
        settings, parameters = self._settings, self._learner.trained()
        for group in self._optimizer.param_groups:
            group["lr"] = settings.rate(epoch)
        self._learner.train()
        self._learner.begin(settings.drop_chance(epoch), self._generator("drop_path", epoch))
        losses = []
        for batch in self._images.epoch(settings, self._seed, epoch):
            assert batch.labels is not None
            with computing_in(settings.precision, self._device):
                loss = self._learner.loss(batch.images, batch.labels, settings.label_smoothing)
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            if settings.clip:
                nn.utils.clip_grad_norm_(parameters, settings.clip)
            self._optimizer.step()
            losses.append(loss.detach())
        return losses

    @torch.no_grad()
    def _test(self) -> tuple[float, float]:
        """Return mean loss in nats and share of right answers, over every test image once."""
        self._learner.eval()
        losses, right = [], []
        for batch in self._images.test_batches():
            assert batch.labels is not None
            with computing_in(self._settings.precision, self._device):
                logits = self._learner(batch.images).float()
            losses.append(functional.cross_entropy(logits, batch.labels, reduction="sum"))
            right.append((logits.argmax(1) == batch.labels).sum())
        count = len(self._images.test.images)
        return float(torch.stack(losses).sum()) / count, int(torch.stack(right).sum()) / count
