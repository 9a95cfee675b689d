"""Slips of the keyboard. Pure: what is left of a word without a letter, how far two words are apart, other layouts.

Two words that one slip parts (a letter too many, too few, another one, two neighbours swapped) share what is left of
each without some letter, or one is left of the other: looking up a dozen keys finds all of them, however many words
there are. The method is that of SymSpell (Wolf Garbe, 2012), with one deletion instead of several.
"""

# The letters of the Russian keyboard on the keys of the Latin one; keys that type signs on one of them are left out.
_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_RUSSIAN = "йцукенгшщзфывапролдячсмить"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_LATIN = str.maketrans(_RUSSIAN, _LATIN)


def keys_of(word: str) -> set[str]:
    """Return the word, and what is left of it without each of its letters."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def distance(one: str, other: str) -> int:
    """Return how many slips part two words: letters added, left out, taken for others, or swapped with a neighbour.

    Optimal string alignment: no part of a word is touched twice
    (https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        before, above, row = row, before, [i]
        for j, other_letter in enumerate(other, start=1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == other_letter:
                best = min(best, above[j - 2] + 1)
            row.append(best)
    return row[-1]


def in_other_layout(word: str) -> str:
    """Return what the same keys type in the other layout, Russian or Latin; empty if it has any but their letters."""
    if set(word) <= set(_LATIN):
        return word.translate(_TO_RUSSIAN)
    if set(word) <= set(_RUSSIAN):
        return word.translate(_TO_LATIN)
    return ""
