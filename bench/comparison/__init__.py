"""bench/compare: what is measured, how it is kept, and the tables that are made of it."""
