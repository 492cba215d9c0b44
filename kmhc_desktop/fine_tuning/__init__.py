"""The page that fine-tunes a variant, and `kmhc train` behind it."""
