"""Settings every way of running shares. Each value from the environment stands in docs/reference/settings.md.

Unset means the embedded default: SQLite, a folder, background work in the web process.
"""

import re
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()

ROOT = Path(__file__).resolve().parent.parent.parent
# Everything a running instance writes lies in one folder, so that one folder is the backup of the embedded form.
# The version of the tablet's client this server hands out; tablets say theirs with each request.
_CLIENT = ROOT / "tablet/src/version.js"
TABLET_VERSION = re.search(r'VERSION = "(.+)"', _CLIENT.read_text(encoding="utf-8"))[1] if _CLIENT.exists() else ""
VAR = Path(env.str("VAR_DIR", default=str(ROOT / "var")))

DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "config",
    "cms",
    "disclosure",
    "improvement_plans",
    "compliance",
    "factories",
    "checklists",
    "tablet",
    "core",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "csp",
    "wagtail_localize",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "cms.middleware.OpenData",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.ReaderLanguage",
    "core.middleware.Door",
    "core.entrance.gate.SecondStep",
    "core.administering.AdministratorRequests",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "core.middleware.Refusals",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "core.home.page_context",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR / 'openfloor.sqlite3'}")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        # IMMEDIATE: Django's default lets two writers meet half-way and fail at once.
        # synchronous=FULL: "safe on the server" is a receipt; it must survive a power cut.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728;"
        ),
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": env.cache_url("CACHE_URL", default="locmemcache://openfloor")}
if CACHES["default"]["BACKEND"].endswith("LocMemCache"):
    # Attempts to sign in are counted here: a stranger must not push them out with three hundred names.
    CACHES["default"]["OPTIONS"] = {"MAX_ENTRIES": 50_000}
# Public pages that were drawn, by what they are made of: within the process, so that none outlives its templates.
CACHES["drawn"] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "LOCATION": "drawn",
    "TIMEOUT": 3600,
    "OPTIONS": {"MAX_ENTRIES": 300},
}

AUTH_USER_MODEL = "core.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "core:sign-in"
LOGIN_REDIRECT_URL = "core:home"
LOGOUT_REDIRECT_URL = "core:left"

# Signing in (core/entrance). Who reads reports needs a second step; only a demonstration may do without.
SECOND_FACTOR_REQUIRED = True
SESSION_ENGINE = "core.entrance.sessions"
SESSION_COOKIE_AGE = 7 * 24 * 3600
PASSWORD_RESET_TIMEOUT = 4 * 3600
ACCOUNT_ADAPTER = "core.entrance.adapter.Account"
ACCOUNT_FORMS = {
    "login": "core.entrance.forms.SignIn",
    "reauthenticate": "core.entrance.forms.Again",
    "change_password": "core.entrance.forms.ChangePassword",
    "reset_password": "core.entrance.forms.AskForPassword",
    "reset_password_from_key": "core.entrance.forms.NewPassword",
}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"
# Failed attempts for one name: after five wait five minutes, after ten an hour, after twenty a day. A whole factory
# may stand behind one address, so an address may fail more often. `enter` is the door of member codes,
# `task-link` what arrives by one link for photos.
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,300/d/ip,5/5m/key,10/h/key,20/d/key",
    "enter": "30/m/ip,300/d/ip",
    "task-link": "30/m/ip,600/d/ip,30/h/key",
    "store-key": "10/h/user",
    # Who asks to hear of releases: by a hash of where it comes from, all together, and to one address.
    "watch": "10/h/key",
    "watch-all": "2000/d/key",
    "watch-to": "3/d/key",
    # Questions to the helpdesk: by a hash of an address that lives as long as the counter, and all together.
    "enquiry": "5/10m/key",
    "enquiry-all": "500/d/key",
}
# How many proxies stand before the server: the address of a browser is what the last of them wrote.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXIES", default=0)
MFA_ADAPTER = "core.entrance.adapter.SecondStep"
MFA_FORMS = {
    "add_webauthn": "core.entrance.forms.AddPasskey",
    "login_webauthn": "core.entrance.forms.SignInWithPasskey",
    "authenticate_webauthn": "core.entrance.forms.UsePasskey",
    "reauthenticate_webauthn": "core.entrance.forms.AgainWithPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_ALLOW_UNVERIFIED_EMAIL = True
# One code before and after: the clock of a phone may be off.
MFA_TOTP_TOLERANCE = 1
# Guardian would otherwise create a person called AnonymousUser.
ANONYMOUS_USER_NAME = None

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("km", _("Khmer")), ("ar", _("Arabic"))]
# No native speaker has read these translations yet; every page in one of them says so.
UNREVIEWED_LANGUAGES = {"km", "ar"}
TIME_ZONE = "UTC"
USE_TZ = True
DATE_FORMAT = "j F Y"

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "static-collected"
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True

