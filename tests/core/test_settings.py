"""Production refuses to start with an unsafe value and names it; the embedded form keeps its own secret."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SAFE = {
    "SECRET_KEY": "q7Wf2mZx9Lr4Tn8Bv3Kc6Hd1Js5Pg0Yk-aEuIoRtQw-XyVz-Ab8Cd",
    "ALLOWED_HOSTS": "floor.example.org",
    "DATABASE_URL": "postgres://openfloor@127.0.0.1/openfloor",
    "BASE_URL": "https://floor.example.org",
    "EMAIL_URL": "smtp+tls://openfloor:x@mail.example.org:587",
}
BROKER = {"CELERY_BROKER_URL": "amqp://openfloor:x@127.0.0.1:5672//"}
UNSAFE = [
    ("SECRET_KEY", {"SECRET_KEY": None}),
    ("SECRET_KEY", {"SECRET_KEY": "short"}),
    ("SECRET_KEY", {"SECRET_KEY": "changeme" * 6}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": None}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "*"}),
    ("ALLOWED_HOSTS", {"ALLOWED_HOSTS": "floor.example.org,*"}),
    ("DATABASE_URL", {"DATABASE_URL": None}),
    ("EVIDENCE_SECRET_KEY", {"EVIDENCE_BUCKET": "evidence"}),
    ("DEBUG", {"DEBUG": "true"}),
    ("DEMONSTRATION", {"DEMONSTRATION": "1"}),
    ("SECOND_FACTOR_REQUIRED", {"SECOND_FACTOR_REQUIRED": "false"}),
    ("BASE_URL", {"BASE_URL": None}),
    ("BASE_URL", {"BASE_URL": "http://floor.example.org"}),
    ("EMAIL_URL", {"EMAIL_URL": None}),
    ("EMAIL_URL", {"EMAIL_URL": "consolemail://"}),
    ("CACHE_URL", BROKER),
    ("CACHE_URL", BROKER | {"CACHE_URL": "locmemcache://"}),
]

# Each case anew in one process: a start of Python for each would cost a second.
TRY = """
import importlib, json, os, sys
safe, cases = json.load(sys.stdin)
said = []
for change in cases:
    for name in {name for one in (safe, *cases) for name in one}:
        os.environ.pop(name, None)
    os.environ.update({name: value for name, value in (safe | change).items() if value is not None})
    for name in [name for name in sys.modules if name.startswith("config.settings")]:
        del sys.modules[name]
    try:
        importlib.import_module("config.settings.production")
        said.append("")
    except Exception as error:
        said.append(f"{type(error).__name__}: {error}")
json.dump(said, sys.stdout)
"""


def python(code, stdin="", **env):
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    return subprocess.run(
        [sys.executable, "-c", code], input=stdin, env=kept | env, cwd=ROOT, capture_output=True, text=True, timeout=120
    )


@pytest.fixture(scope="module")
def said():
    everything = {name: value for _, change in UNSAFE for name, value in change.items()}
    with_broker = BROKER | {"CACHE_URL": "redis://127.0.0.1:6379/1"}
    cases = [*(change for _, change in UNSAFE), with_broker, {}, everything]
    ran = python(TRY, json.dumps([SAFE, cases]))
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)


@pytest.mark.parametrize("number", range(len(UNSAFE)), ids=[str(change) for _, change in UNSAFE])
def test_production_refuses_an_unsafe_value_and_names_it_and_no_other(said, number):
    name = UNSAFE[number][0]
    sentence = said[number]
    assert sentence.startswith("ImproperlyConfigured"), sentence or "it started"
    named = [line.split(":")[0] for line in sentence.splitlines()[1:]]
    assert named == [name]


def test_production_starts_with_safe_values(said):
    assert said[-2] == said[-3] == ""


def test_production_names_everything_at_once(said):
    for name in {name for name, _ in UNSAFE}:
        assert f"{name}:" in said[-1]


def test_production_repeats_no_secret_while_refusing(said):
    assert "short" not in "".join(said)


def test_what_django_knows_of_deployment_is_kept():
    code = (
        "import django; django.setup(); from django.core.management import call_command;"
        "call_command('check', deploy=True, fail_level='WARNING', databases=[])"
    )
    ran = python(code, DJANGO_SETTINGS_MODULE="config.settings.production", **SAFE)
    assert ran.returncode == 0, ran.stderr[-2000:]


SECRET = "from config.settings.dev import SECRET_KEY; print(SECRET_KEY, end='')"


def test_the_embedded_form_makes_its_secret_once_and_keeps_it_to_its_owner(tmp_path):
    first = python(SECRET, VAR_DIR=str(tmp_path / "var")).stdout
    kept = tmp_path / "var" / "secret-key"
    assert len(first) >= 50 and kept.read_text() == first
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir() if "secret" in path.name] == ["secret-key"]
    assert python(SECRET, VAR_DIR=str(tmp_path / "var")).stdout == first


def test_two_that_start_together_have_one_secret(tmp_path):
    """The second finds the first half-way: whatever it reads is whole, and the same."""
    meet = (
        "import os, sys; from pathlib import Path; from unittest import mock; real = os.link\n"
        "def slow(a, b):\n"
        "    if not Path(b).exists(): Path(b).write_text('the other one was first')\n"
        "    real(a, b)\n"
        "with mock.patch('os.link', slow):\n"
        "    from config.settings.dev import SECRET_KEY\n"
        "print(SECRET_KEY, end='')"
    )
    assert python(meet, VAR_DIR=str(tmp_path)).stdout == "the other one was first"


def test_a_secret_from_the_environment_comes_first(tmp_path):
    assert python(SECRET, VAR_DIR=str(tmp_path / "var"), SECRET_KEY="from outside").stdout == "from outside"
    assert not (tmp_path / "var" / "secret-key").exists()
