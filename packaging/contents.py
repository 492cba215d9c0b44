"""What the standalone program holds, and what stays out and why. `kmhc.spec` packs by these tables."""

# Commands and plug-ins that are found by their names alone.
HIDDEN_IMPORTS = (
    "kmhc_engine.album.cli",
    "training.cli",
    "imagecodecs._shared_cython",
    "imagecodecs._zstd",
    "imagecodecs._lzma",
)

# Packages of ours whose data files (templates, styles, texts) go along.
DATA_PACKAGES = ("kmhc_engine", "training")

# `resources` without what only people who build KMHC read.
RESOURCES = ("icons", "samples", "styles", "translations", "weights")
RESOURCES_LEFT_OUT = ("*.ts",)

# On Linux: the system's libraries without which Qt opens no window. PyInstaller goes on without what it does not find.
WINDOW_LIBRARIES = (
    "libxcb-cursor.so.0",
    "libxcb-icccm.so.4",
    "libxcb-image.so.0",
    "libxcb-keysyms.so.1",
    "libxcb-render-util.so.0",
    "libxkbcommon-x11.so.0",
)

# Distributions that somebody asks importlib.metadata about: `kmhc doctor`, entry points, lightning's checks.
METADATA = (
    "kmhc",
    "torch",
    "torchvision",
    "segmentation-models-pytorch",
    "kornia",
    "opencv-python-headless",
    "pillow",
    "PySide6-Essentials",
    "lightning",
    "torchmetrics",
    "tensorboard",
    "numpy",
    "huggingface_hub",
    "safetensors",
    "tqdm",
    "PyYAML",
    "packaging",
    "filelock",
)

# Modules that some library would import if they were there. None of ours needs them.
EXCLUDED_MODULES = {
    # Tools of those who build KMHC.
    "IPython": "interactive shell",
    "hypothesis": "tests",
    "pytest": "tests",
    "_pytest": "tests",
    "selenium": "tests",
    "mypy": "types",
    "psutil": "tests",
    "tifffile": "tests",
    "skimage": "tests, and `kmhc evaluate --skin`, which says so; it would bring scipy along",
    "pip": "installs packages",
    "setuptools": "builds packages",
    "tkinter": "another toolkit for windows",
    "readline": "edits lines of Python's prompt; its library is under the GPL",
    "pygments": "colours source code",
    # Optional halves of libraries.
    "scipy": "torchmetrics and kornia use it for measures that KMHC does not take",
    "pandas": "torchmetrics and lightning show tables with it",
    "sympy.testing": "tests of sympy",
    "networkx": "torch uses it to draw graphs",
    "onnx": "another format of networks",
    "onnxruntime": "another format of networks",
    "onnxscript": "another format of networks",
    "triton": "compiles for CUDA; KMHC does not compile networks",
    "hf_xet": "downloads; KMHC never does",
    "aiohttp": "downloads; KMHC never does",
    "trio": "downloads; KMHC never does",
    "yarl": "downloads; KMHC never does",
    "lxml": "reads web pages; reportlab would let it",
    "html5lib": "reads web pages; tests use it",
    "chardet": "guesses encodings; requests would let it",
    "defusedxml": "Pillow would read XMP with it; KMHC reads it itself",
    "py": "tests",
    "grpc": "TensorBoard's server",
    "tensorboard_data_server": "TensorBoard's server",
    "werkzeug": "TensorBoard's server",
    "markdown": "TensorBoard's server",
    "kornia_rs": "kornia's readers of files; hooks/without_kornia_rs.py stands in",
    "PySide6.QtNetwork": "KMHC asks for updates by the standard library",
    "PySide6.QtSql": "no database",
    "PySide6.QtQml": "no QML",
    "PySide6.QtQuick": "no QML",
    "PySide6.QtOpenGL": "no OpenGL",
    "PySide6.QtOpenGLWidgets": "no OpenGL",
    "PySide6.QtTest": "tests",
    "matplotlib.tests": "tests",
    "numpy.f2py": "compiles Fortran",
    # Parts of torch that compile, distribute or measure.
    "torch._inductor.codegen": "compiles networks",
    "torch._inductor.kernel": "compiles networks",
    "torch._inductor.fx_passes": "compiles networks",
    "torch.ao.pruning": "thins networks out",
    "torch.distributed.elastic": "clusters",
    "torch.distributed.pipelining": "clusters",
    "torch.distributed.nn": "clusters",
    "torch.distributed._tools": "clusters",
    "torch.utils.benchmark": "measures torch",
    "torch.utils.hipify": "compiles for ROCm",
}

