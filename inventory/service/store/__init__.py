"""What the service keeps: organisations, people, rounds, reports with immutable versions, an append-only log; and the
acts that change them."""
