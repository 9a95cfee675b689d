"""What a visitor typed, as a checked query, and where its words are in a text. Pure.

No input fails but with a message for people. Texts are returned in pieces: templates escape, then mark.

Syntax: words (all must match), "a phrase", -not, a or b, prefix*. `or` binds its two neighbours; `|`, `или` and
`немесе` say the same. Quotation marks of any style open and close a phrase; one left open closes at the end.
A hyphenated word is a phrase, or one word: co-operation, cooperation. A phrase or prefix can be excluded too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from initiatives.search import analysis
from initiatives.text.pieces import Piece

MAX_LENGTH = 200
MAX_TERMS = 24
MIN_PREFIX = 2

_OR = {"or", "|", "или", "немесе"}
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂", '"'))
_PART = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')


class QueryError(ValueError):
    """The query cannot be run; the message says why and what to do, for people."""


@dataclass(frozen=True)
class Phrase:
    """Words in a row (one word is a phrase of one). `readings`: its stems, once for each language it may be in.

    A `literal` one stood in quotation marks: it means its words alone, no name and no synonym.
    """

    forms: tuple[str, ...]
    readings: tuple[tuple[str, ...], ...]
    literal: bool = False

    @property
    def as_one(self) -> list[str]:
        """The stems that a word with a hyphen has if it is written as one; of anything else none."""
        if self.literal or len(self.forms) != 2:
            return []
        return [stem for (stem,) in analysis.stems_in_all_languages(["".join(self.forms)])]


@dataclass(frozen=True)
class Prefix:
    """Any word that begins so."""

    form: str


@dataclass(frozen=True)
class Token:
    """A filter value, matched as if it were a word of the text (see documents.token)."""

    token: str


@dataclass(frozen=True)
class Plain:
    """A Kazakh word by its stem in plain letters (see kazakh.plain): қазақстанда by "казакстан"."""

    stem: str

    @property
    def token(self) -> str:
        """The word of the index that stands for it; no stem can look like it."""
        return f"_{self.stem}"


Atom = Phrase | Prefix | Token | Plain


@dataclass(frozen=True)
class Query:
    """A checked query: one atom of every clause must match, and none of the excluded."""

    typed: str = ""
    clauses: tuple[tuple[Atom, ...], ...] = ()
    excluded: tuple[Atom, ...] = ()
    # Nothing has the words as they were typed: see respelt.
    as_kazakh: bool = False

    def __bool__(self) -> bool:
        """Whether it restricts anything."""
        return bool(self.clauses or self.excluded)

    @property
    def wanted(self) -> Iterator[Atom]:
        """Every atom that a match may contain."""
        return (atom for clause in self.clauses for atom in clause)


def parse(typed: str) -> Query:
    """Return the query for what a visitor typed; an empty one if it holds no word.

    Raises QueryError if it is longer than MAX_LENGTH characters or has more than MAX_TERMS terms.
    """
    if len(typed) > MAX_LENGTH:
        raise QueryError(_("Enter no more than %(limit)d characters.") % {"limit": MAX_LENGTH})
    builder = _Builder()
    for part in _PART.finditer(typed.translate(_QUOTATION_MARKS)):
        builder.add(part)
    if builder.terms > MAX_TERMS:
        raise QueryError(_("Enter no more than %(limit)d words.") % {"limit": MAX_TERMS})
    # What is typed twice counts once.
    clauses = tuple(dict.fromkeys(tuple(dict.fromkeys(clause)) for clause in builder.clauses))
    return Query(typed.strip(), clauses, tuple(dict.fromkeys(builder.excluded)))


def phrase(forms: list[str], *, literal: bool = False) -> Phrase:
    """Return the phrase of some words in their normal form, which may be of any language."""
    return Phrase(tuple(forms), tuple(analysis.stems_in_all_languages(forms)), literal)


def written(clause: tuple[Atom, ...]) -> str:
    """Return a clause as somebody would type it, its words in their normal form."""
    parts = []
    for atom in clause:
        if isinstance(atom, Phrase):
            words = " ".join(atom.forms)
            parts.append(f'"{words}"' if atom.literal or len(atom.forms) > 1 else words)
        elif isinstance(atom, Prefix):
            parts.append(f"{atom.form}*")
    return " or ".join(parts)


def plain_words(typed: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of what was typed that ask for themselves alone, in their normal form, and where they stand.

    Left out is what stands in quotation marks, is excluded, begins other words (`begin*`), or has a hyphen.
    """
    for part in _PART.finditer(typed.translate(_QUOTATION_MARKS)):
        if part["word"] and not part["minus"] and not part["word"].endswith("*") and part["word"].casefold() not in _OR:
            found = list(analysis.words(part["word"]))
            if len(found) == 1:
                yield found[0].form, part.start("word") + found[0].start, part.start("word") + found[0].end


