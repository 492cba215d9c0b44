import numpy as np
from PIL import Image

from training.sheets import sheet

RED, BLUE = (np.full((10, 40, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255)))


def test_the_note_of_a_row_stands_above_it_and_no_strip_is_left_for_titles_that_are_not_there(tmp_path):
    page = np.asarray(Image.open(sheet(tmp_path / "sheet.png", [[RED, BLUE]], [""], ["MMM", "MMM"])))
    inked = (page < 128).all(-1).any(1)
    red, blue = ((page == colour).all(-1).any(1).nonzero()[0] for colour in ((255, 0, 0), (0, 0, 255)))
    assert inked[: red[0]].any()
    assert inked[red[-1] : blue[0]].nonzero()[0].mean() > (blue[0] - red[-1]) / 2  # nearer to its own row
    assert not inked[blue[-1] :].any()


def test_columns_have_titles(tmp_path):
    page = np.asarray(Image.open(sheet(tmp_path / "sheet.png", [[RED], [BLUE]], ["MMM", "MMM"])))
    assert all((half < 128).all(-1)[:24].any() for half in np.array_split(page, 2, axis=1))
