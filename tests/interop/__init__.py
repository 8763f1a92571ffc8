"""Real clients and real Choria parts doing their work through a broker. See README.md."""
