"""Catches: a softmax without its spread, images that mix in batch norm, a weight of the wrong layer, place or group,
layers beyond the limit, deciles that are no shares. Expected values are worked by hand, or by plain autograd."""

import math

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from fitness.zero_cost import vkdnw as module
from fitness.zero_cost.vkdnw import Probing, decile_entropy, fisher_information, jacobian, vkdnw

NO_LABELS = torch.zeros(3, dtype=torch.int64)


def test_deciles_by_hand() -> None:
    ninths = [number / 45 for number in range(1, 10)]  # deciles of eigenvalues 0 and 1 are .1, .2, ..., .9
    assert decile_entropy(torch.diag(torch.tensor([0.0, 1.0]))) == pytest.approx(-sum(s * math.log(s) for s in ninths))
    assert decile_entropy(torch.eye(3) * 7) == pytest.approx(math.log(9))
    assert decile_entropy(torch.zeros(2, 2)) == 0


def test_information_by_hand() -> None:
    # probabilities 3/4 and 1/4, spread: .95 * .75 + .025 = .7375; variance p (1 - p)
    logits = torch.tensor([[math.log(3), 0.0], [0.0, 0.0]])
    jacobians = torch.tensor([[[1.0], [0.0]], [[0.0], [2.0]]])
    expected = (0.7375 * 0.2625 + 4 * 0.25) / 2
    assert fisher_information(jacobians, logits).item() == pytest.approx(expected)


class Joined(nn.Module):
    """Two convolutions of one input computed as one, a grouped one, a norm, and a linear map of positions."""

    def __init__(self, *, tracking: bool = True) -> None:
        super().__init__()
        self.pair = nn.ModuleList(nn.Conv2d(2, 2, 3, bias=False) for _ in range(2))
        self.norm = nn.BatchNorm2d(4, track_running_stats=tracking)
        self.grouped = nn.Conv2d(4, 4, 2, stride=2, padding=1, groups=2)
        self.mixing, self.classifier = nn.Linear(4, 3), nn.Linear(3, 3)
        nn.init.uniform_(self.norm.weight)
        self.extra = nn.Parameter(torch.zeros(3))

    def forward(self, x: Tensor) -> Tensor:
        joined = functional.conv2d(x, weight=torch.cat([layer.weight for layer in self.pair]))
        maps = self.grouped(torch.relu(self.norm(joined)))
        mixed = torch.tanh(self.mixing(maps.flatten(2).transpose(1, 2)))
        logits: Tensor = self.classifier(mixed.mean(1)) + self.extra
        return logits

    def probed(self) -> list[Tensor]:
        layers = [*self.pair, self.grouped, self.mixing, self.classifier]
        return [layer.weight for layer in layers]


def plain_jacobian(network: nn.Module, images: Tensor, weights: list[Tensor]) -> np.ndarray:
    """Return [B, K, P] by one backward pass for each image and class, of up to four weights of each first channel."""
    rows = []
    for image in images:
        logits = network(image[None])[0]
        found = [torch.autograd.grad(logit, weights, retain_graph=True) for logit in logits]
        rows.append([[float(v) for g in each for v in chosen(g[0].flatten())] for each in found])
    return np.array(rows)


def chosen(values: Tensor) -> list[float]:
    count = min(4, len(values))
    return [float(values[number * len(values) // count]) for number in range(count)]


@pytest.mark.parametrize("tracking", [True, False])
def test_the_score_by_plain_autograd(tracking: bool) -> None:
    torch.manual_seed(3)
    network, images = Joined(tracking=tracking), torch.randn(3, 2, 6, 6)
    score = vkdnw(network, images, NO_LABELS)  # leaves the weights it drew, and evaluation mode
    untrained = nn.BatchNorm2d(4).eval()
    untrained.weight, untrained.bias = network.norm.weight, network.norm.bias
    network.norm = untrained
    jacobians = plain_jacobian(network, images, network.probed())
    shares = functional.softmax(network(images).detach().double(), dim=1).numpy() * 0.95 + 0.05 / 3
    information = np.zeros((jacobians.shape[2],) * 2)
    for own, share in zip(jacobians, shares, strict=True):
        information += own.T @ (np.diag(share) - np.outer(share, share)) @ own / 3
    deciles = np.quantile(np.linalg.eigvalsh(information).clip(0), np.arange(1, 10) / 10)
    shares = deciles / deciles.sum()
    positive = shares[shares > 0]
    assert score == pytest.approx(5 - (positive * np.log(positive)).sum(), abs=1e-4)


def test_every_weight_is_probed_on_its_own_image() -> None:
    torch.manual_seed(4)
    network, images = Joined().eval(), torch.randn(3, 2, 6, 6)
    with Probing() as probing:
        logits = network(images)
    found = jacobian(logits, probing.probes).numpy()
    expected = plain_jacobian(network, images, network.probed())
    for image in range(3):  # the order of weights differs, which no eigenvalue sees
        assert np.allclose(np.sort(found[image].ravel()), np.sort(expected[image].ravel()), atol=1e-5)


def test_weights_are_drawn_anew_by_kaimings_rule() -> None:
    layer = nn.Linear(200, 300)
    vkdnw(layer, torch.randn(2, 200), NO_LABELS)
    assert float(layer.weight.detach().std()) == pytest.approx(math.sqrt(2 / 200), rel=0.02)
    assert not layer.bias.any()


def test_only_the_first_layers_are_probed_and_all_count() -> None:
    network = nn.Sequential(*(nn.Linear(1, 1) for _ in range(130)))
    with Probing() as probing:
        network(torch.ones(2, 1))
    assert len(probing.probes) == module.LAYERS == 128
    assert 130 <= vkdnw(network, torch.ones(2, 1), NO_LABELS) <= 130 + math.log(9) + 1e-6


@pytest.mark.parametrize(
    ("network", "expected"),
    [(nn.Identity(), 0), (nn.ReLU(), 0), (nn.Linear(2, 2).requires_grad_(requires_grad=False), 0)],
)
def test_a_network_without_trained_weights_scores_nothing(network: nn.Module, expected: float) -> None:
    assert vkdnw(network, torch.ones(2, 2), NO_LABELS) == expected


def test_outputs_that_are_no_numbers_are_an_error() -> None:
    network = nn.Sequential(nn.Linear(2, 2), Divided())
    with pytest.raises(ValueError, match="vkdnw: the network's outputs, or their derivatives by its weights"):
        vkdnw(network, torch.ones(2, 2), NO_LABELS)


class Divided(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        return x / torch.zeros_like(x)
