"""No text commands a terminal, whichever way it comes and goes."""
