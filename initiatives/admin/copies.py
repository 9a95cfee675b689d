"""Copies of a source's document at the desk: the panel on its form, and pages to bring, download or take down one."""

from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from django import forms
from django.contrib import messages
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import Count, IntegerField, Q, Value
from django.db.models.functions import Length, Replace
from django.forms.models import modelform_factory
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from initiatives.accounts.users import user_of
from initiatives.admin.desk import DeskPage, moment
from initiatives.admin.fields import DatedForm
from initiatives.editorial.copies import versions
from initiatives.editorial.copies.bringing import (
    ENDINGS,
    Brought,
    brought,
    brought_again,
    brought_text,
    describe,
    same_bytes,
)
from initiatives.editorial.copies.extraction import Unreadable
from initiatives.editorial.copies.taking_down import take_down
from initiatives.editorial.copies.watching import want
from initiatives.models import Capture, Source, SourceText, Watch
from initiatives.models.captures import LARGEST, archive_path
from initiatives.models.choices import CaptureWay, Compared
from initiatives.models.history import LONGEST_REASON

# The most copies that the panel lists.
LISTED = 20
# Where a document that another source has is confirmed: the signed name of its bytes.
AGAIN = "again"
# The ending of a downloaded file by what its media type contains, if it has no name.
ENDING_OF = {"html": ".html", "pdf": ".pdf", "wordprocessing": ".docx", "plain": ".txt"}


# The panel.


@dataclass(frozen=True)
class CopyLine:
    """A copy in the panel, with its newest text (None once it was taken down) and the copy before it."""

    copy: Capture
    text: Any
    before: Capture | None


def copies(desk: Any, request: HttpRequest, source: Source) -> dict[str, Any]:
    """List the newest copies of a source and what is known of its page, in a fixed number of queries."""
    if not desk.has_copies_permission(request, source):
        return {}
    kept = list(Capture.objects.filter(source=source)[: LISTED + 1])
    texts = {text.capture_id: text for text in _texts(kept[:LISTED])}
    may_bring = desk.has_bring_permission(request, source)
    readable = [one for one in kept if one.taken_down_at is None]
    before = dict(zip((one.pk for one in readable), readable[1:], strict=False))
    return {
        "copies": [CopyLine(one, texts.get(one.pk), before.get(one.pk)) for one in kept[:LISTED]],
        "more_copies": len(kept) > LISTED,
        "copies_shown": True,
        "watch": Watch.objects.filter(source=source).first(),
        "bring_url": desk.address("bring", source.pk) if may_bring else "",
        "copy_now_url": desk.address("copy_now", source.pk) if may_bring and source.url else "",
        "may_take_down": desk.has_take_down_permission(request, source),
    }


def _texts(kept: list[Capture]) -> Any:
    """Return the texts of copies, oldest first, with the numbers of their paragraphs and of the quotes found there."""
    shorter = Length(Replace("text", Value("\n\n"), Value("")))
    found = Q(found__quote__isnull=False) & ~Q(found__level=Compared.NOT_FOUND)
    texts = SourceText.objects.filter(capture__in=kept).exclude(text="").order_by("pk")
    return texts.defer("text", "places").annotate(
        paragraph_count=(Length("text", output_field=IntegerField()) - shorter) / 2 + 1,
        quote_count=Count("found", filter=found),
    )


# Bringing a document.


class PastedField(forms.CharField):
    """A long text, with the line ends of a file."""

    widget = forms.Textarea(attrs={"rows": 12})

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\0", "")


