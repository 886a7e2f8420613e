"""What the speed claims rest on: scripts that anyone can run."""
