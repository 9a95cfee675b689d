"""A source and its quotes handed in together, and reviewed together in their place in the document."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _

from initiatives.admin.actions import VERSIONS, change_once_confirmed
from initiatives.admin.desk import DeskPage
from initiatives.admin.locking import newest_versions
from initiatives.admin.plans import HAND_IN, PUBLISH, UNPUBLISH, BulkAction, named
from initiatives.editorial.checklist import WISHES, for_check
from initiatives.editorial.copies.reading import Paragraph, Reading
from initiatives.models import Quote, Source
from initiatives.models.choices import Compared, State
from initiatives.models.paths import read_key
from initiatives.text.passages import place_in

# The most quotes handed in or reviewed at once: each has three fields, and a form at most a thousand.
MOST = 200
ACCEPT, RETURN, LEAVE = "accept", "return", "leave"


def review_links(desk: Any, request: HttpRequest, source: Source) -> dict[str, Any]:
    """Link to the pages on which quotes of a source are handed in and reviewed, if there are any."""
    counts = {"drafts": Count("pk", Q(state=State.DRAFT)), "waiting": Count("pk", Q(state=State.IN_REVIEW))}
    found = Quote.objects.filter(source=source).aggregate(**counts)
    may_submit = found["drafts"] and desk.has_submit_permission(request, source)
    may_review = found["waiting"] and desk.has_review_permission(request, source)
    return {
        "submit_url": desk.address("submit", source.pk) if may_submit else "",
        "review_url": desk.address("review", source.pk) if may_review else "",
        "draft_count": found["drafts"],
        "waiting_count": found["waiting"],
    }


def submit(desk: Any, request: HttpRequest, source: Source) -> HttpResponse:
    """Ask whether to hand in all drafts of a source's quotes, with the source and its speakers."""
    drafts = Quote.objects.filter(source=source, state=State.DRAFT).order_by("pk")
    return _together(desk, request, source, list(drafts.values_list("pk", flat=True)[:MOST]), HAND_IN)


def _together(desk: Any, request: HttpRequest, source: Source, keys: list[int], change: BulkAction) -> HttpResponse:
    """Return the page that confirms a change of quotes, with what hides them ticked; or make it, and go back."""
    quotes = desk.admin_site.get_model_admin(Quote)
    answer = change_once_confirmed(quotes, request, Quote.objects.filter(pk__in=keys).order_by("pk"), change)
    if answer is None or answer.context_data is None:
        return HttpResponseRedirect(desk.address("change", source.pk))
    answer.context_data["is_together"] = True
    answer.context_data["back_url"] = desk.address("review" if change is PUBLISH else "change", source.pk)
    return answer


@dataclass
class Reviewed:
    """A quote in review: what its draft lacks, and what the publisher decided."""

    quote: Quote
    version: str
    wishes: list[str]
    decision: str = ACCEPT
    note: str = ""
    error: str = ""
    # The text of another copy, in which its words were found.
    elsewhere: int | None = None

    def __post_init__(self) -> None:
        self.found = self.quote.comparison
        self.is_found = self.found is not None and self.found.level != Compared.NOT_FOUND
        if self.found and not self.is_found:
            self.decision = LEAVE


@dataclass
class Passage:
    """A paragraph of the text, with the quotes that begin in it."""

    paragraph: Paragraph
    lines: list[Reviewed] = field(default_factory=list)


