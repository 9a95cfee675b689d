"""Redirects to the current address of an item."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control


def moved(to) -> HttpResponse:
    """Redirect permanently (301) to an item or an address, but have browsers check each time.

    Otherwise they would keep the redirect for ever. A move can be reversed, when a wording is restored or a merge of
    themes undone, and a browser that kept the old redirect would then go round in circles.
    """
    response = redirect(to, permanent=True)
    patch_cache_control(response, no_cache=True)
    return response
