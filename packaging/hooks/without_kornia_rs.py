"""kornia imports kornia_rs (12 MB) to read and write files of pictures, which KMHC does by other libraries."""

import sys
from types import ModuleType

stand_in = ModuleType("kornia_rs")
stand_in.io = ModuleType("kornia_rs.io")  # type: ignore[attr-defined]
sys.modules["kornia_rs"] = stand_in
