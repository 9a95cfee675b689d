"""No comparison of two texts takes long: algorithms that are cubic in the words run only on few words."""

import pytest

from initiatives.text import diff
from initiatives.text.pieces import Piece


@pytest.fixture
def work(monkeypatch) -> dict[str, int]:
    """Return the most pairs of words given to each way of comparing, and the most Markdown that was read."""
    most = {"longest runs": 0, "most words": 0, "Markdown": 0}

    def noting(name, real, size):
        def noted(*given, **more):
            most[name] = max(most[name], size(*given))
            return real(*given, **more)

        return noted

    runs = noting("longest runs", diff.SequenceMatcher, lambda _junk, old, new: len(old) * len(new))
    monkeypatch.setattr(diff, "SequenceMatcher", runs)
    monkeypatch.setattr(diff.Indel, "opcodes", noting("most words", diff.Indel.opcodes, lambda a, b: len(a) * len(b)))
    monkeypatch.setattr(diff, "to_text", noting("Markdown", diff.to_text, len))
    return most


@pytest.mark.parametrize("words", [10, 50, 51, 250, 1000, 1001, 20_000])
def test_the_work_of_a_comparison_is_bounded(work, words):
    old = " ".join(f"old{number}" for number in range(words))
    before, after = diff.wording(old, old.replace("old", "new"), markdown=True)
    assert "".join(piece.text for piece in before) == old
    assert "".join(piece.text for piece in after) == old.replace("old", "new")
    assert work["longest runs"] <= 10_000
    assert work["most words"] <= 4_000_000
    assert work["Markdown"] <= 100_000
    assert bool(work["longest runs"]) == (words <= 50)
    assert bool(work["most words"]) == (50 < words <= 1000)


def test_common_beginnings_and_endings_are_not_compared(work):
    same = "word " * 20_000
    before, after = diff.wording(f"{same}old {same}", f"{same}new {same}")
    assert [piece.text for piece in (*before, *after) if piece.marked] == ["old", "new"]
    assert work["longest runs"] == 1


@pytest.mark.parametrize("words", [51, 1000])
def test_common_words_are_found_among_many(words):
    old = [f"old{number}" for number in range(words)]
    new = [f"new{number}" for number in range(words)]
    old[words // 2] = new[words // 2] = "kept"
    for side in diff.compare(" ".join(old), " ".join(new)):
        assert [piece for piece in side if not piece.marked] == [Piece(" kept ")]
