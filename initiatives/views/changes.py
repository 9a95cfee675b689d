"""The public log of corrections and status changes, as a page and as a feed."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from initiatives.changes.filters import ChangeFilters
from initiatives.changes.log import LogEntry, changes, entries, first_page
from initiatives.data.feeds import AtomFeed, xml_text
from initiatives.models import Change
from initiatives.models.choices import STATUS_LABELS, Nature
from initiatives.models.paths import read_key
from initiatives.pages.citations import address

# The parameter for older pages: the last change of the previous page.
BEFORE = "before"
IN_FEED = 30


class Changes(TemplateView):
    """A page of the log, newest first. Its address has its starting point, so nothing is counted or skipped."""

    template_name = "changes/changes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the entries of the page, the filter form, and links to newer and older pages."""
        filters = ChangeFilters(self.request.GET, changes())
        shown = filters.qs
        before = self.request.GET.get(BEFORE, "")
        if before:
            shown = shown.before(_change(before))
        page, more = first_page(shown, settings.PAGE_SIZE)
        return super().get_context_data(
            filters=filters,
            item=filters.form.cleaned_data.get("item"),
            chosen=bool(filters.understood),
            entries=entries(page),
            names_editors=settings.CHANGES_NAME_EDITORS,
            newest_url=_url("changes", filters) if before else "",
            older_url=_url("changes", filters, before=page[-1].pk) if more else "",
            feed_url=_url("changes_feed", filters),
            canonical_path=_url("changes", filters, before=before),
            **kwargs,
        )


def _change(written: str) -> Change:
    """Return the public change with this number. Raises Http404 if there is none."""
    change = changes().filter(pk=read_key(written)).first()
    if change is None:
        raise Http404(_("There is no such page of changes."))
    return change


def _url(name: str, filters: ChangeFilters, *, before: int | str = "") -> str:
    query = filters.understood
    if before:
        query[BEFORE] = str(before)
    return f"{reverse(name)}?{query.urlencode()}" if query else reverse(name)


@require_safe
def changes_feed(request: HttpRequest) -> HttpResponse:
    """Return the newest changes, filtered as on the page, as Atom (RFC 4287)."""
    filters = ChangeFilters(request.GET, changes())
    page = address(_url("changes", filters))
    feed = AtomFeed(
        title=_("Corrections and status changes — The Reform Record"),
        link=page,
        feed_url=address(_url("changes_feed", filters)),
        subtitle=_("Changes made to the record after publication."),
    )
    for entry in entries(first_page(filters.qs, IN_FEED)[0]):
        feed.add_item(
            title=xml_text(_title(entry)),
            link=address(f"{reverse('changes')}?item={entry.key}#{entry.anchor}"),
            description="",
            content=render_to_string("changes/_change_in_feed.html", {"entry": entry}),
            unique_id=address(f"{reverse('changes')}#{entry.anchor}"),
            pubdate=entry.change.at,
            updateddate=entry.change.at,
            author_name=entry.editor or None,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _title(entry: LogEntry) -> str:
    if entry.change.nature == Nature.STATUS:
        old, new = (STATUS_LABELS[status] for status in (entry.change.old_status, entry.change.new_status))
        return _("Status: %(item)s (%(old)s → %(new)s)") % {"item": entry.name, "old": old, "new": new}
    if entry.is_withdrawal:
        return _("Withdrawn: %(item)s") % {"item": entry.name}
    return _("Correction: %(item)s (%(what)s)") % {"item": entry.name, "what": "; ".join(entry.labels)}