class BringForm(forms.Form):
    """Asks for a document, as a file or a text. Once valid, `brought` is what was read."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=gettext_lazy("HTML, PDF, DOCX, TXT, or subtitles (VTT, SRT), up to %(size)d MB.")
        % {"size": LARGEST // 1_000_000},
    )
    text = PastedField(
        label=gettext_lazy("Or its whole text"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Paste it with an empty line between paragraphs."),
    )
    brought: Brought | None = None

    def __init__(self, data: Any = None, files: Any = None):
        super().__init__(data, files, label_suffix="", use_required_attribute=False)

    def clean(self) -> None:
        """Read the document, and show beside its field why it cannot be read."""
        file, text = self.cleaned_data.get("file"), self.cleaned_data.get("text", "")
        if self.errors:
            return
        if (file is None) == (not text.strip()):
            said = (
                _("Choose a file or paste a text.") if file is None else _("Choose a file or paste a text, not both.")
            )
            self.add_error("file", said)
            return
        try:
            if file is None:
                self.brought = brought_text(text)
            elif file.size > LARGEST:
                raise Unreadable(_("The document is too large: at most 10 MB can be kept."))
            else:
                way = CaptureWay.UPLOADED.value
                self.brought = brought(file.read(), way, file.content_type or "application/octet-stream", file.name)
        except Unreadable as unreadable:
            self.add_error("text" if file is None else "file", str(unreadable))


def _sent(request: HttpRequest) -> tuple[Any, Any]:
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def bring(desk: Any, request: HttpRequest, source: Source) -> dict[str, Any] | HttpResponse:
    """Keep a document that an editor brings. Ask first if another source has the same one."""
    form = BringForm(*_sent(request))
    one, others = None, []
    if AGAIN in request.POST:
        try:
            one = brought_again(request.POST[AGAIN])
        except Unreadable as unreadable:
            form = BringForm()
            messages.error(request, str(unreadable))
    elif form.is_valid():
        one = form.brought
    if one is not None:
        same = same_bytes(one)
        if own := next((copy for copy in same if copy.source_id == source.pk), None):
            said = _("This source has this document already, as the copy of %(time)s. Nothing was added.")
            messages.warning(request, said % {"time": moment(own.captured_at)})
            return HttpResponseRedirect(desk.address("change", source.pk) + "#copies")
        if not same or AGAIN in request.POST:
            one.keep(source, user_of(request))
            return _kept(desk, request, source, one)
        others = list({copy.source_id: copy.source for copy in same}.values())
    return {
        "title": _("Bring a document"),
        "subtitle": str(source),
        "forms": [form],
        "others": others,
        "again": (AGAIN, one.token) if one is not None else None,
    }


def _kept(desk: Any, request: HttpRequest, source: Source, one: Brought) -> HttpResponse:
    """Say what was kept, and go to the text."""
    read = one.read
    said = _("Kept as a copy, brought by an editor: %(paragraphs)d paragraphs, %(characters)d characters.")
    messages.success(request, said % {"paragraphs": len(read.paragraphs), "characters": len(read.text)})
    page = "read" if desk.has_entry_permission(request, source) else "change"
    return HttpResponseRedirect(desk.address(page, source.pk))


def bring_new(desk: Any, request: HttpRequest, _item: None) -> dict[str, Any] | HttpResponse:
    """Make a draft source of a document, with what the document says of itself, and keep the document as its copy."""
    about_form = modelform_factory(
        Source,
        DatedForm,
        fields=["kind", "title", "url", "date"],
        formfield_callback=lambda field, **kwargs: desk.formfield_for_dbfield(field, request, **kwargs),
    )
    data, files = _sent(request)
    form, about = BringForm(data, files), about_form(data, files, use_required_attribute=False, label_suffix="")
    about.fields["title"].required = False
    about.fields["title"].help_text = _("Leave it empty to take the title that the document gives itself.")
    is_valid = about.is_valid()
    if form.is_valid() and (one := form.brought):
        if same := same_bytes(one):
            link = desk.address("change", same[0].source_id)
            said = _("This document is on record already, as a copy of %(source)s.") % {"source": "{}"}
            form.add_error("file", format_html(said, format_html('<a href="{}">{}</a>', link, same[0].source)))
        elif is_valid:  # both are checked first, so that all errors are shown at once
            source = about.save(commit=False)
            describe(source, one)
            with transaction.atomic():
                source.save()
                desk.log_addition(request, source, [{"added": {}}])
                one.keep(source, user_of(request))
            messages.success(request, _("Made a draft source of the document, and kept the document as its copy."))
            messages.info(request, _("Title, date and language are what the document says of itself. Check them."))
            return HttpResponseRedirect(desk.address("change", source.pk))
    if request.FILES:
        messages.warning(request, _("Nothing was saved. Choose the file again: browsers do not keep it."))
    return {"title": _("New source from a document or text"), "forms": [form, about], "media": desk.media + about.media}


# The pages of one copy.


def _copy_of(source: Source, pk: int) -> Capture:
    """Return a copy of a source that was not taken down. Raises Http404."""
    copy = Capture.objects.filter(pk=pk, source=source, taken_down_at=None).first()
    if copy is None:
        raise Http404
    return copy


def download(_desk: Any, _request: HttpRequest, source: Source, pk: int) -> HttpResponse:
    """Return the bytes of a copy as a file to save: documents are hostile, so no browser is to show them."""
    copy = _copy_of(source, pk)
    try:
        with storages["archive"].open(archive_path(copy.sha256)) as file:
            response = HttpResponse(file.read(), content_type="application/octet-stream")
    except FileNotFoundError as error:
        raise Http404 from error
    ending = PurePath(copy.file_name).suffix.lower()
    if ending not in ENDINGS:
        ending = next((known for part, known in ENDING_OF.items() if part in copy.media_type), ".bin")
    name = f"copy-{copy.sha256[:12]}{ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def copy_now(desk: Any, request: HttpRequest, source: Source) -> HttpResponse:
    """Put a source into the queue of pages to copy."""
    if source.url:
        want(source, user_of(request))
        messages.success(request, _("The page waits to be copied. The copy is listed here once it was fetched."))
    else:
        messages.error(request, _("This source has no address. Enter one and save, or bring the document."))
    return HttpResponseRedirect(desk.address("change", source.pk) + "#copies")


def differences(_desk: Any, _request: HttpRequest, source: Source, pk: int) -> dict[str, Any]:
    """Show word by word how the text of a copy differs from that of the copy before it."""
    texts = SourceText.objects.at_hand(source.pk)
    newer = texts.filter(capture=_copy_of(source, pk)).first()
    if newer is None:
        raise Http404
    rows = texts.exclude(capture=pk).filter(capture__captured_at__lte=newer.capture.captured_at)
    older = rows.first()
    if older is None:
        raise Http404
    return {
        "title": _("Compare with the copy before"),
        "subtitle": str(source),
        "older": older,
        "newer": newer,
        "differences": versions.differences(older, newer),
    }


class TakeDownForm(forms.Form):
    """Asks why a copy is taken down."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stays on record, with the hash of the file and the day."),
    )


