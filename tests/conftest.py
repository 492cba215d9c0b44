"""What all tests share."""

import pytest


@pytest.fixture
def not_there() -> str:
    """A pattern of what a system says of a file that is missing; Windows has words of its own for some calls."""
    return "(No such file or directory|The system cannot find the (file|path) specified)"
