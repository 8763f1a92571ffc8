"""The clients and servers of others that our broker is tried with, at pinned versions."""
