"""The address of a visitor. In its own module because the server's log needs it before apps are loaded."""

from collections.abc import Mapping
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings


def visitor_address(environ: Mapping[str, Any]) -> IPv4Address | IPv6Address | None:
    """Return the visitor's address, given the WSGI environment of a request; None if it is not known.

    Behind a proxy (if SITE_URL is https), it is the last address in X-Forwarded-For, which the proxy itself adds after
    anything that the visitor sends.
    """
    direct = _parsed(environ.get("REMOTE_ADDR", ""))
    if not settings.HTTPS:
        return direct
    return _parsed(environ.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()) or direct


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return (address.ipv4_mapped if isinstance(address, IPv6Address) else None) or address
