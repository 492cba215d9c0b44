"""torchvision without its C++ operators, which `kmhc_engine.networks` does without, and without its source."""

module_collection_mode = "pyz"
