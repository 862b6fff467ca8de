"""Files in a folder of this machine. Keeps every promise the bucket keeps, so that no client code knows which it is."""

import os
import secrets
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from core.errors import Invalid
from core.storage import uploads
from core.storage.content import checked, is_name, named, sha256_of
from core.storage.uploads import Upload


class FolderStore:
    """Kept files lie two levels deep under their key, uploads under staging/. A file is whole or absent."""

    def __init__(self, root):
        self.root = Path(root)

    def _path(self, key):
        named(key)
        return self.root / key[:2] / key[2:4] / key

    # --- kept files ---

    def put(self, data: bytes) -> str:
        """Keep the bytes; returns their key. The same bytes twice are one file. On disk before it returns."""
        key = sha256_of(data)
        path = self._path(key)
        if not path.exists() or sha256_of(path.read_bytes()) != key:
            self._write(path, data)
        return key

    def _write(self, path, data):
        """Written beside and renamed; file and folder are on disk before it returns."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def get(self, key: str) -> bytes:
        """The bytes, checked against the key. FileNotFoundError when absent; Invalid when they were changed."""
        return checked(self._path(key).read_bytes(), key)

    def has(self, key: str) -> bool:
        return self._path(key).exists()

    def remove(self, key: str) -> None:
        """Destroy the file (redaction only)."""
        self._path(key).unlink(missing_ok=True)

    def keys(self):
        """The keys of all kept files, one by one. What is half written or still arrives is none."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            if is_name(path.name):
                yield path.name

    # --- uploads in parts ---

    def _staging(self, upload):
        return self.root / "staging" / str(UUID(str(upload.id)))

    def create_upload(self, upload_id, size: int, sha256: str) -> Upload:
        """Begin an upload; returns what `parts` and `complete` want back."""
        upload = Upload(UUID(str(upload_id)), size, named(sha256))
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._staging(upload).mkdir(parents=True, exist_ok=True)
        return upload

    def _arrived(self, upload):
        try:
            names = sorted(path for path in self._staging(upload).iterdir() if path.name.isdecimal())
        except FileNotFoundError:
            raise uploads.gone() from None
        return {int(path.name): sha256_of(path.read_bytes()) for path in names}

    def parts(self, upload: Upload, path) -> list:
        """The parts and which have arrived. path(number) names our own address of a part."""
        return uploads.parts_of(upload, self._arrived(upload), path)

    def receive_part(self, upload: Upload, number: int, data: bytes) -> str:
        """Take one part at our own address; returns its ETag. The same part again replaces it."""
        if not self._staging(upload).exists():
            raise uploads.gone()
        if not data or len(data) != upload.length(number):
            raise Invalid("This part has another size than was announced.", code="part-size")
        self._write(self._staging(upload) / str(number), data)
        return sha256_of(data)

    def complete(self, upload: Upload, etags: dict) -> bytes:
        """The whole, hashed here and compared with what was announced; can be asked again until `discard`.

        etags: {number: ETag}. WrongState when a part is missing; Invalid when the whole is another file: destroyed.
        """
        uploads.check_arrived(upload, self._arrived(upload), etags)
        data = b"".join((self._staging(upload) / str(n)).read_bytes() for n in upload.numbers)
        if not uploads.is_whole(upload, data):
            self.discard(upload)
            raise uploads.damaged()
        return data

    def discard(self, upload: Upload) -> None:
        """Give an upload up, or clear what was kept elsewhere since. Repeating it is harmless."""
        shutil.rmtree(self._staging(upload), ignore_errors=True)

    def sweep(self, before: datetime) -> int:
        """Destroy uploads begun before a moment. Returns how many."""
        swept = 0
        for folder in sorted((self.root / "staging").glob("*")):
            if datetime.fromtimestamp(folder.stat().st_mtime, UTC) < before:
                shutil.rmtree(folder, ignore_errors=True)
                swept += 1
        return swept

    # --- is it safe? ---

    def findings(self, origin=None) -> list[tuple[bool, str]]:
        """What `check_storage` says of this store: (is it well, a sentence)."""
        try:
            key = self.put(b"openfloor: may this folder be written?")
            same = self.has(key) and bool(self.get(key))
            self.remove(key)
        except OSError as error:
            return [(False, f"The folder {self.root} cannot be written: {error.strerror}.")]
        open_to = stat.S_IMODE(self.root.stat().st_mode) & (stat.S_IROTH | stat.S_IXOTH)
        free = shutil.disk_usage(self.root).free // 2**30
        return [
            (same, f"Files in {self.root} can be written, read back and removed."),
            (not open_to, "Other users of this machine cannot read the folder." if not open_to
             else f"Other users of this machine can read the folder. Run: chmod o-rx {self.root}"),
            (free >= 1, f"{free} GB are free." if free >= 1 else "Less than 1 GB is free. Make room."),
        ]  # fmt: skip
