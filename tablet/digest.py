"""Is the built client the one its sources make? Answers without Node, by digests kept beside the built files.

`build.mjs` writes static/tablet/BUILD.json with the same digests. Used by checks and tests; builds nothing.
"""

import hashlib
import json
from pathlib import Path

HERE = Path(__file__).parent
BUILT = HERE / "static" / "tablet"


def sources_digest(folder=HERE) -> str:
    """SHA-256 over every file the build reads: path and content, in order of path."""
    sources = [path for path in (folder / "src").rglob("*") if path.is_file()]
    sources += [folder / "build.mjs", folder / "slim.mjs", folder / "package-lock.json"]
    lines = sorted(
        f"{path.relative_to(folder).as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n" for path in sources
    )
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def complaints(folder=HERE) -> list[str]:
    """What is wrong with the built files, in sentences; an empty list when they are current."""
    built = folder / "static" / "tablet"
    try:
        told = json.loads((built / "BUILD.json").read_text(encoding="utf-8"))
        found = {name: hashlib.sha256((built / name).read_bytes()).hexdigest() for name in told["built"]}
    except FileNotFoundError as missing:
        return [f"{Path(missing.filename).name} is missing. Build the client in tablet/."]
    wrong = []
    if told["sources"] != sources_digest(folder):
        wrong.append("static/tablet/app.js is older than its sources. Build the client in tablet/.")
    wrong += [
        f"static/tablet/{name} was changed by hand. Build the client in tablet/."
        for name in told["built"]
        if told["built"][name] != found[name]
    ]
    return wrong


if __name__ == "__main__":
    raise SystemExit("\n".join(complaints()) or 0)
