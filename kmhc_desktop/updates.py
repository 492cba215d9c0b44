"""Is there a newer KMHC? Asked when the user clicks, and never else: KMHC does not phone home."""

import json
import logging
import re
import threading
from dataclasses import dataclass
from html import escape
from http.client import HTTPException
from importlib.metadata import metadata

from PySide6.QtCore import QCoreApplication, QObject, Signal

from kmhc_engine import __version__

log = logging.getLogger(__name__)

_PATIENCE = 10.0  # seconds
_SIZE_LIMIT = 1 << 20  # bytes; an answer is a thousandth of that


@dataclass(frozen=True)
class Answer:
    """What came of asking.

    Attributes:
        version: The newest version that is published; empty if none was told.
        page: Where people get it.
        trouble: Why it told of none, for people.
    """

    version: str = ""
    page: str = ""
    trouble: str = ""

    def newer_than(self, version: str) -> bool:
        """Tell whether the published version is newer than this one."""
        return _numbers(self.version) > _numbers(version)


def address() -> str:
    """Return the project's URL `Releases`, which tells the newest one; empty in a build that names none."""
    for line in metadata("kmhc").get_all("Project-URL") or []:
        label, _, url = str(line).partition(",")
        if label.strip() == "Releases":
            return url.strip()
    return ""


def ask(url: str) -> Answer:
    """Ask for the newest release: JSON with `tag_name` and `html_url`, as GitHub tells it. Nothing is sent along."""
    from ssl import PROTOCOL_TLS_CLIENT
    from urllib.request import Request, urlopen

    from truststore import SSLContext

    request, trust = Request(url, headers={"User-Agent": "KMHC"}), SSLContext(PROTOCOL_TLS_CLIENT)
    try:
        with urlopen(request, timeout=_PATIENCE, context=trust) as reply:
            told = json.loads(reply.read(_SIZE_LIMIT))
        version, page = str(told["tag_name"]).removeprefix("v"), str(told["html_url"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        log.info("asking %s for updates: %r", url, error)
        return Answer(trouble=_cause(error))
    if not _numbers(version) or not page.startswith(("https://", "http://")):
        return Answer(trouble=_cause())
    return Answer(version, page)


def _cause(error: Exception | None = None) -> str:
    """Return for people what went wrong; without an error, that the answer is none."""
    from ssl import SSLCertVerificationError
    from urllib.error import HTTPError

    translate, reason = QCoreApplication.translate, getattr(error, "reason", error)
    if isinstance(reason, SSLCertVerificationError):
        return translate(
            "Updates",
            "What answered could not prove that it is the right place, so it was told nothing. Check this computer's "
            "date and time, then try again.",
        )
    if isinstance(reason, TimeoutError):
        return translate("Updates", "No answer came in time. Check the connection, or try again later.")
    if isinstance(error, OSError) and not isinstance(error, HTTPError):
        return translate(
            "Updates",
            "Nobody answered. You may be offline: check the connection and try again. "
            "KMHC itself works without a network.",
        )
    return translate(
        "Updates", "What answered does not tell of versions. Try again later; to some networks one has to log in first."
    )


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", version)
    numbers = [int(part) for part in found.group().split(".")] if found else []
    while numbers and not numbers[-1]:
        numbers.pop()  # 1.0 is 1
    return tuple(numbers) if numbers or not found else (0,)


def told(answer: Answer) -> str:
    """Return what came of asking as a sentence for people, in HTML."""
    translate = QCoreApplication.translate
    if answer.trouble:
        return answer.trouble
    if answer.newer_than(__version__):
        return translate("Updates", "Version {0} is published; this is {1}. Get it here: {2}").format(
            escape(answer.version), __version__, f'<a href="{escape(answer.page)}">{escape(answer.page)}</a>'
        )
    return translate("Updates", "This is the newest version, {0}.").format(__version__)


class UpdateCheck(QObject):
    """Asks in a thread, which no window waits for.

    Attributes:
        answered: Emitted with what came of it, for people, in HTML.
    """

    answered = Signal(str)

    def start(self, url: str) -> None:
        """Ask; the answer comes within seconds, or not at all when KMHC is closed before."""
        threading.Thread(target=self._ask, args=(url,), daemon=True, name="updates").start()

    def _ask(self, url: str) -> None:
        try:
            answer = ask(url)
        except Exception:
            log.exception("asking for updates")
            answer = Answer(trouble=_cause())
        self.answered.emit(told(answer))
