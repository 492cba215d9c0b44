"""torch without its compilers, headers and tests: the stock hook takes every module and file, 200 MB more."""

from pathlib import Path

import contents
from PyInstaller.utils.hooks import (
    PY_DYLIB_PATTERNS,
    collect_data_files,
    collect_dynamic_libs,
    collect_submodules,
    get_package_paths,
)

_TEST_LIBRARIES = ("libjitbackend_test", "libtorchbind_test", "libbackend_with_compiler", "libaoti_custom_ops")

module_collection_mode = {"torch": "pyz"} | dict.fromkeys(contents.READ_AS_SOURCE, "pyz+py")
warn_on_missing_hiddenimports = False
hiddenimports = collect_submodules("torch._dynamo.polyfills")  # found by name
datas = collect_data_files(
    "torch", excludes=["include/**", "share/**", "bin/**", "test/**", "lib/**", "**/*.cpp", "**/*.h", "**/*.pyi"]
)
binaries = [
    (source, target)
    for source, target in collect_dynamic_libs("torch", search_patterns=[*PY_DYLIB_PATTERNS, "*.so.*"])
    if not Path(source).name.startswith(_TEST_LIBRARIES)
]
_shared_memory = Path(get_package_paths("torch")[1]) / "bin" / "torch_shm_manager"
if _shared_memory.is_file():
    binaries.append((str(_shared_memory), "torch/bin"))  # `import torch` fails without it
bindepend_symlink_suppression = ["**/torch/lib/*.so*"]
