"""Starts a real S3 (Ceph's gateway) on this machine, and ends it again by the ids of its processes."""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

SCRIPT = Path(__file__).with_name("s3_ceph.sh")
COMMANDS = ["radosgw", "ceph-mon", "ceph-osd", "ceph", "radosgw-admin", "curl"]


def three_free_ports():
    """The first of three free ports in a row."""
    for _ in range(50):
        first = 20_000 + secrets.randbelow(10_000)
        if all(map(_is_free, range(first, first + 3))):
            return first
    raise RuntimeError("There are no three free ports in a row.")


def _is_free(port):
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def running():
    """A gateway with one user. Yields endpoint, access_key, secret_key; everything stored is lost at the end."""
    if missing := [command for command in COMMANDS if not shutil.which(command)]:
        pytest.fail(f"{', '.join(missing)}: not installed. As root, run: sh tests/need.sh soak")
    port, key, secret = three_free_ports(), "openfloor-soak", secrets.token_hex(20)
    with tempfile.TemporaryDirectory(prefix="s3-", ignore_cleanup_errors=True) as home:
        try:
            said = subprocess.run(
                ["sh", SCRIPT, home, str(port)],
                env=os.environ | {"S3_KEY": key, "S3_SECRET": secret},
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=120,
            )
            assert said.stdout.strip() == "ready", said.stderr
            yield SimpleNamespace(endpoint=f"http://127.0.0.1:{port}", access_key=key, secret_key=secret)
        finally:
            _end(Path(home))


def _end(home):
    """End the processes of this home and no others. At once: what they hold is thrown away."""
    ids = [int(path.read_text()) for path in (home / "run").glob("*.pid")]
    for one in ids:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    limit = time.monotonic() + 5
    while any(map(_lives, ids)) and time.monotonic() < limit:
        time.sleep(0.05)


def _lives(one):
    try:
        return Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
