"""Tests of bench/compare's parts that measure nothing."""
