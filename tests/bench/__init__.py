"""Tests of the benchmarks that judge results: they test the rules that decide whether a result is right."""
