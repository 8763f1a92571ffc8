"""The table of logins (tests/support/choria_decisions.txt) played to our broker and to Choria's. See ../README.md."""
