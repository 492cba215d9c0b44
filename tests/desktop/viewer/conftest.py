import pytest

from kmhc_desktop.viewer.compare_view import CompareView
from tests.desktop.viewer_photos import viewed


@pytest.fixture
def view(qtbot):
    view = CompareView()
    qtbot.addWidget(view)
    view.resize(640, 480)
    view.show()
    view.canvas.setFocus()
    yield view
    view.close_loader()


@pytest.fixture
def canvas(view, qtbot, tmp_path):
    """A canvas that shows a photo of 300 x 200 before and after."""
    with qtbot.waitSignal(view._loader.after_ready):
        view.show_photo(viewed(tmp_path))
    return view.canvas
