import gc
import weakref
from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QRectF

from kmhc_desktop.viewer import open_photos, photo_loader
from kmhc_desktop.viewer.photo_loader import PhotoLoader
from kmhc_desktop.viewer.viewed_photo import ViewedPhoto
from kmhc_desktop.viewer.viewport import Sight
from kmhc_engine import hints
from kmhc_engine.chroma import Adjustments, lightness_at
from kmhc_engine.edits import Edits
from kmhc_engine.hints import Hint
from tests.desktop.viewer_photos import coloured, grey_photo, is_grey, viewed

WHOLE = Sight(QRectF(0, 0, 1, 1), 1.0)
MIDDLE = Sight(QRectF(0.4, 0.4, 0.2, 0.2), 1.0)


@pytest.fixture
def loader(qtbot):
    loader = PhotoLoader()
    yield loader
    loader.close()


@pytest.fixture
def answers(loader):
    """All that the loader says, in order: (kind, photo, picture or message)."""
    heard = []
    loader.before_ready.connect(lambda photo, picture: heard.append(("before", photo, picture)))
    loader.after_ready.connect(lambda photo, picture: heard.append(("after", photo, picture)))
    loader.failed.connect(lambda photo, message: heard.append(("failed", photo, message)))
    return heard


def kinds(answers):
    return [kind for kind, *_ in answers]


