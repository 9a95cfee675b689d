"""What script/mutants does: breaks the rules of the record in small ways, one at a time, and asks the tests of each."""
