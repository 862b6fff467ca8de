"""A file that arrives in parts: what was announced, its parts, and how an upload ends.

Parts lie in staging, apart from what is kept. Nothing leaves staging before the whole was hashed here and is what
the sender announced.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.errors import Invalid, WrongState
from core.storage.content import sha256_of

# S3 takes no smaller part, except for the last.
PART = 5 * 1024 * 1024
# A tablet may be without a network for a whole trip, the longest of which is a month.
KEPT_FOR = timedelta(days=45)
# Seconds for which the address of one part is good. A tablet asks anew before it goes on.
ADDRESS_LASTS = 3600
# Every part travels under this type and no other; what the whole is, its content says.
PART_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class Upload:
    """What the sender announced. `id` is ours (a UUID), `size` in bytes, `reference` the store's own name for it."""

    id: UUID
    size: int
    sha256: str
    reference: str = ""

    def length(self, number: int) -> int:
        """Bytes of one part, counted from 1; 0 for a part the upload does not have."""
        return max(0, min(PART, self.size - (number - 1) * PART)) if number >= 1 else 0

    @property
    def numbers(self):
        return range(1, -(-self.size // PART) + 1)


@dataclass(frozen=True)
class Part:
    """One part: PUT `size` bytes to `url` with exactly these `headers`. `etag` is "" until it has arrived."""

    number: int
    size: int
    url: str
    headers: dict
    etag: str = ""


def parts_of(upload, arrived, address) -> list[Part]:
    """The parts with an address each. arrived: {number: etag}; address(number) gives the URL."""
    headers = {"Content-Type": PART_TYPE}
    return [Part(n, upload.length(n), address(n), headers, arrived.get(n, "")) for n in upload.numbers]


def gone():
    return WrongState("This upload has ended. Send the file again from its beginning.", code="upload-gone")


def check_arrived(upload, arrived, etags):
    """Raises WrongState when a part is missing or is not the one the sender means. Nothing is destroyed."""
    for n in upload.numbers:
        if not arrived.get(n) or bare(etags.get(n, "")) != arrived[n]:
            raise WrongState(f"Part {n} has not arrived. Send it again.", code="part-missing")


def bare(etag: str) -> str:
    """An ETag without the quotation marks it travels in."""
    return str(etag).strip('"')


def is_whole(upload, data: bytes) -> bool:
    return len(data) == upload.size and sha256_of(data) == upload.sha256


def damaged():
    return Invalid("The file arrived damaged. It is sent again.", code="checksum")
