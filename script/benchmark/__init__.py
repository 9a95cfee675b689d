"""Benchmarks: what they run on, what they run, and what they print. Started by script/bench."""
