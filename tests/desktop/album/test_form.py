"""The form of an album: what it shows, and where."""

from kmhc_desktop.album.form import AlbumForm
from kmhc_engine.album.options import Kind, Options
from tests.desktop.album.steps import choose


def test_a_long_title_shows_its_beginning(qapp):
    form = AlbumForm()
    form.load(Options(title="The summer at the sea, and all who were there"), Kind.WEB, "")
    assert form.title.cursorPosition() == 0


def test_only_what_means_something_for_the_kind_shows_from_the_beginning(qapp):
    form = AlbumForm()
    assert not form.theme.isHidden() and form.paper.isHidden() and form.each.isHidden()


def test_the_fields_of_every_kind_begin_at_one_line(qtbot):
    form = AlbumForm()
    qtbot.addWidget(form)
    form.show()
    lefts = set()
    for kind in Kind:
        choose(form.kind, kind)
        form.layout().activate()
        lefts.add(form.kind.x())
    assert len(lefts) == 1
