"""Run the demonstration: migrate and load where needed, then serve. A second start keeps everything."""

import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from config import demo
from core import pdf
from core.models import Programme


class Command(BaseCommand):
    help = "Serve the demonstration on one port, with background work in the same process."
    requires_migrations_checks = False

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args, port, **options):
        Path(settings.VAR).mkdir(parents=True, exist_ok=True)
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self.stdout.write("Making the database (about 20 seconds) …")
            call_command("migrate", verbosity=0, interactive=False)
        if not Programme.objects.exists():
            self.stdout.write("Loading the demonstration world (about 30 seconds) …")
            call_command("load_demo", stdout=self.stdout)
        if not pdf.available():
            self.stdout.write(f"{pdf.HOW}\nEverything else works without.")
        self._welcome(port)
        connections.close_all()
        # One process: SQLite and the worker thread live in it. exec, so that Ctrl-C stops it and nothing stays behind.
        os.execv(
            sys.executable,
            [
                sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}",
                "--workers", "1", "--threads", "8", "--worker-class", "gthread", "--timeout", "120",
                "--log-level", "warning",
            ],
        )  # fmt: skip

    def _welcome(self, port):
        width = max(len(who) for who, _ in demo.sign_ins())
        lines = [f"  {who:<{width}}  {name}" for who, name in demo.sign_ins()]
        self.stdout.write(
            f"\nOpenfloor is at http://localhost:{port}/  (public)   http://localhost:{port}/app/  (signed in)   "
            f"http://localhost:{port}/tablet/  (assessors)\n\nSign in with any of these names and the password "
            f"{demo.PASSWORD}\n" + "\n".join(lines) + "\n\nCtrl-C stops it. The data stays in var/.\n"
        )
        self.stdout.flush()
