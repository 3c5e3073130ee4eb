struct flags { int a; unsigned b : 3; };
