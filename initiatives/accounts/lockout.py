"""The lockout: django-axes counts failed log-ins by user name and address, and closes log-in after too many.

Also logs log-ins, log-outs and failures with the address. The name is logged only if an account has it, because people
sometimes type their password there.
"""

import logging
from datetime import timedelta
from ipaddress import IPv6Address, ip_network

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Q, Sum
from django.http import HttpRequest
from django.utils import timezone

from initiatives.accounts.addresses import visitor_address

# A household or office has a whole network of this size (RFC 6177), so its addresses count as one.
IPV6_PREFIX = 64
_NAME = User._meta.get_field("username")
_log = logging.getLogger(__name__)


class MarkedRequest(HttpRequest):
    """A request with the attributes that django-axes sets."""

    axes_ip_address: str | None
    axes_locked_out: bool


class Lockout(AxesDatabaseHandler):
    """Closes log-in for a name from an address, as django-axes does, and also for an address or a name (AXES_HANDLER).

    Decides before the password is hashed.
    """

    def is_locked(self, request: MarkedRequest, credentials: dict | None = None) -> bool:
        """Return whether the name from this address, the address, or the name has failed too often."""
        if super().is_locked(request, credentials):
            return True
        name, address = client_name(request, credentials), request.axes_ip_address
        from_here, of_name = Q(ip_address=address), Q(username=name)
        failures = AccessAttempt.objects.filter(
            from_here | of_name, attempt_time__gte=get_cool_off_threshold(request)
        ).aggregate(
            from_here=Sum("failures_since_start", filter=from_here, default=0),
            of_name=Sum("failures_since_start", filter=of_name, default=0),
        )
        if failures["from_here"] >= settings.AXES_LIMIT_OF_ADDRESS:
            return True
        return failures["of_name"] >= settings.AXES_LIMIT_OF_NAME and not _is_known(name, address)

    def user_login_failed(self, sender, credentials: dict, request: MarkedRequest | None = None, **kwargs) -> None:
        """Count and log a failure; lock out at the limit."""
        refused = getattr(request, "axes_locked_out", False)
        super().user_login_failed(sender, credentials, request, **kwargs)
        if request is None:
            return
        account = _account(client_name(request, credentials))
        if not refused:
            _log.warning("Log-in failed from %s, %s", request.axes_ip_address, account)
            request.axes_locked_out = self.is_locked(request, credentials)
        if request.axes_locked_out:
            _log.warning("Log-in is closed to %s, %s", request.axes_ip_address, account)

    def user_logged_in(self, sender, request: MarkedRequest, user: User, **kwargs) -> None:
        """Log a log-in and record its address; delete records older than AXES_KNOWN_DAYS."""
        super().user_logged_in(sender, request, user, **kwargs)
        self.reset_logs(age_days=settings.AXES_KNOWN_DAYS)
        _log.info("Logged in from %s, account %s", request.axes_ip_address, user.get_username())

    def user_logged_out(self, sender, request: MarkedRequest, user: User | None, **kwargs) -> None:
        super().user_logged_out(sender, request, user, **kwargs)
        if user:
            _log.info("Logged out from %s, account %s", request.axes_ip_address, user.get_username())


def is_locked_out() -> Q:
    """Return an expression for users: whether log-in is closed for their name, from some address or from all."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    failures = AccessAttempt.objects.filter(username=OuterRef("username"), attempt_time__gte=since)
    counted = {"failures": Sum("failures_since_start")}
    from_an_address = failures.values("username", "ip_address").annotate(**counted)
    from_anywhere = failures.values("username").annotate(**counted)
    return Exists(from_an_address.filter(failures__gte=settings.AXES_FAILURE_LIMIT)) | Exists(
        from_anywhere.filter(failures__gte=settings.AXES_LIMIT_OF_NAME)
    )


def _is_known(name: str, address: str | None) -> bool:
    """Return whether a name has logged in from an address within AXES_KNOWN_DAYS, so that others cannot lock it out."""
    since = timezone.now() - timedelta(days=settings.AXES_KNOWN_DAYS)
    return AccessLog.objects.filter(username=name, ip_address=address, attempt_time__gte=since).exists()


def _account(name: str) -> str:
    return f"account {name}" if User.objects.filter(username=name).exists() else "no such account"


def client_name(request: HttpRequest, credentials: dict | None = None) -> str:
    """Return the user name typed at log-in (AXES_USERNAME_CALLABLE), cut to the longest possible."""
    return str((credentials or request.POST).get("username", ""))[: _NAME.max_length]


def client_address(request: HttpRequest) -> str | None:
    """Return the visitor's address (AXES_CLIENT_IP_CALLABLE) or, for IPv6, its network. None if it is not known."""
    address = visitor_address(request.META)
    if isinstance(address, IPv6Address):
        return str(ip_network((address.packed, IPV6_PREFIX), strict=False).network_address)
    return str(address) if address else None
