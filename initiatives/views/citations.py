"""Citations of single items as files."""

from django.http import HttpResponse

from initiatives.data.citations.files import FORMATS, paths
from initiatives.data.citations.reference import reference
from initiatives.models import Initiative, Quote, Source
from initiatives.views.details import DetailPage


class Citation(DetailPage):
    """The citation of one item, found in the same way as its page."""

    def items(self):
        """Return items with what is cited of them."""
        return super().items().for_visibility()

    def shared(self, item) -> dict:
        """Return nothing: a file has no card."""
        return {}

    def address(self, item) -> str:
        """Return the address of the citation of an item loaded by `items()`."""
        return paths(item)[self.kwargs["cited_as"]]

    def page(self, item, **extra) -> HttpResponse:
        """Return the citation, for browsers to save."""
        suffix, cited = self.kwargs["cited_as"], reference(item)
        response = HttpResponse(
            FORMATS[suffix].write(cited).encode("utf-8", "replace"), content_type=FORMATS[suffix].media_type
        )
        response["Content-Disposition"] = f'attachment; filename="{cited.key}.{suffix}"'
        return response


class QuoteCitation(Citation):
    """The citation of a quote, found by its number."""

    model = Quote


class InitiativeCitation(Citation):
    """The citation of an initiative."""

    model = Initiative


class SourceCitation(Citation):
    """The citation of a source."""

    model = Source
