"""What becomes public."""
