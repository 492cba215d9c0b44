"""The engine of KMHC: photos in, colour photos out. It knows no window, and importing it imports no torch.

- A run: `scan` finds photos, `jobs` are what is asked of each, `batch` does many, `colouring` one, `predictions` the
  network's part.
- What is written: `outputs`, with `journal`, `names` and `atomic`.
- Colour: `colour`, `chroma`, `hints`, `edits`, `render`.
- Networks: `variants` and `weights`; torch comes in with `networks`, `colouriser` and `devices`.
- `photos` reads and writes files, `album` makes albums, `cli` is the command `kmhc`.
"""

from importlib.metadata import version

__version__ = version("kmhc")
