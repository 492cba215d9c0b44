import numpy as np
from PIL import Image

from training.sheets import sheet

RED, BLUE = (np.full((10, 40, 3), colour, np.uint8) for colour in ((255, 0, 0), (0, 0, 255)))


def test_the_note_of_a_row_stands_above_it(tmp_path):
    page = np.asarray(Image.open(sheet(tmp_path / "sheet.png", [[RED, BLUE]], ["MMM", "MMM"])))
    inked = (page < 128).all(-1).any(1)
    red, blue = ((page == colour).all(-1).any(1).nonzero()[0] for colour in ((255, 0, 0), (0, 0, 255)))
    assert inked[: red[0]].any()
    assert inked[red[-1] : blue[0]].nonzero()[0].mean() > (blue[0] - red[-1]) / 2  # nearer to its own row
    assert not inked[blue[-1] :].any()


def test_a_sheet_of_columns_holds_no_words_for_whoever_shows_it_says_what_they_are(tmp_path):
    page = np.asarray(Image.open(sheet(tmp_path / "sheet.png", [[RED], [BLUE]])))
    assert page.shape == (10 + 2 * 6, 2 * 40 + 3 * 6, 3)
    assert (page.reshape(-1, 3) != (255, 255, 255)).any(-1).sum() == 2 * 10 * 40
