"""Wiring as an app, so that commands which need every floor (the demonstration world) have a place."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "config"
