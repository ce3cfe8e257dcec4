"""What the portal tells crawlers and browsers about itself: where its pages are, and how to search it."""
