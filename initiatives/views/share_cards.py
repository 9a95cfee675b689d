"""The pictures that other sites show beside a link, and QR codes: one for each public item, and a card for the site."""

import threading
from typing import Any, cast

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from initiatives.pages import sharing
from initiatives.pages.share_cards.card import Card
from initiatives.pages.share_cards.contents import ShareImage, share_image, share_image_of_site
from initiatives.pages.share_cards.drawing import draw
from initiatives.views.details import PAGES, DetailPage

MAX_AGE = 3600  # seconds; after that, checking costs a query but no drawing

# Drawing is CPU-bound: one card at a time, with a short wait.
_drawing = threading.Lock()
_LONGEST_WAIT = 2  # seconds


class CardImage(DetailPage):
    """The card of one item, found as for its page."""

    def items(self):
        """Return items with everything that their card shows."""
        return super().items().for_card()

    def shared(self, item) -> dict:
        """Return only the card."""
        return {"share_image": share_image(item)}

    def address(self, item) -> str:
        """Return the path of the card of an item loaded by `items()`."""
        return cast(ShareImage, share_image(item)).path

    def page(self, item, **extra) -> HttpResponse:
        """Return the item's card."""
        return card_response(self.request, extra["share_image"].card)


@require_safe
def site_card(request: HttpRequest) -> HttpResponse:
    """Return the card of the site as a whole."""
    return card_response(request, share_image_of_site().card)


@require_safe
def qr_code(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Return a QR code of the address of a public item, as SVG."""
    public: Any = PAGES[kind].model._default_manager
    item = get_object_or_404(public.published(), pk=pk)
    return HttpResponse(sharing.qr_code(item), content_type="image/svg+xml")


def card_response(request: HttpRequest, card: Card) -> HttpResponse:
    """Return a card as PNG; 304 if the client has it, 503 if the wait for other cards is too long."""
    etag = f'"{card.digest}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        png = _png(card)
        if png is None:
            return HttpResponse("Busy. Try again in a moment.\n", status=503, headers={"Retry-After": "2"})
        response = HttpResponse(png, content_type="image/png")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={MAX_AGE}"
    return response


def _png(card: Card) -> bytes | None:
    """Return the picture of a card, drawn once and then cached; None if its turn does not come in time."""
    kept = caches["cards"]
    png = kept.get(card.digest)
    if png is None and _drawing.acquire(timeout=_LONGEST_WAIT):
        try:
            # Another request may have drawn the same card in the meantime.
            png = kept.get(card.digest) or draw(card)
            kept.set(card.digest, png)
        finally:
            _drawing.release()
    return png
