"""What is being done."""