def take_down_page(desk: Any, request: HttpRequest, source: Source, pk: int) -> dict[str, Any] | HttpResponse:
    """Ask why to take a copy down. Once confirmed, remove its file and text."""
    copy = _copy_of(source, pk)
    form = TakeDownForm(request.POST or None, use_required_attribute=False, label_suffix="")
    if form.is_valid():
        take_down(copy, user_of(request), form.cleaned_data["reason"])
        messages.success(request, _("The copy was taken down."))
        return HttpResponseRedirect(desk.address("change", source.pk) + "#copies")
    return {"title": _("Take a copy down"), "subtitle": str(source), "copy": copy, "form": form}


COPY_PAGES = (
    DeskPage("bring", "<path:object_id>/bring/", "bring", bring, "bring", leads_back=True),
    DeskPage("bring_new", "bring/", "bring_new", bring_new, "bring"),
    DeskPage("copy_now", "<path:object_id>/copy-now/", "bring", copy_now, only_post=True),
    DeskPage("copy_file", "<path:object_id>/copies/<int:pk>/file/", "copies", download),
    DeskPage(
        "copy_differences", "<path:object_id>/copies/<int:pk>/differences/", "copies", differences, "copy_differences"
    ),
    DeskPage("take_down", "<path:object_id>/copies/<int:pk>/take-down/", "take_down", take_down_page, "take_down"),
)


def bring_new_link(desk: Any, request: HttpRequest) -> dict[str, Any]:
    """Link the list of sources to the page that makes one of a document."""
    return {"bring_new_url": desk.address("bring_new") if desk.has_bring_new_permission(request) else ""}
