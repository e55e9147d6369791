"""Catches: files of one candidate in the folder of another, or below a name that no folder can have."""

from pathlib import Path

from evo.storage.candidate_folder import candidate_folder, text_digest


def test_the_best_has_the_folder_of_the_best_and_others_one_of_their_own() -> None:
    run = Path("runs/x")
    assert candidate_folder(run, "a", best=True) == run / "best"
    # sha256 of the letter a, as its standard's test vectors have it: ca978112ca1bbdca...
    assert candidate_folder(run, "a", best=False) == run / "exports" / "ca978112ca1b"
    assert text_digest("|/../\n") != text_digest("|/../")
