"""A light suffix stripper for Kazakh in Cyrillic script: returns the stem of a word. Pure, no dependencies.

Grammar. Kazakh is agglutinative: a noun takes its endings in a fixed order, stem - plural - possessive -
case (then a personal ending, or -ғы/-гі, which makes an adjective of a locative). Vowels agree: an ending is back
(а, ы) or front (е, і) as the last vowel before it is; и, у, ю, я do not show the class, and -мен/-бен/-пен has
one form. The first consonant of an ending adapts to the sound before it (қала-лар, жол-дар, халық-тар). Before a
possessive vowel a final п, к, қ turns б, г, ғ (кітап, кітабы), and a few stems lose a vowel (халық, халқы). After
a third-person possessive the case endings have their own form with н (қаласы-нда, not -да).

So endings are removed from the outside in, each only where these rules allow it, until none is left. The
stem is a key, not always a dictionary form: каталог gives "каталок".

Not handled: verbs (only endings that look like a noun's are removed), derivation (-лық, -шы, -сыз, -дай, -ша stay:
they make other words), -сың/-сыз as "you are", first and second person singular after most stems (білім is one word,
тілім is "my tongue": only a dictionary can tell), vowel loss beyond `_DROPPED`, and homographs (жылы, "its year" or
"warm"). If a form is ambiguous, the commoner pattern wins; `_KEEP` lists nouns for which that is wrong.

Plain letters. Without a Kazakh keyboard, people type а for ә, г for ғ, к for қ, н for ң, о for ө, у for ұ and ү,
х for һ and и (or ы) for і: "казакстанда", "тилдин". `plain` writes a stem this way; `plain_stems` returns the plain
stems that such a word may have, by trying the spellings with Kazakh letters that vowel harmony allows.
"""

import re

from initiatives.text.scripts import KAZAKH_LETTERS


def _words(text: str) -> frozenset[str]:
    """Return the words of a list written as a text."""
    return frozenset(text.split())


_BACK, _FRONT, _NEUTRAL = 1, 2, 0
_HARMONY = dict.fromkeys("аоұы", _BACK) | dict.fromkeys("еэәөүі", _FRONT) | dict.fromkeys("иуюя", _NEUTRAL)
_LETTERS = frozenset("аәбвгғдежзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя")

# Sounds before an ending. у and ю end in a glide; и may be either.
_VOWEL = frozenset("аәеэоөыіия")
_LIQUID = frozenset("рлйуюиь")
_NASAL = frozenset("мнң")
_BUZZING = frozenset("зж")
_VOICELESS = frozenset("пкқстфхһцчшщбвгд")  # б, в, г, д too: they end only loanwords, where they are voiceless
_NOISE = _VOICELESS | _BUZZING
_VOICED = _VOWEL | _LIQUID | _NASAL | _BUZZING

# Nouns of two letters that are valid stems; any other stem has at least three.
_SHORT = _words("ел іс үй ой ат от ай ер ән ұл ет ес ар ас аң ем із іш үн өз ит су ту би ми ая ұя ие")

# Nouns that end like an inflected form, or whose inflected form looks like that of a shorter noun.
_KEEP = _words("""
    алтын бүгін бұрын дайын дейін еркін жауын жиын кейін кәсіпорын мүмкін мәтін ойын отын тегін тұрғын шағын
    шығын қарқын қатын қорғасын
    аудан дүкен заман кешен майдан маман мекен нысан орган орман отан план қазан қорған құран экран
    қазақстан қырғызстан ауғанстан татарстан
    адрес әріптес бизнес жалғас жолдас замандас кеңес клас көзқарас күрес қарындас қатынас отандас прогрес процес
    серіктес талас үлес ықылас
    алты белгі елбасы жарғы жеті кісі тағы қаржы қаулы қорытынды ұлы үлгі
    басқа кесте қысқа пайда сауда теңге тұлға шілде өзге
    гендер есім тендер
    акт банк объект субъект съезд факт
""")

# Nouns whose last vowel drops before a possessive (орын, орны); a closed set, by the form without it.
_DROPPED = {
    noun[:-2] + noun[-1]: noun
    for noun in _words(
        "ауыз бөрік дауыс ерік ерін көрік мойын мұрын мүлік нарық орын парық халық қарын қауіп құлық әріп"
    )
}
_KEEP |= frozenset(_DROPPED.values())


def _table(*rows: tuple[str, frozenset[str]]) -> dict[str, tuple[int, frozenset[str]]]:
    """Return endings with the vowel class they require and the sounds they may follow."""
    classes = _HARMONY | {"*": _NEUTRAL}
    return {
        ending.strip("*"): (next(classes[letter] for letter in ending if letter in classes), sounds)
        for endings, sounds in rows
        for ending in endings.split()
    }


