"""The page on which an editor reads a copy of a source and marks the passages to quote.

Each passage becomes a draft, whose words the server takes out of the copy (see editorial.copies.reading). Without
JavaScript, paragraphs are ticked; with it, reading.js sends places. Answers to the script are <template> elements that
say what to replace.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.forms.models import modelform_factory
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from initiatives.accounts.users import user_of
from initiatives.admin.copies import BringForm
from initiatives.admin.desk import DeskPage, shown
from initiatives.admin.fields import DatedForm, PickOne
from initiatives.admin.locking import newest_versions
from initiatives.admin.reviewing import review_links
from initiatives.editorial.checklist import doubts_of
from initiatives.editorial.copies.reading import Reading, Refused, save, save_translation
from initiatives.editorial.deleting import delete, plan_discard
from initiatives.editorial.fitting_themes import fitting_themes
from initiatives.editorial.near_duplicates import Twin, near_duplicates
from initiatives.models import Person, Quote, QuoteTranslation, Source, Theme
from initiatives.models.choices import State
from initiatives.models.history import one_version
from initiatives.models.paths import read_key
from initiatives.text.passages import Span, place_in

# The most quotes listed beside the text, and recent speakers offered.
LISTED, RECENT_SPEAKERS = 100, 20
# In the session: the keys of the drafts and translations made on these pages, which can be undone.
MADE, MOST_MADE = "read", 200
# Before the key of a translation there.
TRANSLATION = "t"


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


def read_link(desk: Any, request: HttpRequest, source: Any) -> dict[str, Any]:
    """Link to the page, for users who may add quotes."""
    return {"read_url": desk.address("read", source.pk)} if desk.has_entry_permission(request, source) else {}


def read(desk: Any, request: HttpRequest, source: Source) -> HttpResponse:
    """Show the newest copy, or the chosen one. Quote passages, change or undo drafts."""
    page = _Page(desk.admin_site.get_model_admin(Quote), request, source)
    if request.method != "POST":
        return _shown(desk, request, page)
    does: dict[str, Callable[[], str]] = {"undo": page.undo, "change": page.change}
    marks = page.translate if page.reading.other else page.quote
    try:
        said = does.get(request.POST.get("do", "").partition("-")[0], marks)()
    except Refused as refused:
        page.refused = refused
        if "one" in request.POST:
            return render(request, "admin/initiatives/_reading_answer.html", page.answer())
        return _shown(desk, request, page)
    if "one" in request.POST:
        return render(request, "admin/initiatives/_reading_answer.html", {**page.answer(), "said": said}, status=201)
    messages.success(request, said)
    at = f"#p{page.touched[0] + 1}" if page.touched else ""
    return HttpResponseRedirect(request.get_full_path() + at)


READ = DeskPage("read", "<path:object_id>/read/", "entry", read, is_atomic=True, leads_back=True)


def _shown(desk: Any, request: HttpRequest, page: "_Page") -> HttpResponse:
    reading, source = page.reading, page.source
    parts = reading.parts
    part = min(max(read_key(request.GET.get("part", "")) or 1, 1), len(parts))
    quotes = Quote.objects.filter(source=source)
    listed = (
        quotes.select_related("speaker", "found")
        .prefetch_related("themes", "initiatives", "translations")
        .order_by("-pk")[:LISTED]
    )
    context = {
        "title": _("Read and quote"),
        "subtitle": str(source),
        "item": source,
        "page": page,
        "reading": reading,
        "paragraphs": reading.shown(parts[part - 1]),
        "part": part,
        "parts": range(1, len(parts) + 1),
        "lines": page.lines(list(listed)),
        "quoted": quotes.count(),
        "media": page.quotes.media + page.head.media,
        "kept": request.POST,
        "ticked": {read_key(number) for number in request.POST.getlist("paragraph")},
        "login_url": f"{reverse('admin:login')}?next={request.path}",
        "add_permission": True,
        "bring_url": desk.address("bring", source.pk) if desk.has_bring_permission(request, source) else "",
        "forms": [BringForm()],
        **review_links(desk, request, source),
    }
    return shown(desk, request, "reading", context)


class _Line:
    """A quote in the list beside the text."""

    def __init__(self, quote: Quote, version: str, made: list, *, can_change: bool):
        self.quote, self.version = quote, version
        self.can_undo = can_change and quote.pk in made and quote.state == State.DRAFT
        self.translations = [(one, can_change and f"{TRANSLATION}{one.pk}" in made) for one in quote.translations.all()]
        self.can_change = can_change
        self.themes = list(quote.themes.all())
        self.offered: list[Theme] = []
        self.warnings = [text for _field, text in doubts_of(quote)]
        self.twins: list[Twin] = []
        self.level = str(quote.comparison or "")


class _Page:
    """The copy that is read, the speaker and date for the quotes that follow, and what a request did."""

    def __init__(self, quotes: Any, request: HttpRequest, source: Source):
        self.quotes, self.request, self.source = quotes, request, source
        data = request.POST if request.method == "POST" and "do" in request.POST else None
        sent, beside = ((data or request.GET).get(name, "") for name in ("text", "beside"))
        self.reading = Reading(source, read_key(sent) or 0 if sent else None, read_key(beside))
        of_head = data if data and data["do"] == "quote" else None
        how: dict[str, Any] = {"use_required_attribute": False, "auto_id": "id_%s"}
        self.head: Any
        if self.reading.other:
            latest = QuoteTranslation.objects.filter(quote__source=source, language=self.reading.language)
            how["initial"] = latest.order_by("-pk").values("provenance", "translator").first()
            self.head = modelform_factory(QuoteTranslation, fields=["provenance", "translator"])(of_head, **how)
        else:
            form = modelform_factory(Quote, DatedForm, fields=["speaker", "date"], formfield_callback=self._form_field)
            self.head = form(of_head, instance=Quote(source=source), initial=self._initial(), **how)
            self.head.fields["speaker"].required = False
        self.guesses = "guess" in data if data else True
        # What the answer shows: paragraphs, by their indexes; the line of a quote; the key of one that is gone.
        self.touched: list[int] = []
        self.line: _Line | None = None
        self.is_new = False
        self.gone: int | None = None
        self.refused: Refused | None = None

    def _initial(self) -> dict[str, Any]:
        """Return the date of the latest quote or the source, and the last speaker here or the source's only one."""
        latest = Quote.objects.filter(source=self.source).select_related("speaker").order_by("-pk").first()
        dated = latest if latest and latest.date else self.source
        if latest and latest.pk in self.request.session.get(MADE, []):
            return {"date": dated.iso_date, "speaker": latest.speaker_id}
        of_source = Quote.objects.filter(source=self.source).order_by()
        speakers = list(of_source.values_list("speaker", flat=True).distinct()[:2])
        return {"date": dated.iso_date, "speaker": speakers[0] if len(speakers) == 1 else None}

    def _form_field(self, db_field, **kwargs):
        """Return a field as in the quote form, with a pick list that works without JavaScript."""
        if db_field.name == "speaker":
            kwargs["widget"] = RecentSelect(db_field, self.quotes.admin_site)
            kwargs["widget"].recent = self._recent_speakers()
        return self.quotes.formfield_for_dbfield(db_field, self.request, **kwargs)

    def _recent_speakers(self) -> Iterable[Person]:
        """Return the people quoted from this source, then others quoted recently."""
        speakers = Quote.objects.order_by("-pk").values_list("speaker", flat=True)
        here, lately = speakers.filter(source=self.source)[:RECENT_SPEAKERS], speakers[: RECENT_SPEAKERS * 5]
        keys = list(dict.fromkeys([*here, *lately]))[:RECENT_SPEAKERS]
        people = Person.objects.in_bulk(keys)
        return [people[key] for key in keys if key in people]

    def lines(self, quotes: list[Quote]) -> list[_Line]:
        """Return quotes as lines of the list, in a fixed number of queries."""
        versions = newest_versions(self.quotes, [quote.pk for quote in quotes])
        made = self.request.session.get(MADE, [])
        may_change = self.quotes.has_change_permission(self.request)
        return [
            _Line(
                quote,
                "-".join(map(str, versions[quote.pk])),
                made,
                can_change=may_change and quote.state in (State.DRAFT, State.IN_REVIEW),
            )
            for quote in quotes
        ]

    def answer(self) -> dict[str, Any]:
        """Return the context of an answer to the script."""
        return {
            "page": self,
            "reading": self.reading,
            "paragraphs": self.reading.shown(self.touched),
            "line": self.line,
            "total": Quote.objects.filter(source=self.source).count(),
        }

    # What a request does. Each returns a message, or raises Refused.

    def _spans(self) -> list[Span]:
        """Return the passages that were selected, typed or ticked."""
        post, reading = self.request.POST, self.reading
        if reading.row is None or not reading.is_known:
            raise Refused(_("This copy is no longer kept. Reload the page."))
        if post.get("pieces"):
            wanted = _spans(post["pieces"])
        elif "by" in post:
            wanted = reading.between(post.get("first", ""), post.get("last", ""))
        else:
            wanted = reading.of_paragraphs(filter(None, map(read_key, post.getlist("paragraph"))))
        spans = reading.spans(wanted)
        if not self.head.is_valid():
            errors = self.head.errors
            raise Refused(" ".join(str(error) for listed in errors.values() for error in listed))
        return spans

    def translate(self) -> str:
        """Save the passages as the translation of the quote that is marked beside them."""
        reading, spans = self.reading, self._spans()
        quote = reading.translated(spans)
        if quote.state not in (State.DRAFT, State.IN_REVIEW) or not self._may_change(quote):
            raise Refused(_("You cannot change this quote here. Open its own form to add the translation."), quote)
        translation = self.head.save(commit=False)
        translation.quote, translation.language, translation.text = quote, reading.language, reading.words(spans)
        save_translation(translation, lambda made: self._log(quote, "added", made))
        self._made(f"{TRANSLATION}{translation.pk}")
        # Its line moves to the top.
        self.gone, self.is_new = quote.pk, True
        (self.line,) = self.lines([quote])
        self._touch(spans)
        return _("Saved as a translation: “%(quote)s”") % {"quote": quote}

    def quote(self) -> str:
        """Save the passages as a draft."""
        reading, spans = self.reading, self._spans()
        label, speaker = reading.speaker_at(spans[0][0]) if self.guesses else ("", None)
        is_unknown = bool(label) and speaker is None
        speaker = speaker or self.head.cleaned_data["speaker"]
        if speaker is None:
            raise Refused(_("Choose the speaker of the quotes that follow."))
        quote = reading.draft(spans, speaker, self.head.instance)
        named = [item for start, end in spans for _s, _e, item in reading.names_in(reading.text[start:end])]
        twins, offered = near_duplicates(quote.text, quote.language), fitting_themes(quote.text, quote.language)
        save(quote, dict.fromkeys(named), lambda made: self.quotes.log_addition(self.request, made, [{"added": {}}]))
        self._made(quote.pk)
        self.is_new = True
        (line,) = self.lines([quote])
        line.twins = twins
        line.offered = [theme for theme in offered if theme not in line.themes]
        if is_unknown:
            said = _("“%(label)s:” is above these words, and no person on record has this name. Check the speaker.")
            line.warnings.append(said % {"label": label})
        self.line = line
        self._touch(spans)
        return _("Saved as a draft: “%(quote)s”") % {"quote": quote}

    def change(self) -> str:
        """Change the themes and initiatives of a draft, unless it was changed since the page showed it."""
        quote = self._draft()
        post, names = self.request.POST, self.reading.names
        themes, initiatives = (
            _chosen(items, post.getlist(field), post.get(f"new_{field}", ""))
            for items, field in ((names.themes, "theme"), (names.initiatives, "initiative"))
        )
        with one_version(quote):
            quote.themes.set(themes)
            quote.initiatives.set(initiatives)
            self.quotes.log_change(self.request, quote, [{"changed": {"fields": ["themes", "initiatives"]}}])
        (self.line,) = self.lines([quote])
        offered = fitting_themes(quote.text, quote.language, quote.pk)
        self.line.offered = [theme for theme in offered if theme not in self.line.themes]
        return _("Changed: “%(quote)s”") % {"quote": quote}

    def undo(self) -> str:
        """Delete a draft or translation that this user made on this page, unless it was changed since."""
        quote = self._draft()
        if key := read_key(self.request.POST["do"].partition("-")[2]):
            return self._undo_translation(quote, key)
        plan = plan_discard([quote], user_of(self.request))
        if quote.pk not in self.request.session.get(MADE, []) or not plan.discarded:
            raise Refused(" ".join(reason for _item, reason in plan.refused) or _not_undone())
        self._touch([(start, end) for start, end, key in self.reading.marks if key == quote.pk])
        del self.reading.marks
        self.gone = quote.pk
        said = _("Undone: “%(quote)s”") % {"quote": quote}
        self.quotes.log_deletions(self.request, Quote.objects.filter(pk=quote.pk))
        delete([quote], user=user_of(self.request), reason=_("Undone on the page where it was marked."))
        return said

    def _undo_translation(self, quote: Quote, key: int) -> str:
        translation = quote.translations.filter(pk=key).first()
        if translation is None or f"{TRANSLATION}{key}" not in self.request.session.get(MADE, []):
            raise Refused(_not_undone())
        self._touch([(start, end) for start, end, of in self.reading.marks if of == quote.pk])
        del self.reading.marks
        said = _("Undone: “%(quote)s”") % {"quote": translation}
        self._log(quote, "deleted", translation)
        translation.delete()
        quote.changed_beside()
        (self.line,) = self.lines([quote])
        return said

    def _made(self, key: int | str) -> None:
        self.request.session[MADE] = [*self.request.session.get(MADE, []), key][-MOST_MADE:]

    def _log(self, quote: Quote, what: str, translation: QuoteTranslation) -> None:
        name = str(translation._meta.verbose_name)
        self.quotes.log_change(self.request, quote, [{what: {"name": name, "object": str(translation)}}])

    def _may_change(self, quote: Quote) -> bool:
        return self.quotes.has_change_permission(self.request, quote)

    def _draft(self) -> Quote:
        """Return the quote of a line, locked. Raises Refused if this user may not change it, or if it has changed."""
        key = read_key(self.request.POST.get("quote", ""))
        quote = Quote.objects.select_for_update().filter(pk=key or 0, source=self.source).first()
        if quote is None or not self._may_change(quote):
            raise Refused(_not_undone())
        versions = newest_versions(self.quotes, [quote.pk])[quote.pk]
        if "-".join(map(str, versions)) != self.request.POST.get("version"):
            raise Refused(_("This quote was changed after you opened the page. Open its own form."), quote)
        return quote

    def _touch(self, spans: Iterable[Span]) -> None:
        starts = self.reading.starts
        found = {n for start, end in spans for n in range(place_in(starts, start), place_in(starts, end - 1) + 1)}
        self.touched = sorted(found)


def _not_undone() -> str:
    return _("Only drafts that you made on this page can be undone here. Open the quote’s own form.")


def _spans(sent: str) -> list[Span]:
    """Return the places in what the script sent, "12-40,57-80". Raises Refused for anything else."""
    spans = []
    for piece in sent.split(",")[:100]:
        start, _dash, end = piece.partition("-")
        places = [
            int(place) if place.isascii() and place.isdecimal() and len(place) < 12 else -1 for place in (start, end)
        ]
        if not 0 <= places[0] < places[1]:
            raise Refused(_("There are no words at this place in the text. Reload the page and select them again."))
        spans.append((places[0], places[1]))
    return spans


def _chosen(items: list[Any], keys: list[str], name: str) -> list[Any]:
    """Return the items with these keys, and the one with a name. Raises Refused if there is none with the name."""
    wanted = set(map(read_key, keys))
    chosen = [item for item in items if item.pk in wanted]
    if name.strip():
        added = [
            item
            for item in items
            if name.strip().casefold() in (one.casefold() for one in (str(item), *item.alias_list))
        ]
        if not added:
            raise Refused(
                _("Nothing on record is called “%(name)s”. Choose from the list.") % {"name": name.strip()[:80]}
            )
        chosen.append(added[0])
    return chosen
