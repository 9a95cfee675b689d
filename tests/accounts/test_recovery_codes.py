"""Storage of recovery codes and app keys: hashed and encrypted."""

import pytest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from initiatives.accounts import second_factor
from tests.accounts.support import SET_UP, VERIFY, logged_in, make_user, opens, session_key, set_up, totp

pytestmark = pytest.mark.django_db


@pytest.fixture
def aigul():
    """An editor with an app."""
    user = make_user("aigul", "Editor")
    TOTPDevice.objects.create(user=user, name="app")
    return user


def lets_in(code: str, name: str = "aigul") -> bool:
    client = logged_in(name)
    StaticDevice.objects.get(user__username=name).throttle_reset()
    client.post(VERIFY, {"code": code})
    return opens(client)


def stored() -> list[str]:
    return list(StaticToken.objects.order_by("pk").values_list("token", flat=True))


def test_codes_are_shown_in_groups_and_stored_as_hashes(aigul):
    codes = second_factor.new_recovery_codes(aigul)
    assert len(set(codes)) == 10
    for code in codes:
        assert [len(group) for group in code.split("-")] == [4, 4, 4]
        plain = code.replace("-", "")
        assert set(plain) <= set("abcdefghijklmnopqrstuvwxyz234567"), "60 bits: 12 of 32 letters"
        assert not [token for token in stored() if plain in token or code in token or token in plain]


def test_stored_values_open_nothing(aigul):
    second_factor.new_recovery_codes(aigul)
    assert not any(lets_in(token) for token in stored())


def test_a_hash_depends_on_its_user_and_the_sites_key(aigul, settings):
    codes = second_factor.new_recovery_codes(aigul)
    other = make_user("daniyar", "Editor")
    TOTPDevice.objects.create(user=other, name="app")
    second_factor.new_recovery_codes(other)
    StaticToken.objects.filter(device__user=other).delete()
    StaticToken.objects.update(device=StaticDevice.objects.get(user=other))
    assert not lets_in(codes[0], "daniyar")
    StaticToken.objects.update(device=StaticDevice.objects.get(user=aigul))
    assert lets_in(codes[0])
    settings.SECRET_KEY = "another" * 10
    assert not lets_in(codes[1])


def keys() -> list[str]:
    """Return the app keys as stored in the database."""
    return list(TOTPDevice.objects.values_list("key", flat=True))


def test_app_keys_are_encrypted_with_the_sites_own_key(settings):
    make_user("aigul", "Editor")
    client = logged_in("aigul")
    client.get(SET_UP)
    key = session_key(client)
    set_up(client)
    (sealed,) = keys()
    assert key not in sealed
    device = TOTPDevice.objects.get()
    device.refresh_from_db()
    assert device.key == key
    device.save()
    assert device.key == key
    assert keys() != [sealed], "each time it is written under another pad"
    again = logged_in("aigul")
    again.post(VERIFY, {"code": totp(key, 1)})
    assert opens(again)
    settings.SECRET_KEY = "another-" + settings.SECRET_KEY
    assert TOTPDevice.objects.get().key != key
