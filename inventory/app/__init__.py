"""Use cases: one function an act, a typed request in, a typed result out; faces (command line, page, service) stand on
these."""
