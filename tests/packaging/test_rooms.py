from pathlib import Path

import pytest
import rooms

pytestmark = pytest.mark.skipif(
    not Path("/etc/resolv.conf").is_file(), reason="a bare system takes its name servers from there"
)


def test_the_user_of_a_bare_system_may_enter_it(tmp_path, monkeypatch) -> None:
    class Done:
        def wait(self) -> int:
            return 0

    def made(*command: str) -> None:
        if command[0] == "debootstrap":
            for folder in ("etc", "tmp"):
                (Path(command[3]) / folder).mkdir()

    monkeypatch.setattr(rooms, "_call", made)
    monkeypatch.setattr(rooms.Room, "start", lambda *command, **options: Done())
    room = rooms.Room(tmp_path)
    try:
        assert room.root.stat().st_mode & 0o777 == 0o755
    finally:
        room.close()
