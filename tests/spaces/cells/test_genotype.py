"""Catches: loose ends that are none, a source that is no earlier state, a concatenation of what is no node."""

import pytest

from spaces.cells.genotype import CellGenotype, Concatenation, check_nodes, choices, concatenated, genotype_of, paired

# Sources and concatenation of published cells (in the code of DARTS and UnNAS).
PUBLISHED = [
    ([1, 0, 0, 0, 1, 0, 0, 0, 1, 1], (2, 3, 4, 5, 6)),  # NASNet-A, normal
    ([1, 0, 1, 0, 1, 0, 3, 2, 2, 1], (4, 5, 6)),  # NASNet-A, reduction
    ([0, 1, 0, 2, 0, 3, 1, 1, 0, 1], (4, 5, 6)),  # AmoebaNet-A, normal
    ([0, 1, 0, 2, 0, 1, 0, 1, 0, 5], (3, 4, 6)),  # AmoebaNet-A, reduction
]


@pytest.mark.parametrize(("sources", "concat"), PUBLISHED)
def test_loose_ends_are_those_of_published_cells(sources: list[int], concat: tuple[int, ...]) -> None:
    nodes = paired(("skip_connect", source) for source in sources)
    assert concatenated(nodes, Concatenation.LOOSE_ENDS) == concat
    assert concatenated(nodes, Concatenation.ALL) == (2, 3, 4, 5, 6)


def test_choices_are_paired_in_order() -> None:
    flat = [("a", 0), ("b", 1), ("c", 2), ("d", 0)]
    nodes = paired(flat)
    assert nodes == ((("a", 0), ("b", 1)), (("c", 2), ("d", 0)))
    assert list(choices(nodes)) == flat
    with pytest.raises(ValueError, match="3 operations do not pair up"):
        paired(flat[:3])


def test_a_genotype_of_two_cells_follows_its_rule() -> None:
    chain = paired([("a", 0), ("a", 1), ("a", 2), ("a", 0)])
    wide = paired([("a", 0), ("a", 1), ("a", 1), ("a", 0)])
    genotype = genotype_of(chain, wide, Concatenation.LOOSE_ENDS)
    assert (genotype.normal.nodes, genotype.normal.concat) == (chain, (3,))
    assert (genotype.reduction.nodes, genotype.reduction.concat) == (wide, (2, 3))


@pytest.mark.parametrize("source", [-1, 3, 4])
def test_a_node_reads_earlier_states_only(source: int) -> None:
    nodes = ((("a", 0), ("a", 1)), (("a", 2), ("a", source)))
    with pytest.raises(ValueError, match=f"a of node 3 reads state {source}; allowed: 0 to 2"):
        check_nodes(nodes)


def test_nodes_have_two_operations_and_there_is_one_at_least() -> None:
    bad: list[tuple[object, str]] = [((), "at least one node"), (((("a", 0),),), "node 2 has 1 operations")]
    for nodes, message in bad:
        with pytest.raises(ValueError, match=message):
            check_nodes(nodes)  # type: ignore[arg-type]


@pytest.mark.parametrize("concat", [(), (1, 2), (2, 4), (3, 2), (2, 2)])
def test_a_concatenation_names_nodes_in_order_and_once(concat: tuple[int, ...]) -> None:
    nodes = paired([("a", 0), ("a", 1), ("a", 2), ("a", 0)])
    with pytest.raises(ValueError, match="some of the nodes 2 to 3"):
        CellGenotype(nodes, concat)
