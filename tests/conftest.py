"""What all tests share."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def not_there() -> str:
    """A pattern of what a system says of a file that is missing; Windows has words of its own for some calls."""
    return "(No such file or directory|The system cannot find the (file|path) specified)"


@pytest.fixture
def session_manager(monkeypatch) -> Iterator[object]:
    """A `session_bus.SessionManager`, which everything is asked of that is asked of the desktop."""
    pytest.importorskip("jeepney", reason="Windows and macOS have no such bus")
    from tests import session_bus

    if session_bus.DAEMON is None:
        pytest.skip("there is no dbus-daemon")
    with session_bus.session_manager() as manager:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", manager.address)
        yield manager