_PLURAL = _table(
    ("лар лер", _VOWEL | frozenset("рйуюи")),
    ("дар дер", _NASAL | _BUZZING | frozenset("ль")),
    ("тар тер", _VOICELESS),
)
_CASE = _table(
    ("ның нің", _VOWEL | _NASAL),
    ("дың дің", _LIQUID | _BUZZING),
    ("тың тің", _VOICELESS),
    ("ны ні", _VOWEL - frozenset("ои")),  # регионы, магазині: far more stems end in -он, -ин than in о, и
    ("ды ді", _VOICED - _VOWEL),
    ("ты ті қа ке та те тағы тегі тан тен", _VOICELESS),
    ("ға ге да де дағы дегі", _VOICED),
    ("дан ден", _VOICED - _NASAL),
    ("нан нен", _NASAL),
    # Personal endings that no possessive resembles: -пын "I am", -пыз "we are".
    ("пын пін пыз піз", _VOICELESS),
    ("бын бін", _BUZZING),
    ("быз біз", _BUZZING | _NASAL),
    # "With" and "belonging to" have front vowels after any stem.
    ("*мен", _VOICED - _BUZZING),
    ("*бен", _BUZZING),
    ("*нікі", _VOWEL | _NASAL),
    ("*дікі", _LIQUID | _BUZZING),
    ("*пен *тікі", _VOICELESS),
)
_CASE_OF_POSSESSED = _words("н на не нан нен нда нде ндағы ндегі")
_UNVOICED = {"б": "п", "г": "к", "ғ": "қ"}
_LAST = frozenset("аеыінңзмр")  # every ending ends in one of these


def stem(word: str) -> str:
    """Return the stem of a word, in lower case and with ё as е.

    A word with anything but letters of the Kazakh alphabet, or shorter than three letters, is returned unchanged.
    The stem is never empty or longer than the word, and stemming it again changes nothing.
    """
    if len(word) < 3 or not _LETTERS.issuperset(word):
        return word
    before = ""
    while word != before:
        before = word
        if word[-1] in _LAST:
            for take_off in (_without_case, _without_possessive, _without_plural):
                if word in _KEEP:
                    break
                word = take_off(word) or word
        word = _normalised(word)
    return word


def _normalised(word: str) -> str:
    """Return the word with a uniform spelling of its end: кітаб- as кітап, модель as модел-, класс as клас-."""
    if len(word) > 3 and word.endswith(("ь", "сс", "лл")):
        word = word[:-1]
    return word[:-1] + _UNVOICED[word[-1]] if word[-1] in _UNVOICED and len(word) > 2 else word


def _fits(rest: str, harmony: int) -> bool:
    """Return whether `rest` can be a word that takes an ending of this vowel class."""
    if len(rest) < 3 and rest not in _SHORT:
        return False
    for letter in reversed(rest):
        own = _HARMONY.get(letter)
        if own is not None:
            # Names in -аев take back endings: Тоқаевтың.
            return not own or not harmony or own == harmony or rest.endswith("аев")
    return False


def _without(table: dict[str, tuple[int, frozenset[str]]], word: str, size: int) -> str | None:
    """Return the word without its last `size` letters, if the table has them and they are allowed there."""
    found = table.get(word[-size:])
    if found and word[-size - 1 : -size] in found[1] and _fits(word[:-size], found[0]):
        return word[:-size]
    return None


def _without_case(word: str) -> str | None:
    """Return the word without a case or personal ending (and a possessive that it needs), if it has one."""
    if word[-1] in "ыі" and word[:-1] in _KEEP:
        return None  # ауданы is аудан-ы, not ауда-ны
    for size in (4, 3, 2):
        if word[-size:] in _CASE and word[:-size] in _KEEP:
            return word[:-size]
    for size in (5, 3, 2, 1):
        if word[-size:] in _CASE_OF_POSSESSED and word[-size - 1 : -size] in ("ы", "і"):
            rest = _without_third(word[:-size])
            if rest:
                return rest
    if word[-2:] in ("ма", "ме", "ңа", "ңе"):
        return _without_singular(word[:-1])
    for size in (4, 3, 2):
        rest = _without(_CASE, word, size)
        if rest:
            return rest
    return None


def _without_possessive(word: str) -> str | None:
    """Return the word without a possessive ending, if it has one."""
    if word.endswith(("мыз", "міз", "ңыз", "ңіз")):
        rest, harmony = word[:-3], _HARMONY[word[-2]]
        if rest in _KEEP:
            return rest
        if rest[-1:] in ("ы", "і"):
            return _without_vowel(rest) or (rest if _fits(rest, harmony) else None)
        # After a consonant -мыз means "we are".
        sounds = _VOWEL | _LIQUID if word[-3] == "м" else _VOWEL
        return rest if rest[-1:] in sounds and _fits(rest, harmony) else None
    return _without_third(word) or _without_singular(word)


def _without_third(word: str) -> str | None:
    """Return the word without -ы, -і, -сы, -сі ("his, her, its, their"), if it has one."""
    if word[-2:] in ("сы", "сі") and word[:-1] not in _KEEP and _ends_in_vowel(word[:-2]):
        return word[:-2] if _fits(word[:-2], _HARMONY[word[-1]]) else _without_vowel(word)
    return _without_vowel(word)


