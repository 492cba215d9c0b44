import pytest

from kmhc_engine.album import pictures
from kmhc_engine.album.exporting import export
from kmhc_engine.album.options import Kind, Options


@pytest.mark.parametrize("kind", [Kind.WEB, Kind.PDF, Kind.SHEET])
def test_an_error_that_nobody_foresaw_costs_the_album_one_photo(family, monkeypatch, caplog, kind):
    odd = family.add("a.jpg")
    family.add("b.jpg")
    load = pictures.load

    def unforeseen(path, *sizes):
        return 1 // 0 if path == odd else load(path, *sizes)

    monkeypatch.setattr(pictures, "load", unforeseen)
    made = export(family.folder, kind, options=Options(before=False))
    (reason,) = map(str, made.left_out)
    assert made.photos == 1
    assert reason.startswith("a.jpg: an unexpected error stopped it (ZeroDivisionError: ")
    assert "1 // 0" in caplog.text
