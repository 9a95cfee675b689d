"""Any text fits on a card: its lines are even, complete and within their box."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from initiatives.pages.share_cards.card import HEIGHT, WIDTH, Card
from initiatives.pages.share_cards.drawing import colours, compose, draw
from initiatives.pages.share_cards.fonts import TITLE, WORDS, is_readable
from initiatives.pages.share_cards.layout import LONGEST, Style, clean, fit
from initiatives.pages.share_cards.signs import REACH, Sign

EN = "The state has to hear its citizens, and this is what the concept that people speak about today is for. "
RU = "Государство должно слышать своих граждан, и в этом состоит суть концепции, о которой говорят сегодня. "
KK = "Мемлекет өз азаматтарының үніне құлақ асуы керек, бүгін айтылып жүрген тұжырымдаманың мәні осында. "
STYLE = Style((80, 60, 40, 30), leading=1.2, loosest=1.4)


def half_an_em(text):
    """Measure text as if each letter were half an em wide."""
    return len(text) / 2


def set_in(text, width=1000, height=340, **options):
    """Set a text in a box with letters half an em wide."""
    return fit(text, half_an_em, **{"width": width, "height": height, "style": STYLE, **options})


def card(words, **parts):
    """Return the card of a quotation."""
    return Card(
        site="Site", label="Quote", words=words, **{"opening": "«", "closing": "»", "strong": "Speaker", **parts}
    )


def assert_fits(card):
    """Assert that the lines of a card stay within the margins and do not overlap."""
    placed = compose(card)
    foot = min(top for _, top, _, _, colour in placed.bars[1:]) if placed.bars[1:] else HEIGHT
    for line in placed.lines:
        left, top, right, bottom = line.box
        assert left >= 20, line
        assert right <= WIDTH - 80 + 0.01, line
        assert top >= 14, line
        assert bottom <= HEIGHT - 50 + 0.01, line
        is_head, is_foot = line.baseline < 100, top >= foot - 0.01
        assert is_head + is_foot + (top >= 124 - 0.01 and bottom <= foot) == 1, line
        for _sign, x, y, unit in placed.signs:
            assert x - REACH * unit >= 76
            assert not (top < y < bottom and left < x + REACH * unit), line


class TestFit:
    def test_the_largest_size_that_fits_is_used_and_no_word_is_lost(self):
        assert set_in("Yes").size == 80
        text = (EN * 2).strip()
        setting = set_in(text)
        assert setting.size == 40
        assert " ".join(setting.lines) == text
        assert setting.height <= 340

    def test_every_length_fits(self):
        for length in range(3, 1501):
            sentence = (EN, RU, "a ", "x")[length % 4]
            setting = set_in((sentence * length)[:length], closing="»")
            assert setting.lines
            assert setting.height <= 340
            assert max(setting.widths) <= 1000
            assert setting.widths[-1] + setting.size * half_an_em("»") <= 1000

    def test_long_text_is_cut_after_a_word_with_an_ellipsis(self):
        for sentence in (EN, RU, KK):
            shown = " ".join(set_in(sentence * 20).lines)
            assert shown.endswith("…")
            kept = shown.removesuffix("…")
            assert (sentence * 20).startswith(kept)
            assert not (sentence * 20)[len(kept)].isalnum()
            assert len(kept) > 200

    def test_lines_are_even_and_the_last_is_not_a_single_word(self):
        for sentence in (EN, RU, KK):
            for length in range(60, 400, 7):
                words = (sentence * 4)[:length].rsplit(" ", 1)[0]
                setting = set_in(words, style=Style((40,)), height=9999)
                if len(setting.lines) > 1:
                    assert " " in setting.lines[-1]
                    assert min(setting.widths) > 0.5 * max(setting.widths)

    def test_no_line_begins_with_a_dash_and_few_end_with_a_preposition(self):
        text = "Экономика – прежде всего, политика – потом: одно без другого – это ничто, и в этом я уверен "
        for width in range(300, 1000, 20):
            lines = set_in(text * 3, width=width, height=9999, style=Style((30,))).lines
            assert not any(line.startswith("–") for line in lines)
            assert sum(line.split()[-1] in {"и", "в"} for line in lines) <= 1

    def test_hyphenated_words_may_break_after_the_hyphen_only(self):
        lines = set_in("socio-political " * 8, width=420, height=9999, style=Style((40,))).lines
        assert all(part in {"socio-political", "socio-", "political"} for line in lines for part in line.split())
        assert set_in("−5 -5 -x", width=60, height=9999, style=Style((40,))).lines == ("−5", "-5", "-x")

    def test_a_word_is_divided_only_if_it_is_longer_than_a_line(self):
        whole = set_in("x" * 60)
        assert (whole.size, whole.lines) == (30, ("x" * 60,))
        divided = set_in("x" * 300)
        assert "".join(divided.lines) == "x" * 300
        assert len(divided.lines) > 1
        assert "".join(set_in("x" * 1500).lines).endswith("x…")

    def test_empty_text_or_no_room_gives_no_lines(self):
        for text in ("", " \n", "\u202e\u200b\0"):
            assert set_in(text).lines == ()
            assert set_in(text).height == 0
        assert set_in("words", height=5).lines == ()

    def test_invisible_characters_are_left_out(self):
        assert clean(" a\n\tb\u00a0c\u202e\ue000 ") == "a b\u00a0c"
        assert len(clean("x" * 10_000)) <= 2 * LONGEST


def test_the_fonts_cover_the_three_languages_and_neighbouring_alphabets():
    for text in (
        EN,
        RU,
        KK,
        "Türkçe ğşİı, oʻzbek, Әә Ғғ Ққ Ңң Өө Ұұ Үү Һһ Іі, 500 ₸, № 5",
        "",
        "…",
        "a state of 改革 and reforms",
    ):
        assert is_readable(text), text
    for text in ("改革开放", "πάντα ῥεῖ", "دولة تسمع", "कानून"):
        assert not is_readable(text), text


def test_widths_are_in_proportion_to_the_size():
    for face in (WORDS, TITLE):
        wide = sum(font.getlength(run) for font, run in face.runs(KK + EN, 200)) / 200
        assert wide == pytest.approx(face.measure(KK + EN), rel=0.01)


TEXTS = st.builds(
    lambda seed, length: (seed * length)[:length],
    st.one_of(
        st.text(min_size=1, max_size=60),
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x52F), min_size=1, max_size=60),
        st.sampled_from([EN, RU, KK, "W", "ы", "́", "a\u0301", "-", "— ", "…", "»", "改", "😀 "]),
    ),
    st.integers(3, 1500),
)


@given(words=TEXTS, strong=TEXTS, muted=TEXTS, text=TEXTS, label=TEXTS, quoted=st.booleans(), signed=st.booleans())
def test_text_of_any_length_stays_in_its_place(words, strong, muted, text, label, quoted, signed):
    marks = {} if quoted else {"opening": "", "closing": "", "serif": False, "text": text}
    sign = Sign.WITHDRAWN if signed else None
    assert_fits(card(words, strong=strong, muted=muted, sign=sign, **marks))
    assert_fits(Card(site="Site", label=label, words=words, opening="“", closing="”"))


@given(words=TEXTS, strong=TEXTS)
def test_any_text_can_be_drawn(words, strong):
    assert draw(card(words, strong=strong, muted=words)).startswith(b"\x89PNG")


@pytest.mark.parametrize("sentence", [EN, RU, KK])
@pytest.mark.parametrize("length", [3, 30, 200, 500, 1500])
def test_drawings_stay_within_the_margins(sentence, length):
    png = draw(card((sentence * 20)[:length], muted=sentence * 3))
    with Image.open(io.BytesIO(png)) as image:
        assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
        picture = image.convert("RGB")
    paper = picture.getpixel((5, HEIGHT - 5))
    for margin in ((0, 20, 30, HEIGHT), (WIDTH - 74, 20, WIDTH, HEIGHT), (0, HEIGHT - 44, WIDTH, HEIGHT)):
        assert picture.crop(margin).getcolors() == [((margin[2] - margin[0]) * (margin[3] - margin[1]), paper)]
    # The area of the words is not blank.
    assert len(picture.crop((80, 124, WIDTH - 80, 470)).getcolors(9999)) > 2


def test_every_sign_has_a_different_shape():
    def around(sign: Sign, box: tuple[int, int, int, int]) -> bytes:
        with Image.open(io.BytesIO(draw(card("Words", sign=sign)))) as image:
            return image.convert("L").crop(box).tobytes()

    at_foot = [around(sign, (100, 500, 152, 585)) for sign in Sign]
    assert len(set(at_foot)) == len(Sign)
    # The logo is the same on each.
    assert len({around(sign, (70, 50, 205, 95)) for sign in Sign}) == 1


def test_cards_use_the_light_colours_of_the_pages():
    assert colours()["sky"] == "#00afca"
    assert colours()["paper"] == "#fcfcfa"
    assert colours()["ink"] == "#182025"