def any_word_of(forms: Iterable[str], tokens: Iterable[str] = ()) -> Query:
    """Return the query for items that share at least one of some words or filter tokens."""
    atoms: list[Atom] = [phrase([form]) for form in forms]
    atoms.extend(Token(token) for token in tokens)
    return Query(clauses=(tuple(atoms),) if atoms else ())


def unfinished(query: Query) -> Query:
    """Return the query with its last word, if one was being typed, as the beginning of a word too."""
    forms = [word.form for word in analysis.words(query.typed)]
    if not query.clauses or not forms or not query.typed[-1].isalnum() or len(forms[-1]) < MIN_PREFIX:
        return query
    last = query.clauses[-1]
    if not isinstance(last[-1], Phrase) or last[-1].forms != (forms[-1],):
        return query
    return replace(query, clauses=(*query.clauses[:-1], (*last, Prefix(forms[-1].replace("'", "")))))


def respelt(query: Query) -> Query:
    """Let single words in Cyrillic without Kazakh letters also match Kazakh words that have them.

    Returns the same query if it has no such words. For words that nothing has as they were typed: тур is a tour in
    Russian, and may be түр, a kind, or тұр, stand.
    """
    clauses: list[tuple[Atom, ...]] = []
    for clause in query.clauses:
        extra: dict[Atom, None] = {}
        for atom in clause:
            if isinstance(atom, Phrase) and len(atom.forms) == 1 and (stems := analysis.plain_stems(atom.forms[0])):
                # Stems without Kazakh letters stand in the index as they are.
                extra[Phrase(atom.forms, tuple((stem,) for stem in stems))] = None
                extra.update(dict.fromkeys(map(Plain, stems)))
        clauses.append((*clause, *extra))
    return replace(query, clauses=tuple(clauses), as_kazakh=True) if tuple(clauses) != query.clauses else query


def expand(query: Query, tokens_of: Mapping[str, Iterable[str]]) -> Query:
    """Let single words also match by filter tokens: `tokens_of` maps a word's form to tokens."""
    clauses = []
    for clause in query.clauses:
        extra = {
            Token(token): None
            for atom in clause
            if isinstance(atom, Phrase) and len(atom.forms) == 1 and not atom.literal
            for token in tokens_of.get(atom.forms[0], ())
        }
        clauses.append((*clause, *extra))
    return replace(query, clauses=tuple(clauses))


@dataclass
class _Builder:
    """Collects the parts of what was typed."""

    clauses: list[list[Atom]] = field(default_factory=list)
    excluded: list[Atom] = field(default_factory=list)
    terms: int = 0
    joins: bool = False

    def add(self, part: re.Match) -> None:
        """Take the next part: a phrase, a word, or the word that joins its neighbours."""
        if part["word"] and not part["minus"] and part["word"].casefold() in _OR:
            self.joins = bool(self.clauses)
            return
        text = part["phrase"] if part["phrase"] is not None else part["word"]
        forms = [word.form for word in analysis.words(text)]
        if not forms:
            return
        self.terms += len(forms)
        is_prefix = part["word"] is not None and text.endswith("*") and len(forms[-1]) >= MIN_PREFIX
        atoms: list[Atom] = [Prefix(forms.pop().replace("'", ""))] if is_prefix else []
        if forms:
            atoms.insert(0, phrase(forms, literal=part["phrase"] is not None))
        if part["minus"]:
            self.excluded.extend(atoms)
        elif self.joins:
            self.clauses[-1].extend(atoms)
        else:
            self.clauses.extend([atom] for atom in atoms)
        self.joins = False


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
