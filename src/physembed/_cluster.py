"""A Ray cluster: joined or started, or told in a sentence why not."""

import socket
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from physembed.errors import InvalidInputError, PhysembedWarning

PATIENCE_SECONDS = 10.0


@contextmanager
def connected(address: str | None) -> Iterator[None]:
    """Join a cluster while the block runs, unless this process has already.

    Parameters
    ----------
    address : str or None
        Of the cluster, such as "10.0.0.1:6379" or "auto"; None starts one on this machine.

    Raises
    ------
    InvalidInputError
        If Ray is not installed, or the cluster cannot be reached.
    """
    try:
        import ray
    except ImportError as error:
        raise InvalidInputError(
            "backend 'ray' needs Ray, which is not installed: pip install 'physembed[cluster]'."
        ) from error
    if ray.is_initialized():
        joined = ray.get_runtime_context().gcs_address
        if _is_another(address, joined):
            warnings.warn(
                f"address={address!r} is not that of the Ray cluster which this process has joined "
                f"already, {joined}, and which is used; a Ray Dataset joins one when it is made: "
                f"call ray.init(address={address!r}) before.",
                PhysembedWarning,
                stacklevel=3,
            )
        yield
        return
    check_answers(address)
    try:
        ray.init(address=address, include_dashboard=False, log_to_driver=False)
    except (ConnectionError, ValueError) as error:
        raise InvalidInputError(
            f"no Ray cluster answers at address={address!r}: {error}."
        ) from error
    try:
        yield
    finally:
        ray.shutdown()


def _is_another(address: str | None, joined: str) -> bool:
    """Whether an address of host and port is certainly not that of a cluster."""
    (host, _, port), (there, _, port_there) = (a.rpartition(":") for a in (address or "", joined))
    if not (host and port.isdigit()):
        return False
    try:
        return port != port_there or socket.gethostbyname(host) != socket.gethostbyname(there)
    except OSError:
        # of a name that is known to others
        return False


def n_cores() -> int:
    """Cores of the cluster that is joined."""
    import ray

    return int(ray.cluster_resources().get("CPU", 1))


def check_answers(address: str | None) -> None:
    """Refuse at once an address at which nothing listens; Ray itself would try for minutes."""
    host, _, port = (address or "").rpartition(":")
    if not (host and port.isdigit()):
        return
    try:
        socket.create_connection((host, int(port)), timeout=PATIENCE_SECONDS).close()
    except OSError as error:
        raise InvalidInputError(
            f"no Ray cluster answers at address={address!r}: {error.strerror or error}."
        ) from error