def pixel(picture, level=0):
    image = picture.levels[level]
    return image.pixelColor(image.width() // 2, image.height() // 2)


def test_the_original_comes_first_and_then_the_result(qtbot, loader, answers, tmp_path):
    photo = viewed(tmp_path)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(photo)
    assert kinds(answers) == ["before", "after"]
    assert is_grey(pixel(answers[0][2]))
    assert pixel(answers[1][2]).red() > pixel(answers[1][2]).blue() + 20


def test_a_jpeg_shows_before_all_of_it_is_decoded(qtbot, loader, answers, tmp_path):
    path = tmp_path / "photo.jpg"
    Image.new("L", (600, 400), 90).save(path)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(ViewedPhoto(path, chroma=coloured(tmp_path / "c.png")))
    assert kinds(answers) == ["before", "before", "after"]
    assert {(picture.size.width(), picture.size.height()) for _, _, picture in answers} == {(600, 400)}
    assert is_grey(pixel(answers[0][2]))


def test_a_brown_original_is_shown_brown(qtbot, loader, answers, tmp_path):
    path = tmp_path / "sepia.png"
    Image.new("RGB", (60, 40), (150, 110, 70)).save(path)
    with qtbot.waitSignal(loader.before_ready):
        loader.load(ViewedPhoto(path))
    assert pixel(answers[0][2]).getRgb()[:3] == pytest.approx((150, 110, 70), abs=1)


def test_a_photo_without_a_result_has_only_an_original(qtbot, loader, answers, tmp_path):
    with qtbot.waitSignal(loader._ended):
        loader.load(ViewedPhoto(grey_photo(tmp_path / "a.png")))
    assert kinds(answers) == ["before"]


def test_a_result_without_stored_colour_is_read_from_its_file(qtbot, loader, answers, tmp_path):
    output = tmp_path / "out.png"
    Image.new("RGB", (30, 20), (200, 40, 40)).save(output)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(ViewedPhoto(grey_photo(tmp_path / "a.png"), output=output))
    assert pixel(answers[1][2]).getRgb()[:3] == (200, 40, 40)


def test_adjustments_render_only_the_result_again(qtbot, loader, answers, tmp_path):
    photo = viewed(tmp_path)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(photo)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(replace(photo, edits=Edits(Adjustments(saturation=0.0))))
    qtbot.waitUntil(lambda: len(answers) == 4)
    assert kinds(answers)[2:] == ["after", "after"], "quickly, then at screen size"
    assert is_grey(pixel(answers[-1][2]))


def test_a_hint_shows_and_goes_again(qtbot, loader, answers, tmp_path):
    photo = viewed(tmp_path)
    hinted = replace(photo, edits=Edits(hints=(Hint(((0.5, 0.5),), 0.05, (10.0, -40.0)),)))
    for wish in (photo, hinted, photo):
        loader.load(wish)
        qtbot.waitUntil(lambda: not loader._working)
    plain, blue, again = (
        [pixel(picture) for kind, shown, picture in answers[begin:] if kind == "after" and shown == wish][-1]
        for begin, wish in ((0, photo), (0, hinted), (len(answers) - 1, photo))
    )
    assert plain == again
    assert blue.blue() > plain.blue() + 20


def test_what_comes_too_late_is_dropped(qtbot, loader, answers, tmp_path):
    photos = [viewed(tmp_path, f"photo{number}") for number in range(5)]
    with qtbot.waitSignal(loader.after_ready, check_params_cb=lambda photo, _: photo == photos[-1]):
        for photo in photos:
            loader.load(photo)
    assert {photo for _, photo, _ in answers} == {photos[-1]}


def test_the_last_of_many_quick_changes_is_what_shows_in_the_end(qtbot, loader, answers, tmp_path):
    photo = viewed(tmp_path)
    changes = [replace(photo, edits=Edits(Adjustments(saturation=step / 20))) for step in range(21)]
    with qtbot.waitSignal(loader.after_ready, check_params_cb=lambda shown, _: shown == changes[-1]):
        for change in changes:
            loader.load(change)
    loader._pool.waitForDone()
    qtbot.waitUntil(lambda: not loader._working)
    assert answers[-1][1] == changes[-1]
    assert len(answers) < 10, "changes that were overtaken are left out"


def test_after_forgetting_nothing_is_shown(qtbot, loader, answers, tmp_path):
    loader.load(viewed(tmp_path))
    loader.forget()
    loader._pool.waitForDone()
    qtbot.wait(1)
    assert answers == []


def test_after_forgetting_no_picture_is_kept(qtbot, loader, tmp_path):
    pictures = []
    loader.after_ready.connect(lambda _, picture: pictures.append(weakref.ref(picture)))
    with qtbot.waitSignal(loader._ended):
        loader.load(viewed(tmp_path))
    loader.forget()
    gc.collect()
    assert [picture() for picture in pictures] == [None]


def test_a_large_photo_is_sharp_only_when_asked_for(qtbot, loader, answers, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    photo = viewed(tmp_path)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(photo)
    assert [picture.levels[0].width() for _, _, picture in answers] == [100, 100]
    assert [picture.size.width() for _, _, picture in answers] == [300, 300]
    with qtbot.waitSignal(loader.before_ready):
        loader.look_at(WHOLE)
    assert answers[-1][2].levels[0].width() == 300
    assert {picture.detail.image.width() for kind, _, picture in answers[2:] if kind == "after"} == {300}


def sharp_in_the_middle(qtbot, loader, photo):
    with qtbot.waitSignal(loader.after_ready):
        loader.load(photo)
    loader.look_at(MIDDLE)
    qtbot.waitUntil(lambda: not loader._working)


def test_a_photo_that_is_sharp_stays_so_while_it_is_adjusted(qtbot, loader, answers, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    photo = viewed(tmp_path)
    sharp_in_the_middle(qtbot, loader, photo)
    adjusted = replace(photo, edits=Edits(Adjustments(saturation=0.0)))
    begin = len(answers)
    loader.load(adjusted)
    qtbot.waitUntil(lambda: not loader._working)
    quick, last = answers[begin:]
    for _, shown, picture in (quick, last):
        image, part = picture.detail.image, picture.detail.part
        assert shown == adjusted
        assert image.width() == round(300 * part.width()) and part.contains(MIDDLE.part)
        assert is_grey(image.pixelColor(image.width() // 2, image.height() // 2))
    assert is_grey(pixel(last[2])), "what does not show follows"


def test_a_change_of_much_that_is_looked_at_closely_shows_as_a_draft_before_it_is_sharp(
    qtbot, loader, answers, tmp_path, monkeypatch
):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    monkeypatch.setattr(photo_loader, "_DRAFT_PIXELS", 1000)
    photo = viewed(tmp_path)
    sharp_in_the_middle(qtbot, loader, photo)
    begin = len(answers)
    loader.load(replace(photo, edits=Edits(Adjustments(saturation=0.0))))
    qtbot.waitUntil(lambda: not loader._working)
    draft, *sharp = (picture.detail for _, _, picture in answers[begin:])
    assert draft.image.width() == round(150 * draft.part.width())
    assert [one.image.width() for one in sharp] == [round(300 * one.part.width()) for one in sharp]
    assert all(one.part.contains(MIDDLE.part) for one in (draft, *sharp))


def test_what_does_not_show_is_not_rendered_sharp(qtbot, loader, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    render, pixels = photo_loader.render, []

    def counting(*arguments, **options):
        for strip in render(*arguments, **options):
            pixels.append(strip.shape[0] * strip.shape[1])
            yield strip

    photo = viewed(tmp_path, width=3000, height=2000)
    sharp_in_the_middle(qtbot, loader, photo)
    monkeypatch.setattr(photo_loader, "render", counting)
    loader.load(replace(photo, edits=Edits(Adjustments(saturation=0.0))))
    qtbot.waitUntil(lambda: not loader._working)
    assert sum(pixels) < 0.15 * 3000 * 2000

    pixels.clear()
    loader.look_at(None)
    loader.load(replace(photo, edits=Edits(Adjustments(saturation=0.5))))
    qtbot.waitUntil(lambda: not loader._working)
    assert sum(pixels) < 0.01 * 3000 * 2000, "and nothing is, when all of it shows again"


def test_a_photo_that_is_moved_a_little_is_not_rendered_again(qtbot, loader, answers, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    sharp_in_the_middle(qtbot, loader, viewed(tmp_path))
    begin = len(answers)
    loader.look_at(replace(MIDDLE, part=MIDDLE.part.translated(0.04, 0.04)))
    assert not loader._working
    loader.look_at(replace(MIDDLE, part=MIDDLE.part.translated(0.2, 0.2)))
    qtbot.waitUntil(lambda: not loader._working)
    assert kinds(answers[begin:]) == ["after", "after"], "first what shows, then a margin around it"
    assert answers[-1][2].detail.part.contains(QRectF(0.6, 0.6, 0.2, 0.2))


def overtaken_once_it_shows(monkeypatch, loader, by):
    """Let a wish come when what the one before asks for is about to show, and before all of it is rendered."""
    quick = loader._quick
    monkeypatch.setattr(loader, "_quick", lambda *wish: by() or quick(*wish))


def test_a_change_that_is_taken_back_at_once_goes_from_the_screen(qtbot, loader, answers, tmp_path, monkeypatch):
    photo = viewed(tmp_path)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(photo)
    coloured_pixel = pixel(answers[-1][2])
    overtaken_once_it_shows(monkeypatch, loader, lambda: loader.load(photo))
    loader.load(replace(photo, edits=Edits(Adjustments(saturation=0.0))))
    qtbot.waitUntil(lambda: not loader._working)
    assert pixel(answers[-1][2]) == coloured_pixel


def test_a_photo_that_is_moved_away_and_back_is_sharp_where_it_shows(qtbot, loader, answers, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    sharp_in_the_middle(qtbot, loader, viewed(tmp_path))
    overtaken_once_it_shows(monkeypatch, loader, lambda: loader.look_at(MIDDLE))
    loader.look_at(replace(MIDDLE, part=MIDDLE.part.translated(0.4, 0.4)))
    qtbot.waitUntil(lambda: not loader._working)
    assert answers[-1][2].detail.part.contains(MIDDLE.part)


def test_the_lightness_of_a_large_photo_is_found_once_for_all_that_is_changed(qtbot, loader, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    sizes = []
    for module in (open_photos, hints):
        monkeypatch.setattr(module, "lightness_at", lambda *a: sizes.append(a) or lightness_at(*a))
    photo = viewed(tmp_path)
    sharp_in_the_middle(qtbot, loader, photo)
    for x in (0.4, 0.6):
        loader.load(replace(photo, edits=Edits(hints=(Hint(((x, 0.5),), 0.05, (10.0, -40.0)),))))
        qtbot.waitUntil(lambda: not loader._working)
    assert len(sizes) == 1


def test_a_photo_that_was_looked_at_closely_is_let_go_of_with_the_others(qtbot, loader, tmp_path, monkeypatch):
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    opened, decoded = [], open_photos.decoded

    def watched(*arguments):
        photo = decoded(*arguments)
        opened.append(weakref.ref(photo))
        return photo

    monkeypatch.setattr(open_photos, "decoded", watched)
    sharp_in_the_middle(qtbot, loader, viewed(tmp_path, "first"))
    for name in ("second", "third"):
        with qtbot.waitSignal(loader.after_ready):
            loader.load(viewed(tmp_path, name))
    qtbot.waitUntil(lambda: not loader._working)
    assert [photo() is not None for photo in opened] == [False, True, True]


def test_a_detail_looks_like_the_whole(qtbot, loader, answers, tmp_path, monkeypatch):
    photo = viewed(tmp_path)
    with qtbot.waitSignal(loader.after_ready):
        loader.load(photo)
    whole = answers[-1][2].levels[0]
    monkeypatch.setattr(open_photos, "SCREEN_SIDE", 100)
    other = PhotoLoader()
    seen = []
    other.after_ready.connect(lambda _, picture: seen.append(picture.detail))
    sharp_in_the_middle(qtbot, other, photo)
    detail = seen[-1]
    corner = round(300 * detail.part.left()), round(200 * detail.part.top())
    assert detail.image == whole.copy(*corner, detail.image.width(), detail.image.height())
    other.close()


def test_colours_from_before_the_photo_was_started_over_are_dropped(qtbot, loader, answers, tmp_path):
    photo = viewed(tmp_path)
    loader.load(photo)
    loader._pool.waitForDone()  # the answer is on its way
    again = replace(photo, chroma=coloured(tmp_path / "again.png", (0, 0)))
    with qtbot.waitSignal(loader.after_ready):
        loader.load(again)
    assert {shown for kind, shown, _ in answers if kind == "after"} == {again}


def test_a_file_that_is_no_photo_is_said_so_by_name(qtbot, loader, answers, tmp_path):
    path = tmp_path / "notes.jpg"
    path.write_text("no photo at all")
    with qtbot.waitSignal(loader.failed):
        loader.load(ViewedPhoto(path))
    assert "notes.jpg" in answers[0][2]


def test_a_photo_that_is_gone_is_said_so_by_name(qtbot, loader, answers, tmp_path):
    with qtbot.waitSignal(loader.failed):
        loader.load(ViewedPhoto(tmp_path / "gone.jpg"))
    assert answers[0][2].startswith("gone.jpg: ")
    assert "Check that it is still there." in answers[0][2]


def test_damaged_colour_is_a_message_and_the_original_still_shows(qtbot, loader, answers, tmp_path):
    photo = viewed(tmp_path)
    photo.chroma.write_bytes(b"rubbish")
    with qtbot.waitSignal(loader.failed):
        loader.load(photo)
    assert kinds(answers) == ["before", "failed"]


def test_an_unexpected_error_reaches_the_user_too(qtbot, loader, answers, tmp_path, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError("surprise")

    monkeypatch.setattr(photo_loader, "render", broken)
    with qtbot.waitSignal(loader.failed):
        loader.load(viewed(tmp_path))
    assert "surprise" in answers[-1][2]


def test_two_loaders_that_share_decode_a_photo_once(qtbot, tmp_path, monkeypatch):
    opened = []
    decoded = open_photos.decoded
    monkeypatch.setattr(open_photos, "decoded", lambda *a: opened.append(a) or decoded(*a))
    photos = open_photos.OpenPhotos()
    photo = viewed(tmp_path)
    other = replace(photo, chroma=coloured(tmp_path / "other.png", (0, 0)))
    one, two = PhotoLoader(photos=photos), PhotoLoader(photos=photos)
    with qtbot.waitSignals([one.after_ready, two.after_ready]):
        one.load(photo)
        two.load(other)
    one.close()
    two.close()
    assert len(opened) == 1


def test_two_photos_are_kept_decoded(tmp_path, monkeypatch):
    decoded = []
    monkeypatch.setattr(open_photos, "decoded", lambda path, *_: decoded.append(path.stem) or path)
    photos = open_photos.OpenPhotos()
    for name in "abacba":
        photos.get(grey_photo(tmp_path / f"{name}.png") if name not in decoded else tmp_path / f"{name}.png")
    assert "".join(decoded) == "abcba"