# Evidence: a folder unless a bucket is named.
EVIDENCE_FOLDER = VAR / "evidence"
EVIDENCE_BUCKET = env.str("EVIDENCE_BUCKET", default="")
EVIDENCE_ENDPOINT = env.str("EVIDENCE_ENDPOINT", default="")
EVIDENCE_ACCESS_KEY = env.str("EVIDENCE_ACCESS_KEY", default="")
EVIDENCE_SECRET_KEY = env.str("EVIDENCE_SECRET_KEY", default="")
EVIDENCE_REGION = env.str("EVIDENCE_REGION", default="us-east-1")
EVIDENCE_MAX_BYTES = 25 * 1024 * 1024
# Who looks at files besides the built-in rules (core/scanning.py); "core.scanning.clamd" asks a ClamAV daemon.
EVIDENCE_SCANNER = env.str("EVIDENCE_SCANNER", default="core.scanning.by_content")
CLAMD_ADDRESS = env.str("CLAMD_ADDRESS", default="unix:/run/clamav/clamd.ctl")
# A body larger than this is refused before it is read into memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 26 * 1024 * 1024

# What was removed by law, for a restore to remove again (core/removal_list.py). On another disk than the database.
REMOVALS_LIST = env.str("REMOVALS_LIST", default=str(VAR / "removals.jsonl"))

# No broker named: the web process carries the work itself (config/embedded.py).
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://localhost/")
EMBEDDED_WORKER = CELERY_BROKER_URL.startswith("memory://")

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
# Who has no e-mail is reached by this door: a dotted path, see core.letters.reach.
MESSAGE_DOOR = env.str("MESSAGE_DOOR", default="")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="openfloor@localhost")

# One strict policy for our own doors; Wagtail's editor brings scripts of its own and is left to itself.
CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# Guardian's backend is left out on purpose: it would answer `has_perm` without asking until when a grant lasts.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

WAGTAIL_SITE_NAME = "Openfloor"
# One way in for everybody: the editor has no sign-in and no passwords of its own.
WAGTAILADMIN_LOGIN_URL = "core:sign-in"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_BASE_URL = env.str("BASE_URL", default="http://localhost:8000")
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
# Editors' pages are translated; each keeps its address, and who reads chooses the language (cms/languages.py).
WAGTAIL_I18N_ENABLED = True
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# What is given to a translator is no page for readers before it is translated.
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
# Pictures are drawn anew from their pixels before they are kept.
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.picture_forms.PictureForm"


# How often one place may ask the public API in a minute. Files under /data/ are not counted.
PUBLIC_API_PER_MINUTE = env.int("PUBLIC_API_PER_MINUTE", default=300)

# Set by `make demo`: pages say that everything on them is invented.
DEMONSTRATION = env.bool("DEMONSTRATION", default=False)

# What machines ask (core/health.py) and where errors are told (config/sentry.py): doors that are shut when unset.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Signs each release: 32 bytes in base64, made once (docs/how-to/publish-a-release.md). Empty: releases are not signed.
LEDGER_KEY = env.str("LEDGER_KEY", default="")
# Secrets of before: what was signed or sealed with them is still read.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

SENTRY_DSN = env.str("SENTRY_DSN", default="")

LOG_FORMAT = env.str("LOG_FORMAT", default="line")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"},
        "json": {"()": "core.logs.Json"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "json" if LOG_FORMAT == "json" else "line"},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
    "loggers": {
        "openfloor": {"level": "INFO"},
        # They complain of every rule of a stylesheet that paper has no use for.
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}
