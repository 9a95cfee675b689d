"""Parses what a visitor typed into a query, and finds its words in a text. Pure.

Invalid input raises an error with a message for visitors. Texts are returned in pieces: templates escape, then mark.

Syntax: words (all must match), "a phrase", -not, a OR b, prefix*. OR binds its two neighbours; `|`, `ИЛИ` and `НЕМЕСЕ`
mean the same. In small letters it is an operator only between words that carry meaning, so "to be or not to be" is a
row of words. Stop words and initials are ignored unless there is nothing else or they are in quotation marks.
Quotation marks of any style delimit a phrase; one left open closes at the end.
A hyphenated word is a phrase or one word: co-operation, cooperation. A phrase or prefix can be excluded too.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from initiatives.search import analysis, kazakh
from initiatives.search.known_words import is_stop_word
from initiatives.text.pieces import Piece

# Long enough to paste a quotation.
MAX_LENGTH = 2000
# The most words of which each is looked up by itself or beside others; the most prefixes, each of which is a walk.
MAX_TERMS = 24
MIN_PREFIX = 2

_OR = {"or", "|", "или", "немесе"}
_QUOTATION_MARKS = str.maketrans(dict.fromkeys("“”„‟«»〝〞＂", '"'))
_PART = re.compile(r'(?P<minus>-)?(?:"(?P<phrase>[^"]*)(?:"|$)|(?P<word>[^\s"]+))')


class QueryError(ValueError):
    """The query cannot be run; the message tells visitors why, and what to do."""


@dataclass(frozen=True)
class Phrase:
    """Consecutive words (or a single one). `readings` are their stems, once for each language they may be in.

    A `literal` phrase was in quotation marks: it matches only its words, no names or synonyms.
    """

    forms: tuple[str, ...]
    readings: tuple[tuple[str, ...], ...]
    literal: bool = False

    @property
    def as_one(self) -> list[str]:
        """The stems of a hyphenated word written as one; empty for anything else."""
        if self.literal or len(self.forms) != 2:
            return []
        return [stem for (stem,) in analysis.stems_in_all_languages(["".join(self.forms)])]


@dataclass(frozen=True)
class Prefix:
    """Any word with this prefix."""

    form: str


@dataclass(frozen=True)
class Token:
    """A filter value, matched as if it were a word of the text (see content.token)."""

    token: str


@dataclass(frozen=True)
class Plain:
    """A Kazakh word by its stem in plain letters (see kazakh.plain): қазақстанда by "казакстан"."""

    stem: str

    @property
    def token(self) -> str:
        """Its term in the index; no stem can look like it."""
        return f"_{self.stem}"


Atom = Phrase | Prefix | Token | Plain


@dataclass(frozen=True)
class Query:
    """A valid query: at least one atom of every clause must match, and no excluded one."""

    typed: str = ""
    clauses: tuple[tuple[Atom, ...], ...] = ()
    excluded: tuple[Atom, ...] = ()
    # Read as Kazakh, because no item has the words as typed: see respelt.
    as_kazakh: bool = False

    def __bool__(self) -> bool:
        """Whether the query restricts the results."""
        return bool(self.clauses or self.excluded)

    @property
    def wanted(self) -> Iterator[Atom]:
        """Every atom that a match may contain."""
        return (atom for clause in self.clauses for atom in clause)


def parse(typed: str) -> Query:
    """Return the query for what a visitor typed; an empty one if it contains no word.

    Raises QueryError if it is longer than MAX_LENGTH characters or has more than MAX_TERMS prefixes.
    """
    if len(typed) > MAX_LENGTH:
        raise QueryError(_("Enter no more than %(limit)d characters.") % {"limit": MAX_LENGTH})
    clauses: list[list[Atom]] = []
    excluded: list[Atom] = []
    prefixes, joins = 0, False
    for part, is_operator in _parts(typed):
        if is_operator:
            joins = bool(clauses)
            continue
        text, is_phrase = part["phrase"] or part["word"] or "", part["phrase"] is not None
        forms = [word.form for word in analysis.words(text)]
        if not forms:
            continue
        is_prefix = not is_phrase and text.endswith("*") and len(forms[-1]) >= MIN_PREFIX
        prefixes += is_prefix
        atoms: list[Atom] = [Prefix(forms.pop().replace("'", ""))] if is_prefix else []
        if forms:
            atoms.insert(0, phrase(forms, literal=is_phrase))
        if part["minus"]:
            excluded += atoms
        elif joins:
            clauses[-1] += atoms
        else:
            clauses += ([atom] for atom in atoms)
        joins = False
    if prefixes > MAX_TERMS:
        raise QueryError(_("Enter no more than %(limit)d words with an asterisk.") % {"limit": MAX_TERMS})
    # Repetitions count once.
    once = dict.fromkeys(tuple(dict.fromkeys(clause)) for clause in clauses)
    carrying = tuple(clause for clause in once if not all(map(carries_nothing, clause)))
    return Query(typed.strip(), carrying or tuple(once), tuple(dict.fromkeys(excluded)))


def _parts(typed: str) -> Iterator[tuple[re.Match, bool]]:
    """Yield the words and phrases of what was typed, each with whether it is the operator OR."""
    parts = list(_PART.finditer(typed.translate(_QUOTATION_MARKS)))
    for place, part in enumerate(parts):
        is_or = bool(part["word"]) and not part["minus"] and part["word"].casefold() in _OR
        if is_or and part["word"].islower():
            beside = parts[max(0, place - 1) : place] + parts[place + 1 : place + 2]
            is_or = len(beside) == 2 and not any(is_stop_word((one["word"] or "").casefold()) for one in beside)
        yield part, is_or


def carries_nothing(atom: "Atom") -> bool:
    """Return whether an atom is a stop word or initials, such as “K.-J.”, not in quotation marks."""
    if not isinstance(atom, Phrase) or atom.literal:
        return False
    is_initials = all(len(form) == 1 and form != form.upper() for form in atom.forms)
    return is_initials or (len(atom.forms) == 1 and is_stop_word(atom.forms[0]))


def phrase(forms: list[str], *, literal: bool = False) -> Phrase:
    """Return the phrase for words in normal form, in any language."""
    return Phrase(tuple(forms), tuple(analysis.stems_in_all_languages(forms)), literal)


def written(clause: tuple[Atom, ...]) -> str:
    """Return a clause as a visitor would type it, with its words in normal form."""
    parts = []
    for atom in clause:
        if isinstance(atom, Phrase):
            words = " ".join(atom.forms)
            parts.append(f'"{words}"' if atom.literal or len(atom.forms) > 1 else words)
        elif isinstance(atom, Prefix):
            parts.append(f"{atom.form}*")
    return " or ".join(parts)


def plain_words(typed: str) -> Iterator[tuple[str, int, int]]:
    """Yield the single words of what was typed, in normal form, with their positions (start, end).

    Words in quotation marks, excluded words, prefixes (`begin*`) and hyphenated words are left out.
    """
    for part, is_operator in _parts(typed):
        if part["word"] and not part["minus"] and not part["word"].endswith("*") and not is_operator:
            found = list(analysis.words(part["word"]))
            if len(found) == 1:
                yield found[0].form, part.start("word") + found[0].start, part.start("word") + found[0].end


def any_word_of(forms: Iterable[str], tokens: Iterable[str] = ()) -> Query:
    """Return the query for items that have at least one of these words or filter tokens."""
    atoms: list[Atom] = [phrase([form]) for form in forms]
    atoms.extend(Token(token) for token in tokens)
    return Query(clauses=(tuple(atoms),) if atoms else ())


def unfinished(query: Query) -> Query:
    """Return the query with its last word, if still being typed, also read as a prefix."""
    forms = [word.form for word in analysis.words(query.typed)]
    if not query.clauses or not forms or not query.typed[-1].isalnum() or len(forms[-1]) < MIN_PREFIX:
        return query
    last = query.clauses[-1]
    if not isinstance(last[-1], Phrase) or last[-1].forms != (forms[-1],):
        return query
    return replace(query, clauses=(*query.clauses[:-1], (*last, Prefix(forms[-1].replace("'", "")))))


def respelt(query: Query) -> Query:
    """Let single words in Cyrillic without Kazakh letters also match Kazakh words that have them.

    Returns the same query if it has no such words. For words that no item has as typed: тур is "tour" in Russian, and
    may be түр ("kind") or тұр ("to stand").
    """
    clauses: list[tuple[Atom, ...]] = []
    for clause in query.clauses:
        extra: dict[Atom, None] = {}
        for atom in clause:
            if isinstance(atom, Phrase) and len(atom.forms) == 1 and (stems := kazakh.plain_stems(atom.forms[0])):
                # Stems without Kazakh letters are indexed unchanged.
                extra[Phrase(atom.forms, tuple((stem,) for stem in stems))] = None
                extra.update(dict.fromkeys(map(Plain, stems)))
        clauses.append((*clause, *extra))
    return replace(query, clauses=tuple(clauses), as_kazakh=True) if tuple(clauses) != query.clauses else query


def highlight(text: str, query: Query, language: str) -> list[Piece]:
    """Return the whole text in pieces, marking those that match a wanted word, phrase or prefix."""
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

    It is cut between words; "…" marks what was left out.
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
    """Return the positions (start, end) of all matches in order, with overlapping ones joined."""
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
