"""Markdown fields with a preview, rendered as on the site."""

from django.contrib.admin.options import BaseModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from initiatives.text.markdown import FIELDS, leaves_out, to_html

URL_NAME = "markdown_preview"
# Longer than any text in the record; rendering it takes a fraction of a second.
LONGEST = 100_000


class MarkdownFields(BaseModelAdmin):
    """A ModelAdmin or inline whose Markdown fields have a preview (markdown_preview.js)."""

    # For parts of an item, set by the inline.
    markdown: frozenset[str] = FIELDS

    class Media:
        js = ["admin_site/markdown_preview.js"]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Tell the script which fields to preview, and the address to ask."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name in self.markdown:
            field.widget.attrs["data-markdown-preview"] = reverse(URL_NAME)
        return field


@require_POST
def preview_view(request: HttpRequest) -> HttpResponse:
    """Answer Markdown with the safe HTML that the site would show, and what it leaves out."""
    markdown = request.POST.get("text", "")[:LONGEST]
    note = _("Images are left out. Only headings with ### and #### are shown as headings.")
    left_out = format_html('<p class="help">{}</p>', note) if leaves_out(markdown) else ""
    return HttpResponse(to_html(markdown) + left_out)
