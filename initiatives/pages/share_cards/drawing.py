"""Draws a card as a PNG: positions each line, then draws the picture."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from django.conf import settings
from PIL import Image, ImageDraw

from initiatives.pages.share_cards.card import HEIGHT, WIDTH, Card
from initiatives.pages.share_cards.fonts import PLAIN, STRONG, TITLE, WORDS, Face
from initiatives.pages.share_cards.layout import ASCENT, DESCENT, Setting, Style, fit
from initiatives.pages.share_cards.signs import NAME_SIGN, REACH, Sign, draw_sign

# Everything is drawn this many times larger and then reduced, so that letters have subpixel positions.
_SCALE = 2
_COLOURS = 64

_LEFT, _RIGHT = 80, 1120
_SKY_BAR = 14
_HEAD_BASELINE = 82
# The middle of letters above their baseline, as a share of their size.
_MIDDLE = 0.32
# The name sign: the unit of its moons, the distance between their centres, and the distance to the name.
_NAME_SIGN_UNIT, _NAME_SIGN_STEP, _NAME_SIGN_GAP = 1.6, 31, 8
_TOP, _BOTTOM = 124, 580
_FOOT_INDENT = 24
_FOOT_BAR = 6
_GAP = 34

_QUOTATION = Style((100, 92, 84, 77, 70, 64, 59, 54, 50, 46, 43, 40, 37, 34, 32, 30), leading=1.16, loosest=1.38)
_HEADLINE = Style((76, 70, 64, 58, 52, 47, 43, 39, 36, 32, 28), leading=1.14, loosest=1.25)
_HEAD_NAME = Style((32,))
_LABEL = Style((28, 26, 24), most_lines=1)
_TEXT = Style((31, 29), leading=1.36, most_lines=3)
_STRONG = Style((38, 36, 34, 32, 30), most_lines=1)
_CAVEATS = Style((30, 28, 26), leading=1.32, most_lines=2)
_MUTED = Style((28, 27, 26), leading=1.32, most_lines=2)


@dataclass(frozen=True)
class Line:
    """A positioned line of text: the left end of its baseline, in pixels."""

    text: str
    face: Face
    size: int
    colour: str
    x: float
    baseline: float
    width: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the space it takes."""
        return (
            self.x,
            self.baseline - ASCENT * self.size,
            self.x + self.width,
            self.baseline + DESCENT * self.size,
        )


@dataclass
class Composition:
    """The content of a card: lines, filled rectangles (left, top, right, bottom, colour) and signs."""

    lines: list[Line] = field(default_factory=list)
    bars: list[tuple[float, float, float, float, str]] = field(default_factory=list)
    # Each with its centre and its unit, a sixth of a moon's radius.
    signs: list[tuple[Sign, float, float, float]] = field(default_factory=list)


@cache
def colours() -> dict[str, str]:
    """Return the light colours of static/css/base.css by name: a card looks like the pages."""
    css = (settings.BASE_DIR / "static" / "css" / "base.css").read_text(encoding="utf-8")
    found = re.findall(r"--([\w-]+): (?:light-dark\()?(#[0-9a-f]{6})", css)
    # Colours for print come last in the file and must not win.
    return dict(reversed(found))


