import errno
import os

import pytest

from training.hold import LOCK, held


@pytest.mark.skipif(os.name == "nt", reason="locks files in another way")
@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EINVAL])
def test_a_disk_that_knows_no_locks_holds_runs_too(tmp_path, monkeypatch, number):
    def refused(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("fcntl.flock", refused)
    (tmp_path / LOCK).write_text("12345\nanother-computer\n")  # and a kill there
    with held(tmp_path):
        pass


def test_a_disk_that_is_full_is_left_to_say_so_itself(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("training.hold.locks.take", full)
    with held(tmp_path):
        pass
