"""The log as one JSON object a line, for machines that collect it (LOG_FORMAT=json).

A log line may name ids, codes and kinds of errors. What people typed never reaches it: of a request its address
without the query, of an exception its kind and place without its words.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime

# The query of an address holds what people search for: names.
_QUERY = re.compile(r"\?\S*")


def _plain(text):
    return _QUERY.sub("?…", text)


class WithoutWords(logging.Formatter):
    """A plain line without queries, and exceptions without their words."""

    def format(self, record):
        # Another handler may have left the whole text here.
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, exc_info):  # noqa: N802  (the library's own name)
        kind, error, trail = exc_info
        places = [f"  {one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(trail)]
        return "\n".join([*places, kind.__name__])

    def formatMessage(self, record):  # noqa: N802
        return _plain(super().formatMessage(record))


class Json(WithoutWords):
    """One line of JSON: at, level, logger, message; for an exception its kind and where it was raised."""

    def format(self, record):
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _plain(record.getMessage()),
        }
        if getattr(record, "status_code", None):
            line["status"] = record.status_code
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
