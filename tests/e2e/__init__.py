"""End to end: the real binary on ports of its own choosing, seen from outside."""
