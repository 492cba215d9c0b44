import json
import threading
from collections.abc import Callable, Iterator
from email.message import Message
from http.client import BadStatusLine, RemoteDisconnected
from http.server import BaseHTTPRequestHandler, HTTPServer
from socket import gaierror
from ssl import SSLCertVerificationError
from urllib.error import HTTPError, URLError

import pytest
import truststore
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QWidget

from kmhc_desktop import dialogs, updates
from kmhc_desktop.updates import Answer, UpdateCheck, address, ask, told
from kmhc_engine import __version__

RELEASE = json.dumps({"tag_name": "v99.1", "html_url": "https://example.org/99.1"}).encode()


@pytest.fixture
def serve() -> Iterator[Callable[[bytes], str]]:
    """Starts servers that give one answer; returns their URLs."""
    servers: list[HTTPServer] = []

    def begin(answer: bytes) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}/latest"

    yield begin
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_published_version_is_told_with_its_page(serve) -> None:
    assert ask(serve(RELEASE)) == Answer("99.1", "https://example.org/99.1")


@pytest.mark.parametrize(
    "answer", [b"<html>", b"[]", b"null", b'{"tag_name": "new"}', b'{"tag_name": "9", "html_url": "javascript:x"}']
)
def test_an_answer_that_is_no_release_is_said_to_be_none(serve, answer) -> None:
    assert "does not tell of versions" in told(ask(serve(answer)))


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (URLError(gaierror(-2, "Name or service not known")), "Nobody answered. You may be offline"),
        (URLError(ConnectionRefusedError(111, "Connection refused")), "Nobody answered"),
        (RemoteDisconnected("Remote end closed connection without response"), "Nobody answered"),
        (URLError(TimeoutError("timed out")), "No answer came in time"),
        (TimeoutError("timed out"), "No answer came in time"),
        (URLError(SSLCertVerificationError(1, "certificate has expired")), "Check this computer's date"),
        (HTTPError("https://example.org", 404, "Not Found", Message(), None), "does not tell of versions"),
        (BadStatusLine("rubbish"), "does not tell of versions"),
    ],
)
def test_what_went_wrong_is_said_in_words_of_ones_own(monkeypatch, request, error, words) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("urllib.request.urlopen", fail)
    assert words in told(ask("https://example.org/latest"))
    request.getfixturevalue("german")
    assert words not in told(ask("https://example.org/latest"))


def test_the_certificates_that_the_system_trusts_are_trusted_wherever_it_keeps_them(monkeypatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("urllib.request.urlopen", lambda *_, context, **__: asked.append(context))
    ask("https://example.org/latest")
    assert isinstance(asked[0], truststore.SSLContext)


def test_without_a_network_nobody_answers() -> None:
    assert "Nobody answered" in told(ask("http://127.0.0.1:1/latest"))


@pytest.mark.parametrize(
    ("published", "own", "newer"),
    [
        ("0.2", "0.1.0", True),
        ("0.1.0", "0.1.0", False),
        ("0.1", "0.1.0", False),
        ("0.10", "0.9", True),
        ("0.0.9", "0.1", False),
        ("1.0rc1", "0.9", True),
    ],
)
def test_versions_compare_by_their_numbers(published: str, own: str, newer: bool) -> None:
    assert Answer(published).newer_than(own) is newer


def test_the_address_comes_from_the_projects_urls(monkeypatch) -> None:
    lines = ["Home, https://example.org", "Releases, https://example.org/latest"]
    monkeypatch.setattr(updates, "metadata", lambda _: type("M", (), {"get_all": lambda self, _: lines})())
    assert address() == "https://example.org/latest"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer("99.1", "https://example.org/99.1"), "99.1 is published"),
        (Answer(__version__, "https://example.org"), "newest version"),
    ],
)
def test_it_is_said_what_came_of_asking(answer, words) -> None:
    assert words in told(answer)


def test_the_dialog_shows_the_answer_when_it_comes(serve, qtbot, monkeypatch) -> None:
    window, url = QWidget(), serve(RELEASE)
    qtbot.addWidget(window)
    monkeypatch.setattr(updates, "address", lambda: url)

    def wait_and_close() -> None:
        dialog = QApplication.activeModalWidget()
        qtbot.waitUntil(lambda: any("99.1 is published" in one.text() for one in dialog.findChildren(QLabel)))
        dialog.reject()

    QTimer.singleShot(0, wait_and_close)
    dialogs.show_updates(window)


def test_a_copy_that_knows_no_address_says_so(qtbot, monkeypatch) -> None:
    window, said = QWidget(), []
    qtbot.addWidget(window)
    monkeypatch.setattr(updates, "address", str)
    monkeypatch.setattr(QDialog, "exec", lambda dialog: said.extend(one.text() for one in dialog.findChildren(QLabel)))
    dialogs.show_updates(window)
    assert "does not know where" in "".join(said)


def test_nothing_is_asked_until_the_user_clicks(start, monkeypatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(UpdateCheck, "start", lambda self, url: asked.append(url))
    monkeypatch.setattr(updates, "address", lambda: "https://example.org/latest")
    monkeypatch.setattr(QDialog, "exec", lambda self: 0)
    window = start().window
    assert asked == []
    window.actions_["updates"].trigger()
    assert asked == ["https://example.org/latest"]
