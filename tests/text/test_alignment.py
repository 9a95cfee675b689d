"""Paragraphs of a text beside those of its translation."""

import random

from hypothesis import given
from hypothesis import strategies as st

from initiatives.text.alignment import aligned

TEXTS = st.lists(st.integers(1, 900).map(lambda length: "x" * length), max_size=30)


@given(TEXTS, TEXTS)
def test_every_paragraph_has_its_place_and_none_is_left_out(ours, others):
    beside = aligned(ours, others)
    assert len(beside) == len(ours)
    if ours:
        assert {index for row in beside for index in row} == set(range(len(others)))
        assert beside == sorted(beside, key=lambda row: (row.start, row.stop))


def test_divided_and_joined_paragraphs_are_found_by_their_lengths():
    chance = random.Random(7)
    ours = ["x" * chance.randint(60, 900) for _ in range(200)]
    others: list[str] = []
    right: list[range] = []
    while len(right) < len(ours):
        length, kind, at = len(ours[len(right)]), chance.random(), len(others)
        if kind < 0.05:
            others += ["y" * int(length * 0.5), "y" * int(length * 0.6)]
            right.append(range(at, at + 2))
        elif kind < 0.1 and len(right) + 1 < len(ours):
            others.append("y" * int((length + len(ours[len(right) + 1])) * 1.1))
            right += [range(at, at + 1)] * 2
        else:
            others.append("y" * int(length * chance.uniform(1, 1.2)))
            right.append(range(at, at + 1))
    assert len(ours) != len(others)
    assert sum(found == wanted for found, wanted in zip(aligned(ours, others), right, strict=True)) >= 196
