"""The identity of a NAS-Bench-101 cell whatever the order of its vertices: the benchmark's own hash.

Equal hashes mean equal graphs among all cells: the benchmark's authors compared them exhaustively (Ying et al., 2019).
"""

from hashlib import md5

from spaces.nasbench101.cell import INPUT, OPERATIONS, OUTPUT, NasBench101Cell

_NUMBER = {INPUT: -1, OUTPUT: -2} | {operation: index for index, operation in enumerate(OPERATIONS)}


def isomorphism_key(cell: NasBench101Cell) -> str:
    """Return the hash, 32 hexadecimal digits, by which the benchmark's tables know the cell.

    A vertex starts from its degrees and its label; in as many rounds as there are vertices it takes in its neighbours.
    """
    sources = cell.sources
    targets: list[list[int]] = [[] for _ in sources]
    for source, target in cell.edges:
        targets[source].append(target)
    hashes = [
        _digest(str((len(after), len(before), _NUMBER[label])))
        for after, before, label in zip(targets, sources, cell.labels, strict=True)
    ]
    for _ in range(cell.vertices):
        hashes = [
            _digest("|".join(["".join(sorted([hashes[vertex] for vertex in near])) for near in around] + [own]))
            for own, *around in zip(hashes, sources, targets, strict=True)
        ]
    return _digest(str(sorted(hashes)))


def are_isomorphic(one: NasBench101Cell, other: NasBench101Cell) -> bool:
    """Return whether two cells have one key; computes the keys only where simpler counts agree."""
    if len(one.edges) != len(other.edges) or sorted(one.operations) != sorted(other.operations):
        return False
    return isomorphism_key(one) == isomorphism_key(other)


def _digest(text: str) -> str:
    return md5(text.encode("ascii"), usedforsecurity=False).hexdigest()
