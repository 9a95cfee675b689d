"""Forms and formsets of the desk: what the models cannot say of one item alone."""

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F
from django.forms.models import BaseInlineFormSet
from django.utils.translation import gettext as _

from initiatives.admin.mixins.autocomplete import PickListFormSet
from initiatives.models import OldSlug, Principle


def check_slug(kind: str, slug: str, pk: int | None) -> None:
    """Raise ValidationError if a slug is the redirect of another item than that of a key."""
    if OldSlug.objects.filter(kind=kind, slug=slug).exclude(object_id=pk or 0).exists():
        raise ValidationError(
            _("This was the address of another item and leads there now. Choose another, or delete the redirect.")
        )


class PublishableForm(forms.ModelForm):
    """A form of an item with an address: no item takes over an address that leads to another."""

    def clean_slug(self) -> str:
        """Refuse a slug that is another item's redirect: saving would cut that off for readers."""
        slug = self.cleaned_data["slug"]
        check_slug(self._meta.model._meta.model_name, slug, self.instance.pk)
        return slug


class TranslationFormSet(BaseInlineFormSet):
    """Translations of a quote, also of one that is only being added."""

    def clean(self) -> None:
        """Refuse, beside the field, a translation into the language of the quote itself."""
        super().clean()
        for form in self.forms:
            language = form.cleaned_data.get("language") if hasattr(form, "cleaned_data") else None
            if language and language == self.instance.language and not _is_deleted(self, form):
                message = _("The quote itself is in this language.")
                if message not in form.errors.get("language", []):
                    form.add_error("language", message)


def _is_deleted(formset: BaseInlineFormSet, form: forms.ModelForm) -> bool:
    return formset._should_delete_form(form)  # type: ignore[attr-defined]  # not in the stubs


class PrincipleForm(forms.ModelForm):
    """A principle whose number is checked against the others' by PrincipleFormSet, not against the database's."""

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"number"}  # type: ignore[misc]  # not in the stubs


class PrincipleFormSet(PickListFormSet):
    """The principles of a set in any new order: typed numbers are checked as a whole, then saved as a whole."""

    def clean(self) -> None:
        """Say beside the field which number is double or leaves a hole; settle the order if all is well.

        Numbers run from 1; an empty one means "at the end". The numbers of principles that are deleted may be
        left free: those behind move up.
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
            # A browser may be made to send another set's principle as one of this set's: that is none of them.
            elif form.instance.pk or (form.has_changed() and form not in self.initial_forms):
                number = self._number(form)
                if number is None:
                    last.append(form)
                else:
                    kept.append((number, form))
        known: dict[int, forms.ModelForm] = {}
        limit = len(kept) + len(last) + len(freed)
        for number, form in kept:
            if number in known:
                form.add_error("number", _("Number %(number)d stands twice.") % {"number": number})
            elif not 1 <= number <= limit:
                form.add_error("number", _("Numbers run from 1 to %(last)d.") % {"last": limit - len(freed)})
            known[number] = form
        if any("number" in form.errors for _number, form in kept):
            return
        for place, number in enumerate(sorted(known.keys() | freed), start=1):
            if number != place:
                form = known.get(number) or next(iter(known.values()))
                form.add_error("number", _("There is no number %(number)d before it.") % {"number": place})
                return
        self.ordered = [known[number] for number in sorted(known)] + last

    @staticmethod
    def _number(form: forms.ModelForm) -> int | None:
        return form.cleaned_data.get("number") if hasattr(form, "cleaned_data") else None

    def save_existing(self, form, obj, commit=True):
        """Save all but the number, which stays as the database has it until `save` puts them in order."""
        if commit:
            obj.number = Principle.objects.values_list("number", flat=True).get(pk=obj.pk)
        return super().save_existing(form, obj, commit)

    def save_new(self, form, commit=True):
        """Save at the end, until `save` puts them in order."""
        if commit:
            form.instance.number = None
        return super().save_new(form, commit)

    def save(self, commit=True):
        """Save every principle, then give all their numbers in two steps: free the numbers first, then set them."""
        saved = super().save(commit)
        if commit:
            principles = Principle.objects.filter(set=self.instance)
            stored = dict(principles.values_list("pk", "number"))
            order = [form.instance.pk for form in self.ordered]
            # Then what somebody else added in the meantime.
            order += sorted(stored.keys() - set(order), key=stored.__getitem__)
            wanted = {pk: number for number, pk in enumerate(order, start=1)}
            if any(stored.get(pk) != number for pk, number in wanted.items()):
                principles.update(number=F("number") + max(stored.values()))
                for pk, number in wanted.items():
                    principles.filter(pk=pk).update(number=number)
            for form in self.ordered:
                form.instance.number = wanted[form.instance.pk]
        return saved
