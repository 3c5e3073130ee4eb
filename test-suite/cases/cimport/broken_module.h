struct point { int x; } broken here
