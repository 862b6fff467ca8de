"""What the tablet sends, as the API describes it."""

from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field


class DeviceIn(Schema):
    device_id: UUID
    name: str = Field("", max_length=80)


class StoreKeyIn(Schema):
    """32 bytes as base64."""

    key: str = Field(pattern="^[A-Za-z0-9+/]{43}=$")


class OperationIn(Schema):
    """Sets one field of one question's answer. `base`: ids of the operations it was made from."""

    id: UUID
    sequence: int = Field(ge=0, lt=2**31)
    question: str = Field(max_length=80)
    field: str = Field(max_length=60)
    value: Any = None
    base: list[UUID] = Field(default_factory=list, max_length=50)
    base_revision: int = Field(0, ge=0, lt=2**31)
    at: str = Field(max_length=40)


class BatchIn(Schema):
    device_id: UUID
    seen: int = Field(0, ge=0)
    operations: list[OperationIn] = Field(default_factory=list, max_length=300)


class UploadIn(Schema):
    """A file announced before it is sent in parts: what it will be compared with."""

    sha256: str = Field(pattern="^[0-9a-fA-F]{64}$")
    size: int = Field(ge=1)
    kind: Literal["photo", "document"] = "photo"
    taken_at: str = Field("", max_length=40)


class PartsIn(Schema):
    """The ETag each part was answered with, by its number."""

    etags: dict[int, str] = Field(max_length=100)


class HarmIn(Schema):
    """Suspected serious harm, as its writer put it. The id is made on the tablet."""

    id: UUID
    kind: str = Field(max_length=40)
    text: str = Field(max_length=20_000)


class SubmitIn(Schema):
    rest_not_asked: bool = False
