"""The way from an address that is not an item's own to the one that is."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control


def moved(to) -> HttpResponse:
    """Lead for good to an item, or to an address: 301, which browsers ask for anew each time.

    They would keep it for ever otherwise. What moved can move back: a wording is put back, a merge of themes undone.
    Whoever had followed the way before would then be sent to and fro without end.
    """
    response = redirect(to, permanent=True)
    patch_cache_control(response, no_cache=True)
    return response
