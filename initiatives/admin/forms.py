"""Forms and formsets of the desk, with checks that need more than one item, and the text kept in the browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F
from django.forms.models import BaseInlineFormSet, construct_instance
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.site import TYPED
from initiatives.admin.fields import DatedForm, PickListFormSet
from initiatives.editorial.copies.levels import judge
from initiatives.models import OldSlug, Principle
from initiatives.models.history import LONGEST_REASON, MAX_REASON, because
from initiatives.text.slugs import slug_of


def check_slug(kind: str, slug: str, pk: int | None) -> None:
    """Raise ValidationError if a slug redirects to an item other than the one with this key."""
    if OldSlug.objects.filter(kind=kind, slug=slug).exclude(object_id=pk or 0).exists():
        raise ValidationError(
            _(
                "This is an old address of another item and redirects to it. Choose another slug, or delete the "
                "redirect."
            )
        )


# The field for the reason that readers see.
REASON = "change_reason"


class ReasonField(forms.CharField):
    """The reason for a change. It is not part of the item, so filling it in alone does not count as a change."""

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class PublishableForm(DatedForm):
    """A form of an item with a page of its own: makes and checks its slug, and asks for a reason to hide it."""

    change_reason = ReasonField(
        label=gettext_lazy("Reason for the change"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy(
            "Readers see it beside the change at “Corrections” and, if this is withdrawn, at its address."
        ),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def clean(self) -> dict[str, Any] | None:
        """Ask for a reason if readers will no longer see the item, or a part of it."""
        cleaned = super().clean()
        if not self.cleaned_data.get(REASON) and REASON not in self.errors and self._hides():
            text = _("Readers see this now and will no longer see it, or a part of it. Say why.")
            self.add_error(REASON, text)
        return cleaned

    def _hides(self) -> bool:
        if self.instance.pk is None or not self.instance.is_public:
            return False
        # Django writes the values into the item itself only later.
        after = construct_instance(self, copy(self.instance), self._meta.fields, self._meta.exclude)
        after.published_at = after.published_at or timezone.now()
        return not after.is_public or any(name.endswith("-DELETE") and value for name, value in self.data.items())

    def clean_slug(self) -> str:
        """Make a slug from the title if it is empty. Refuse one that redirects to another item: links would break."""
        title = self.cleaned_data.get("title") or self.cleaned_data.get("name") or ""
        slug = self.cleaned_data["slug"] or slug_of(title)
        if title and not slug:
            raise ValidationError(_("Enter a slug: none can be made of the title."))
        check_slug(self._meta.model._meta.model_name, slug, self.instance.pk)
        return slug


class QuoteForm(PublishableForm):
    """A quote, whose comparison with the copies of its source may refuse a mark or ask for a reason."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # not in the stubs
        if self.errors:
            return
        (judged,) = judge([self.instance])
        if judged.refusal:
            self.add_error("verification" if "verification" in self.fields else None, judged.refusal)
        elif judged.needs_reason and not 0 < len(self.cleaned_data.get(REASON, "")) <= MAX_REASON:
            text = _(
                "The words are not in the copy of the source. Say why they are right, in at most %(most)d characters, "
                "or correct them."
            )
            self.add_error(REASON, text % {"most": MAX_REASON})


class ReasonForm(forms.Form):
    """Asks why readers will no longer see something, before it is hidden."""

    change_reason = ReasonField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 70}),
        help_text=gettext_lazy("Readers see this now. The reason stays at “Corrections” and at its address."),
    )


class UnfoundForm(ReasonForm):
    """Asks why words are right that are not in the copy of their source, before they are published."""

    change_reason = ReasonField(
        label=gettext_lazy("Reason"),
        max_length=MAX_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "cols": 70}),
        help_text=gettext_lazy(
            "The words of a quote are not in the copy of its source. Say why they are right. The reason stays in its "
            "history."
        ),
    )


@contextmanager
def with_reason(
    request: HttpRequest, *, hides: bool, initial: str = "", form_class: type[ReasonForm] = ReasonForm
) -> Iterator[ReasonForm | None]:
    """Give changes in this context the submitted reason. Yields the form to ask for it; None if none is needed."""
    sent = request.POST if REASON in request.POST else None
    form = form_class(sent, initial={REASON: initial}) if hides else None
    with because(form.cleaned_data[REASON] if form is not None and form.is_valid() else ""):
        yield form


class TranslationFormSet(BaseInlineFormSet):
    """Translations of a quote, which may be new."""

    def clean(self) -> None:
        """Refuse, beside the field, a translation into the quote's own language."""
        super().clean()
        for form in self.forms:
            language = form.cleaned_data.get("language") if hasattr(form, "cleaned_data") else None
            if language and language == self.instance.language and not _is_deleted(self, form):
                message = _("The quote itself is in this language. Choose another.")
                if message not in form.errors.get("language", []):
                    form.add_error("language", message)


