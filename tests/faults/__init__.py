"""Programs and images with one fault each in how they stop."""
