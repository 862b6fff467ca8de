"""The shell, the worker and the manifest: the same for everybody, without data, and changed by any changed byte."""

import gzip
import json
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import RequestFactory

from tablet import views


@pytest.fixture
def get():
    def ask(view, path="/tablet/", **more):
        return view(RequestFactory().get(path), **more)

    return ask


def stamp_of(response):
    first_line = response.content.decode().splitlines()[0]
    return json.loads(first_line.removeprefix("self.STAMP = ").removesuffix(";"))


def test_every_path_below_answers_with_the_same_shell(get):
    start = get(views.shell)
    deep = get(views.shell, "/tablet/some-id/q/exits/", rest="some-id/q/exits/")
    assert start.status_code == deep.status_code == 200
    assert start.content == deep.content


def test_the_shell_holds_no_data_and_sets_no_cookie(get):
    response = get(views.shell)
    assert not response.cookies
    urls = json.loads(re.search(rb'<script id="urls"[^>]*>(.*?)</script>', response.content).group(1))
    assert urls == {
        "api": "/api/v1/tablet/",
        "icons": "/static/core/icons.svg",
        "shell": "/tablet/",
        "words": {"ar": "/static/tablet/words.ar.json", "km": "/static/tablet/words.km.json"},
        "worker": "/tablet/worker.js",
    }


def test_the_shell_takes_no_inline_script_style_or_markup(get):
    response = get(views.shell)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    page = response.content.decode()
    assert not re.search(r"\sstyle=|\son\w+=|<style", page)
    scripts = re.findall(r"<script([^>]*)>", page)
    assert all("src=" in attributes or 'type="application/json"' in attributes for attributes in scripts)


def test_the_shell_speaks_to_us_and_to_the_bucket_alone(get, settings):
    assert "connect-src 'self';" in get(views.shell)["Content-Security-Policy"]
    settings.EVIDENCE_BUCKET, settings.EVIDENCE_ENDPOINT = "evidence", "https://files.floor.example:9000/path"
    assert "connect-src 'self' https://files.floor.example:9000;" in get(views.shell)["Content-Security-Policy"]


def test_f18_the_worker_is_never_cached_and_stays_below_its_door(get):
    response = get(views.worker, "/tablet/worker.js")
    assert response["Content-Type"] == "text/javascript"
    assert response["Cache-Control"] == "no-cache"
    assert response["Service-Worker-Allowed"] == "/tablet/"


def test_f18_everything_the_worker_keeps_exists(get):
    stamp = stamp_of(get(views.worker, "/tablet/worker.js"))
    assert stamp["files"][:2] == ["/tablet/", "/tablet/manifest.webmanifest"]
    for url in [*stamp["files"][2:], *stamp["words"].values()]:
        assert finders.find(url.removeprefix("/static/")), url


def test_everything_the_shell_loads_is_kept_by_the_worker(get):
    files = stamp_of(get(views.worker, "/tablet/worker.js"))["files"]
    page = get(views.shell).content.decode()
    for url in re.findall(r'(?:href|src)="([^"]+)"', page):
        assert url in files, f"{url} would be missing without a network"


def test_words_of_other_languages_are_taken_only_where_they_are_read(get):
    stamp = stamp_of(get(views.worker, "/tablet/worker.js"))
    assert sorted(stamp["words"]) == ["ar", "km"]
    assert not set(stamp["words"].values()) & set(stamp["files"])


@pytest.mark.parametrize("name", ["tablet/app.js", "tablet/words.km.json"])
def test_the_version_changes_with_one_byte_of_one_file(get, tmp_path, monkeypatch, name):
    before = stamp_of(get(views.worker))["version"]
    assert stamp_of(get(views.worker))["version"] == before
    changed = tmp_path / "changed"
    real = finders.find
    changed.write_bytes(Path(real(name)).read_bytes() + b"\n")
    monkeypatch.setattr(views.finders, "find", lambda asked: str(changed) if asked == name else real(asked))
    assert stamp_of(get(views.worker))["version"] != before


def test_the_manifest_starts_inside_the_door(get):
    told = json.loads(get(views.manifest).content)
    assert told["start_url"] == told["scope"] == told["id"] == "/tablet/"
    assert told["display"] == "standalone"
    for icon in told["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/"))


def test_the_worker_leaves_the_api_and_everything_but_reading_alone():
    source = views.WORKER_SOURCE.read_text(encoding="utf-8")
    assert 'request.method !== "GET"' in source
    assert 'startsWith("/api/")' in source
    # It takes over only when a person asks: one call, inside the message handler.
    assert source.count("skipWaiting") == 1
    assert source.index('"take-over"') < source.index("skipWaiting")


def test_all_that_starts_without_a_network_is_small(get):
    """A tablet fetches it on a hotel's network the evening before: at most 120 kB as the network carries it, English
    and one more language."""
    sizes = {
        name: len(gzip.compress(Path(finders.find(name)).read_bytes(), 9))
        for name in [*views.FILES, *views.WORDS.values()]
    }
    words = max(views.WORDS.values(), key=sizes.get)
    carried = {name: sizes[name] for name in [*views.FILES, words]}
    carried["shell, worker, manifest"] = sum(
        len(gzip.compress(get(view).content, 9)) for view in (views.shell, views.worker, views.manifest)
    )
    assert sum(carried.values()) <= 120_000, carried
