"""The benchmarks: how fast the desk is, each against a baseline measured in the same run."""
