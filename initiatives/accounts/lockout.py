"""What the lockout counts failures by: the name that was typed and where the request comes from."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest

# One household or office has all the addresses of such a network (RFC 6177), so that each of them counts as one.
IPV6_PREFIX = 64
_NAME = User._meta.get_field("username")


def client_name(request: HttpRequest, credentials: dict | None = None) -> str:
    """Return the name that somebody logs in with (AXES_USERNAME_CALLABLE), no longer than that of a user can be."""
    return str((credentials or request.POST).get("username", ""))[: _NAME.max_length]


def client_address(request: HttpRequest) -> str | None:
    """Return the visitor's address (AXES_CLIENT_IP_CALLABLE); of IPv6 its network. None if it is not known.

    Behind a proxy, which an https SITE_URL stands for, it is the last address in X-Forwarded-For: the one that the
    proxy itself wrote. What a visitor sends stands before it, or is overwritten.
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
