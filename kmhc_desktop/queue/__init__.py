"""The photos of the chosen folders, and the run over them."""
