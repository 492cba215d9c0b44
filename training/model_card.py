"""Fills the results of an evaluation into a model card, so that its numbers are those of the weights beside it.

The card holds the marks `<!-- results -->` and `<!-- /results -->`, and the same with `skin`; what is between them is
written over.
"""

from pathlib import Path

from kmhc_engine.atomic import replacing
from kmhc_engine.errors import printable
from training.errors import TrainingError
from training.evaluate import UNFAIR, Evaluation, Row
from training.evaluation_pages import TITLES, measures, told, warnings
from training.skin import TONES


def fill(card: Path, evaluation: Evaluation) -> None:
    """Write an evaluation into a card: under "skin" if that was judged, else under "results".

    Args:
        card: A Markdown file with the marks.
        evaluation: Of one kind of weights.

    Raises:
        TrainingError: The card has no such marks.
    """
    before, after = places(card, skin=evaluation.asked.skin)
    with replacing(card) as file:
        file.write(f"{before}{_told(evaluation)}\n{after}".encode())


def places(card: Path, *, skin: bool) -> tuple[str, str]:
    """Return what stands in a card before and after the results.

    Raises:
        TrainingError: It has no such marks.
    """
    block = "skin" if skin else "results"
    try:
        text = card.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TrainingError(f"{printable(card)} is no text in UTF-8. Save it as that.") from error
    before, start, rest = text.partition(f"<!-- {block} -->\n")
    _, end, after = rest.partition(f"<!-- /{block} -->")
    if not end:
        raise TrainingError(
            f"{printable(card)} has no place for these results. Add the lines `<!-- {block} -->` and "
            f"`<!-- /{block} -->` where they belong."
        )
    return before + start, end + after


def _told(evaluation: Evaluation) -> str:
    lines = _skin(evaluation) if evaluation.asked.skin else _results(evaluation)
    return "\n".join([*lines, *(f"\n**{warning}**" for warning in warnings(evaluation))])


def _results(evaluation: Evaluation) -> list[str]:
    asked, grey = evaluation.asked, evaluation.rows[0].means
    rows = evaluation.judged + [row for row in evaluation.rows if row.baseline]
    names = [name for name in measures(evaluation) if all(name in row.means for row in rows)]
    return [
        f"{len(rows[0].scores)} photos, short side {asked.size} pixels, coloured as the program does it. "
        f"Weights {rows[0].sha256[:16]}.",
        "",
        _line("", *(row.title for row in rows)),
        _line("---", *["--:"] * len(rows)),
        *(_line(TITLES[name], *(told(name, row.means) for row in rows)) for name in names),
        "",
        *(_against(row, grey) for row in evaluation.judged),
    ]


def _against(row: Row, grey: dict[str, float]) -> str:
    means = row.means
    parts = [
        f"PSNR {means['psnr'] - grey['psnr']:+.2f} dB",
        f"CIEDE2000 {100 * (means['ciede2000'] / grey['ciede2000'] - 1):+.1f} %",
    ]
    if "accuracy" in means:
        parts.append(f"accuracy {means['accuracy'] - grey['accuracy']:+.2f} points")
    return f"{row.title} against grey: {', '.join(parts)}; its chroma is {means['chroma_share']:.0f} % of the truth's."


def _skin(evaluation: Evaluation) -> list[str]:
    rows = [*evaluation.judged, evaluation.rows[0]]
    groups = rows[0].groups
    absent = [tone for tone in TONES if tone not in groups]
    lines = [
        f"{TITLES['skin']}, by the skin's typology angle in the true photo, which light and exposure move. "
        f"Weights {rows[0].sha256[:16]}.",
        "",
        _line("tone", "photos", *(row.title for row in rows)),
        _line("---", *["--:"] * (len(rows) + 1)),
        *(
            _line(tone, str(group.photos), *(f"{row.groups[tone].ciede2000:.2f}" for row in rows))
            for tone, group in groups.items()
        ),
        _line("all", str(sum(g.photos for g in groups.values())), *(f"{row.means['skin']:.2f}" for row in rows)),
        "",
    ]
    if absent:
        lines.append(f"Not measured, for lack of photos: {', '.join(absent)}.")
    if not any(row.unfair for row in evaluation.judged):
        lines.append(f"No group is more than {100 * UNFAIR - 100:.0f} % worse than the mean.")
    return lines


def _line(*cells: str) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"
