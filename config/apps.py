"""Wiring as an app, so that commands which need every floor (the demonstration world) have a place."""

from django.apps import AppConfig
from django.conf import settings


class Config(AppConfig):
    name = "config"

    def ready(self):
        from config import sentry

        sentry.start(settings.SENTRY_DSN)
