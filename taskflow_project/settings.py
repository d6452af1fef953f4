"""All of TaskFlow's settings, read from the environment; .env.example explains each variable.

A wrong value stops the start with one sentence that names the variable.
"""

import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from dotenv import load_dotenv
from psycopg2 import ProgrammingError
from psycopg2.extensions import make_dsn

from taskflow_project import __version__
from taskflow_project.environment import choice, flag, integer, refuse, text, words

BASE_DIR = Path(__file__).resolve().parent.parent
load_dotenv(BASE_DIR / ".env")

# --- What this process is ---------------------------------------------------------------------------------------------
ENVIRONMENT = choice(
    "ENVIRONMENT", ("development", "production"), default="production" if text("RENDER") else "development"
)
PRODUCTION = ENVIRONMENT == "production"
DEBUG = flag("DEBUG", default=False)
if DEBUG and PRODUCTION:
    refuse("DEBUG", "must be false in production: its error pages show settings and data.")
TASKFLOW_ACCESS = choice("TASKFLOW_ACCESS", ("open", "private"), default="private" if PRODUCTION else "open")
PORT = integer("PORT", default=8000, minimum=1, maximum=65535)  # for gunicorn.conf.py and make run


def development_secret_key() -> str:
    """Return the key kept in .secret_key, made at the first start and readable by its owner alone."""
    path = BASE_DIR / ".secret_key"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
    # It may be there already, or not be possible: reading it tells.
    with suppress(OSError), os.fdopen(os.open(path, flags, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(64))
    try:
        key = path.read_text().strip()
    except OSError:
        key = ""
    if not key:
        refuse("SECRET_KEY", f"is not set and {path} cannot be made or is empty: set the variable or mend the file.")
    return key


SECRET_KEY = text("SECRET_KEY") or ("" if PRODUCTION else development_secret_key())
if PRODUCTION and (len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5 or SECRET_KEY.startswith("django-insecure-")):
    refuse("SECRET_KEY", "must be set in production, random, and at least 50 characters long.")

# --- Who may talk to it -----------------------------------------------------------------------------------------------
RENDER_HOST = words("RENDER_EXTERNAL_HOSTNAME")
ALLOWED_HOSTS = words("ALLOWED_HOSTS") + RENDER_HOST + ([] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]"])
if any(set("/@ ") & set(host) or re.search(r":\d*$", host) for host in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS", "must be host names such as tasks.example.org, without https:// and without a port.")
if PRODUCTION and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    refuse("ALLOWED_HOSTS", "must name the host names of this site in production, separated by commas; * is refused.")


def origins(name: str, default: str = "") -> list[str]:
    """Return the origins of a variable as browsers send them: scheme, host and port (RFC 6454)."""
    values = [value.rstrip("/").lower() for value in words(name, default)]
    for value in values:
        if not re.fullmatch(r"https?://(\*\.)?([\w.-]+|\[[\da-f:]+\])(:\d{1,5})?", value, re.ASCII):
            refuse(name, "must be origins such as https://tasks.example.org, separated by commas.")
    return values


CSRF_TRUSTED_ORIGINS = origins("CSRF_TRUSTED_ORIGINS") + [f"https://{host}" for host in RENDER_HOST]
CORS_ALLOW_ALL_ORIGINS = text("CORS_ORIGINS") == "*"
if PRODUCTION and CORS_ALLOW_ALL_ORIGINS:
    refuse("CORS_ORIGINS", "must list origins in production: * together with credentials lets every site act for you.")
LOCAL_FRONT_ENDS = "" if PRODUCTION else "http://localhost:5173,http://localhost:3000"
CORS_ALLOWED_ORIGINS = [] if CORS_ALLOW_ALL_ORIGINS else origins("CORS_ORIGINS", LOCAL_FRONT_ENDS)
if any("*" in origin for origin in CORS_ALLOWED_ORIGINS):
    refuse("CORS_ORIGINS", "must name each origin in full: * inside an origin is not understood.")
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
CORS_ALLOW_HEADERS = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-csrftoken",
    "x-request-id",
    "x-requested-with",
)
CORS_EXPOSE_HEADERS = ("ETag", "Link", "Location", "Retry-After", "X-Request-ID")

# --- Applications -----------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "tasks",  # before rest_framework and admin: its templates win
    "accounts",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "django_htmx",
    "corsheaders",
    "csp",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]
MIDDLEWARE = [
    "taskflow_project.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "taskflow_project.middleware.LimitsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "taskflow_project.urls"
WSGI_APPLICATION = "taskflow_project.wsgi.application"
APPEND_SLASH = False
AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "api:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "tasks.preferences.context",
            ],
        },
    },
]

# --- Database ---------------------------------------------------------------------------------------------------------
STATEMENT_TIMEOUT = integer("DATABASE_STATEMENT_TIMEOUT", default=5, minimum=0, maximum=3600)  # seconds; 0: none
LOCK_TIMEOUT = integer("DATABASE_LOCK_TIMEOUT", default=3, minimum=0, maximum=3600)  # seconds; 0: none
TRANSACTION_POOLER_PORT = 6543  # Supabase's


