"""Guesses the parts of a person's name, for editors to check. Pure."""

import re
from typing import NamedTuple

_PATRONYMIC = re.compile(
    r".+(?:[ое]вич|[ое]вна|ич|инична|ұлы|улы|уулу|қызы|кызы|оглы|[oe]vich|[oe]vna|inichna|uly|uulu|kyzy|qyzy|qızy|oglu)",
    re.IGNORECASE,
)
# If the first word matches, it is the family name, unless the last word matches too.
_FAMILY = re.compile(r"..+(?:[ое]ва?|[oe]va?)", re.IGNORECASE)


class NameParts(NamedTuple):
    """The parts of a name; any may be empty."""

    given_name: str
    family_name: str
    patronymic: str


def guess(name: str) -> NameParts | None:
    """Return the likely parts of a name; None if it has only one word.

    The family name is what precedes a comma; the first word if a patronymic ends the name; otherwise the last word,
    with small words before it, as in von der Leyen.
    """
    before_comma, comma, _rest = name.partition(",")
    words = name.replace(",", " ").split()
    if len(words) < 2:
        return None
    place = next((place for place, word in enumerate(words) if place and _PATRONYMIC.fullmatch(word)), 0)
    patronymic = words.pop(place) if len(words) > 2 and place else ""
    if comma:
        leading = len(before_comma.split())
    else:
        family_first = _FAMILY.fullmatch(words[0]) and not _FAMILY.fullmatch(words[-1])
        leading = 1 if (patronymic and place == len(words)) or family_first else 0
    particle = next((place for place, word in enumerate(words) if place and word[0].islower()), len(words) - 1)
    family, given = (words[:leading], words[leading:]) if leading else (words[particle:], words[:particle])
    return NameParts(" ".join(given), " ".join(family), patronymic)