def _is_deleted(formset: BaseInlineFormSet, form: forms.ModelForm) -> bool:
    return formset._should_delete_form(form)  # type: ignore[attr-defined]  # not in the stubs


class PrincipleForm(forms.ModelForm):
    """A principle. PrincipleFormSet checks its number against the others in the form, not in the database."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"number"}  # type: ignore[misc]  # not in the stubs


class PrincipleFormSet(PickListFormSet):
    """The principles of a set, in any order: checks their numbers together, then saves them together."""

    def clean(self) -> None:
        """Refuse, beside the field, numbers that are repeated or leave a gap. If there are none, set the order.

        Numbers start at 1; an empty one means "at the end". Numbers of deleted principles may be left unused:
        later principles move up.
        """
        super().clean()
        self.ordered: list[forms.ModelForm] = []
        if any("number" in form.errors for form in self.forms):
            return
        kept: list[tuple[int, forms.ModelForm]] = []
        last, freed = [], set()
        for form in self.forms:
            if _is_deleted(self, form):
                if form.instance.pk:
                    freed.add(form.initial["number"])
            # A forged request may send a principle of another set: leave it out.
            elif form.instance.pk or (form.has_changed() and form not in self.initial_forms):
                number = form.cleaned_data.get("number") if hasattr(form, "cleaned_data") else None
                if number is None:
                    last.append(form)
                else:
                    kept.append((number, form))
        known: dict[int, forms.ModelForm] = {}
        limit = len(kept) + len(last) + len(freed)
        for number, form in kept:
            if number in known:
                form.add_error("number", _("Number %(number)d is used twice.") % {"number": number})
            elif not 1 <= number <= limit:
                form.add_error("number", _("Use numbers from 1 to %(last)d.") % {"last": limit - len(freed)})
            known[number] = form
        if any("number" in form.errors for _number, form in kept):
            return
        for place, number in enumerate(sorted(known.keys() | freed), start=1):
            if number != place:
                form = known.get(number) or next(iter(known.values()))
                form.add_error("number", _("Number %(number)d is missing before it.") % {"number": place})
                return
        self.ordered = [known[number] for number in sorted(known)] + last

    def save_existing(self, form, obj, commit=True):
        """Save everything but the number, which does not change until `save` sets the order."""
        if commit:
            obj.number = Principle.objects.values_list("number", flat=True).get(pk=obj.pk)
        return super().save_existing(form, obj, commit)

    def save_new(self, form, commit=True):
        """Save at the end until `save` sets the order."""
        if commit:
            form.instance.number = None
        return super().save_new(form, commit)

    def save(self, commit=True):
        """Save every principle, then set all numbers in two steps: free them first, then assign them."""
        saved = super().save(commit)
        if commit:
            principles = Principle.objects.filter(set=self.instance)
            stored = dict(principles.values_list("pk", "number"))
            order = [form.instance.pk for form in self.ordered]
            # Then any that another editor has added in the meantime.
            order += sorted(stored.keys() - set(order), key=stored.__getitem__)
            wanted = {pk: number for number, pk in enumerate(order, start=1)}
            if any(stored.get(pk) != number for pk, number in wanted.items()):
                principles.update(number=F("number") + max(stored.values()))
                for pk, number in wanted.items():
                    principles.filter(pk=pk).update(number=number)
            for form in self.ordered:
                form.instance.number = wanted[form.instance.pk]
        return saved


# typed_text.js keeps the text of a form in the browser until it is saved: each form names its text in a hidden field,
# and the response to a form that was saved names it in this cookie.
SAVED_COOKIE = "typed_saved"


def typed_text(request: HttpRequest) -> dict[str, Any]:
    """Return the context for a form whose text is kept: the text's name, if sent, and whether it is not saved yet."""
    return {"typed_name": _typed_name(request), "is_unsaved": TYPED in request.POST}


def mark_saved(request: HttpRequest, response: HttpResponseBase) -> Any:
    """Add to the response to a saved form the cookie that tells the script."""
    if name := _typed_name(request):
        path, secure = settings.SESSION_COOKIE_PATH, settings.SESSION_COOKIE_SECURE
        response.set_cookie(SAVED_COOKIE, name, path=path, secure=secure, samesite="Lax")
    return response


def _typed_name(request: HttpRequest) -> str:
    name = request.POST.get(TYPED, "")
    return name if re.fullmatch(r"[0-9]+-[0-9]+", name) else ""
