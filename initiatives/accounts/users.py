"""The logged-in user."""

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def user_of(request: HttpRequest) -> User:
    """Return the user of a request. Raises PermissionDenied for anonymous users."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
