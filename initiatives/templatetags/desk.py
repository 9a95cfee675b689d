"""What the templates of the editors' desk ask for."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django import forms, template
from django.core.exceptions import NON_FIELD_ERRORS
from django.utils.text import capfirst

from initiatives.editorial.dashboard import DashboardBlock, blocks_for

register = template.Library()


@register.simple_tag(takes_context=True)
def work(context) -> list[DashboardBlock]:
    """Return what there is to do, as far as the user may see it."""
    return blocks_for(context["user"])


@register.filter
def without_parts(blocks: list[DashboardBlock]) -> list[DashboardBlock]:
    """Return the blocks in which there is nothing."""
    return [block for block in blocks if not block.parts]


class ErrorLink(NamedTuple):
    """An error of a form: the name of its field, what is wrong, and where on the page the field is."""

    label: str
    text: str
    place: str


@register.simple_tag
def error_links(*forms_of_page: forms.BaseForm) -> list[ErrorLink]:
    """Return the errors of the fields of some forms, in their order."""
    return [link for form in forms_of_page for link in _errors_of(form)]


@register.simple_tag
def error_links_of_parts(formsets: Iterable[Any]) -> list[ErrorLink]:
    """Return the errors of parts (the admin's inline formsets), each with the kind and number of its part."""
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
