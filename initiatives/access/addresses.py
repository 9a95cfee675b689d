"""Where a request comes from, as the lockout counts it (the setting AXES_CLIENT_IP_CALLABLE)."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

# One household or office has all the addresses of such a network (RFC 6177), so that each of them counts as one.
IPV6_PREFIX = 64


def client_address(request: HttpRequest) -> str | None:
    """Return the visitor's address; of IPv6 its network. None if the server does not know it.

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
