"""The look-ups made at every key that is typed and in every search: in SQL, for the ORM takes longer to build these
statements than the database to answer them.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.utils import timezone

from initiatives.models import NameWord, SynonymKey, SynonymSet, Word
from initiatives.search import kazakh

# Sorts after every letter, in the order of code points, which is that of the columns that are searched by beginnings.
LAST = chr(0x10FFFF)

_NAMES, _WORDS = NameWord._meta.db_table, Word._meta.db_table
_SETS, _SYNONYMS = SynonymSet._meta.db_table, SynonymKey._meta.db_table

# Of each kind, what weighs most of the items that have all of some words. All in the index; sorting is by kind.
_BEST = """
    SELECT kind, object_id FROM (
        SELECT kind, object_id, row_number() OVER (PARTITION BY kind ORDER BY weight DESC, object_id) AS place
        FROM (SELECT DISTINCT kind, object_id, weight FROM {names} AS name WHERE {first} AND visible_from <= %s{others})
            AS item
    ) AS placed
    WHERE place <= %s ORDER BY kind, place
"""
_OTHER = """
    AND EXISTS (
        SELECT 1 FROM {names} AS other WHERE {other} AND other.kind = name.kind AND other.object_id = name.object_id
    )
"""


def named(forms: Sequence[str], begun: str | None, most: int) -> list[tuple[str, int]]:
    """Return (kind, primary key) of the items in whose names all of some words stand, and one that begins so.

    Of each kind, `most` at the most: those that most quotes carry. Their names were public when they were indexed;
    whether they still are is for the caller to ask.
    """
    asked: list[tuple[str, tuple[str, ...]]] = [("{}.form = %s", (form,)) for form in forms]
    if begun is not None:
        asked.append(("{0}.form >= %s AND {0}.form < %s", (begun, begun + LAST)))
    # The longest word leads to the fewest names.
    asked.sort(key=lambda condition: len(condition[1][0]), reverse=True)
    (first, params), *others = asked
    sql = _BEST.format(
        names=_NAMES,
        first=first.format("name"),
        others="".join(_OTHER.format(names=_NAMES, other=other.format("other")) for other, _params in others),
    )
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, now, *(form for _other, forms in others for form in forms), most])
        return cursor.fetchall()


def words_beginning(form: str, most: int) -> list[tuple[str, str, str]]:
    """Return (form, stem, language) of the words that begin so but go on, the most common ones first.

    Kazakh letters stand for themselves, others for those that look like them too.
    """
    plain = kazakh.plain(form)
    params: list[str | int]
    conditions, params = "plain >= %s AND plain < %s AND form <> %s", [plain, plain + LAST, form]
    if not kazakh.KAZAKH_LETTERS.isdisjoint(form):
        conditions += " AND substr(form, 1, %s) = %s"
        params += [len(form), form]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT form, stem, language FROM {_WORDS} WHERE {conditions}"  # noqa: S608
            " ORDER BY count DESC, form LIMIT %s",
            [*params, most],
        )
        return cursor.fetchall()


def synonym_sets(stems: Iterable[str], most: int) -> list[SynonymSet]:
    """Return the sets, with words and language alone, that have a member whose first stem is one of some stems."""
    known = sorted(stems)
    if not known:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, words, language FROM {_SETS} WHERE id IN"  # noqa: S608
            f" (SELECT set_id FROM {_SYNONYMS} WHERE stem IN ({', '.join(['%s'] * len(known))})) ORDER BY id LIMIT %s",
            [*known, most],
        )
        return [SynonymSet(pk=pk, words=words, language=language) for pk, words, language in cursor.fetchall()]
