"""What is measured in a process of its own, and what prepares it."""
