"""timm without its source: nothing of it is compiled by torch.jit."""

module_collection_mode = "pyz"
