"""The embedded form: what `make demo` and a developer run. Nothing to install, nothing to name."""

import contextlib
import os
import secrets

from .base import *  # noqa: F403
from .base import DEMONSTRATION, VAR, env


def _kept_secret():
    """A secret made once and kept beside the data, so that a restart does not sign everybody out."""
    path = VAR / "secret-key"
    if not path.exists():
        VAR.mkdir(parents=True, exist_ok=True)
        beside = VAR / f".secret-key.{secrets.token_hex(4)}"
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(50))
        # A link appears whole and once: of two that start together, both read the same.
        with contextlib.suppress(FileExistsError):
            os.link(beside, path)
        beside.unlink()
    return path.read_text()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret()
# A demonstration has no phone at hand for a second step; who wants to see it sets this to true.
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=not (DEBUG or DEMONSTRATION))

# Static files come from their sources here; the folder only has to exist.
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
