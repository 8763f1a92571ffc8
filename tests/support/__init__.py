"""Pieces shared by the Python-driven tests: processes, sockets, ports, certificates.

Standard library only. Nothing here sleeps to synchronise: a wait has a condition and a deadline.
"""
