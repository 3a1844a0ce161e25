"""Tests of texts: no text sends control codes to the terminal, and messages follow the rules for wording."""
