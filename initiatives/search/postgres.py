"""Matching on PostgreSQL: one tsvector per document holds stems and filter values, under one GIN index."""

from collections.abc import Iterable
from dataclasses import replace

from initiatives.models import SearchDocument
from initiatives.search.documents import BREAK, Entry
from initiatives.search.engine import Match, word_form, word_pairs
from initiatives.search.query import Atom, Phrase, Prefix, Query

# Of ts_rank: weights of D (filter values, which count little), C (other), B (main), A (names).
WEIGHTS = "{0.02, 0.2, 0.4, 1.0}"
# https://www.postgresql.org/docs/current/textsearch-limitations.html
MAX_POSITIONS_OF_A_LEXEME = 256


class PostgresEngine:
    """See engine.Engine."""

    all_tokens = "string_agg(tokens, ' ')"

    def match(self, query: Query, all_of: list[frozenset[str]], none_of: frozenset[str]) -> Match:
        """Return the condition as one tsquery, so that words and filters are one index scan."""
        words = [_any(clause) for clause in query.clauses]
        parts = [*words, *(_tokens(tokens) for tokens in all_of)]
        parts += [f"!({_atom(atom)})" for atom in query.excluded]
        if none_of:
            parts.append(f"!({_tokens(none_of)})")
        match = Match(
            tables="initiatives_searchdocument d",
            where="d.stems @@ %s::tsquery",
            where_params=[" & ".join(parts)],
        )
        if not words:
            return match
        # 1: divided by 1 + the logarithm of the length, so that a short quote beats a long page.
        return replace(
            match,
            rank="ts_rank(%s::real[], d.stems, %s::tsquery, 1)",
            rank_params=[WEIGHTS, " & ".join(_any(clause, ranked=True) for clause in query.clauses)],
        )

    def store(self, entries: list[Entry]) -> None:
        """Write rows with their vectors."""
        SearchDocument.objects.bulk_create(entry.row(vector_literal(entry)) for entry in entries)

    def remove(self, positions: list[int]) -> None:
        """Do nothing: the index goes with the rows."""

    def repair(self) -> None:
        """Do nothing: the index cannot differ from the rows."""

    def faults(self) -> Iterable[str]:
        """Yield nothing: the index cannot differ from the rows."""
        return ()


def vector_literal(entry: Entry) -> str:
    """Return the text form of a tsvector: `'stem':1A,5B '#theme:3'` (positions with weights for words)."""
    places: dict[str, list[str]] = {}
    position = 0
    for weight, stems in (("A", entry.names), ("B", entry.main), ("C", entry.other)):
        position += 1  # no phrase runs from one weight into the next
        for stem in stems:
            position += 1
            if stem == BREAK:
                continue
            known = places.setdefault(stem, [])
            if len(known) < MAX_POSITIONS_OF_A_LEXEME:
                known.append(f"{position}{weight}")
    lexemes = [f"{_quote(stem)}:{','.join(at)}" for stem, at in places.items()]
    lexemes += [_quote(word) for word in (*entry.tokens, *entry.extras)]
    return " ".join(lexemes)


def _quote(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def _atom(atom: Atom, ranked: bool = False) -> str:
    """Return an atom as part of a tsquery: to match by, or to rank by (which needs positions)."""
    if isinstance(atom, Phrase):
        return " | ".join("(" + _reading(reading, ranked) + ")" for reading in atom.readings)
    if isinstance(atom, Prefix):
        return f"{_quote(atom.form)}:* | {_quote(word_form(atom.form))}:*"
    return _quote(atom.token)


def _reading(stems: tuple[str, ...], ranked: bool) -> str:
    """Return a phrase in one language. Pairs find it in the index; only three words or more need their positions."""
    in_a_row = " <-> ".join(_quote(stem) for stem in stems)
    if ranked or len(stems) == 1:
        return in_a_row
    pairs = [_quote(pair) for pair in word_pairs(stems)]
    return " & ".join(pairs if len(pairs) == 1 else [*pairs, f"({in_a_row})"])


def _any(atoms: Iterable[Atom], ranked: bool = False) -> str:
    return "(" + " | ".join(_atom(atom, ranked) for atom in atoms) + ")"


def _tokens(tokens: Iterable[str]) -> str:
    # An empty set asks for what no document has.
    return "(" + (" | ".join(_quote(token) for token in sorted(tokens)) or _quote("#")) + ")"
