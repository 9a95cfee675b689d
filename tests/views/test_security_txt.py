"""security.txt says where to report vulnerabilities."""

import datetime

import pytest

pytestmark = pytest.mark.django_db


def test_it_has_the_contact_and_an_expiry_date(client, settings):
    settings.SECURITY_CONTACT = "mailto:security@reforms.example"
    answer = client.get("/.well-known/security.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    said = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert said["Contact"] == "mailto:security@reforms.example"
    assert said["Canonical"] == "http://testserver/.well-known/security.txt"
    left = datetime.datetime.fromisoformat(said["Expires"]) - datetime.datetime.now(datetime.UTC)
    assert datetime.timedelta(days=30) < left < datetime.timedelta(days=365)


def test_without_a_contact_it_does_not_exist(client):
    assert client.get("/.well-known/security.txt").status_code == 404
