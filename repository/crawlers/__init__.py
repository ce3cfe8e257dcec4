"""What a record's page tells machines: indexers of papers, reference managers, search engines and harvesters."""
