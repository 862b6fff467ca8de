"""The assessor's offline client as an app: a shell, a worker and one built file. No models."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "tablet"
    label = "tablet"
