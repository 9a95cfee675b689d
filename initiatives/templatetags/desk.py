"""Template tags for the editors' desk."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms, template
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models.options import Options
from django.utils.text import capfirst
from django.utils.translation import ngettext, override

from initiatives.editorial.dashboard import DashboardBlock, blocks_for

register = template.Library()


@register.simple_tag(takes_context=True)
def work(context) -> list[DashboardBlock]:
    """Return the pending work that the user may see."""
    return blocks_for(context["user"])


@register.filter
def without_parts(blocks: list[DashboardBlock]) -> list[DashboardBlock]:
    """Return the empty blocks."""
    return [block for block in blocks if not block.parts]


@register.filter
def named_after(opts: Options, count: int) -> str:
    """Return the form of a model's name that follows a number, such as “цитаты” after 2 and “цитат” after 5."""
    with override(None):
        one, many = str(opts.verbose_name), str(opts.verbose_name_plural)
    return ngettext(one, many, count)


class ErrorLink(NamedTuple):
    """An error in a form: the name of its field, the message, and the field's place on the page."""

    label: str
    text: str
    place: str


@register.simple_tag
def error_links(*forms_of_page: forms.BaseForm) -> list[ErrorLink]:
    """Return the errors in the fields of these forms, in order."""
    return [link for form in forms_of_page for link in _errors_of(form)]


@register.simple_tag
def error_links_of_parts(formsets: Iterable[Any]) -> list[ErrorLink]:
    """Return the errors in parts (the admin's inline formsets), each with the kind and number of its part."""
    return [
        link
        for formset in formsets
        for number, form in enumerate(formset.formset.forms, start=1)
        for link in _errors_of(form, f"{capfirst(formset.opts.verbose_name)} {number}: ")
    ]


def _errors_of(form: forms.BaseForm, part: str = "") -> Iterable[ErrorLink]:
    for name, errors in form.errors.items():
        if name != NON_FIELD_ERRORS:
            place = form[name].id_for_label or form[name].auto_id
            yield ErrorLink(f"{part}{capfirst(form[name].label)}", " ".join(map(str, errors)), f"#{place}")
