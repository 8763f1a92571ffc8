"""Docs: what the documents say is there is there."""
