"""Actions name jobs by string; each string must be a registered job, and each job must be asked for."""

import ast

from django.utils.module_loading import autodiscover_modules

from core import queue
from tests.architecture.source import modules


def _asked_for():
    for _, tree in modules().values():
        for node in ast.walk(tree):
            named = isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)
            if named and ast.unparse(node.func).endswith("enqueue"):
                yield node.args[0].value


def test_every_job_named_is_registered():
    autodiscover_modules("tasks")
    assert set(_asked_for()) - set(queue.known_jobs()) == set()


def test_every_periodic_job_is_registered():
    autodiscover_modules("tasks")
    assert queue.known_periodic()
    assert set(queue.known_periodic()) <= set(queue.known_jobs())
