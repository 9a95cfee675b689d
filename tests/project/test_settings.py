"""Invalid settings prevent the start and are named; SITE_URL decides everything that depends on HTTPS."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
GOOD = {"SECRET_KEY": "0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijkl", "DEBUG": "false"}


def run(folder: Path, *arguments: str, input: str = "", **variables: str) -> subprocess.CompletedProcess:
    """Run Python in a folder with only these variables."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "reforms_site.settings", **variables}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        input=input,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.fixture
def bare_site(tmp_path):
    """Return a folder with the settings and nothing else, without the developer's .env."""
    shutil.copytree(ROOT / "reforms_site", tmp_path / "reforms_site", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def settings_of(folder: Path, expression: str, **variables: str) -> str:
    """Return the value of an expression over the settings in a folder."""
    result = run(folder, "-c", f"from django.conf import settings\nprint(({expression}))", **variables)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


ILL_FORMED = [
    ("SECRET_KEY", ""),
    ("SECURITY_CONTACT", "security@reforms.example"),
    ("SITE_OWNER", "An institute\nof two lines"),
    ("SITE_CONTACT", "record@reforms.example"),
    ("SITE_CONTACT", "javascript:alert(1)"),
    ("SITE_CONTACT", "mailto:a@reforms.example\nBcc: b@elsewhere.example"),
    ("SITE_FUNDING", "A fund\x1f"),
    ("RATE_LIMITS", "many"),
    ("SECRET_KEY", "too-short"),
    ("SITE_URL", "reforms.example"),
    ("SITE_URL", "ftp://reforms.example"),
    ("SITE_URL", "https://reforms.example/site"),
    ("SITE_URL", "https://"),
    ("SITE_URL", "https://reforms.example:http"),
    ("SITE_URL", "https://somebody@reforms.example"),
    ("SITE_URL", "http://[::1"),
    ("DATABASE_URL", "mysql://somebody@localhost/site"),
    ("DATABASE_URL", "site.sqlite3"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "postgres://somebody@localhost"),
    ("DATABASE_URL", "postgres://somebody@localhost:port/site"),
    ("DATABASE_REPLICA_URLS", "postgres://somebody@localhost/site"),
    ("DATABASE_POOLED", "true"),
    ("DATABASE_POOLED", "perhaps"),
    ("CACHE_URL", "memcached://localhost"),
    ("CACHE_URL", "redis://"),
    ("CACHE_URL", "redis://localhost/first"),
    ("DEBUG", "perhaps"),
    ("EMAIL_URL", "mail.example"),
    ("EMAIL_URL", "imap://mail.example"),
    ("EMAIL_URL", "submission://"),
    ("EMAIL_URL", "smtp://mail.example:port"),
    ("DEFAULT_FROM_EMAIL", "nobody"),
    ("DEFAULT_FROM_EMAIL", "a@reforms.example\nBcc: b@elsewhere.example"),
    ("SECOND_FACTOR", "sometimes"),
    ("LOG_LEVEL", "LOUD"),
    ("LOG_FORMAT", "xml"),
    ("METRICS_TOKEN", "too-short"),
    ("METRICS_TOKEN", "of 32 characters, but with spaces"),
    ("TIME_ZONE", "Asia/Atlantis"),
    ("ARCHIVE_DIR", ""),
    ("ARCHIVE_DIR", "var/archive"),
    ("ARCHIVE_DIR", "/etc/passwd"),
    ("ARCHIVE_DIR", "/etc/passwd/archive"),
    ("ARCHIVE_BUCKET", "Reforms"),
    ("ARCHIVE_BUCKET", "ab"),
    ("ARCHIVE_BUCKET", "reforms..archive"),
    ("ARCHIVE_BUCKET", "192.0.2.1"),
    ("ARCHIVE_BUCKET", "https://bucket.example"),
    ("ATTEST_MINUTES", "often"),
    ("ATTEST_MINUTES", "-1"),
]
# Starts with each value in turn, and prints how each start ended.
START_WITH_EACH = """
import contextlib, io, json, os, runpy, sys
ends = []
for name, value in json.load(sys.stdin):
    good = os.environ.get(name)
    os.environ[name] = value
    try:
        runpy.run_path("reforms_site/settings.py")
        ends.append("It started.")
    except BaseException as error:
        ends.append(str(error) if type(error) is SystemExit else f"Traceback: {error!r}")
    os.environ.pop(name) if good is None else os.environ.update({name: good})
print(json.dumps(ends))
"""


def test_an_invalid_value_prevents_the_start_and_is_named(bare_site):
    result = run(bare_site, "-c", START_WITH_EACH, input=json.dumps(ILL_FORMED), **GOOD)
    ends = json.loads(result.stdout)
    assert len(ends) == len(ILL_FORMED)
    for (name, value), said in zip(ILL_FORMED, ends, strict=True):
        assert said.startswith("Cannot start: "), (name, value, said)
        assert name in said, (name, value, said)


def test_the_example_describes_every_variable():
    read = re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', (ROOT / "reforms_site" / "settings.py").read_text())
    described = re.findall(r"^#([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert sorted(described) == sorted(set(read))


def test_copies_go_to_a_folder_or_a_bucket(bare_site):
    show = "settings.STORAGES['archive']['OPTIONS']"
    folder = settings_of(bare_site, show, **GOOD, ARCHIVE_DIR=str(bare_site / "new" / "archive"))
    assert folder == str({"location": str(bare_site / "new" / "archive")})
    bucket = settings_of(bare_site, show, **GOOD, ARCHIVE_BUCKET="reforms-archive.1", ARCHIVE_DIR="unused")
    assert "'bucket_name': 'reforms-archive.1'" in bucket


@pytest.mark.parametrize(("variables", "asked"), [({}, False), ({"ATTEST_MINUTES": "20"}, True)])
def test_outside_archives_are_asked_only_if_that_is_set(variables, asked):
    program = "import django\ndjango.setup()\nfrom initiatives.management.commands.scheduled import TASKS\n"
    result = run(ROOT, "-c", f"{program}print('attest' in TASKS)", **GOOD, **variables)
    assert result.stdout == f"{asked}\n", result.stderr


def test_a_missing_secret_key_prevents_the_start_and_is_named(bare_site):
    result = run(bare_site, "-c", "import reforms_site.settings")
    assert result.returncode == 1
    assert 'Cannot start: Environment variable "SECRET_KEY" not set' in result.stderr
    assert ".env" in result.stderr


def test_manage_py_names_the_variable_without_a_traceback():
    result = run(ROOT, "manage.py", "check", **{**GOOD, "SECRET_KEY": "too-short"})
    assert result.returncode == 1
    assert "SECRET_KEY" in result.stderr
    assert "Traceback" not in result.stderr


def test_defaults_suit_a_laptop(bare_site):
    show = "settings.DEBUG, settings.SITE_URL, settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT, settings.TIME_ZONE"
    expected = (False, "http://127.0.0.1:8000", ["127.0.0.1"], False, "Asia/Almaty")
    assert settings_of(bare_site, show, SECRET_KEY=GOOD["SECRET_KEY"]) == str(expected)
    database = settings_of(bare_site, 'settings.DATABASES["default"]["NAME"]', **GOOD)
    assert Path(database) == bare_site / "var" / "site.sqlite3"


def test_the_file_env_is_read_and_the_environment_wins(bare_site):
    (bare_site / ".env").write_text(f"SECRET_KEY={GOOD['SECRET_KEY']}\nLOG_LEVEL=ERROR\nTIME_ZONE=Asia/Aqtau\n")
    show = "settings.LOG_LEVEL, settings.TIME_ZONE"
    assert settings_of(bare_site, show) == "('ERROR', 'Asia/Aqtau')"
    assert settings_of(bare_site, show, LOG_LEVEL="WARNING") == "('WARNING', 'Asia/Aqtau')"


def test_host_names_may_be_separated_by_commas_and_spaces(bare_site):
    assert settings_of(bare_site, "settings.ALLOWED_HOSTS", **GOOD, ALLOWED_HOSTS="a.example, b.example") == str(
        ["a.example", "b.example"]
    )


@pytest.mark.parametrize(
    ("url", "host", "user"),
    [
        ("postgres://site:secret@db.example:5433/record", "db.example", "site"),
        ("postgresql://site@%2Frun%2Fpostgresql/record", "/run/postgresql", "site"),
    ],
)
def test_a_database_url_selects_postgresql(bare_site, url, host, user):
    show = (
        '[settings.DATABASES["default"][name] for name in ("ENGINE", "HOST", "USER", "NAME")],'
        ' settings.DATABASES["default"]["CONN_MAX_AGE"]'
    )
    expected = (["reforms_site.postgresql", host, user, "record"], 60)
    assert settings_of(bare_site, show, **GOOD, DATABASE_URL=url) == str(expected)


POSTGRES = {"DATABASE_URL": "postgres://site@db.example/record"}
SHOW_DATABASES = "{alias: known['HOST'] for alias, known in settings.DATABASES.items()}, settings.DATABASE_ROUTERS"


@pytest.mark.parametrize("urls", ["site@two.example/record", "postgres://two.example:port/record", ","])
def test_an_invalid_replica_url_prevents_the_start_and_is_named(bare_site, urls):
    result = run(bare_site, "-c", "import reforms_site.settings", **GOOD, **POSTGRES, DATABASE_REPLICA_URLS=urls)
    assert result.returncode == 1
    assert "DATABASE_REPLICA_URLS" in result.stderr
    assert "Traceback" not in result.stderr


def test_without_replicas_there_is_no_router(bare_site):
    assert settings_of(bare_site, SHOW_DATABASES, **GOOD, **POSTGRES) == str(({"default": "db.example"}, []))


def test_replicas_are_read_and_chosen_by_the_router(bare_site):
    urls = "postgres://site@two.example/record, postgres://site@three.example/record"
    expected = {"default": "db.example", "replica1": "two.example", "replica2": "three.example"}
    shown = settings_of(bare_site, SHOW_DATABASES, **GOOD, **POSTGRES, DATABASE_REPLICA_URLS=urls)
    assert shown == str((expected, ["initiatives.models.databases.Router"]))


def test_pages_are_cached_in_redis_if_there_is_one(bare_site):
    show = "{known['BACKEND'].split('.')[-1] for known in settings.CACHES.values()}"
    assert settings_of(bare_site, show, **GOOD, CACHE_URL="") == "{'MemoryCache'}"
    assert settings_of(bare_site, show, **GOOD, CACHE_URL="redis://:p%40ss@cache.example:6379/1") == "{'SharedCache'}"


@pytest.mark.parametrize(("site_url", "https"), [("https://reforms.example", True), ("http://localhost:8000", False)])
def test_https_enables_all_that_depends_on_it(bare_site, site_url, https):
    show = (
        "settings.SECURE_SSL_REDIRECT, settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE,"
        " settings.SECURE_HSTS_SECONDS > 0, settings.SECURE_PROXY_SSL_HEADER is not None"
    )
    assert settings_of(bare_site, show, **GOOD, SITE_URL=site_url) == str((https,) * 5)
    assert settings_of(bare_site, "settings.CSRF_TRUSTED_ORIGINS", **GOOD, SITE_URL=site_url) == str([site_url])


REQUESTS = """
import sys
from wsgiref.util import setup_testing_defaults
from django.db import connection
from django.db.backends.signals import connection_created
from reforms_site.wsgi import application

def ask():
    environ = {"PATH_INFO": "/healthz", "HTTP_HOST": "127.0.0.1"}
    setup_testing_defaults(environ)
    response = application(environ, lambda status, headers: None)
    response.close()
    print(response.status_code, end=" ")

made = []
connection_created.connect(lambda **about: made.append(about["connection"]), weak=False)
"""


def database_url(folder: Path) -> str:
    """Return an address of the tests' own database; on SQLite, of a new file."""
    return os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/site.sqlite3"


def test_requests_of_one_thread_share_a_connection(tmp_path):
    program = f"{REQUESTS}\nask()\nask()\nask()\nprint(len(made))"
    assert run(ROOT, "-c", program, **GOOD, DATABASE_URL=database_url(tmp_path)).stdout == "200 200 200 1\n"


def test_a_closed_connection_is_replaced(tmp_path):
    """As when PostgreSQL restarts; SQLite has no server."""
    cut = (
        "if connection.vendor == 'postgresql':\n"
        "    from psycopg2 import connect\n"
        "    pid = connection.connection.info.backend_pid\n"
        "    other = connect(**connection.get_connection_params())\n"
        "    other.cursor().execute('SELECT pg_terminate_backend(%s)', [pid])\n"
        "    other.close()\n"
    )
    program = f"{REQUESTS}\nask()\n{cut}\nask()\nprint(connection.vendor, len(made))"
    answer = run(ROOT, "-c", program, **GOOD, DATABASE_URL=database_url(tmp_path)).stdout
    assert answer in ("200 200 sqlite 1\n", "200 200 postgresql 2\n")


def test_a_replaced_database_file_is_used_after_the_connection_expires(tmp_path):
    program = (
        f"{REQUESTS}\nimport os, sqlite3, time\nask()\n"
        f"sqlite3.connect('{tmp_path}/copy').execute('CREATE TABLE brought_back (id)')\n"
        f"os.replace('{tmp_path}/copy', '{tmp_path}/site.sqlite3')\n"
        "hour = time.monotonic() + 3600\ntime.monotonic = lambda: hour\nask()\n"
        "ask()\nprint(connection.introspection.table_names())"
    )
    answer = run(ROOT, "-c", program, **GOOD, DATABASE_URL=f"sqlite:///{tmp_path}/site.sqlite3").stdout
    assert answer == "200 200 200 ['brought_back']\n"


def check_for_production(tmp_path, **variables: str) -> subprocess.CompletedProcess:
    """Check as script/production does."""
    return run(
        ROOT,
        *("manage.py", "check", "--deploy", "--fail-level", "WARNING"),
        **{**GOOD, "SITE_URL": "https://reforms.example", "ALLOWED_HOSTS": "reforms.example", **variables},
        DATABASE_URL=f"sqlite:///{tmp_path}/site.sqlite3",
    )


KEPT = {"SITE_OWNER": "An institute", "SITE_CONTACT": "https://reforms.example/contact"}


def test_the_check_for_production_is_clean(tmp_path):
    result = check_for_production(tmp_path, **KEPT)
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


@pytest.mark.parametrize("missing", KEPT)
def test_the_check_for_production_requires_the_owner(tmp_path, missing):
    result = check_for_production(tmp_path, **{**KEPT, missing: ""})
    assert result.returncode == 1
    assert f"{missing} is not set." in result.stderr
    assert result.stderr.count("is not set.") == 1


def test_the_security_contact_defaults_to_the_sites_contact(bare_site):
    show = "settings.SECURITY_CONTACT"
    contact = {"SITE_CONTACT": "mailto:record@reforms.example"}
    assert settings_of(bare_site, show, **GOOD) == ""
    assert settings_of(bare_site, show, **GOOD, **contact) == "mailto:record@reforms.example"
    own = {"SECURITY_CONTACT": "mailto:security@reforms.example"}
    assert settings_of(bare_site, show, **GOOD, **contact, **own) == "mailto:security@reforms.example"


def test_the_check_for_production_refuses_debug(tmp_path):
    result = check_for_production(tmp_path, **KEPT, DEBUG="true")
    assert result.returncode == 1
    assert "security.W018" in result.stderr


@pytest.mark.parametrize(
    ("variables", "required"),
    [
        ({}, False),
        ({"SITE_URL": "https://reforms.example"}, True),
        ({"SITE_URL": "https://reforms.example", "SECOND_FACTOR": "false"}, False),
        ({"SECOND_FACTOR": "true"}, True),
    ],
)
def test_the_second_factor_is_required_in_public_by_default(bare_site, variables, required):
    assert settings_of(bare_site, "settings.SECOND_FACTOR", **GOOD, **variables) == str(required)


@pytest.mark.parametrize(
    ("variables", "limited"),
    [
        ({}, False),
        ({"SITE_URL": "https://reforms.example"}, True),
        ({"SITE_URL": "https://reforms.example", "RATE_LIMITS": "false"}, False),
    ],
)
def test_reading_is_limited_in_public_by_default(bare_site, variables, limited):
    assert settings_of(bare_site, "bool(settings.RATE_LIMITS)", **GOOD, **variables) == str(limited)


def test_cookies_are_restricted_to_https_if_it_is_available(bare_site):
    names = "settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME"
    assert settings_of(bare_site, names, **GOOD) == "('session', 'csrf', 'language')"
    public = {**GOOD, "SITE_URL": "https://reforms.example"}
    assert settings_of(bare_site, names, **public) == "('__Host-session', '__Host-csrf', '__Host-language')"
    flags = "settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE"
    assert settings_of(bare_site, flags, **public) == "(True, True, True)"


def test_notices_go_to_the_output_or_the_mail_server(bare_site):
    show = "settings.EMAIL_BACKEND.split('.')[-2], settings.DEFAULT_FROM_EMAIL"
    assert settings_of(bare_site, show, **GOOD) == "('console', 'noreply@127.0.0.1')"
    show += ", settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD"
    show += ", settings.EMAIL_USE_TLS, settings.EMAIL_TIMEOUT"
    mail = {"EMAIL_URL": "submission://site:p%40ss@mail.example", "DEFAULT_FROM_EMAIL": "desk@reforms.example"}
    expected = ("smtp", "desk@reforms.example", "mail.example", 587, "site", "p@ss", True, 10)
    assert settings_of(bare_site, show, **GOOD, **mail) == str(expected)


def test_saved_data_survives_a_power_cut(bare_site):
    """SQLite waits until each commit is on disk: 2 is FULL."""
    asked = "from django.db import connection\n"
    asked += "print(connection.cursor().execute('PRAGMA synchronous').fetchone())"
    result = run(bare_site, "-c", asked, **GOOD)
    assert result.stdout.strip() == "(2,)", result.stderr


def mode(path: Path) -> str:
    return oct(path.stat().st_mode)[-3:]


def test_a_new_databases_folder_is_private(bare_site):
    command = ["sh", "-c", f'umask 022 && exec "{sys.executable}" -c "from reforms_site import settings"']
    subprocess.run(command, cwd=bare_site, env={"PATH": os.environ["PATH"], **GOOD}, check=True)
    assert mode(bare_site / "var") == "700"


@pytest.mark.parametrize("script", ["server", "production"])
def test_scripts_make_old_and_new_files_private(bare_site, script):
    shutil.copytree(ROOT / "script", bare_site / "script")
    for name in ("manage.py", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(ROOT / name, bare_site)
    (bare_site / ".venv").symlink_to(ROOT / ".venv")
    (bare_site / "var").mkdir(mode=0o755)
    (bare_site / ".env").touch(0o644)
    # They get as far as this setting, which is invalid.
    given = {"PATH": os.environ["PATH"], "DATABASE_URL": "mysql://site"}
    if script == "production":
        given |= {"SITE_URL": "https://reforms.example", **GOOD}
    command = ["sh", "-c", f"umask 022 && exec script/{script} {free_port()}"]
    done = subprocess.run(command, cwd=bare_site, env=given, capture_output=True, text=True, timeout=60)
    assert "Cannot start" in done.stderr
    assert (mode(bare_site / "var"), mode(bare_site / ".env")) == ("700", "600")
