"""No comparison of two texts takes long: an editor waits for it."""

import pytest

from initiatives.text.diff import compare, wording
from tests.changes.support import seconds


@pytest.mark.parametrize("words", [100, 250, 1000, 20_000])
def test_no_comparison_takes_long(words):
    old = " ".join(f"old{number}" for number in range(words))
    assert seconds(lambda: compare(old, old.replace("old", "new"))) < 0.3
    assert seconds(lambda: wording("*a " * words, "*a " * words + "b", markdown=True)) < 0.6