def _ends_in_vowel(rest: str) -> bool:
    """Return whether a stem ending in a vowel with -сы (қала-сы) is likelier than one ending in с with -ы (жұмыс-ы)."""
    if rest[-1:] not in ("ы", "і"):
        return rest[-1:] in _VOWEL and rest[-1] != "и"
    if rest in _KEEP or rest[:-1] in _KEEP:  # қаулы-сы; and факті-сі, because a loanword may take і before its endings
        return True
    # Nouns in -ыс are common; those in -ы end in -шы, -жы, -қы, -ды or a consonant and -ғы.
    before = rest[-2:-1]
    return before in ("ш", "ж", "қ", "к", "д") or (before in ("ғ", "г") and rest[-3:-2] not in _HARMONY)


def _without_vowel(word: str) -> str | None:
    """Return the word without the -ы or -і that follows a consonant, if it has one."""
    rest, last, previous = word[:-1], word[-2:-1], word[-3:-2]
    if word[-1] not in "ыі":
        return None
    if rest in _KEEP:
        return rest
    if rest in _DROPPED:
        return _DROPPED[rest]
    if (last in _VOWEL and last != "и") or (last == "ш" and len(rest) > 3):
        return None  # nouns in -шы (басшы) far outnumber those in -ш
    if last in ("қ", "к") and previous in _HARMONY:
        return None  # қ would have turned into ғ: ақы
    if last in ("ғ", "г") and previous not in _HARMONY and not rest.endswith("инг"):
        return None  # no Kazakh stem ends like this: соңғы
    if last in ("қ", "к", "п", "б") and previous in _NOISE:
        return None  # nor like this: сыртқы, азаматпы-н
    return rest if _fits(rest, _HARMONY[word[-1]]) else None


def _without_singular(word: str) -> str | None:
    """Return the word without -м "my" or -ң "your", where nothing else is likely: many nouns end in -ым and -ам."""
    rest = word[:-1]
    if word[-1] not in "мң":
        return None
    if rest[-1:] not in ("ы", "і"):
        return rest if rest in _KEEP or rest[-1:] == "я" else None
    owned = _without_vowel(rest)
    if not owned:
        return None
    sure = owned in _KEEP or owned in _SHORT or rest[:-1] in _DROPPED or owned[-3:] in _PLURAL
    voiced = owned[-1] in "бгғ" and len(owned) > 3
    long = owned[-1] == "т" and sum(letter in _HARMONY for letter in owned) > 1
    return owned if sure or voiced or long else None


def _without_plural(word: str) -> str | None:
    """Return the word without a plural ending, if it has one."""
    return _without(_PLURAL, word, 3)


_TO_PLAIN = str.maketrans("әғқңөұүһі", "агкноуухи")

# Spellings of a word in plain letters. Between consonants, у is a vowel: ұ in a back word, ү in a front
# one. At the end, or before -ыз, н may be ң: the genitive, "your".
_TO_BACK = str.maketrans("кг", "қғ")
_TO_FRONT = str.maketrans("аои", "әөі")
_VOWEL_U = re.compile("(?<![аәеэоөыіияуюё])у(?=[бвгғджзйкқлмнңпрстфхһцчшщ])")
_MAYBE_NG = re.compile("н(?=$|[ыі]з$)")
_KEEP_PLAIN = {noun.translate(_TO_PLAIN): noun for noun in _KEEP}


def plain(word: str) -> str:
    """Return a word as typed without Kazakh letters, а for ә and so on."""
    return word.translate(_TO_PLAIN)


def plain_stems(word: str) -> list[str]:
    """Return the stems, in plain letters, that a word may have if it was typed without Kazakh letters.

    The list is short, and empty for a word with Kazakh letters or with anything but Cyrillic ones.
    """
    if not _LETTERS.issuperset(word) or not KAZAKH_LETTERS.isdisjoint(word):
        return []
    return list(dict.fromkeys(plain(stem(spelling)) for spelling in _spellings(word)))


def _spellings(word: str) -> list[str]:
    """Return the possible spellings, with Kazakh letters, of a word in plain letters, including the word itself."""
    if word in _KEEP_PLAIN:
        return [_KEEP_PLAIN[word]]
    spellings = [word, *_with_kazakh_letters(word)]
    for size in range(len(word) - 1, 2, -1):
        if word[:size] in _KEEP_PLAIN:
            noun = _KEEP_PLAIN[word[:size]]
            return spellings + [noun + ending for ending in _with_kazakh_letters(word[size:])]
    return spellings


def _with_kazakh_letters(word: str) -> list[str]:
    """Return the spellings of a word, or of an ending, that vowel harmony allows."""
    # Loanwords take front endings after back vowels: президентінің, мектебінде, объектіге.
    front = word.translate(_TO_FRONT)
    bases = [(word.translate(_TO_BACK), "ұ"), (word.replace("и", "і"), "ү"), (front, "ү")]
    if "е" in word or "э" in word:  # the other vowels show that ы is not a back one
        bases.append((front.replace("ы", "і"), "ү"))
    written = [spelling for base, u in bases for spelling in (base, _VOWEL_U.sub(u, base))]
    return written + [_MAYBE_NG.sub("ң", spelling) for spelling in written]
