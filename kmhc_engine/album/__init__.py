"""Albums: a colourised folder becomes something that the family opens."""
