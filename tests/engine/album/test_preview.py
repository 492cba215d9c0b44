import pytest

from kmhc_engine.album import Options, Theme, collect
from kmhc_engine.album.preview import preview, thumbnail


@pytest.fixture
def drawn(family):
    for number in range(12):
        family.add(f"{number}.jpg", size=(90, 60))

    def draw(options, **more):
        contents = collect(family.folder, options)
        small = {photo.name: thumbnail(photo) for photo in contents.photos}
        return preview(contents, options, small, (480, 360), **more)

    return draw


def test_title_captions_and_theme_show_at_once(drawn):
    plain = drawn(Options())
    assert plain.size == (480, 360) and plain.getpixel((1, 359)) == (250, 247, 242)
    assert drawn(Options(theme=Theme.DARK)).getpixel((1, 359)) == (23, 21, 19)
    assert drawn(Options(), dark=True).getpixel((1, 359)) == (23, 21, 19)
    assert drawn(Options(title="Another")).tobytes() != plain.tobytes()
    assert drawn(Options(captions={"0.jpg": "Minka"})).tobytes() != plain.tobytes()


def test_a_preview_without_thumbnails_is_empty_but_there(family):
    family.add("a.jpg")
    options = Options(language="he")
    assert preview(collect(family.folder, options), options, {}, (200, 100)).size == (200, 100)
