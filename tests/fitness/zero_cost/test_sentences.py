"""Catches: labels that are not the next word, words that never come, a batch where steps belong."""

import torch
from torch import Tensor, nn

from fitness.zero_cost.sentences import BatchFirst, draw_sentences
from spaces import SequenceSpec
from tasks import derive_rng

SHAPE = SequenceSpec(width=5, length=7)


def test_every_step_is_one_word_and_its_label_the_next() -> None:
    words, following = draw_sentences(40, SHAPE, derive_rng(1))
    assert words.shape == (40, 7, 5)
    assert torch.equal(words.sum(2), torch.ones(40, 7))
    assert torch.equal(following[:, :-1], words.argmax(2)[:, 1:])
    assert set(following[:, -1].tolist()) == set(range(5))


def test_sentences_are_a_function_of_the_generator() -> None:
    first, same, other = (draw_sentences(3, SHAPE, derive_rng(seed))[0] for seed in (1, 1, 2))
    assert torch.equal(first, same)
    assert not torch.equal(first, other)


def test_a_network_that_reads_steps_first_is_seen_with_the_batch_first() -> None:
    class Steps(nn.Module):
        """Adds up what came so far, [L, B, D]."""

        def forward(self, x: Tensor) -> Tensor:
            assert x.shape[0] == 7
            return x.cumsum(0)

    words = draw_sentences(3, SHAPE, derive_rng(1))[0]
    seen = BatchFirst(Steps())(words)
    assert seen.shape == (3, 5, 7)
    assert torch.equal(seen[2, :, 6], words[2].sum(0))
