"""Where the words of a query stand in a text. Pure: returns pieces of the text; templates escape, then mark."""

from initiatives.search import analysis
from initiatives.search.query import Phrase, Plain, Prefix, Query
from initiatives.text.pieces import Piece


def highlight(text: str, query: Query, language: str) -> list[Piece]:
    """Return the text, whole, in pieces: those that match a wanted word, phrase or prefix are marked."""
    pieces, end = [], 0
    for start, stop in _spans(text, query, language):
        if start > end:
            pieces.append(Piece(text[end:start], False))
        pieces.append(Piece(text[start:stop], True))
        end = stop
    if end < len(text):
        pieces.append(Piece(text[end:], False))
    return pieces


def excerpt(text: str, query: Query, language: str, width: int = 240) -> list[Piece]:
    """Return at most about `width` characters around the first match (or the beginning), in marked pieces.

    It is cut between words; "…" stands where text was left out.
    """
    if len(text) <= width:
        return highlight(text, query, language)
    first = next(iter(_spans(text, query, language)), (0, 0))[0]
    start = max(0, first - width // 3)
    if start:
        start = text.find(" ", start) + 1 or start
    stop = start + width
    if stop < len(text):
        stop = max(text.rfind(" ", start, stop), first + 1)
    pieces = highlight(text[start:stop], query, language)
    before = [Piece("… ", False)] if start else []
    after = [Piece(" …", False)] if stop < len(text) else []
    return [*before, *pieces, *after]


def _spans(text: str, query: Query, language: str) -> list[tuple[int, int]]:
    """Return the places (start, end) of all matches, in order, overlapping ones joined."""
    if not query:
        return []
    words = list(analysis.stems(text, language))
    found = []
    phrases = [atom for atom in query.wanted if isinstance(atom, Phrase)]
    single = {reading[0] for phrase in phrases for reading in phrase.readings if len(reading) == 1}
    single.update(stem for phrase in phrases for stem in phrase.as_one)
    longer = [phrase for phrase in phrases if len(phrase.forms) > 1]
    prefixes = tuple(atom.form for atom in query.wanted if isinstance(atom, Prefix))
    plain = {atom.stem for atom in query.wanted if isinstance(atom, Plain)}
    for place, word in enumerate(words):
        if plain and analysis.plain_stem(word.form) in plain:
            found.append((word.start, word.end))
        if prefixes and (word.form.replace("'", "").startswith(prefixes) or word.stem.startswith(prefixes)):
            found.append((word.start, word.end))
        if word.stem in single:
            found.append((word.start, word.end))
        for phrase in longer:
            length = len(phrase.forms)
            here = tuple(w.stem for w in words[place : place + length])
            if here in phrase.readings:
                found.append((word.start, words[place + length - 1].end))
    for written, start, stop in analysis.otherwise(text):
        if {word.stem for word in analysis.stems(written, language)} & single:
            found.append((start, stop))
    found.sort()
    spans: list[tuple[int, int]] = []
    for start, stop in found:
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(stop, spans[-1][1]))
        else:
            spans.append((start, stop))
    return spans
