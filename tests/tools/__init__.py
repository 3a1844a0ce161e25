"""Tests of the repository's tools, which measure the code base and generate pages."""
