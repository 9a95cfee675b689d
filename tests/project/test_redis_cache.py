"""Values in a Redis shared by machines; tests/faults stops it under the site."""

import pickle
import subprocess

import pytest
from django.test import override_settings
from redis import Redis

from initiatives.pages.edition import release
from reforms_site import redis_cache
from reforms_site.redis_cache import SharedCache
from tests.faults.servers import free_port, program, redis


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not program("redis-server"):
        pytest.skip("Not installed: redis-server.")
    server = redis(tmp_path_factory.mktemp("redis"))
    server.start()
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(redis_cache, "_pause", redis_cache.Pause("Redis", 1000))


@pytest.fixture
def stored(server):
    """The contents of Redis, empty at first."""
    client = Redis(port=server.port)
    client.flushdb()
    yield client
    client.close()


def machine(port: int, prefix: str = "pages") -> SharedCache:
    """Return the cache of a new process."""
    cache = SharedCache(
        f"redis://127.0.0.1:{port}/0",
        {"KEY_PREFIX": prefix, "KEY_FUNCTION": redis_cache.key_of_release, "OPTIONS": {"MAX_ENTRIES": 10}},
    )
    cache._memory.clear()
    return cache


def test_machines_share_values(server, stored):
    machine(server.port).set("key", {"page": b"\x00"}, 60)
    assert machine(server.port).get("key") == {"page": b"\x00"}
    assert machine(server.port, "cards").get("key") is None
    assert machine(server.port).get_or_set("other", lambda: [1]) == [1]
    assert machine(server.port).get("other") == [1]
    assert all(0 < stored.ttl(key) <= 300 for key in stored.scan_iter())


def test_only_one_of_two_adds_succeeds(server, stored):
    assert machine(server.port).add("key", 1, 60)
    assert not machine(server.port).add("key", 2, 60)
    assert machine(server.port).get("key") == 1
    machine(server.port).delete("key")
    assert machine(server.port).get("key", "nothing") == "nothing"


def test_several_keys_at_once(server, stored):
    cache = machine(server.port)
    cache.set_many({"key": 1, "nothing": None}, 60)
    assert cache.has_key("key")
    assert cache.get_many(["key", "nothing", "other"]) == {"key": 1, "nothing": None}
    assert cache.touch("key", 100)
    assert not cache.touch("other", 100)
    cache.clear()
    assert not cache.has_key("key")


class Program:
    """A pickle can make any call."""

    def __reduce__(self):
        return subprocess.run, (["false"],)


@pytest.mark.parametrize("forged", ["pickle", "sealed by another", "moved", "short", "number"])
def test_values_written_by_others_are_ignored(server, stored, forged, monkeypatch):
    cache = machine(server.port)
    cache.set("key", "right", 60)
    cache.set("other", "of another page", 60)
    (name,) = (key for key in stored.scan_iter() if key.endswith(b":key"))
    ours = stored.get(name)
    bad = pickle.dumps(Program())
    with override_settings(SECRET_KEY="another" * 10):
        sealed_by_another = redis_cache.Sealed().dumps(("key", Program()))
    value = {
        "pickle": bad,
        "sealed by another": sealed_by_another,
        "moved": stored.get(name.replace(b":key", b":other")),
        "short": ours[:7],
        "number": b"1",
    }[forged]
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **named: pytest.fail("It ran."))
    stored.set(name, value)
    assert machine(server.port).get("key", "nothing") == "nothing"
    stored.set(name, ours)
    assert machine(server.port).get("key") == "right"


def test_two_releases_share_nothing(server, stored, settings, tmp_path):
    """A release is identified by the files that its pages are made from."""
    machine(server.port).set("key", 1, 60)
    here = settings.BASE_DIR
    (tmp_path / "templates").mkdir()
    (tmp_path / "requirements.txt").touch()
    keys = set()
    for text in ("one", "two", "one"):
        (tmp_path / "templates" / "base.html").write_text(text)
        settings.BASE_DIR = tmp_path
        release.cache_clear()
        keys.add(redis_cache.key_of_release("key", "pages", 1))
        assert machine(server.port).get("key") is None
    assert len(keys) == 2
    settings.BASE_DIR = here
    release.cache_clear()
    assert machine(server.port).get("key") == 1


def test_without_redis_each_process_has_its_own(caplog):
    caplog.set_level("WARNING")
    cache = machine(free_port())
    cache.set("key", 1, 60)
    assert cache.get("key") == 1
    assert cache.get("other", "nothing") == "nothing"
    assert cache.get_or_set("third", lambda: 3) == 3
    assert cache.get("third") == 3
    assert not cache.touch("other")
    assert not cache.delete("other")
    assert [record.message.split(";")[0] for record in caplog.records] == ["Redis failed"]