def database(url: str) -> dict[str, Any]:
    """Return Django's settings for a sqlite:///, postgres:// or postgresql:// address."""
    if not url.startswith(("sqlite:///", "postgres://", "postgresql://")):
        refuse("DATABASE_URL", "must begin with sqlite:///, postgres:// or postgresql://.")
    try:
        config: dict[str, Any] = dict(dj_database_url.parse(url))
    except ValueError:
        refuse(
            "DATABASE_URL",
            "is not a database address. Write the password in place of [YOUR-PASSWORD], with characters such as "
            "@ : / # in it %-encoded.",
        )
    config.setdefault("OPTIONS", {})
    config["CONN_MAX_AGE"] = integer("DATABASE_CONN_MAX_AGE", default=600, minimum=0, maximum=86400)
    return (sqlite if config["ENGINE"].endswith("sqlite3") else postgresql)(config)


def sqlite(config: dict[str, Any]) -> dict[str, Any]:
    if not config["NAME"] or config["NAME"] == ":memory:" or config["OPTIONS"]:
        refuse("DATABASE_URL", "must name a file behind sqlite:/// and nothing else.")
    config["NAME"] = str(BASE_DIR / config["NAME"])
    # WAL alone still fails at once when a reader turns writer; IMMEDIATE makes it wait for its turn instead.
    config["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
    # In memory, threads share one connection and its locks; tests with threads need a file.
    return config | {"TEST": {"NAME": f"{config['NAME']}.test"}}


def postgresql(config: dict[str, Any]) -> dict[str, Any]:
    options = {"connect_timeout": 3, "application_name": "taskflow"} | config["OPTIONS"]
    if not config["NAME"] or (not config["HOST"] and "host" not in options):
        refuse("DATABASE_URL", "must name a host and a database: postgresql://user:password@host:5432/database.")
    try:
        make_dsn(**options)
    except (ProgrammingError, TypeError):
        refuse("DATABASE_URL", "may carry only libpq's options behind the ?, such as sslmode=require.")
    # Behind a transaction pooler the next statement may meet another server, which knows nothing of the cursor.
    is_pooled = config["PORT"] == TRANSACTION_POOLER_PORT
    return config | {
        "OPTIONS": options,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": flag("DISABLE_SERVER_SIDE_CURSORS", default=is_pooled),
    }


if PRODUCTION and not text("DATABASE_URL"):
    refuse("DATABASE_URL", "must be set in production: without it the data would lie on a disk that vanishes.")
DATABASES = {"default": database(text("DATABASE_URL", "sqlite:///taskflow.db"))}

# --- Language and time ------------------------------------------------------------------------------------------------
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LANGUAGE_CODE = choice("LANGUAGE_CODE", ("en", "fr"), default="en")
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = text("TIME_ZONE", "UTC")
try:
    ZoneInfo(TIME_ZONE)
except (ValueError, OSError, LookupError):
    refuse("TIME_ZONE", "must be a name of the IANA time zone database, such as UTC or Europe/Paris.")

# --- Static files -----------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "taskflow_project.static.StaticFiles"},
}

# --- Limits -----------------------------------------------------------------------------------------------------------
MAX_BODY_SIZE = integer("MAX_BODY_SIZE", default=1024 * 1024, minimum=1024, maximum=1024**3)  # bytes
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_BODY_SIZE
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# --- Security ---------------------------------------------------------------------------------------------------------
# Render ends TLS and says so in this header; nothing else can reach the service there.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_SSL_REDIRECT = PRODUCTION
# A platform's prober takes a redirect for health, so these answer without TLS too.
SECURE_REDIRECT_EXEMPT = [r"^health(/live)?$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "tasks.api.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

# --- REST API ---------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tasks.api.authentication.BasicAuthentication",
        "tasks.api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["tasks.api.permissions.TaskPermission"],
    "DEFAULT_RENDERER_CLASSES": ["tasks.api.renderers.JSONRenderer", "tasks.api.browsable.BrowsableAPIRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "tasks.api.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "tasks.api.negotiation.ContentNegotiation",
    "DEFAULT_SCHEMA_CLASS": "tasks.api.schema.Schema",
    "EXCEPTION_HANDLER": "tasks.api.errors.exception_handler",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "TaskFlow API",
    "DESCRIPTION": "Tasks with a status, a priority, a person and a due date, and the log of every change to them. "
    "Text is Unicode without NUL characters.",
    "VERSION": __version__,
    "TAGS": [
        {"name": "Tasks", "description": "What there is to do."},
        {"name": "Changes", "description": "What happened, task by task or all in one feed."},
        {"name": "Server", "description": "What this server is, and whether it is well."},
    ],
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["tasks.api.permissions.TaskPermission"],
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "tasks.api.schema.as_served"],
    "ENUM_NAME_OVERRIDES": {"StatusEnum": "tasks.models.Status", "PriorityEnum": "tasks.models.Priority"},
}

# --- Logs: to standard error, one line an event -----------------------------------------------------------------------
LOG_LEVEL = choice("LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), default="INFO")
LOG_FORMAT = choice("LOG_FORMAT", ("text", "json"), default="json" if PRODUCTION else "text")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "text": {"()": "taskflow_project.logs.TextFormatter"},
        "json": {"()": "taskflow_project.logs.JSONFormatter"},
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"level": LOG_LEVEL},
        # The request log says each status already; a second line for every 4xx would double it.
        "django.request": {"level": "ERROR"},
        # Scanners ask for other hosts all day; each would log a stack. The request log has their 400.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django.server": {"handlers": [], "level": "CRITICAL", "propagate": False},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
