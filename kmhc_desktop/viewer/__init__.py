"""One photo: before and after, several variants side by side, and what a person changes."""
