"""What makes the portal run on one machine: its own Postgres, its static files, and the one command that serves it."""
