"""Headings that describe a list: “Quotes on rule of law by Kassym-Jomart Tokayev, 2020”."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.models.partial_dates import parse_partial_date, show_partial_date
from initiatives.pages.lists.filtersets import CriteriaFilterSet
from initiatives.search.content import UNDATED
from initiatives.search.criteria import NEVER
from initiatives.text.shorten import shorten

# The most characters of a query in headings and labels: it may be a pasted quotation.
LONGEST = 120


@dataclass(frozen=True)
class Nouns:
    """The names of a list: its title without filters, and its items with filters."""

    title: str | Promise
    items: str | Promise
    with_words: str | Promise = gettext_lazy("%(items)s matching “%(words)s”")


def heading(nouns: Nouns, filterset: CriteriaFilterSet) -> str:
    """Return the heading of a list, with its active filters."""
    if not filterset.chosen:
        return str(nouns.title)
    kind = _kind_of_items(filterset)
    with_words = Nouns.with_words if kind else nouns.with_words
    described = _described(capfirst(kind or str(nouns.items)), str(with_words), filterset)
    return ", ".join([described, *_dates(filterset)])


def none_found(nouns: Nouns, filterset: CriteriaFilterSet) -> str:
    """Return the message of an empty list, without a full stop: “No quotes found for ‘law’ on human rights”."""
    nothing = _("No %(items)s found") % {"items": _kind_of_items(filterset) or nouns.items}
    described = _described(nothing, _("%(items)s for “%(words)s”"), filterset)
    return " ".join([described, *(f"({dates})" for dates in _dates(filterset))])


def label(filterset: CriteriaFilterSet, name: str, value: str) -> str:
    """Return the label of a filter's chosen value."""
    cleaned = filterset.form.cleaned_data.get(name)
    if hasattr(cleaned, "pk"):
        return str(cleaned)
    if name in {"theme", "exclude_theme"}:
        return next(str(item) for item in cleaned if item.slug == value)
    if name == "q":
        return shorten(value, LONGEST)
    if name == "moved":
        return moved(value)
    if name == "year" and value == UNDATED:
        return _("undated")
    if name in {"from", "to"}:
        return show_partial_date(*parse_partial_date(value))
    choices = dict(filterset.filters[name].extra.get("choices", ()))
    return str(choices.get(value, value))


def moved(value: str) -> str:
    """Return the label of a value of the filter by last change of status."""
    return _("never") if value == NEVER else _("since %(year)s") % {"year": value}


def labels(filterset: CriteriaFilterSet, name: str) -> list[str]:
    """Return the labels of a filter's chosen values; empty if it is not active."""
    return [label(filterset, name, value) for value in filterset.given[name]] if name in filterset.chosen else []


def _kind_of_items(filterset: CriteriaFilterSet) -> str:
    """Return the kind to which a list of several kinds is narrowed; empty if it is not."""
    filter_ = filterset.filters.get("kind")
    return _one(labels(filterset, "kind")) if filter_ is not None and filter_.facet == "kind" else ""


def _one(named: list[str]) -> str:
    """Return the label of a filter that takes one value; empty if there is none."""
    return named[0] if named else ""


def _described(items: str, with_words: str, filterset: CriteriaFilterSet) -> str:
    """Return the name of the items with the active filters in words."""
    if not _kind_of_items(filterset) and (kind := _one(labels(filterset, "kind"))):
        items = f"{items} ({kind})"
    if query := filterset.form.cleaned_data.get("q"):
        items = with_words % {"items": items, "words": shorten(query.typed, LONGEST)}
    for name, sentence in {
        "theme": _("%(items)s on %(name)s"),
        "speaker": _("%(items)s by %(name)s"),
        "source": _("%(items)s from “%(name)s”"),
        "initiative": _("%(items)s about “%(name)s”"),
        "body": _("%(items)s involving %(name)s"),
        "language": _("%(items)s in %(name)s"),
        "compared": _("%(items)s compared with a copy: %(name)s"),
        "status": _("%(items)s with the status “%(name)s”"),
        "effect": _("%(items)s by effect: %(name)s"),
        "publisher_kind": _("%(items)s by kind of publisher: %(name)s"),
        "moved": _("%(items)s whose status changed %(name)s"),
        "checked": _("%(items)s checked %(name)s"),
        "exclude_theme": _("%(items)s, except on %(name)s"),
    }.items():
        if named := labels(filterset, name):
            if name in {"theme", "exclude_theme"}:
                named = [_in_a_sentence(text) for text in named]
            items = sentence % {"items": items, "name": get_text_list(named, _("or"))}
    return items


def _dates(filterset: CriteriaFilterSet) -> list[str]:
    """Return the filters by date in words: “2020”, “2019 to 2021”."""
    first, last = (_one(labels(filterset, name)) for name in ("from", "to"))
    if first and last and first != last:
        period = _("%(first)s to %(last)s") % {"first": first, "last": last}
    elif first and not last:
        period = _("from %(first)s") % {"first": first}
    else:
        period = _("up to %(last)s") % {"last": last} if last and not first else first
    return [*labels(filterset, "year"), *([period] if period else [])]


def _in_a_sentence(text: str) -> str:
    """Return a label with a small first letter, unless it is a name of several words or begins with an abbreviation."""
    words = text.split()
    is_name = len(words) > 1 and all(word[:1].isupper() for word in words)
    if is_name or text[:1].isdigit() or text[1:2].isupper():
        return text
    return text[:1].lower() + text[1:]
