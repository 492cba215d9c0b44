"""`kmhc`, the command line.

Exit codes: 0 all well; 1 some photos failed, or the run could not go on; 2 bad usage; 130 cancelled.

Commands of other packages (training) come by the entry-point group `kmhc.commands`: the engine imports none of them.
Nothing here imports torch before a command needs it.
"""

import errno
import signal
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import entry_points
from io import TextIOWrapper
from itertools import pairwise
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from kmhc_engine import __version__
from kmhc_engine.cli import colourise, doctor, variants, weights
from kmhc_engine.errors import KMHCError, VariantError


class _Commands(TyperGroup):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Refuse names of nothing, as of a variable that is not set: as a path they would mean the current folder."""
        no_value = {"--"}.union(*((*option.opts, *option.secondary_opts) for option in _flags(self)))
        if any(not word and (not before.startswith("-") or before in no_value) for before, word in pairwise(args)):
            raise typer.BadParameter("One of the names is empty. Check where it comes from.", ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run a command, which may tidy up after Ctrl-C and tell more about it than this does."""
        around = signal.getsignal(signal.SIGINT)
        if callable(around):
            signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            typer.echo("Cancelled.", err=True)
            raise typer.Exit(130) from None
        finally:
            signal.signal(signal.SIGINT, around)


def _flags(command: Any) -> Iterator[Any]:
    """Yield the options without a value of a command and of all below it."""
    yield from (option for option in command.params if getattr(option, "is_flag", False))
    for below in getattr(command, "commands", {}).values():
        yield from _flags(below)


app = typer.Typer(
    name="kmhc",
    cls=_Commands,
    help="Colourise whole folders of black-and-white photos, on this computer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich costs more to import than all the rest
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 all well, 1 some photos failed or the run could not go on, 2 bad usage, 130 cancelled.",
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kmhc {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None: ...


app.command("colourise")(colourise.colourise)
app.command("render")(colourise.render)
app.command("variants")(variants.show)
app.command("doctor")(doctor.doctor)
app.add_typer(weights.app, name="weights")


def add_further_commands() -> None:
    """Add the commands of other packages."""
    for entry in sorted(entry_points(group="kmhc.commands")):
        command = entry.load()
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=entry.name)
        else:
            app.command(entry.name)(command)


def main() -> None:
    """Run the command line; errors that KMHC raises on purpose become one clear line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a name may hold what a pipe's encoding does not
            stream.reconfigure(errors="backslashreplace")
    warnings.filterwarnings("ignore", module="PIL")  # KMHC says itself what is damaged
    add_further_commands()
    try:
        app()
    except KMHCError as error:
        print(f"kmhc: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, VariantError) else 1)
    except OSError as error:
        if error.filename is not None or error.errno != errno.ENOSPC:
            raise
        print("kmhc: what it prints cannot be written: the disk is full. Make room, then start again.", file=sys.stderr)
        sys.exit(1)
