"""A page to enter many quotes from one source, each saved as a draft when it is complete.

Without JavaScript the whole page is one form; with it, quote_entry.js sends one quote at a time. While an editor types
a quote, typing_help.js asks for similar quotes on record and for themes that may fit.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import Fieldset
from django.db import IntegrityError, transaction
from django.forms.models import modelform_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from initiatives.admin.desk import DeskPage, shown
from initiatives.admin.fields import DatedForm, PickOne
from initiatives.admin.forms import typed_text
from initiatives.editorial.checklist import doubts_of
from initiatives.editorial.fitting_themes import fitting_themes
from initiatives.editorial.near_duplicates import near_duplicates
from initiatives.models import Person, Quote, Source
from initiatives.models.choices import Language
from initiatives.models.history import one_version
from initiatives.models.paths import read_key

# The fields that all quotes on a page share, and the fields of each quote.
HEAD: tuple[Any, ...] = ("speaker", "date", "verification")
ROW: tuple[Any, ...] = ("text", "themes", ("locator", "language"), "context")
# The most quotes open on a page at once, and the most entered quotes it lists.
MOST_ROWS, LISTED = 50, 20
RECENT_SPEAKERS = 20


class RecentSelect(PickOne):
    """A pick list of people that offers recent speakers even without JavaScript."""

    recent: Iterable[Person] = ()

    def optgroups(self, name, value, attr=None):
        """Return the chosen person, then recent speakers."""
        groups = super().optgroups(name, value, attr)
        options = groups[0][1]
        known = {str(option["value"]) for option in options}
        for person in self.recent:
            if str(person.pk) not in known:
                options.append(self.create_option(name, person.pk, str(person), False, len(options)))
        return groups


class RowForm(forms.ModelForm):
    """One quote of the page. Its instance already has the values that it shares with the others."""

    def has_changed(self) -> bool:
        """Return whether anything but the language is filled in. New rows start with the language of the last."""
        return any(name != "language" for name in self.changed_data)

    def save_draft(self, log) -> bool:
        """Save and log the quote as one version. Return False, with an error, if someone has entered it since."""
        try:
            with transaction.atomic(), one_version(self.instance):
                self.save()
                log(self.instance)
        except IntegrityError:
            self.add_error("text", _("This quote is already on record from the same source."))
            return False
        return True


def watched(attrs: dict, key: int | None = None) -> dict:
    """Add to a text field's attributes those that make typing_help.js watch it. `key` is the quote's, if it has one."""
    return {
        **attrs,
        "data-near-duplicates": reverse("admin:initiatives_quote_near_duplicates"),
        "data-fitting-themes": reverse("admin:initiatives_quote_fitting_themes"),
        "data-but": key or "",
    }


def near_duplicates_page(_desk: Any, request: HttpRequest, _item: None) -> HttpResponse:
    """Return quotes similar to a text as an HTML fragment; empty if there are none."""
    return render(request, "admin/initiatives/_near_duplicates.html", {"twins": near_duplicates(*_typed(request))})


def fitting_themes_page(_desk: Any, request: HttpRequest, _item: None) -> HttpResponse:
    """Return buttons for themes that may fit a text as an HTML fragment; empty if there are none."""
    return render(request, "admin/initiatives/_fitting_themes.html", {"themes": fitting_themes(*_typed(request))})


def _typed(request: HttpRequest) -> tuple[str, str, int | None]:
    """Return the submitted text, its language, and the key of its quote, if it has one."""
    language = request.POST.get("language", "")
    if language not in Language.values:
        language = Language.ENGLISH
    return request.POST.get("text", ""), language, read_key(request.POST.get("but", ""))


TYPING_PAGES = (
    DeskPage("near_duplicates", "near-duplicates/", "view", near_duplicates_page, only_post=True),
    DeskPage("fitting_themes", "fitting-themes/", "add_or_change", fitting_themes_page, only_post=True),
)


def entry_link(desk: Any, request: HttpRequest, source: Any) -> dict[str, Any]:
    """Link to the page, for users who may add quotes."""
    return {"entry_url": desk.address("quotes", source.pk)} if desk.has_entry_permission(request, source) else {}


def enter_quotes(desk: Any, request: HttpRequest, source: Source) -> HttpResponse:
    """Show the page. Save complete quotes as drafts, and show the others again with their errors."""
    page = _Page(desk.admin_site.get_model_admin(Quote), request, source)
    if request.method != "POST":
        return _shown(desk, request, page)
    if "one" in request.POST:
        return _saved_one(request, page)
    if "_add" in request.POST:
        page.rows.append(page.new_row(page.next_number))
        return _shown(desk, request, page, with_errors=False)
    count = page.save()
    if count:
        said = ngettext("Saved %(count)d quote as a draft.", "Saved %(count)d quotes as drafts.", count)
        messages.success(request, said % {"count": count})
    if not page.rows and not page.head.is_valid():
        page.rows.append(page.new_row("0"))
    if page.rows:
        return _shown(desk, request, page)
    if not count:
        messages.warning(request, _("Nothing to save. Enter at least one quote."))
    return HttpResponseRedirect(request.get_full_path())


ENTRY = DeskPage("quotes", "<path:object_id>/quotes/", "entry", enter_quotes, leads_back=True)


def _saved_one(request: HttpRequest, page: "_Page") -> HttpResponse:
    """Answer the page's script: 201 with the line of the saved quote, or 200 with the forms to correct."""
    page.rows = rows = page.rows[:1]
    if page.save():
        line = _Line(rows[0].instance)
        return render(request, "admin/initiatives/_quote_entry_line.html", {"line": line}, status=201)
    return render(request, "admin/initiatives/_quote_entry_parts.html", page.context())


