"""Lays the paragraphs of a text beside those of its translation, by their lengths alone. Pure.

After W. A. Gale and K. W. Church, "A program for aligning sentences in bilingual corpora" (1993): a long paragraph has
a long translation, so the cheapest way to pair paragraphs in order is mostly right.
"""

from collections.abc import Sequence

# The steps from pair to pair, in paragraphs of either text, with what each costs: most paragraphs have one each.
_STEPS = {(1, 1): 0.0, (1, 2): 2.3, (2, 1): 2.3, (1, 0): 4.5, (0, 1): 4.5}
# The variance of lengths, per character.
_VARIANCE = 6.8
# How far from the proportional place a pair may be, in paragraphs.
_BAND = 40


def aligned(ours: Sequence[str], others: Sequence[str]) -> list[range]:
    """Return, for each paragraph of ours, the indexes of the others beside it. None of the others is left out."""
    if len(ours) == len(others):
        return [range(place, place + 1) for place in range(len(ours))]
    beside: list[range] = []
    begin = 0
    for mine, end in _pairs([len(one) for one in ours], [len(one) for one in others]):
        if mine:
            beside += [range(begin, end)] * mine
            begin = end
        elif beside:
            # Others without one of ours go with the one before; at the beginning, with the first.
            beside[-1] = range(beside[-1].start, end)
            begin = end
    return beside


def _pairs(ours: list[int], others: list[int]) -> list[tuple[int, int]]:
    """Return the cheapest pairs, in order: the number of ours, and the index after the last of the others."""
    scale = sum(others) / (sum(ours) or 1)
    best: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
    for mine in range(len(ours) + 1):
        middle = mine * len(others) // max(len(ours), 1)
        for theirs in range(max(middle - _BAND, 0), min(middle + _BAND, len(others)) + 1):
            ways = []
            for step, penalty in _STEPS.items():
                own, other = before = (mine - step[0], theirs - step[1])
                if before in best:
                    cost = _cost(sum(ours[own:mine]) * scale, sum(others[other:theirs]))
                    ways.append((best[before][0] + penalty + cost, *step))
            if ways:
                best[mine, theirs] = min(ways)
    found = []
    mine, theirs = len(ours), len(others)
    while mine or theirs:
        _total, own, other = best[mine, theirs]
        found.append((own, theirs))
        mine, theirs = mine - own, theirs - other
    return found[::-1]


def _cost(mine: float, theirs: float) -> float:
    return (mine - theirs) ** 2 / (_VARIANCE * (mine + theirs) or 1)
