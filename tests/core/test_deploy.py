"""Production as Django's own check sees it, and what each door's answer says to a browser."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "q7Wf2mZx9Lr4Tn8Bv3Kc6Hd1Js5Pg0Yk-aEuIoRtQw-XyVz-Ab8Cd",
    "ALLOWED_HOSTS": "floor.example",
    "BASE_URL": "https://floor.example",
    "EMAIL_URL": "smtp+tls://openfloor:x@mail.example:587",
    "LOG_FORMAT": "json",
}


def test_djangos_check_of_a_deployment_finds_nothing(tmp_path):
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "PYTHONPATH")}
    env = kept | PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite3'}", "VAR_DIR": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "no issues" in ran.stdout


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/app/sign-in/",
        "/app/",
        "/tablet/",
        "/disclosure/",
        "/data/",
        "/api/v1/openapi.json",
        "/health/",
        "/nowhere/",
    ],
)
def test_our_own_doors_are_strict(client, db, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_what_is_signed_in_is_kept_by_no_cache(client, db):
    assert client.get("/app/").headers["Cache-Control"] == "no-store"


def test_the_editor_brings_scripts_of_its_own_and_is_not_framed_by_others(client, db):
    headers = client.get("/cms/").headers
    assert "Content-Security-Policy" not in headers
    assert headers["X-Frame-Options"] in ("DENY", "SAMEORIGIN") and headers["X-Content-Type-Options"] == "nosniff"
