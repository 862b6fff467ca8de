"""The test settings with letters in a folder, for processes that are killed."""

from config.settings.test import *  # noqa: F403
from config.settings.test import VAR

EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR.parent / "letters"
