"""The engine of KMHC: photos in, colour photos out. It knows no window, and importing it imports no torch."""

from importlib.metadata import version

__version__ = version("kmhc")
