"""The embedded form: what `make demo` and a developer run. Nothing to install, nothing to name."""

import os
import secrets

from .base import *  # noqa: F403
from .base import VAR, env


def _kept_secret():
    """A secret made once and kept beside the data, so that a restart does not sign everybody out."""
    path = VAR / "secret-key"
    VAR.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(50))
    return path.read_text()


DEBUG = env.bool("DEBUG", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="") or _kept_secret()
