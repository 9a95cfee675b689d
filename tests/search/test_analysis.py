"""Analysis: text to stems with their positions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from initiatives.search.analysis import MAX_STEM, in_one_script, normalise, plain_stem, stem, stems, words


def stems_of(text, language):
    return [word.stem for word in stems(text, language)]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "A state that hears", "a STATE that hearing"),
        ("en", "children’s rights", "children's right"),
        ("ru", "государство", "государства"),
        ("ru", "учёт", "учет"),
        ("kk", "мектеп", "мектептерде"),
        ("en", "cafe\u0301", "caf\u00e9"),
        ("en", "ﬁnance", "finance"),
    ],
)
def test_forms_of_a_word_share_a_stem(language, one, other):
    assert stems_of(one, language) == stems_of(other, language)


@pytest.mark.parametrize(
    ("mixed", "clean"),
    [
        ("\u0043овет", "совет"),  # Latin C
        ("\u0043ОВЕТ", "совет"),  # capitals that look the same, small letters that do not
        ("\u004dинистр", "министр"),  # Latin M
        ("\u0048ет", "нет"),  # Latin H is Н …
        ("қа\u0068арман", "қаһарман"),  # … and h is һ
        ("т\u0069л б\u0069л\u0069м", "тіл білім"),  # Latin i
        ("\u0259лем", "әлем"),  # the Latin schwa
        ("ещ\u00eb", "еще"),  # Latin ë
        ("\u0421ovid", "covid"),  # Cyrillic С
        ("st\u0430t\u0435", "state"),  # Cyrillic а, е
        ("m\u0456nister", "minister"),  # Cyrillic і
    ],
)
def test_a_word_in_mixed_scripts_is_read_in_its_main_script(mixed, clean):
    assert [word.form for word in words(mixed)] == [word.form for word in words(clean)]


@pytest.mark.parametrize(
    "word",
    [
        "cop",
        "сор",  # "сор" in Cyrillic
        "c\u043ep",  # could be either
        "ibmнің",  # a name with an ending
        "xxiғасыр",
        "covid19дан",
        "windowsтың",
        "жwұ",  # certainly both scripts
        "café",
        "ọrọ",
    ],
)
def test_words_without_a_main_script_are_unchanged(word):
    assert in_one_script(word) == word
    assert in_one_script(word.upper()) == word.upper()


# Cyrillic letters, and the Latin ones that look like them.
ALIKE = dict(zip("асеорхуікәөһАСЕОРХУІКӘӨВНМТ", "aceopxyikəɵhACEOPXYIKƏƟBHMT", strict=True))


@given(st.text("бдғжзқлңпұүүфшыэюя", min_size=1), st.text("".join(ALIKE)), st.randoms(use_true_random=False))
def test_lookalike_letters_do_not_change_the_word(sure, alike, random):
    letters = [*sure, *alike]
    random.shuffle(letters)
    clean = "".join(letters)
    # A word that starts with two Latin letters would be a name.
    mixed = clean[0] + "".join(ALIKE.get(letter, letter) if random.random() < 0.5 else letter for letter in clean[1:])
    assert len(in_one_script(mixed)) == len(mixed)
    assert normalise(mixed) == normalise(clean)
    (word,) = words(f"«{mixed}»,")
    assert (word.start, word.end) == (1, 1 + len(mixed))


@given(st.text() | st.text("".join([*ALIKE, *ALIKE.values(), "дңdn9'ё\u0301"]), max_size=12))
def test_normalising_twice_changes_nothing(word):
    assert normalise(normalise(word)) == normalise(word)


def test_only_stems_with_kazakh_letters_have_a_plain_stem():
    assert plain_stem("қазақстанның") == "казакстан"
    assert plain_stem("ел'дің") == "елдин"
    assert plain_stem("мектебіміз") == ""  # its stem is мектеп
    assert plain_stem("совет") == plain_stem("state") == ""


def test_hyphens_and_decimal_points_separate_words():
    assert stems_of("socio-economic: 70.96 per cent", "en") == ["socio", "econom", "70", "96", "per", "cent"]


@pytest.mark.parametrize("sign", "'’ʼ")
@pytest.mark.parametrize("language", ["en", "ru", "kk", "fr"])
def test_an_apostrophe_alone_is_not_a_word(sign, language):
    # Unicode classes the last of these as a letter.
    assert stems_of(f"{sign} {sign}{sign} law {sign}", language) == stems_of("law", language)
    assert [word.form for word in words(f"{sign} law{sign}s {sign}")] == ["law's"]
    assert normalise(sign) == ""


def test_a_language_without_a_stemmer_keeps_its_words():
    assert stems_of("Réformes", "fr") == ["réformes"]


@given(st.text(), st.sampled_from(["en", "ru", "kk", "fr", ""]))
def test_stems_report_their_positions(text, language):
    end = 0
    for word in stems(text, language):
        assert end <= word.start < word.end <= len(text)
        assert word.stem
        assert word.stem.isalnum()
        assert len(word.form) <= MAX_STEM
        end = word.end


@given(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20))
def test_other_spellings_of_a_word_match(word):
    forms = {w.form for written in (word, word.upper().lower(), f" {word}! ") for w in words(written)}
    assert all(stem(form, "en") for form in forms)
    assert [w.form for w in words(word)] == [w.form for w in words(f"({word})")]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("organise", "organize"),
        ("organised", "organized"),
        ("digitalisation", "digitalization"),
        ("analysed", "analyzed"),
        ("labour", "labor"),
        ("neighbourhood", "neighborhood"),
        ("favourable", "favorable"),
    ],
)
def test_british_and_american_spellings_match(british, american):
    assert stem(british, "en") == stem(american, "en")


def test_short_words_keep_their_spelling():
    assert (
        len({stem(word, "en") for word in ("our", "or", "hour", "four", "for", "rise", "wise", "prize", "size")}) == 9
    )
