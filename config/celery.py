"""Celery carries jobs; the job row in the database is the truth (core/queue.py)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("openfloor")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.update(
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    broker_connection_retry_on_startup=True,
    # The worker writes its log as the settings say, without people's words.
    worker_hijack_root_logger=False,
    # One schedule whatever the broker: the sweeper finds what is due in the database.
    beat_schedule={"sweep": {"task": "core.sweep", "schedule": 15.0}},
)
if app.conf.broker_url and app.conf.broker_url.startswith("memory"):
    app.conf.broker_transport_options = {"polling_interval": 0.05}
elif app.conf.broker_url and app.conf.broker_url.startswith("redis"):
    # Redis gives a killed worker's message back only after this time; the sweeper covers what it loses.
    app.conf.broker_transport_options = {"visibility_timeout": 600, "unacked_restore_interval": 10}
app.autodiscover_tasks()
