"""Abuse: what a stranger, or a client gone mad, can send, and what it may cost the others."""
