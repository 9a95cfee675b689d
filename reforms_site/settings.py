"""Settings of the site.

Everything secret or local comes from the environment, or from a file `.env` beside manage.py (the environment wins);
.env.example describes every variable. If a value is missing or invalid, the site does not start and says what to set.
"""

import sys
import zoneinfo
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from environs import Env, EnvError, ValidationError, validate

from reforms_site.folders import a_bucket, a_writable_folder

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"

env = Env()
env.read_env(BASE_DIR / ".env", recurse=False)


_a_database = validate.Regexp(
    r"sqlite:///.+|postgres(ql)?://[^?]*/[^?/]+",
    error="must be sqlite:///PATH or postgres://USER:PASSWORD@HOST:PORT/NAME",
)
_a_cache = validate.Regexp(
    r"\Z|rediss?://[^/?]+(/\d+)?\Z|unix://.+", error="must be redis://:PASSWORD@HOST:PORT/NUMBER, rediss://… or empty"
)
_a_replica = validate.Regexp(r"postgres(ql)?://[^?]*/[^?/]+", error="must be postgres://USER:PASSWORD@HOST:PORT/NAME")
_an_origin = validate.Regexp(
    r"https?://([\w.-]+|\[[\da-f:.]+\])(:\d{1,5})?/?\Z",
    error="must be an address without a path, such as https://reforms.example",
)
_a_mail_server = validate.Regexp(
    r"console:\Z|(smtp|submission)://([^/@]+@)?[^/@]+",
    error="must be console: or submission://USER:PASSWORD@HOST or smtp://USER:PASSWORD@HOST:PORT",
)
_a_token = validate.Regexp(r"([!-~]{32,})?\Z", error="must be 32 or more letters, digits or signs")
_a_mailbox = validate.Regexp(r"[^\r\n@]+@[^\r\n@]+\Z", error="must be an e-mail address")
_a_line = validate.Regexp(r"[^\x00-\x1f\x7f]*\Z", error="must be one line of text")
_a_contact = validate.Regexp(r"(mailto:[^\s@]+@[^\s@]+|https://\S+)?\Z", error="must begin with mailto: or https://")


def _replica(url: str) -> dict:
    """Return the settings of a replica. Raises ValidationError."""
    try:
        return dict(dj_database_url.parse(_a_replica(url.strip())), TEST={"MIRROR": "default"})
    except dj_database_url.ParseError as error:
        raise ValidationError(_a_replica.error) from error


try:
    SECRET_KEY = env.str("SECRET_KEY", validate=validate.Length(min=50))
    DEBUG = env.bool("DEBUG", False)
    SITE_URL = env.str("SITE_URL", "http://127.0.0.1:8000", validate=_an_origin).rstrip("/")
    _site = urlsplit(SITE_URL)
    SITE_PORT = _site.port or (443 if _site.scheme == "https" else 80)
    ALLOWED_HOSTS = [host.strip() for host in env.list("ALLOWED_HOSTS", [_site.hostname or ""])]
    env.str("DATABASE_URL", f"sqlite:///{VAR_DIR}/site.sqlite3", validate=_a_database)
    DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR}/site.sqlite3")}
    _replicas = env.list("DATABASE_REPLICA_URLS", [], subcast=_replica)
    DATABASES |= {f"replica{number}": replica for number, replica in enumerate(_replicas, 1)}
    DATABASE_POOLED = env.bool("DATABASE_POOLED", False)
    if (_replicas or DATABASE_POOLED) and not DATABASES["default"]["ENGINE"].endswith("postgresql"):
        raise EnvError("DATABASE_REPLICA_URLS and DATABASE_POOLED need PostgreSQL in DATABASE_URL")
    CACHE_URL = env.str("CACHE_URL", "", validate=_a_cache)
    # The folder of the search index, on a disk of this machine: locks do not hold on network file systems.
    SEARCH_DIR = env.str("SEARCH_DIR", str(VAR_DIR / "search"), validate=validate.Length(min=1))
    # Copies of documents: a folder, or a bucket of S3-compatible storage, whose address and keys boto3 reads.
    ARCHIVE_BUCKET = env.str("ARCHIVE_BUCKET", "", validate=a_bucket)
    _usable = validate.Length(min=1) if ARCHIVE_BUCKET else a_writable_folder
    ARCHIVE_DIR = env.str("ARCHIVE_DIR", str(VAR_DIR / "archive"), validate=_usable)
    # Minutes a night in which outside archives are asked for their copies; 0 asks none (manage.py attest).
    ATTEST_MINUTES = env.int("ATTEST_MINUTES", 0, validate=validate.Range(min=0, max=120))
    env.str("EMAIL_URL", "console:", validate=_a_mail_server)
    globals().update(env.dj_email_url("EMAIL_URL", "console:"))
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", f"noreply@{_site.hostname}", validate=_a_mailbox)
    # Off on a laptop, which no one else can reach.
    SECOND_FACTOR = env.bool("SECOND_FACTOR", _site.scheme == "https")
    RATE_LIMITED = env.bool("RATE_LIMITS", _site.scheme == "https")
    SITE_OWNER = env.str("SITE_OWNER", "", validate=_a_line).strip()
    SITE_CONTACT = env.str("SITE_CONTACT", "", validate=_a_contact)
    SITE_FUNDING = env.str("SITE_FUNDING", "", validate=_a_line).strip()
    SECURITY_CONTACT = env.str("SECURITY_CONTACT", SITE_CONTACT, validate=_a_contact)
    LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    LOG_FORMAT = env.str("LOG_FORMAT", "line", validate=validate.OneOf(["line", "json"]))
    METRICS_TOKEN = env.str("METRICS_TOKEN", "", validate=_a_token)
    TIME_ZONE = env.str(
        "TIME_ZONE",
        "Asia/Almaty",
        validate=validate.OneOf(
            sorted(zoneinfo.available_timezones()), error="must be the name of a time zone, such as Asia/Almaty"
        ),
    )
    CHANGES_NAME_EDITORS = env.bool("CHANGES_NAME_EDITORS", False)
    HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
    DATASET_DIR = env.str("DATASET_DIR", str(VAR_DIR / "dataset"), validate=validate.Length(min=1))
    DATA_LICENCE = env.str("DATA_LICENCE", "https://creativecommons.org/licenses/by/4.0/", validate=validate.URL())
