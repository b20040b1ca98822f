"""What a run gave, on one page of HTML that needs nothing else: no script, no network."""
