"""Is this archive of releases what was published? Python 3.9 or newer, nothing else: python verify_archive.py FOLDER

Each folder of a release has a manifest.json: the SHA-256 of each of its files, and the SHA-256 of the manifest of the
release before. So one changed byte anywhere shows, and a release written anew shows in the one after it. Compare the
last line with the fingerprint on the site, or with one you noted earlier: it stands for everything before it.

A factory's page may have to be taken from public view. Then its files are gone from the archive, and the log of
corrections of a later release says so, with the day and the reason: such a gap is named, and is no fault.

Is manifest.sig there, openssl checks who signed (the key is on the site):
openssl pkeyutl -verify -pubin -inkey ledger.pem -rawin -in manifest.json -sigfile manifest.sig
"""

import hashlib
import json
import sys
from pathlib import Path

OWN = {"manifest.json", "manifest.sha256", "manifest.sig"}
# Files of a release that speak of every factory: where one factory's page is taken out, they may be gone too.
OF_ALL = {"data.csv", "changes.json"}


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for piece in iter(lambda: file.read(1 << 20), b""):
            digest.update(piece)
    return digest.hexdigest()


def read_json(path, kind):
    """What the file says; something empty of that kind where it is missing or is no such JSON."""
    try:
        value = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return kind()
    return value if isinstance(value, kind) else kind()


def check(archive):
    """Yields (line, lawful): what is wrong, or is lawfully not here, each naming its file. Nothing: all is whole."""
    archive = Path(archive)
    folders = releases(archive)
    if not folders:
        yield f"{archive}: there is no release here", False
    before = None
    for number, folder in enumerate(folders):
        manifest = read_json(folder / "manifest.json", dict)
        files = manifest.get("files")
        if not stated(folder):
            yield f"{folder / 'manifest.json'}: changed, or manifest.sha256 or manifest.sig is", False
        if not isinstance(files, dict):
            yield f"{folder / 'manifest.json'}: is no manifest", False
            files = {}
        if before is None or before.parent != folder.parent:
            if manifest.get("previous"):
                yield f"{folder}: the archive begins here, releases before this one are not in it", True
        elif not follows(before.name, folder.name):
            yield f"{folder / 'manifest.json'}: the release before it is not here", False
        elif manifest.get("previous") != head(before):
            yield f"{folder / 'manifest.json'}: does not follow {before.name}", False
        before = folder
        yield from check_files(folder, files, [one for one in folders[number:] if one.parent == folder.parent])


def releases(archive):
    """The folders of releases, the oldest of a programme first. What was left half written is none."""
    found = {path.parent for name in ("manifest.json", "manifest.sha256") for path in archive.rglob(name)}
    return sorted((one for one in found if ".half-" not in one.as_posix()), key=place)


def stated(folder):
    """Does manifest.sha256 say of the manifest, and of its signature where there is one, what they are?"""
    names = ["manifest.json"] + ["manifest.sig"] * (folder / "manifest.sig").is_file()
    lines = folder / "manifest.sha256"
    if not lines.is_file() or not (folder / "manifest.json").is_file():
        return False
    return lines.read_bytes() == "".join(f"{sha256(folder / name)}  {name}\n" for name in names).encode()


def check_files(folder, files, later):
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    gaps = {}
    for name in sorted(set(files) - set(present)):
        gaps[name] = withheld(name, later)
    whole_page = next((why for why in gaps.values() if why), "")
    for name, why in gaps.items():
        why = why or (whole_page if name in OF_ALL else "")
        yield (f"{folder / name}: taken out, {why}", True) if why else (f"{folder / name}: missing", False)
    for name in sorted(set(present) - OWN):
        if name not in files:
            yield f"{folder / name}: not in the manifest", False
        elif sha256(present[name]) != files[name]:
            yield f"{folder / name}: changed", False


def withheld(name, later):
    """When and why the page of a missing file was withheld, by the log of that release or a later one; else ""."""
    for folder in later:
        log, files = folder / "corrections.json", read_json(folder / "manifest.json", dict).get("files")
        if log.is_file() and isinstance(files, dict) and sha256(log) == files.get("corrections.json"):
            for row in read_json(log, list):
                if row["outcome"] == "withheld" and f"factories/{row['factory']}.json" == name:
                    return f"withheld on {row['decided_on']}, {row['reason']}"
    return ""


def head(folder):
    path = folder / "manifest.json"
    return sha256(path) if path.is_file() else ""


def place(folder):
    return folder.parent.as_posix(), int(folder.name) if folder.name.isdigit() else 0, folder.name


def follows(earlier, later):
    return earlier.isdigit() and later.isdigit() and int(later) == int(earlier) + 1


def main(archive):
    wrong = 0
    for line, lawful in check(archive):
        print(line)
        wrong += not lawful
    newest = {folder.parent: folder for folder in releases(Path(archive))}
    for folder in newest.values():
        print(f"{folder}: fingerprint {head(folder)}")
    print(f"{wrong} things are wrong." if wrong else "Whole: every release is what was published.")
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
