"""The benchmarks, started by script/bench."""
