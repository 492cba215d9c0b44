"""What the tests of the album's dialogs do again and again."""

PATIENCE = 60_000


def export(dialog, qtbot):
    dialog.strip.begin.click()
    qtbot.waitUntil(lambda: not dialog.strip.making, timeout=PATIENCE)


def choose(box, value):
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())