except (EnvError, ValueError) as error:
    sys.exit(
        f"Cannot start: {error}\n"
        "Set it in the environment or in the file .env. The file .env.example describes every variable."
    )

HTTPS = _site.scheme == "https"

# A user who changes a password waits for the mail server, but not for long.
EMAIL_TIMEOUT = 10

# Each thread keeps its connection for a minute: opening SQLite each time was three quarters of the work for /healthz
# and a third of that for /quotes/ (docs/benchmarks.md). A replaced database file is noticed within that minute, a
# restarted PostgreSQL at the next request.
for _database in DATABASES.values():
    _database |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# Seconds that this side waits for PostgreSQL (initiatives/limits.py), by what is done: for a statement, and for all
# statements of a request; 0 is for ever. Search indexes changes, maybe many, while a visitor waits.
DATABASE_LIMITS = {"public": (2, 6), "search": (31, 0), "desk": (31, 0), "command": (0, 0)}
# The limits of PostgreSQL itself, for commands and for requests (wsgi.py). It ends a statement if its client has gone.
COMMAND_OPTIONS = "-c lock_timeout=60s"
REQUEST_OPTIONS = "-c statement_timeout=30s -c lock_timeout=10s -c client_connection_check_interval=2s"

REPLICAS = [alias for alias in DATABASES if alias != "default"]
if REPLICAS:
    DATABASE_ROUTERS = ["initiatives.models.databases.Router"]

if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    for _database in DATABASES.values():
        # A machine that has gone is noticed after some 20 seconds, wherever nothing bounds the wait for it.
        _alive = {"keepalives_idle": 10, "keepalives_interval": 3, "keepalives_count": 3, "tcp_user_timeout": 20_000}
        _limits = {} if DATABASE_POOLED else {"options": COMMAND_OPTIONS}  # PgBouncer takes no options
        _database["OPTIONS"] = _alive | _limits | _database.get("OPTIONS", {})
        _database |= {"ENGINE": "reforms_site.postgresql", "DISABLE_SERVER_SIDE_CURSORS": DATABASE_POOLED}

if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # It holds drafts, sessions and keys of second factors: only its owner may read it, whatever the umask.
    VAR_DIR.mkdir(mode=0o700, exist_ok=True)
    # Readers are not blocked while an editor writes (WAL); a second writer waits instead of failing; confirmed changes
    # survive a power cut (FULL).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;",
    }

INSTALLED_APPS = [
    "initiatives.accounts.apps.DeskConfig",  # Django's admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_filters",
    "csp",
    "simple_history",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "initiatives",
]

MIDDLEWARE = [
    "reforms_site.middleware.RequestId",
    "reforms_site.middleware.Languages",
    "reforms_site.middleware.SiteHeaders",
    "django.middleware.security.SecurityMiddleware",
    "reforms_site.middleware.AcceptedEncodings",
    "reforms_site.middleware.KnownHost",
    "reforms_site.streams.Streams",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "reforms_site.middleware.KnownParameters",
    "reforms_site.middleware.DatabaseLimits",
    "reforms_site.replicas.Replicas",
    "reforms_site.kept_pages.KeptPages",
    "reforms_site.middleware.CompressPublicPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "reforms_site.middleware.DeskPages",
    "reforms_site.rate_limits.RateLimits",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "reforms_site.middleware.RequestLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

if METRICS_TOKEN:
    MIDDLEWARE.insert(0, "reforms_site.metrics.Metrics")

ROOT_URLCONF = "reforms_site.urls"
WSGI_APPLICATION = "reforms_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "initiatives.pages.tracks.axis",
            ],
        },
    },
]

