"""`kmhc train` alone, as a program."""

import typer

from training.cli import train

if __name__ == "__main__":
    typer.run(train)
