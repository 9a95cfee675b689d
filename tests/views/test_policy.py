"""The Content-Security-Policy, word for word: anything missing from it would be allowed."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    # These three do not fall back on default-src.
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}


@pytest.mark.parametrize("address", ["/", "/quotes/", "/changes.atom", "/nothing/", "/admin/login/", "/admin/"])
def test_every_response_has_the_whole_policy(address, admin_client):
    for client in (Client(), admin_client):
        answer = client.get(address)
        parts = [part.strip() for part in answer["Content-Security-Policy"].split(";")]
        assert sorted(parts) == sorted(POLICY), (address, answer.status_code)
        assert "Content-Security-Policy-Report-Only" not in answer
