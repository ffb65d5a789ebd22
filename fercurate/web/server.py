"""A socket on this machine, and the server that runs on it until Ctrl-C."""

import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import uvicorn

from fercurate.errors import UsageError
from fercurate.pipeline.review.request import LOOPBACKS
from fercurate.pipeline.review.session import ReviewSession
from fercurate.web.routes import ReviewRoutes
from fercurate.web.security import Access, Guard, loopback_hosts

EVERYWHERE = ("", "0.0.0.0", "::")  # noqa: S104  # what is refused
_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where to listen: an address of this machine, and a port (0: any that is free)."""

    host: str = LOOPBACKS[0]
    port: int = 0


def serve(session: ReviewSession, options: ServerOptions, ready: Callable[[str], None]) -> None:
    """Serve a session until the process is interrupted; ``ready`` is told the address, with token.

    Raises:
        UsageError: it cannot listen there.
    """
    listening = _listening(options)
    with listening:
        port = listening.getsockname()[1]
        hosts = loopback_hosts(port)
        if options.host not in LOOPBACKS:
            hosts |= {f"{options.host}:{port}"}
        access = Access(port, hosts)
        application = Guard(ReviewRoutes(session).application(), access)
        config = uvicorn.Config(
            application,
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=_CONNECTIONS,
            timeout_graceful_shutdown=2,
        )
        ready(f"http://{options.host}:{port}/?token={access.token}")
        with suppress(KeyboardInterrupt):  # the way in which a review ends
            uvicorn.Server(config).run(sockets=[listening])


def _listening(options: ServerOptions) -> socket.socket:
    if options.host in EVERYWHERE:
        raise UsageError(
            f"{options.host} is no address that a browser can be sent to",
            where="--host",
            expected="one IPv4 address or name of this machine",
        )
    # asyncio sends small answers at once only by a socket that names its protocol.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((options.host, options.port))
        listening.listen(_CONNECTIONS)
    except OSError as error:
        listening.close()
        raise UsageError(
            f"cannot listen: {error.strerror or error}",
            where=f"{options.host}:{options.port}",
            fix="Name another --port, or leave it to the system with 0",
        ) from None
    return listening
