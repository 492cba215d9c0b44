"""The man page of `kmhc`, from the help of its commands."""

from typing import Any

import typer


def page(version: str) -> str:
    """Return kmhc.1 in roff."""
    from kmhc_engine.cli import add_further_commands, app

    add_further_commands()
    group: Any = typer.main.get_command(app)
    lines = [
        f'.TH KMHC 1 "" "KMHC {version}" "User Commands"',
        ".SH NAME",
        "kmhc \\- colourise whole folders of black\\-and\\-white photos",
        ".SH SYNOPSIS",
        ".B kmhc",
        ".I COMMAND",
        "[\\fIOPTIONS\\fR] [\\fIARGUMENTS\\fR]",
        ".SH DESCRIPTION",
        _plain(group.help or ""),
        "Originals are opened for reading only. Nothing leaves this computer.",
        ".SH COMMANDS",
    ]
    for name, command in sorted(group.commands.items()):
        lines += _command(command, name)
    lines += [
        ".SH EXIT STATUS",
        "0: all well. 1: some photos failed, or the run could not go on. 2: bad usage. 130: cancelled.",
        ".SH ENVIRONMENT",
        ".TP",
        ".B KMHC_HOME",
        "Where your own weights, settings and logs are kept; by default ~/.local/share/KMHC.",
        ".SH SEE ALSO",
        ".BR kmhc\\-desktop (1)",
    ]
    return "\n".join(lines) + "\n"


def _command(command: Any, name: str) -> list[str]:
    if hasattr(command, "commands"):
        return [line for sub, inner in sorted(command.commands.items()) for line in _command(inner, f"{name} {sub}")]
    context = typer.Context(command, info_name=f"kmhc {name}")
    lines = [f".SS {_plain(' '.join(['kmhc', name, *command.collect_usage_pieces(context)]))}"]
    lines.append(_plain(command.help or ""))
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record is not None:
            lines += [".TP", f"\\fB{_plain(record[0])}\\fR", _plain(record[1]) or "\\ "]
    return lines


def _plain(text: str) -> str:
    """Return text that roff prints as it is."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text.startswith((".", "'")) else text