def draw(card: Card) -> bytes:
    """Return a card as a PNG of WIDTH by HEIGHT pixels."""
    placed = compose(card)
    image = Image.new("RGB", (WIDTH * _SCALE, HEIGHT * _SCALE), colours()["paper"])
    pen = ImageDraw.Draw(image)
    for *edges, colour in placed.bars:
        left, top, right, bottom = (round(edge * _SCALE) for edge in edges)
        pen.rectangle((left, top, right - 1, bottom - 1), fill=colours()[colour])
    for sign, x, y, unit in placed.signs:
        draw_sign(pen, sign, x * _SCALE, y * _SCALE, unit * _SCALE, colours()["ink"])
    for line in placed.lines:
        x = line.x * _SCALE
        for font, run in line.face.runs(line.text, line.size * _SCALE):
            pen.text((x, line.baseline * _SCALE), run, fill=colours()[line.colour], font=font, anchor="ls")
            x += font.getlength(run)
    # Cards have only a few dozen colours; a palette makes the file two thirds smaller.
    small = image.reduce(_SCALE).quantize(_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    png = io.BytesIO()
    small.save(png, "PNG")
    return png.getvalue()


def compose(card: Card) -> Composition:
    """Return the position of everything on a card. Nothing leaves the card, nothing overlaps."""
    placed = Composition()
    placed.bars.append((0, 0, WIDTH, _SKY_BAR, "sky"))
    _place_head(placed, card)
    top_of_foot = _place_foot(placed, card)
    _place_words(placed, card, top_of_foot - _GAP)
    return placed


def _place_head(placed: Composition, card: Card) -> None:
    """Place the name sign and the site's name on the left and the label on the right."""
    left = _LEFT + len(NAME_SIGN) * _NAME_SIGN_STEP + _NAME_SIGN_GAP
    name = fit(card.site, WORDS.measure, width=_RIGHT - left, height=60, style=_HEAD_NAME)
    placed.lines += _lines(name, WORDS, "ink", left, _HEAD_BASELINE - ASCENT * name.size)
    for place, sign in enumerate(NAME_SIGN):
        x = _LEFT + 6.8 * _NAME_SIGN_UNIT + place * _NAME_SIGN_STEP
        placed.signs.append((sign, x, _HEAD_BASELINE - _MIDDLE * _HEAD_NAME.sizes[0], _NAME_SIGN_UNIT))
    room = _RIGHT - left - max(name.widths, default=0) - _GAP
    label = fit(card.label, STRONG.measure, width=room, height=60, style=_LABEL)
    x = _RIGHT - max(label.widths, default=0)
    placed.lines += _lines(label, STRONG, "muted", x, _HEAD_BASELINE - ASCENT * label.size)


def _place_foot(placed: Composition, card: Card) -> float:
    """Place the foot, from the bottom upwards, beside a bar; return its top."""
    left = _LEFT + _FOOT_INDENT
    muted = fit(card.muted, PLAIN.measure, width=_RIGHT - left, height=120, style=_MUTED)
    top = _BOTTOM - muted.height
    placed.lines += _lines(muted, PLAIN, "muted", left, top)
    caveats = fit(card.caveats, STRONG.measure, width=_RIGHT - left, height=120, style=_CAVEATS)
    top -= caveats.height
    placed.lines += _lines(caveats, STRONG, "gold", left, top)
    indent = 48 if card.sign is not None else 0
    strong = fit(card.strong, STRONG.measure, width=_RIGHT - left - indent, height=60, style=_STRONG)
    top -= strong.height
    placed.lines += _lines(strong, STRONG, "ink", left + indent, top)
    if card.sign is not None and strong.lines:
        unit = 0.42 * strong.size / REACH
        middle = top + (ASCENT - _MIDDLE) * strong.size
        placed.signs.append((card.sign, left + REACH * unit, middle, unit))
    if top < _BOTTOM:
        placed.bars.append((_LEFT, top, _LEFT + _FOOT_BAR, _BOTTOM, "sky"))
    return top


def _place_words(placed: Composition, card: Card, bottom: float) -> None:
    """Centre the large words, with the text below them, in the remaining space."""
    width = _RIGHT - _LEFT
    text = fit(card.text, PLAIN.measure, width=width, height=bottom - _TOP, style=_TEXT)
    below = text.height + _GAP / 2 if text.lines else 0
    face = WORDS if card.serif else TITLE
    style = _QUOTATION if card.opening else _HEADLINE
    words = fit(
        card.words,
        face.measure,
        width=width,
        height=bottom - _TOP - below,
        style=style,
        closing=card.closing,
    )
    top = _TOP + (bottom - _TOP - below - words.height) / 2
    lines = list(_lines(words, face, "ink", _LEFT, top))
    if lines and card.opening:
        lines += _marks(card, lines[0], lines[-1])
    placed.lines += [*lines, *_lines(text, PLAIN, "muted", _LEFT, top + words.height + _GAP / 2)]


def _marks(card: Card, first: Line, last: Line) -> Iterator[Line]:
    """Yield the quotation marks: the first hangs in the margin, so that the words are flush."""
    for mark, line, x in (
        (card.opening, first, first.x - first.size * first.face.measure(card.opening)),
        (card.closing, last, last.x + last.size * last.face.measure(last.text)),
    ):
        width = line.size * line.face.measure(mark)
        yield Line(mark, line.face, line.size, "gold", x, line.baseline, width)


def _lines(setting: Setting, face: Face, colour: str, x: float, top: float) -> Iterator[Line]:
    """Yield the positioned lines of a set text, from `top` down."""
    for place, (text, width) in enumerate(zip(setting.lines, setting.widths, strict=True)):
        baseline = top + ASCENT * setting.size + place * setting.leading
        yield Line(text, face, setting.size, colour, x, baseline, width)