# Files that hooks collect and nothing opens, as patterns of their place in the program.
DROPPED_FILES = {
    "*.dist-info/direct_url.json": "where the builder's files lay",
    "*.dist-info/INSTALLER": "how the builder installed it",
    "*.dist-info/RECORD": "how the builder installed it",
    "*.dist-info/REQUESTED": "how the builder installed it",
    "*/libqgtk3*": "the file dialogs of GTK would bring GTK along",
    "*/plugins/sqldrivers/*": "no database",
    "*/plugins/tls/*": "no QtNetwork",
    "*/plugins/networkinformation/*": "no QtNetwork",
    "*/plugins/egldeviceintegrations/*": "screens without a window system",
    "*/plugins/generic/*": "screens without a window system",
    "*/plugins/qmltooling/*": "no QML",
    "*/plugins/platforms/libqeglfs*": "screens without a window system",
    "*/plugins/platforms/libqlinuxfb*": "screens without a window system",
    "*/plugins/platforms/libqvnc*": "screens without a window system",
    "*/plugins/platforms/libqvkkhrdisplay*": "screens without a window system",
    "*/plugins/platforms/libqminimal*": "tests of Qt",
    "*/libQt6EglF*": "screens without a window system",
    "*/libQt6Network*": "no QtNetwork",
    "*/libQt6Sql*": "no database",
    "*/libQt6Qml*": "no QML",
    "*/libQt6Quick*": "no QML",
    "*/plugins/platforminputcontexts/*virtualkeyboard*": "no QML",
    "*/translations/qt_help_*": "no help viewer",
    "libmvec.so*": "a part of the C library, which is the system's",
    "torchvision/_C*": "operators for CUDA; beside a CPU torch they do not load",
    "torchvision/image*": "torchvision's own JPEG reader; Pillow and OpenCV read photos",
    "torchvision.libs/*": "libraries of the two before",
    "opencv_python_headless.libs/libswresample-*": "FFmpeg, which is hollow",
    "opencv_python_headless.libs/libvpx-*": "FFmpeg, which is hollow",
    "opencv_python_headless.libs/libssl-*": "FFmpeg, which is hollow",
    "opencv_python_headless.libs/libcrypto-*": "FFmpeg, which is hollow",
    "opencv_python_headless.libs/libdrm-*": "FFmpeg, which is hollow",
    "opencv_python_headless.libs/libgfortran-*": "OpenBLAS, which is hollow",
    "opencv_python_headless.libs/libquadmath-*": "OpenBLAS, which is hollow",
    "matplotlib/mpl-data/sample_data/*": "examples",
    "*/mpl-data/fonts/ttf/DejaVuSerif*": "figures are set in DejaVu Sans",
    "*/mpl-data/fonts/ttf/DejaVuSansMono*": "figures are set in DejaVu Sans",
    "matplotlib/mpl-data/images/*": "buttons of matplotlib's own window",
    "*/mpl-data/fonts/pdfcorefonts/*": "figures embed their fonts",
    "*/mpl-data/fonts/afm/*": "figures embed their fonts",
}

# Qt's own texts are needed in the languages that KMHC speaks.
LANGUAGES = ("de", "en")

# Libraries on Linux that others are linked to and that KMHC never calls, and their users: see hollow.py.
HOLLOW = {
    "opencv_python_headless.libs/libavcodec-*": "cv2/cv2.abi3.so",
    "opencv_python_headless.libs/libavformat-*": "cv2/cv2.abi3.so",
    "opencv_python_headless.libs/libavutil-*": "cv2/cv2.abi3.so",
    "opencv_python_headless.libs/libswscale-*": "cv2/cv2.abi3.so",
    "opencv_python_headless.libs/libopenblas*": "cv2/cv2.abi3.so",
    "opencv_python_headless.libs/libaom-*": "opencv_python_headless.libs/libavif-*",
    "pillow_heif.libs/libx265-*": "pillow_heif.libs/libheif-*",
}

# Debug symbols are stripped from these alone: others break (their builders patched them) or hold none.
STRIPPED = (
    "*/libtorch_cpu.so",
    "*/libtorch_python.so",
    "libpython3*.so*",
    "python3*/lib-dynload/*",
    "kiwisolver/*.so",
    "fontTools/*.so",
    "yaml/*.so",
)

# Modules of torch that are read as source while they are imported: its settings, and what torch.jit compiles.
READ_AS_SOURCE = (
    "torch._decomp",
    "torch._dynamo.config",
    "torch._export.config",
    "torch._functorch.config",
    "torch._inductor.config",
    "torch._inductor.config_comms",
    "torch._jit_internal",
    "torch.compiler.config",
    "torch.distributed.config",
    "torch.distributions.von_mises",
    "torch.functional",
    "torch.fx.experimental._config",
    "torch.nn",
    "torch.utils.mkldnn",
    "torch.utils.serialization.config",
)
