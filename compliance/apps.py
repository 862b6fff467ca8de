"""What was found."""

from django.apps import AppConfig


class Compliance(AppConfig):
    name = "compliance"

    def ready(self):
        # Jobs, places and sections are known by being imported.
        from compliance import home, removals, retention, tasks  # noqa: F401
