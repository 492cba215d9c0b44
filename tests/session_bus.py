"""A session bus of one's own, with a stand-in for the manager of the desktop's session on it."""

import contextlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from jeepney import DBus, HeaderFields, MessageType, new_error, new_method_return
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

DAEMON = shutil.which("dbus-daemon")
NAME = "org.gnome.SessionManager"
_COOKIE = 7


@dataclass
class SessionManager:
    """What the stand-in was asked: ("Inhibit", 4) keeps the computer from suspending, ("Uninhibit", 7) ends that."""

    address: str
    daemon: subprocess.Popen[str]
    asked: list[tuple[str, int]] = field(default_factory=list)

    def go_away(self) -> None:
        """End the bus, as when somebody logs out."""
        self.daemon.kill()
        self.daemon.wait()

    def answer(self, connection: DBusConnection) -> None:
        """Answer calls until the bus is gone."""
        with contextlib.suppress(ConnectionError, OSError):
            while True:
                call = connection.receive()
                if call.header.message_type is not MessageType.method_call:
                    continue
                member = call.header.fields[HeaderFields.member]
                if call.header.fields.get(HeaderFields.interface) != NAME:
                    connection.send(new_error(call, "org.freedesktop.DBus.Error.UnknownMethod"))
                    continue
                self.asked.append((member, call.body[-1]))
                inhibits = member == "Inhibit"
                connection.send(new_method_return(call, "u" if inhibits else "", (_COOKIE,) if inhibits else ()))


@contextlib.contextmanager
def session_manager() -> Iterator[SessionManager]:
    """Run the bus and the stand-in."""
    assert DAEMON is not None
    command = [DAEMON, "--session", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        manager = SessionManager(daemon.stdout.readline().strip(), daemon)
        connection = open_dbus_connection(manager.address)
        Proxy(DBus(), connection).RequestName(NAME)
        thread = threading.Thread(target=manager.answer, args=(connection,))
        thread.start()
        try:
            yield manager
        finally:
            manager.go_away()
            thread.join()
            connection.close()
