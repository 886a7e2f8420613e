"""Other people's tools and published numbers, where they measure the same."""
