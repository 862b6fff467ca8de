"""For the test suite: fast hashing, mail kept in memory, everything written below one throw-away folder."""

import tempfile
from pathlib import Path

from .base import *  # noqa: F403
from .base import CACHES, DATABASES, env

SECRET_KEY = "only-for-tests-only-for-tests-only-for-tests-only"
DEBUG = False
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests of the second step turn it on; all others sign in with one.
SECOND_FACTOR_REQUIRED = False
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
VAR = Path(env.str("VAR_DIR", default=tempfile.gettempdir())) / "openfloor-tests"
VAR.mkdir(parents=True, exist_ok=True)
EVIDENCE_FOLDER = VAR / "evidence"
MEDIA_ROOT = VAR / "media"
REMOVALS_LIST = VAR / "removals.jsonl"
STATIC_ROOT = VAR
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="memory://localhost/")
CACHES["default"] = env.cache_url("CACHE_URL", default="locmemcache://openfloor-tests")
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: live servers use several threads, and the template is copied in milliseconds.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