# In each process's memory, and in Redis if there is one. Share cards have a cache of their own.
CACHES: dict[str, dict] = {
    "default": {"LOCATION": "default"},
    "cards": {"LOCATION": "cards", "TIMEOUT": 7 * 24 * 3600, "OPTIONS": {"MAX_ENTRIES": 200, "MAX_BYTES": 10_000_000}},
    # Whole pages, compressed as they were sent: some 10 kB each.
    "pages": {"LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 1000, "MAX_BYTES": 20_000_000}},
}
for _name, _cache in CACHES.items():
    if CACHE_URL:
        _cache |= {
            "BACKEND": "reforms_site.redis_cache.SharedCache",
            "LOCATION": CACHE_URL,
            "KEY_PREFIX": _name,
            "KEY_FUNCTION": "reforms_site.redis_cache.key_of_release",
        }
    else:
        _cache["BACKEND"] = "reforms_site.memory_cache.MemoryCache"

# How often one address may request expensive pages (reforms_site/rate_limits.py): far more than a reader does, so that
# an office with one address is not refused. Counted in CACHE_URL, or by each process for itself. "search" are lists,
# with words or without; "files" are lists as files, and those of the dataset.
RATE_LIMITS = (
    {
        "search": "120/minute",
        "files": "60/minute",
        "suggestions": "600/minute",
        "cards": "60/minute",
        "log-in": "30/minute",
        "forgotten": "10/hour",
        "api": "300/minute",
        "reports": "20/hour",
        "check": "60/minute",
    }
    if RATE_LIMITED
    else {}
)

# The API (initiatives/api).
API_PATH = "/api/"

# Where readers report errors (views/reports.py) and ask whether a sentence is on record (views/check.py,
# api/endpoints.py): the only public addresses that accept a body.
REPORT_PATH, CHECK_PATHS = "/report/", ("/check/", f"{API_PATH}v1/check")

# The editors' desk: its address, and access to it (initiatives/accounts).
DESK_PATH = LOGIN_REDIRECT_URL = "/admin/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Too many failures within the time of cooling off close log-in for a while, before any password is hashed: ten for one
# name from one address, whether the name exists or not; more from one address, whatever the names; more for one name
# from anywhere, but not for an address from which the name has lately logged in: so no one else locks an editor out.
# The database counts for all processes; old entries are deleted.
AXES_HANDLER = "initiatives.accounts.lockout.Lockout"
AXES_FAILURE_LIMIT = 10
AXES_LIMIT_OF_ADDRESS = 30
AXES_LIMIT_OF_NAME = 50
AXES_KNOWN_DAYS = 30
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "initiatives.accounts.lockout.client_name"
AXES_CLIENT_IP_CALLABLE = "initiatives.accounts.lockout.client_address"
AXES_LOCKOUT_CALLABLE = "initiatives.accounts.views.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_SENSITIVE_PARAMETERS = [
    "username"
]  # users may type a password in place of their name, so the log has only the address
OTP_TOTP_ISSUER = _site.hostname
# Seconds from log-in, and seconds without activity.
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_AGE = 2 * 3600
# Seconds for which a link to set a new password works.
PASSWORD_RESET_TIMEOUT = 3600

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "en"
# Languages of the desk and of the public site, whose addresses have no prefix in LANGUAGE_CODE.
LANGUAGES = [("en", "English"), ("ru", "Russian"), ("kk", "Kazakh")]
LOCALE_PATHS = [BASE_DIR / "initiatives" / "locale"]
FORMAT_MODULE_PATH = "reforms_site.formats"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "archive": {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": ARCHIVE_BUCKET, "file_overwrite": True, "default_acl": None},
    }
    if ARCHIVE_BUCKET
    else {"BACKEND": "reforms_site.archive.ArchiveFiles", "OPTIONS": {"location": ARCHIVE_DIR}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Security. Settings for HTTPS follow SITE_URL, so that the site works on a laptop without a certificate.
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = ["^healthz$", "^readyz$"]  # requested directly, not through the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS and HSTS_PRELOAD
# Whether browsers preload HTTPS for the domain is the operator's choice: it binds all subdomains for years.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
# With the prefix only this host can set them, over https, and no subdomain can; it requires the path "/".
_prefix, _path = ("__Host-", "/") if HTTPS else ("", DESK_PATH)
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, LANGUAGE_COOKIE_NAME = (
    f"{_prefix}session",
    f"{_prefix}csrf",
    f"{_prefix}language",
)
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = LANGUAGE_COOKIE_PATH = _path
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [SITE_URL]
X_FRAME_OPTIONS = "DENY"
# Bytes of a request, a document or a file to import among them (see middleware.RequestLimits).
DATA_UPLOAD_MAX_MEMORY_SIZE = 11_000_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "reforms_site.logs.Lines"}, "json": {"()": "reforms_site.logs.Json"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        # Errors of requests, with tracebacks, whatever DEBUG says.
        "django": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        "django.server": {"handlers": ["console"], "level": LOG_LEVEL, "propagate": False},
        # A wrong Host header gets a 400; with a traceback for each, robots would fill the log.
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
        # gunicorn 27 warns of every HEAD request, although WSGI servers rightly drop the body.
        "gunicorn.http.wsgi": {"level": "ERROR"},
    },
}

# The record.
PAGE_SIZE = 20
PREVIEW_MAX_AGE = 24 * 3600  # how many seconds a preview link works
