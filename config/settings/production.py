"""For real work. Refuses to start with an unsafe value, and says which."""

from django.core.exceptions import ImproperlyConfigured

from .base import *  # noqa: F403
from .base import (
    ALLOWED_HOSTS,
    CACHES,
    EMAIL_CONFIG,
    EMBEDDED_WORKER,
    EVIDENCE_BUCKET,
    EVIDENCE_SECRET_KEY,
    LOGGING,
    STORAGES,
    WAGTAILADMIN_BASE_URL,
    env,
)

SECRET_KEY = env.str("SECRET_KEY", default="")

_unsafe = [
    sentence
    for wrong, sentence in [
        (
            len(SECRET_KEY) < 40 or len(set(SECRET_KEY)) < 10,
            "SECRET_KEY: name a random value of at least 40 characters.",
        ),
        (not env.str("ALLOWED_HOSTS", default=""), "ALLOWED_HOSTS: name the host people use."),
        ("*" in ALLOWED_HOSTS, "ALLOWED_HOSTS: name the hosts one by one, never *."),
        (not env.str("DATABASE_URL", default=""), "DATABASE_URL: name the database."),
        (
            not WAGTAILADMIN_BASE_URL.startswith("https://"),
            "BASE_URL: name the site's own address, https://…, for letters.",
        ),
        (
            EMAIL_CONFIG["EMAIL_BACKEND"].endswith("console.EmailBackend"),
            "EMAIL_URL: name the mail server; a letter that is printed puts its link into the log.",
        ),
        (bool(EVIDENCE_BUCKET) and not EVIDENCE_SECRET_KEY, "EVIDENCE_SECRET_KEY: the bucket needs a key."),
        (env.bool("DEBUG", default=False), "DEBUG: never in production."),
        (env.bool("DEMONSTRATION", default=False), "DEMONSTRATION: never in production."),
        (not env.bool("SECOND_FACTOR_REQUIRED", default=True), "SECOND_FACTOR_REQUIRED: never off in production."),
        (
            not EMBEDDED_WORKER and CACHES["default"]["BACKEND"].endswith(("LocMemCache", "DummyCache")),
            "CACHE_URL: name a cache all processes share, so that attempts to sign in are counted once.",
        ),
    ]
    if wrong
]
if _unsafe:
    raise ImproperlyConfigured("Not safe to start.\n" + "\n".join(_unsafe))

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
WHITENOISE_USE_FINDERS = False
SECOND_FACTOR_REQUIRED = True
# Plain HTTP is never answered, so there is always one that speaks TLS before us.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("PROXIES", default=1)
# The words of an error may hold what somebody typed: in production they stay out of the log.
LOGGING["formatters"]["line"]["()"] = "core.logs.WithoutWords"
SECURE_SSL_REDIRECT = True
# A proxy or a monitor beside us asks this in plain HTTP; it says nothing of anybody.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31536000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
