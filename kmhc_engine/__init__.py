"""The engine of KMHC: photos in, colour photos out. It knows no window, and importing it imports no torch.

- A run: `scan` finds photos, `jobs` are what is asked of each, `batch` does many, `colouring` one, `predictions` the
  network's part.
- What is written: `outputs`, with `journal`, `names` and `atomic`.
- Colour: `colour`, `chroma`, `hints`, `edits`, `render`.
- Networks: `variants` and `weights`; torch comes in with `networks`, `colouriser` and `devices`.
- `photos` reads and writes files, `album` makes albums, `cli` is the command `kmhc`.
"""

__version__: str


def __getattr__(name: str) -> str:
    """Look the version up when it is first asked for, because that takes a tenth of a second."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import version

    globals()[name] = found = version("kmhc")
    return found
