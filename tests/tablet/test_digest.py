"""The committed client is the one its sources make, and the check that says so can tell."""

import json
import shutil

import pytest

from tablet import digest


@pytest.fixture
def copy(tmp_path):
    """The sources and the built file, to be spoilt."""
    shutil.copytree(digest.HERE / "src", tmp_path / "src")
    shutil.copytree(digest.HERE / "static", tmp_path / "static")
    for name in ("build.mjs", "slim.mjs", "package-lock.json"):
        shutil.copy(digest.HERE / name, tmp_path / name)
    return tmp_path


def test_the_committed_client_is_current():
    assert digest.complaints() == []


def test_a_changed_source_is_noticed(copy):
    assert digest.complaints(copy) == []
    path = copy / "src" / "heads.js"
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert digest.complaints(copy) == ["static/tablet/app.js is older than its sources. Build the client in tablet/."]


def test_a_moved_source_is_noticed(copy):
    (copy / "src" / "ids.js").rename(copy / "src" / "names.js")
    assert digest.complaints(copy)


@pytest.mark.parametrize("name", ["app.js", "words.ar.json", "words.km.json"])
def test_a_built_file_changed_by_hand_is_noticed(copy, name):
    built = copy / "static" / "tablet" / name
    built.write_bytes(built.read_bytes() + b"\n")
    assert digest.complaints(copy) == [f"static/tablet/{name} was changed by hand. Build the client in tablet/."]


def test_a_missing_build_is_noticed(copy):
    (copy / "static" / "tablet" / "BUILD.json").unlink()
    assert digest.complaints(copy) == ["BUILD.json is missing. Build the client in tablet/."]


def test_the_client_names_no_registry_and_pins_its_parts():
    package = json.loads((digest.HERE / "package.json").read_text(encoding="utf-8"))
    pins = {**package["dependencies"], **package["devDependencies"]}
    assert all(version[0].isdigit() for version in pins.values()), pins
    lock = json.loads((digest.HERE / "package-lock.json").read_text(encoding="utf-8"))
    assert not any("resolved" in entry for entry in lock["packages"].values())
