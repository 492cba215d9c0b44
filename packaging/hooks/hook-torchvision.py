"""torchvision without its C++ operators, which `kmhc_engine.networks` does without, and all but without source."""

module_collection_mode = {"torchvision": "pyz", "torchvision.models.densenet": "pyz+py"}  # torch.jit reads that one
