"""What the lockout counts failures by: the name typed and the address of the request."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

# A household or office has all the addresses of such a network (RFC 6177), so they count as one.
IPV6_PREFIX = 64
_NAME = User._meta.get_field("username")


def client_name(request: HttpRequest, credentials: dict | None = None) -> str:
    """Return the name someone logs in with (AXES_USERNAME_CALLABLE), cut to the longest name a user can have."""
    return str((credentials or request.POST).get("username", ""))[: _NAME.max_length]


def client_address(request: HttpRequest) -> str | None:
    """Return the visitor's address (AXES_CLIENT_IP_CALLABLE), or its network for IPv6. None if it is not known.

    Behind a proxy (if SITE_URL is https), it is the last address in X-Forwarded-For, which the proxy itself wrote.
    Anything a visitor sends comes before it or is overwritten.
    """
    direct = _readable(request.META.get("REMOTE_ADDR", ""))
    if not settings.HTTPS:
        return direct
    return _readable(request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()) or direct


def _readable(text: str) -> str | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address.packed, IPV6_PREFIX), strict=False).network_address)