def review(desk: Any, request: HttpRequest, source: Source) -> dict[str, Any] | HttpResponse:
    """Show a copy with its quotes in review. Send back those returned, and ask whether to publish those accepted."""
    if VERSIONS in request.POST:
        return _together(desk, request, source, [], PUBLISH)
    quotes = desk.admin_site.get_model_admin(Quote)
    lines = _lines(quotes, source, is_deciding=request.method == "POST")
    if request.method == "POST" and _is_decided(request, lines):
        chosen = {decision: [one.quote for one in lines if one.decision == decision] for decision in (ACCEPT, RETURN)}
        for quote in chosen[RETURN]:
            quotes.log_change(request, quote, [{"changed": {"fields": ["state", "review_note"]}}])
            quote._change_reason = str(UNPUBLISH.log)
            quote.save()
        if chosen[RETURN]:
            messages.success(request, str(UNPUBLISH.done) % {"count": len(chosen[RETURN])})
        if chosen[ACCEPT]:
            return _together(desk, request, source, [quote.pk for quote in chosen[ACCEPT]], PUBLISH)
        return HttpResponseRedirect(request.get_full_path())
    texts = Counter(line.found.source_text_id for line in lines if line.is_found)
    chosen_text = read_key(request.GET.get("text", "")) or next((key for key, _n in texts.most_common(1)), None)
    reading = Reading(source, chosen_text)
    part = min(max(read_key(request.GET.get("part", "")) or 1, 1), len(reading.parts))
    placed, others = _placed(reading, lines)
    passages = reading.shown(reading.parts[part - 1])
    return {
        "title": _("Review"),
        "subtitle": str(source),
        "reading": reading,
        "passages": [Passage(one, placed.get(one.number - 1, [])) for one in passages],
        "others": others,
        "part": part,
        "parts": range(1, len(reading.parts) + 1),
        "count": len(lines),
        "has_errors": any(line.error for line in lines),
    }


def _lines(quotes: Any, source: Source, *, is_deciding: bool) -> list[Reviewed]:
    """Return the quotes of a source in review. Locks them, if something is decided, before it reads their versions."""
    waiting = Quote.objects.filter(source=source, state=State.IN_REVIEW).order_by("pk")
    held = waiting.select_for_update() if is_deciding else waiting
    versions = newest_versions(quotes, held.values_list("pk", flat=True)[:MOST])
    found = for_check(Quote.objects.filter(pk__in=versions, state=State.IN_REVIEW)).select_related("speaker", "found")
    return [
        Reviewed(quote, "-".join(map(str, versions[quote.pk])), [text for _field, text in WISHES[Quote](quote)])
        for quote in found.order_by("pk")
    ]


def _is_decided(request: HttpRequest, lines: list[Reviewed]) -> bool:
    """Read the decisions, and return whether all can be carried out; otherwise lines have errors.

    Quotes that were changed after they were shown, or were not shown, are left in review.
    """
    for line in lines:
        key, quote = line.quote.pk, line.quote
        line.decision = request.POST.get(f"decision-{key}", LEAVE)
        line.note = request.POST.get(f"note-{key}", "").replace("\0", "").strip()
        if line.decision != LEAVE and request.POST.get(f"version-{key}") != line.version:
            line.decision = LEAVE
            said = _("Left out because it changed after you opened the page. Check it again: %(item)s")
            messages.error(request, said % {"item": named(quote)})
        elif line.decision == RETURN and not line.note:
            line.error = _("Say what to do before it is handed in again.")
        elif line.decision == RETURN:
            quote.state, quote.review_note = State.DRAFT, line.note
    return not any(line.error for line in lines)


def _placed(reading: Reading, lines: list[Reviewed]) -> tuple[dict[int, list[Reviewed]], list[Reviewed]]:
    """Return the lines by the paragraph in which they begin, and those that are not in this text; mark the passages."""
    placed: dict[int, list[Reviewed]] = {}
    others, marks = [], []
    readable = {copy.pk for copy in reading.copies}
    for line in lines:
        if line.is_found and reading.row and line.found.source_text_id == reading.row.pk:
            placed.setdefault(place_in(reading.starts, line.found.spans[0][0]), []).append(line)
            marks += [(start, end, line.quote.pk) for start, end in line.found.spans]
        else:
            if line.is_found and line.found.source_text_id in readable:
                line.elsewhere = line.found.source_text_id
            others.append(line)
    reading.marks = marks
    for some in placed.values():
        some.sort(key=lambda line: line.found.spans[0][0])
    return placed, others


REVIEW_PAGES = (
    DeskPage("submit", "<path:object_id>/submit/", "submit", submit, leads_back=True),
    DeskPage("review", "<path:object_id>/review/", "review", review, "review", is_atomic=True, leads_back=True),
)
