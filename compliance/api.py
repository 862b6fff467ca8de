"""The tablet's door."""

from ninja import Router

router = Router()
