"""One module per area; each has an AREA with its cases. A new module here is found by itself."""