def _shown(desk: Any, request: HttpRequest, page: "_Page", *, with_errors: bool = True) -> HttpResponse:
    source = page.source
    entered = Quote.objects.filter(source=source)
    context = {
        **page.context(with_errors=with_errors),
        **typed_text(request),
        "title": _("Add quotes"),
        "subtitle": str(source),
        "source": source,
        "media": page.quotes.media + page.media,
        "blank": page.shown_row(page.new_row("__prefix__")),
        "lines": [_Line(quote) for quote in entered.select_related("speaker").order_by("-pk")[:LISTED]],
        "entered": entered.count(),
        "login_url": f"{reverse('admin:login')}?next={request.path}",
        "add_permission": True,
    }
    return shown(desk, request, "quote_entry", context)


class _Line:
    def __init__(self, quote: Quote):
        self.quote = quote
        self.time = timezone.localtime(quote.created_at)
        self.warnings = [text for _field, text in doubts_of(quote)]
        self.is_of_today = self.time.date() == timezone.localdate()


class _Page:
    """The forms of the page: `head` with the shared fields, and `rows`, one for each quote."""

    def __init__(self, quotes, request: HttpRequest, source: Source):
        self.quotes, self.request, self.source = quotes, request, source
        data = request.POST if request.method == "POST" else None
        latest = Quote.objects.filter(source=source).select_related("speaker").order_by("-pk").first()
        self.language = latest.language if latest else source.language or Quote._meta.get_field("language").default
        self.head = self._form_class(HEAD, DatedForm)(
            data, instance=Quote(source=source), initial=self._initial(latest), use_required_attribute=False
        )
        self._row_class = self._form_class(ROW, RowForm)
        if data is None:
            numbers = ["0"]
        else:
            numbers = [number for number in data.getlist("row") if number.isascii() and number.isdecimal()]
        self.rows = [self.new_row(number, data) for number in dict.fromkeys(numbers[:MOST_ROWS])]
        if data is not None and self.rows:
            # A new row starts with the language of the last.
            self.language = self.rows[-1]["language"].value() or self.language

    def _initial(self, latest: Quote | None) -> dict:
        """Return the initial values of the shared fields, from the previous quote or the source.

        The speaker is filled in only if all quotes from the source so far are by one person.
        """
        dated = latest if latest and latest.date else self.source
        initial: dict[str, Any] = {"date": dated.iso_date}
        if latest is not None:
            of_source = Quote.objects.filter(source=self.source).order_by()
            speakers = list(of_source.values_list("speaker", flat=True).distinct()[:2])
            initial |= {"speaker": speakers[0] if len(speakers) == 1 else None, "verification": latest.verification}
        return initial

    def _recent_speakers(self) -> Iterable[Person]:
        """Return the people quoted from this source, then others quoted recently."""
        speakers = Quote.objects.order_by("-pk").values_list("speaker", flat=True)
        here, lately = speakers.filter(source=self.source)[:RECENT_SPEAKERS], speakers[: RECENT_SPEAKERS * 5]
        keys = list(dict.fromkeys([*here, *lately]))[:RECENT_SPEAKERS]
        people = Person.objects.in_bulk(keys)
        return [people[key] for key in keys if key in people]

    def _form_class(self, fields: tuple, base: type[forms.ModelForm]) -> type:
        names = [name for line in fields for name in ([line] if isinstance(line, str) else line)]
        return modelform_factory(Quote, base, fields=names, formfield_callback=self._form_field)

    def _form_field(self, db_field, **kwargs):
        """Return a field as in the quote form, with pick lists that work without JavaScript."""
        if db_field.name == "speaker":
            kwargs["widget"] = RecentSelect(db_field, self.quotes.admin_site)
            kwargs["widget"].recent = self._recent_speakers()
        if db_field.name == "themes":
            kwargs["widget"] = forms.SelectMultiple(attrs={"class": "entry-themes", "size": 6})
        field = self.quotes.formfield_for_dbfield(db_field, self.request, **kwargs)
        if db_field.name == "text":
            field.widget.attrs = watched({**field.widget.attrs, "rows": 4})
        if db_field.name == "context":
            field.widget.attrs["rows"] = 2
        return field

    def new_row(self, number: str, data=None) -> RowForm:
        return self._row_class(
            data,
            prefix=f"quotes-{number}",
            instance=Quote(source=self.source),
            initial={"language": self.language},
            empty_permitted=True,
            use_required_attribute=False,
        )

    @property
    def next_number(self) -> str:
        return str(max((int(str(row.prefix).removeprefix("quotes-")) for row in self.rows), default=-1) + 1)

    @property
    def media(self) -> forms.Media:
        return self.head.media + forms.Media(js=["admin_site/quote_entry.js"])

    def save(self) -> int:
        """Save every complete quote and return how many. `rows` keeps those to correct."""
        typed = [row for row in self.rows if row.has_changed()]
        if not self.head.is_valid():
            self.rows = typed
            return 0
        for row in typed:
            for name, value in self.head.cleaned_data.items():
                setattr(row.instance, name, value)
            row.instance.date_precision = self.head.instance.date_precision
        self.rows = [row for row in typed if not (row.is_valid() and row.save_draft(self._log))]
        return len(typed) - len(self.rows)

    def _log(self, quote: Quote) -> None:
        self.quotes.log_addition(self.request, quote, [{"added": {}}])

    def context(self, *, with_errors: bool = True) -> dict:
        if not with_errors:
            for form in (self.head, *self.rows):
                form._errors = forms.utils.ErrorDict()
        return {
            "head": self.head,
            "head_lines": Fieldset(self.head, fields=HEAD, model_admin=self.quotes),
            "rows": [self.shown_row(row) for row in self.rows],
            "has_errors": bool(self.head.errors or any(row.errors for row in self.rows)),
        }

    def shown_row(self, row: RowForm) -> dict:
        number = str(row.prefix).removeprefix("quotes-")
        return {"number": number, "form": row, "lines": Fieldset(row, fields=ROW, model_admin=self.quotes)}
