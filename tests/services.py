"""Do the services that tests need answer on this machine? Says which do not, and how to get them. Exit 1 then."""

import os
import socket
import sys
from urllib.parse import urlsplit

SERVICES = {
    "PostgreSQL": (os.environ.get("TEST_DATABASE_URL", "postgres://127.0.0.1:5432"), "postgresql"),
    "Redis": (os.environ.get("TEST_CACHE_URL", "redis://127.0.0.1:6379"), "redis-server"),
    "RabbitMQ": (os.environ.get("TEST_BROKER_URL", "amqp://127.0.0.1:5672"), "rabbitmq-server"),
}


def missing():
    for name, (address, package) in SERVICES.items():
        place = urlsplit(address)
        try:
            socket.create_connection((place.hostname, place.port), timeout=5).close()
        except OSError:
            yield f"{name} does not answer on {place.hostname}:{place.port}. Start it, or: apt-get install {package}"


if __name__ == "__main__":
    sys.exit("\n".join(missing()) or 0)
