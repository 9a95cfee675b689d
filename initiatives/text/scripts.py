"""Detects the script of a text, whether it is Russian or Kazakh, and quotation marks around it. Pure."""

import re
from collections.abc import Iterable

CYRILLIC, LATIN = "cyrillic", "latin"
_CYRILLIC_LETTER = re.compile("[\u0400-\u052f]")
_CYRILLIC_WORD = re.compile("[\u0400-\u052f]+")


def _words(text: str) -> frozenset[str]:
    """Return the words of a list written as a text."""
    return frozenset(text.split())


# Letters of Kazakh that Russian lacks, and common words that only one of the two has.
KAZAKH_LETTERS = frozenset("әғқңөұүһі")
_KAZAKH = _words("""
    ал ана арқылы бар бен бойынша болады болған болды болып деген деп екен емес енді және кейін керек мен мына ол олар
    осы пен сол тек туралы
""")
_RUSSIAN = _words("""
    а без более бы был была были было быть в вам вас во все всех всё вы где для до его ее если есть ещё еще её же за и
    из или их к как когда которая которое которые который которых кто лишь между меня мне мы на нам нас наш нет них но
    ну о об он она они от по под после потому при про с сейчас со так также там то того только том тот уже чем что
    чтобы эта эти это этого этой этом этот я
""")
# Fewer such words prove nothing; nor do more, if the other language has over a third as many.
_FEWEST_RUSSIAN, _FEWEST_KAZAKH, _TIMES = 2, 3, 3

_MARKS = {"“": "”", "„": "“”", "«": "»", "‘": "’", "‹": "›", '"': '"', "'": "'", "”": "”"}


def any_cyrillic(texts: Iterable[str]) -> bool:
    """Return whether any text has a Cyrillic letter."""
    return any(_CYRILLIC_LETTER.search(text) for text in texts)


def script_of(text: str) -> str:
    """Return the script of most letters of a text; empty if neither Cyrillic nor Latin, or if tied."""
    cyrillic = sum("\u0400" <= letter <= "\u052f" for letter in text)
    latin = sum(letter.isalpha() and letter <= "\u024f" for letter in text)
    if cyrillic == latin:
        return ""
    return CYRILLIC if cyrillic > latin else LATIN


def russian_or_kazakh(text: str) -> str:
    """Return "ru" or "kk" if a text is clearly in that language; empty if it is too short or ambiguous.

    A Russian text may contain Kazakh names. Kazakh typed without Kazakh letters is not detected.
    """
    russian = kazakh = 0
    for word in _CYRILLIC_WORD.findall(text.lower()):
        if word in _KAZAKH or not KAZAKH_LETTERS.isdisjoint(word):
            kazakh += 1
        elif word in _RUSSIAN:
            russian += 1
    if kazakh >= _FEWEST_KAZAKH and kazakh > _TIMES * russian:
        return "kk"
    if russian >= _FEWEST_RUSSIAN and russian > _TIMES * kazakh:
        return "ru"
    return ""


def has_outer_marks(text: str) -> bool:
    """Return whether one pair of quotation marks encloses a whole text, ignoring a full stop or comma after it."""
    text = text.strip().rstrip(".,;")
    closing = _MARKS.get(text[:1], "")
    if len(text) < 3 or text[-1] not in closing:
        return False
    depth = 0
    for place, sign in enumerate(text):
        if sign in closing and depth:
            depth -= 1
        elif sign == text[0]:
            depth += 1
        # This pair ends before the text does.
        if not depth and place < len(text) - 1:
            return False
    return True
